"""The filters and the order of the list as they stand in its address: read, written, and what each
of them is called. Nothing in an address breaks the list; what means nothing narrows to nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import request, url_for
from flask_babel import lazy_gettext

from workflow.listing import Filters, Order

LONGEST = 200
YES = "yes"
TEXTS = ("q", "state", "stage", "unit", "period", "dimension")
SWITCHES = {"late": ("late", YES), "waiting": ("waiting_for", "me"), "own": ("own", YES)}

ORDERS: Mapping[str, Any] = {
    Order.BEST: lazy_gettext("The best match first"),
    Order.NEWEST: lazy_gettext("The newest first"),
    Order.DEADLINE: lazy_gettext("The most urgent first"),
    Order.MOVED: lazy_gettext("What moved last first"),
    Order.TITLE: lazy_gettext("By title"),
    Order.UNIT: lazy_gettext("By unit"),
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What an address asks for. `order` is "" where it says none."""

    filters: Filters
    order: str

    @property
    def in_order(self) -> str:
        """The order that holds: where words are searched for, the best match first."""
        return self.order or (Order.BEST if self.filters.q else Order.NEWEST)

    def parameters(self) -> dict[str, str]:
        """As they stand in an address; those that say nothing are left out."""
        found = {name: getattr(self.filters, name) for name in TEXTS}
        for name, (parameter, value) in SWITCHES.items():
            found[parameter] = value if getattr(self.filters, name) else ""
        found["order"] = self.order
        return {name: value for name, value in found.items() if value}

    def address(self, **more: str) -> str:
        parameters: dict[str, Any] = {**self.parameters(), **more}
        return url_for("quick_wins.index", **parameters)

    def without(self, name: str) -> str:
        """The address with one filter taken away."""
        empty: dict[str, Any] = {name: False if name in SWITCHES else ""}
        return replace(self, filters=replace(self.filters, **empty)).address()

    def ordered(self, order: str) -> str:
        """The address in another order."""
        return replace(self, order=order).address()


def asked() -> Asked:
    """What the address of this request asks for."""
    given: dict[str, Any] = {name: _text(name) for name in TEXTS}
    for name, (parameter, value) in SWITCHES.items():
        given[name] = request.args.get(parameter) == value
    order = _text("order")
    known = order.removeprefix("-") in ORDERS
    return Asked(filters=Filters(**given), order=order if known else "")


def _text(name: str) -> str:
    """Without what PostgreSQL cannot compare with, and nothing equals."""
    text = request.args.get(name, "").replace("\x00", "").strip()
    return text.encode(errors="ignore").decode()[:LONGEST]
