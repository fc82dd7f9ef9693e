"""The conversation with the mail server: encrypted and logged in as the address says, or not at
all."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from postbox import Postbox

from tasks.answers import Closed, NotTaken
from tasks.smtp import Connection

SENDER, RECIPIENT = "quickwin@kota.test", "rina@kota.test"
LOGIN = "petugas%40kota:rahasia%2F1"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for localhost, which nobody trusts yet."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("certificate") / "localhost.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def context(certificate: Path) -> ssl.SSLContext:
    made = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.load_cert_chain(certificate)
    return made


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


@pytest.fixture
def with_starttls(context: ssl.SSLContext) -> Iterator[Postbox]:
    with Postbox(tls_context=context, authenticator=check, auth_required=True) as server:
        yield server


def check(
    _server: object, _session: object, _envelope: object, _mechanism: str, data: object
) -> AuthResult:
    given = (getattr(data, "login", b""), getattr(data, "password", b""))
    return AuthResult(success=given == (b"petugas@kota", b"rahasia/1"), handled=False)


def send(url: str, *, limit: float = 5.0) -> None:
    mail = f"From: {SENDER}\r\nTo: {RECIPIENT}\r\n\r\nIsi.\r\n".encode()
    with Connection(url, name="kota.test", limit=limit) as connection:
        connection.send(mail, sender=SENDER, recipient=RECIPIENT)


@pytest.mark.usefixtures("trusted")
def test_starttls_and_a_login_are_used_where_the_address_has_them(with_starttls: Postbox) -> None:
    send(f"smtp+tls://{LOGIN}@localhost:{with_starttls.port}")
    assert len(with_starttls.mails) == 1


@pytest.mark.usefixtures("trusted")
def test_smtps_is_encrypted_from_the_first_byte(context: ssl.SSLContext) -> None:
    with Postbox(tls=context) as server:
        send(f"smtps://localhost:{server.port}")
        assert len(server.mails) == 1


@pytest.mark.usefixtures("trusted")
def test_a_wrong_password_is_no_refusal_of_the_mail(with_starttls: Postbox) -> None:
    with pytest.raises(Closed, match="535"):
        send(f"smtp+tls://petugas%40kota:falsch@localhost:{with_starttls.port}")


def test_a_server_that_cannot_prove_its_name_gets_nothing(with_starttls: Postbox) -> None:
    with pytest.raises(NotTaken, match="certificate verify failed"):
        send(f"smtp+tls://{LOGIN}@localhost:{with_starttls.port}")
    assert with_starttls.mails == []


def test_nothing_is_sent_in_the_clear_where_starttls_is_wanted() -> None:
    with Postbox() as server:
        with pytest.raises(NotTaken, match="STARTTLS"):
            send(f"smtp+tls://localhost:{server.port}")
        assert server.mails == []


def test_the_limit_is_one_for_all_steps_of_a_mail() -> None:
    """A server that takes a little less than the limit for each of its answers."""
    with Postbox() as server:
        server.pause = 0.3
        begun = datetime.now(UTC)
        with pytest.raises(NotTaken, match=r"timed out|not done within 0\.5 seconds"):
            send(server.url, limit=0.5)
        assert datetime.now(UTC) - begun < timedelta(seconds=3)
        assert server.mails == []
