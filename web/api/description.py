"""What a call says about itself, beside its view: from this the description of the API is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask.typing import ResponseReturnValue
from pydantic import BaseModel

from web.api.schemas import NoQuery

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


@dataclass(frozen=True, kw_only=True)
class Operation:
    """`answer` is the shape of the JSON that comes with `status`; None: other media types.

    `bodies` has the shapes of which the body is one. `refuses` names the statuses besides those
    that every call of its kind can answer.
    """

    summary: str
    answer: type[BaseModel] | None
    status: int = 200
    media_types: tuple[str, ...] = ("application/json",)
    query: type[BaseModel] = NoQuery
    bodies: tuple[type[BaseModel], ...] = ()
    takes_file: bool = False
    headers: tuple[Header, ...] = ()
    sends: tuple[str, ...] = ()
    refuses: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Header:
    """A header of the request."""

    name: str
    required: bool
    text: str


def describe(operation: Operation) -> Callable[[View], View]:
    """Tie the description to the view."""

    def mark(view: View) -> View:
        view.operation = operation  # type: ignore[attr-defined]
        return view

    return mark
