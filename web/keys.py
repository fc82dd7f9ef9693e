"""Numbers in addresses. One that no row can have names nothing, so it answers 404 like any other
that does not exist; what it is the number of is not known here.
"""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import BaseConverter

MAX_KEY = 2**63 - 1


class Key(BaseConverter):
    """`<int:...>`: up to 18 digits, so that it fits a bigint. Werkzeug's own takes any number.

    It is the pattern that refuses: a refusal in `to_python` would come after the method was looked
    at, and answer 405.
    """

    regex = "[0-9]{1,18}"

    def to_python(self, value: str) -> int:
        return int(value)


def register(app: Flask) -> None:
    app.url_map.converters["int"] = Key
