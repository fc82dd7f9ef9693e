"""What the page had when it was loaded, as its form sends it back."""

from __future__ import annotations

from flask import request

from web.keys import number_in


def seen_version() -> int:
    """The version of the Quick Win; 0 is none at all, so that nobody acts on, or overwrites, what
    they did not see."""
    return number_in(request.form.get("version")) or 0
