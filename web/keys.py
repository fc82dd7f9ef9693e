"""Numbers in addresses. One that no row can have names nothing, so it answers 404 like any other
that does not exist; what it is the number of is not known here.
"""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import BaseConverter, ValidationError

MAX_KEY = 2**63 - 1


class Key(BaseConverter):
    """`<int:...>`: a number that fits a bigint. Werkzeug's own takes any number of digits."""

    regex = "[0-9]{1,19}"

    def to_python(self, value: str) -> int:
        number = int(value)
        if number > MAX_KEY:
            raise ValidationError
        return number


def register(app: Flask) -> None:
    app.url_map.converters["int"] = Key
