"""/ledger: what proves that nothing was changed afterwards, for whoever sees everything: how much
there is, the last checkpoint, the public key, and the chain of one Quick Win, recomputed.

Whether a chain is whole is said by the domain.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Flask, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from web.frame import clock, say
from web.presenting import brief_day, title_of
from web.telling import done_by
from workflow import inspecting
from workflow.errors import NotFound
from workflow.inspecting import PAGE, Inspected
from workflow.ledger import CITY_CHAIN
from workflow.models import Event

bp = Blueprint("ledger", __name__, url_prefix="/ledger")
SHORT = 12  # characters of a digest
EXAMPLE = "QW-2026-0001"

# What is done for the whole city, which no definition names.
CITY_ACTS = {
    "activate_definition": lazy_gettext("activated a definition"),
    "add_day": lazy_gettext("added a day to the calendar"),
    "add_period": lazy_gettext("added a period"),
    "add_person": lazy_gettext("opened an account"),
    "change_incident": lazy_gettext("noticed that a step lacks people for other agencies"),
    "close_incident": lazy_gettext("noticed that a step has enough people again"),
    "deactivate_person": lazy_gettext("closed an account"),
    "end_standstill": lazy_gettext("noticed that the clock or the mail runs again"),
    "give_token": lazy_gettext("gave a token of the API"),
    "import_calendar": lazy_gettext("set working days"),
    "import_units": lazy_gettext("imported units"),
    "issue_decree": lazy_gettext("issued a decree"),
    "load_demo": lazy_gettext("loaded the sample data"),
    "mend_address": lazy_gettext("let a refused address be tried again"),
    "notice_standstill": lazy_gettext("noticed that the clock or the mail stands still"),
    "move_day": lazy_gettext("moved a day of the calendar"),
    "open_incident": lazy_gettext("noticed that nobody can take a step"),
    "reactivate_person": lazy_gettext("opened an account again"),
    "remove_day": lazy_gettext("took back a day of the calendar"),
    "reset_two_factor": lazy_gettext("reset a second factor"),
    "send_again": lazy_gettext("sent failed mails again"),
    "set_city": lazy_gettext("set the city"),
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One event; `signed`: a checkpoint vouches for it."""

    seq: int
    at: str
    what: str
    who: str
    hash: str
    previous: str
    signed: bool


def register(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("")
def show() -> ResponseReturnValue:
    """`?number=` leads to the chain of that Quick Win."""
    inspecting.check_reader(g.session, g.person, g.now)
    number = request.args.get("number", "").replace("\x00", "").strip().upper()
    if not number:
        return _front()
    try:
        return redirect(url_for("ledger.chain", chain_id=inspecting.find(g.session, number)))
    except NotFound:
        return _front(number, _("There is no Quick Win %(number)s.", number=number)), 404


@bp.get("/<int:chain_id>")
def chain(chain_id: int) -> str:
    """`?after=` names the event after which the page begins."""
    inspecting.check_reader(g.session, g.person, g.now)
    after = max(0, request.args.get("after", 0, type=int))
    found = inspecting.inspect(g.session, chain_id, g.person, after=after, at=g.now)
    shown = found.events[-1].seq if found.events else after
    return render_template(
        "ledger/chain.html",
        found=found,
        title=title_of(found.quick_win) if found.quick_win else _("The city"),
        lines=_lines(found),
        next_url=_page(chain_id, shown) if shown < found.chain.head_seq else "",
        previous_url=_page(chain_id, max(0, after - PAGE)) if after else "",
    )


def _front(number: str = "", error: str = "") -> str:
    found = inspecting.glance(g.session)
    return render_template(
        "ledger/show.html",
        found=found,
        latest=[(event, number, event.hash[:SHORT]) for event, number in found.latest],
        younger=found.events - (found.stamp.events if found.stamp else 0),
        city_chain=CITY_CHAIN,
        number=number,
        error=error,
        example=EXAMPLE,
    )


def _lines(found: Inspected) -> list[Line]:
    lines, previous = [], found.before
    for event in found.events:
        lines.append(
            Line(
                seq=event.seq,
                at=_when(event.at),
                what=_what(found, event),
                who=found.names[event.id] or _role(found, event),
                hash=event.hash,
                previous=previous,
                signed=event.seq <= found.signed,
            )
        )
        previous = event.hash
    return lines


def _when(at: datetime) -> str:
    return f"{brief_day(at)}, {clock(at)}"


def _what(found: Inspected, event: Event) -> str:
    if found.workflow is None:
        return str(CITY_ACTS.get(event.action, event.action))
    return done_by(found.workflow, event.action, event.source, event.target)


def _role(found: Inspected, event: Event) -> str:
    if found.workflow is None or not event.role:
        return str(_("The operators"))
    known = found.workflow.roles
    role = event.role
    return say(found.workflow.role_label(role)) if role in known or event.actor_id is None else role


def _page(chain_id: int, after: int) -> str:
    return url_for("ledger.chain", chain_id=chain_id, after=after or None)
