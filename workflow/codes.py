"""Codes that people give: they stand in addresses, in files and on command lines."""

from __future__ import annotations

import re

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


def is_code(text: str) -> bool:
    """Whether it is at most 40 letters, digits, dots, hyphens and underscores, and begins with one
    of the first two."""
    return _CODE.fullmatch(text) is not None
