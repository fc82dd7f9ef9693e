"""What the page had when it was loaded, as its form sends it back."""

from __future__ import annotations

from flask import request

MAX_DIGITS = 9


def seen_version() -> int:
    """The version of the Quick Win; 0 is none at all, so that nobody acts on, or overwrites, what
    they did not see."""
    text = request.form.get("version", "")
    right = text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS
    return int(text) if right else 0
