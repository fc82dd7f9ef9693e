"""Which passwords are refused, and that the refusal says why."""

import pytest

from web.passwords import LONGEST, hashed, is_right, weakness

RINA = {"email": "rina.contoh@kota.test", "name": "Rina Contoh Lestari"}


@pytest.mark.parametrize(
    "password",
    [
        "empat kuda berlari pagi",
        "x9!kLp2#qWz7",
        "nasi padang di senja hari",
        "日本語のパスワード例です",
    ],
)
def test_several_words_or_enough_signs_will_do(password: str) -> None:
    assert weakness(password, **RINA) is None


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("elf zeichen", "at least 12"),
        ("x" * (LONGEST + 1), "at most 200"),
        ("rina.contoh@kota.test", "first that others would try"),
        ("Rina.Contoh@kota.test!", "first that others would try"),
        ("RinaContohLestari1", "first that others would try"),
        ("passwordpassword", "easily guessed"),
        ("P4ssw0rd12345", "easily guessed"),
        ("Rahasia123456", "easily guessed"),
        ("Indonesia2026!", "easily guessed"),
        ("qwertyuiopas", "easily guessed"),
        ("123456789012", "easily guessed"),
        ("abcdefghijklm", "easily guessed"),
        ("aaaaaaaaaaaab", "easily guessed"),
        ("1212 1212 1212", "easily guessed"),
    ],
)
def test_what_is_guessed_at_once_is_refused_with_the_reason(password: str, why: str) -> None:
    refused = weakness(password, **RINA)
    assert refused is not None
    assert why in str(refused)


def test_nobodys_password_is_never_right() -> None:
    assert is_right(hashed("empat kuda"), "empat kuda")
    assert not is_right(hashed("empat kuda"), "empat Kuda")
    assert not is_right(None, "")
    assert not is_right("no hash", "no hash")
