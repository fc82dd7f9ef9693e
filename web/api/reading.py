"""Reading a request: its body, its query string, the version it speaks of.

A view asks the domain for its refusals first: what is wrong with a body can wait as a fault. Wrong
JSON is 400, another kind of content 415, and what does not fit 422, field by field.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, NoReturn, TypeVar

from flask import request
from flask_babel import gettext as _
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

from workflow.errors import Invalid
from workflow.faults import invalid
from workflow.language import N_, Sentence

Model = TypeVar("Model", bound=BaseModel)
Read = TypeVar("Read")
Fault = BadRequest | UnsupportedMediaType | RequestEntityTooLarge | Invalid

_FAULTS = (BadRequest, UnsupportedMediaType, RequestEntityTooLarge, Invalid)
_VERSION = re.compile(r'(?:W/)?"([0-9]{1,19})"|([0-9]{1,19})')
NO_VERSION = -1


def attempted(read: Callable[[], Read]) -> tuple[Read | None, Fault | None]:
    """What was read, or why it could not be: for later, when the domain has been asked."""
    try:
        return read(), None
    except _FAULTS as fault:
        return None, fault


def json_object() -> dict[str, Any]:
    """The body as a JSON object. Raises a Fault."""
    if not request.is_json:
        raise UnsupportedMediaType(_("Send JSON, with the type application/json."))
    try:
        found = json.loads(request.get_data(), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise BadRequest(_("This is not JSON.")) from error
    if not isinstance(found, dict):
        raise Invalid({"body": Sentence(N_("A group of fields is wanted here."))})
    return found


def body(shape: type[Model]) -> Model:
    """The body as a value of that shape. Raises a Fault."""
    return checked(shape, json_object())


def query(shape: type[Model]) -> Model:
    """The query string as a value; what is empty in it counts as left out. Raises Invalid."""
    return checked(shape, {name: value for name, value in request.args.items() if value})


def checked(shape: type[Model], given: Mapping[str, Any]) -> Model:
    """The value of that shape. Raises Invalid, which names every field that does not fit."""
    try:
        return shape.model_validate(given)
    except ValidationError as error:
        raise invalid(error) from error


def seen_version() -> int | None:
    """The version in If-Match, bare or quoted; None without the header.

    A proxy that compresses weakens the tag, so a weak one counts as well. What is no version, `*`
    too, is none that a Quick Win can have.
    """
    header = request.headers.get("If-Match")
    if header is None:
        return None
    found = _VERSION.fullmatch(header.strip())
    return int(found[1] or found[2]) if found else NO_VERSION


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
