"""The CSRF token of forms, masked anew in every answer.

Answers are compressed, and the length of compressed text lets somebody on the line who can put
words into a page guess a secret that is always written alike (BREACH). So a page never holds the
token itself, but a random mask and the token under it. What the token proves is Flask-WTF's affair.
"""

from __future__ import annotations

import binascii
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from flask import Flask, g
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf


class MaskedCSRF(CSRFProtect):  # type: ignore[misc]  # the library has no types
    """Flask-WTF's protection, which gives out and takes masked tokens only."""

    def init_app(self, app: Flask) -> None:
        super().init_app(app)
        # The library names its own token in both places.
        app.jinja_env.globals["csrf_token"] = token
        app.context_processor(lambda: {"csrf_token": token})

    def _get_csrf_token(self) -> str | None:
        given: Any = super()._get_csrf_token()
        return unmasked(given) if given else None


def token() -> str:
    """The token for the forms of this answer."""
    if "masked_token" not in g:
        g.masked_token = masked(generate_csrf())
    return str(g.masked_token)


def masked(plain: str) -> str:
    mask = secrets.token_bytes(len(plain.encode()))
    return urlsafe_b64encode(mask + _xor(mask, plain.encode())).decode()


def unmasked(text: str) -> str | None:
    """The token under its mask; None where it is none."""
    try:
        both = urlsafe_b64decode(text.encode())
        half = len(both) // 2
        return _xor(both[:half], both[half:]).decode()
    except (ValueError, binascii.Error):
        return None


def _xor(mask: bytes, text: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(mask, text, strict=True))
