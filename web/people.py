"""/people: who has an account, for admins: found by name, closed and opened again.

What closing one would make impossible is asked of the domain and shown before it happens.
"""

from __future__ import annotations

from flask import Blueprint, Flask, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from web.frame import say
from web.profile import in_a_browser
from workflow import accounts, incidents
from workflow.registry import active, parsed

bp = Blueprint("people", __name__, url_prefix="/people")
bp.before_request(in_a_browser)
LONGEST = 200


def register(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("")
def index() -> str:
    """`?q=` narrows to a part of a name or an address."""
    text = request.args.get("q", "").replace("\x00", "").strip()[:LONGEST]
    after, before = (request.args.get(name, "") for name in ("after", "before"))
    found = accounts.listed(g.session, text, g.person, at=g.now, after=after, before=before)
    return render_template(
        "people/index.html",
        accounts=found.found,
        q=text,
        role_name=_role_name,
        next_url=_page(text, after=found.next) if found.next else "",
        previous_url=_page(text, before=found.previous) if found.previous else "",
    )


@bp.get("/<int:person_id>")
def show(person_id: int) -> str:
    found = accounts.one(g.session, person_id, g.person, at=g.now)
    return render_template(
        "people/show.html",
        found=found,
        role_name=_role_name,
        own=person_id == g.person.id,
        lacking=incidents.foreseen(g.session, person_id, at=g.now),
    )


@bp.post("/<int:person_id>/deactivate")
def deactivate(person_id: int) -> ResponseReturnValue:
    closed = accounts.deactivate(g.session, person_id, g.person, at=g.now)
    g.session.commit()
    flash(_("The account of %(name)s is closed.", name=closed.name), "success")
    return redirect(url_for("people.show", person_id=person_id), 303)


@bp.post("/<int:person_id>/reactivate")
def reactivate(person_id: int) -> ResponseReturnValue:
    opened = accounts.reactivate(g.session, person_id, g.person, at=g.now)
    g.session.commit()
    flash(_("The account of %(name)s is open again.", name=opened.name), "success")
    return redirect(url_for("people.show", person_id=person_id), 303)


def _page(text: str, *, after: str | None = None, before: str | None = None) -> str:
    return url_for("people.index", q=text or None, after=after, before=before)


def _role_name(code: str) -> str:
    """Roles that the definition in force does not know are shown by their codes."""
    roles = parsed(active(g.session)).roles
    return say(roles[code].label) if code in roles else code
