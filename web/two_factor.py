"""The second factor of a login: codes of an app (TOTP), and recovery codes for whoever lost it.

A code counts once. The secret is stored under a key made of QUICKWIN_SECRET_KEY, so that a copy of
the database alone makes no codes. How often somebody may be wrong is not known here.
"""

from __future__ import annotations

import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta

import pyotp
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from workflow.ledger import sha256
from workflow.models import Person, RecoveryCode, SecondFactor

STEP = 30  # seconds that a code stands for
DRIFT = (-1, 0, 1)  # steps by which a phone's clock may be off
SETTING_UP = timedelta(hours=1)
RECOVERY_CODES, CODE_LENGTH, GROUP = 10, 16, 4
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is read as something else


class Vault:
    """Seals the secrets, with a key that is made of the secret key of the installation."""

    def __init__(self, secret_key: str) -> None:
        derived = HKDF(SHA256(), 32, salt=None, info=b"quickwin second factor")
        self._fernet = Fernet(urlsafe_b64encode(derived.derive(secret_key.encode())))

    def seal(self, secret: str) -> str:
        return self._fernet.encrypt(secret.encode()).decode()

    def open(self, sealed: str) -> str | None:
        """None where it was sealed under another secret key."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            return None


def in_force(session: Session, person_id: int) -> SecondFactor | None:
    """The second factor that a login of the person needs."""
    factor = session.get(SecondFactor, person_id)
    return factor if factor and factor.confirmed_at else None


def begin(session: Session, person: Person, vault: Vault, at: datetime) -> None:
    """Make a secret for an app, which counts once its first code was shown. Where one is in force
    already, nothing changes."""
    if in_force(session, person.id):
        return
    session.merge(
        SecondFactor(
            person_id=person.id,
            sealed_secret=vault.seal(pyotp.random_base32()),
            created_at=at,
            confirmed_at=None,
            last_step=0,
        )
    )


def being_set_up(session: Session, person: Person, vault: Vault, at: datetime) -> str | None:
    """The secret of an app that waits for its first code."""
    factor = session.get(SecondFactor, person.id)
    if factor is None or factor.confirmed_at or factor.created_at <= at - SETTING_UP:
        return None
    return vault.open(factor.sealed_secret)


def address(secret: str, person: Person, city: str) -> str:
    """What the picture says to the app."""
    totp = pyotp.TOTP(secret, interval=STEP)
    return totp.provisioning_uri(name=person.email, issuer_name=f"quickwin {city}".strip())


def confirm(
    session: Session, person: Person, code: str, vault: Vault, at: datetime
) -> list[str] | None:
    """With the app's first code its factor is in force: the recovery codes, to be shown once. None
    where the code is not right, or none is waited for."""
    if being_set_up(session, person, vault, at) is None:
        return None
    if not _take(session, person.id, code, vault, at):
        return None
    session.get_one(SecondFactor, person.id).confirmed_at = at
    return new_recovery_codes(session, person.id)


def take(session: Session, person_id: int, code: str, vault: Vault, at: datetime) -> bool:
    """Whether it is a code of the factor in force that did not count yet; then it has counted."""
    return in_force(session, person_id) is not None and _take(session, person_id, code, vault, at)


def take_recovery(session: Session, person_id: int, code: str, at: datetime) -> bool:
    """Whether it is an unused recovery code; then it is used."""
    typed = re.sub(r"[\s-]", "", code).casefold()
    used = (
        update(RecoveryCode)
        .where(
            RecoveryCode.person_id == person_id,
            RecoveryCode.code_sha256 == _digest(typed),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=at)
        .returning(RecoveryCode.id)
    )
    return session.scalar(used) is not None


def new_recovery_codes(session: Session, person_id: int) -> list[str]:
    """Ten new ones in place of all there were, as they are written down."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    codes = [
        "".join(secrets.choice(_ALPHABET) for _ in range(CODE_LENGTH))
        for _ in range(RECOVERY_CODES)
    ]
    session.add_all(RecoveryCode(person_id=person_id, code_sha256=_digest(code)) for code in codes)
    return ["-".join(re.findall(f".{{{GROUP}}}", code)) for code in codes]


def recovery_codes_left(session: Session, person_id: int) -> int:
    left = select(func.count()).where(
        RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None)
    )
    return session.scalar(left) or 0


def remove(session: Session, person_id: int) -> bool:
    """The password alone opens the account again. Whether there was a factor, in force or not."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person_id))
    gone = delete(SecondFactor).where(SecondFactor.person_id == person_id)
    return session.scalar(gone.returning(SecondFactor.person_id)) is not None


def _take(session: Session, person_id: int, code: str, vault: Vault, at: datetime) -> bool:
    """Compare under the lock of the row: of two requests with one code, one counts."""
    factor = session.scalars(
        select(SecondFactor)
        .where(SecondFactor.person_id == person_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    secret = vault.open(factor.sealed_secret)
    if secret is None:
        return False
    typed = re.sub(r"\s", "", code).encode("utf-8", "surrogatepass")
    totp, now = pyotp.TOTP(secret, interval=STEP), int(at.timestamp()) // STEP
    for step in (now + drift for drift in DRIFT):
        right = hmac.compare_digest(totp.generate_otp(step).encode(), typed)
        if right and step > factor.last_step:
            factor.last_step = step
            return True
    return False


def _digest(code: str) -> str:
    """Unsalted: a code has 79 random bits, and nobody tries that many."""
    return sha256(code)
