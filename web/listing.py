"""The list of Quick Wins: narrowed, ordered and turned over by its address, and the same as a file.

What is listed is decided in `workflow.listing`, what an address says in `listing_address`.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import Response, abort, current_app, g, render_template, request, send_file, url_for
from flask_babel import gettext as _

from web import found, listing_address
from web.frame import reader_language
from web.listing_address import ORDERS, Asked
from web.listing_choices import Choices, choices
from web.presenting import Head, local_day_of, row_of
from web.proposal_start import proposes
from workflow import columns, queries, spreadsheet
from workflow.excerpts import excerpts
from workflow.keyset import LONGEST
from workflow.listing import Listed, Order, Page, listing
from workflow.working_days import load_calendar

PER_PAGE, EXPORTED = 25, 10_000


@dataclass(frozen=True, kw_only=True)
class Chip:
    """A filter that narrows, and the address without it."""

    text: str
    href: str


def index() -> str:
    asked = listing_address.asked()
    page = _listed(asked).page(
        g.session, PER_PAGE, after=_cursor("after"), before=_cursor("before")
    )
    calendar, options = load_calendar(g.session), choices(asked.filters)
    total = _total(page)
    return render_template(
        "quick_wins/index.html",
        rows=[row_of(quick_win, calendar, g.now) for quick_win in page.rows],
        found=_found(page, asked.filters.q),
        asked=asked,
        chips=_chips(asked, options),
        choices=options,
        orders=[(code, name) for code, name in ORDERS.items() if _offered(code, asked)],
        heads=_heads(asked),
        mistyped=page.of.search.mistyped if page.of.search else (),
        proposes=proposes(),
        total=f"{queries.COUNT_LIMIT}+" if total > queries.COUNT_LIMIT else total,
        count=total,
        exported=EXPORTED,
        next_url=asked.address(after=page.next) if page.next else "",
        previous_url=asked.address(before=page.previous) if page.previous else "",
    )


def export(form: str) -> Response:
    """What the list shows with this address, all of it up to EXPORTED rows, for a spreadsheet."""
    if form not in spreadsheet.FORMS:
        abort(404)
    reader = columns.Reader(
        language=reader_language(),
        zone=ZoneInfo(g.city.zone),
        now=g.now,
        address=lambda each: (
            current_app.config["SETTINGS"].base_url.rstrip("/")
            + url_for("quick_wins.show", quick_win_id=each)
        ),
    )
    rows = _listed(listing_address.asked()).rows(g.session, EXPORTED)
    file = io.BytesIO()
    spreadsheet.write(form, columns.headings(reader), columns.rows(rows, reader), file)
    file.seek(0)
    return send_file(
        file,
        mimetype=spreadsheet.FORMS[form],
        as_attachment=True,
        download_name=f"quick-wins-{local_day_of(g.now)}.{form}",
    )


def _listed(asked: Asked) -> Listed:
    return listing(g.session, g.person, asked.filters, order=asked.in_order, at=g.now)


def _cursor(name: str) -> str:
    return request.args.get(name, "")[: LONGEST + 1]


def _total(page: Page) -> int:
    """Counted by itself only where the first page did not."""
    return page.of.count(g.session) if page.count is None else page.count


def _found(page: Page, typed: str) -> Mapping[int, found.Found]:
    """Where the words of the search stand, by id."""
    if page.of.search is None:
        return {}
    ids = [quick_win.id for quick_win in page.rows]
    return {
        each: found.shown(excerpt, typed)
        for each, excerpt in excerpts(g.session, ids, page.of.search).items()
    }


def _chips(asked: Asked, options: Choices) -> list[Chip]:
    filters = asked.filters
    texts = {
        "q": _("“%(words)s”", words=filters.q),
        "late": _("Past the deadline"),
        "waiting": _("Waits for me"),
        "own": _("Of my own unit"),
    }
    return [
        Chip(
            text=texts.get(name) or options.name(name, getattr(filters, name)),
            href=asked.without(name),
        )
        for name in filters.active()
    ]


def _offered(order: str, asked: Asked) -> bool:
    return order != Order.BEST or bool(asked.filters.q)


def _heads(asked: Asked) -> dict[str, Head]:
    """By order. A second press turns an order round."""
    labels = {
        Order.TITLE: _("Quick Win"),
        Order.UNIT: _("Unit"),
        Order.MOVED: _("Since"),
        Order.DEADLINE: _("Deadline"),
    }
    return {order.value: _head(asked, order, label) for order, label in labels.items()}


def _head(asked: Asked, order: Order, label: str) -> Head:
    name = asked.in_order
    if name.removeprefix("-") != order:
        return Head(label=label, href=asked.ordered(order), sort="")
    turned = name.startswith("-")
    falling = (order is Order.MOVED) is not turned
    return Head(
        label=label,
        href=asked.ordered(order if turned else f"-{order}"),
        sort="descending" if falling else "ascending",
    )
