"""Passwords: kept as argon2id, compared in the same time whoever asks, and refused where they are
guessed at once.

The words that are refused are few and catch laziness only: whether a password has leaked elsewhere
is not known here.
"""

from __future__ import annotations

import re
import secrets
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from workflow.language import N_, Sentence

SHORTEST, LONGEST = 12, 200
LEAST_DIFFERENT = 5
_COMMON = {
    *("password", "passwort", "admin", "administrator", "letmein", "welcome", "iloveyou", "qwerty"),
    *("quickwin", "smartcity", "indonesia", "merdeka", "pancasila", "garuda", "bismillah"),
    *("rahasia", "katasandi", "sandi", "sayang", "selamat", "bandung", "jakarta", "cilegon"),
}
_LOOKALIKE = str.maketrans("0134578@$!", "oieastbasi")
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "0123456789012", "qwertyuiopasdfghjklzxcvbnm")

_hasher = PasswordHasher()


def hashed(password: str) -> str:
    return _hasher.hash(password)


def is_right(password_hash: str | None, password: str) -> bool:
    """Nobody's hash takes as long as somebody's."""
    try:
        _hasher.verify(password_hash or _nobodys_hash(), password)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return password_hash is not None


def weakness(password: str, *, email: str, name: str) -> Sentence | None:
    """Why it cannot be the password of that person; None: it can."""
    if len(password) < SHORTEST:
        return Sentence(N_("Take at least %(min_length)s characters."), {"min_length": SHORTEST})
    if len(password) > LONGEST:
        return Sentence(N_("Take at most %(max_length)s characters."), {"max_length": LONGEST})
    letters = _letters(password)
    own = (_letters(email), _letters(email.split("@", maxsplit=1)[0]), _letters(name))
    if letters in own or email.casefold() in password.casefold():
        return Sentence(N_("Your name or address is the first that others would try."))
    if _is_common(password):
        return Sentence(N_("This is easily guessed: take several words that do not go together."))
    return None


def _is_common(password: str) -> bool:
    """One common word, one row of the keyboard, or little that is repeated."""
    folded = password.casefold()
    if len(set(folded)) < LEAST_DIFFERENT or _repeats(folded):
        return True
    if any(folded in row * 2 or folded in row[::-1] * 2 for row in _ROWS):
        return True
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", folded)
    words = {_letters(core), _letters(core.translate(_LOOKALIKE))}
    return any(_unit(word) in _COMMON for word in words)


def _letters(text: str) -> str:
    return re.sub(r"[\W\d_]", "", text.casefold())


def _repeats(text: str) -> bool:
    """Whether a part of it, at most half as long, makes all of it."""
    return len(_unit(text)) < len(text)


def _unit(text: str) -> str:
    """The shortest text of which it is a repetition."""
    return text[: (text + text).find(text, 1)] if text else ""


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return _hasher.hash(secrets.token_urlsafe(16))
