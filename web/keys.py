"""Numbers in addresses and in hidden fields. One that no row can have names nothing, so that it is
answered like any other that does not exist; what it is the number of is not known here.
"""

from __future__ import annotations

import re

from flask import Flask
from werkzeug.routing import BaseConverter

NUMBER = "[0-9]{1,18}"  # so that it fits a bigint


class Key(BaseConverter):
    """`<int:...>` with a NUMBER. Werkzeug's own takes any.

    It is the pattern that refuses: a refusal in `to_python` would come after the method was looked
    at, and answer 405.
    """

    regex = NUMBER

    def to_python(self, value: str) -> int:
        return int(value)


def number_in(text: str | None) -> int | None:
    """The number that a field sends back; None where it is none."""
    return int(text) if text and re.fullmatch(NUMBER, text) else None


def register(app: Flask) -> None:
    app.url_map.converters["int"] = Key
