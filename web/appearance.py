"""Language and theme: what a person chose, kept with the account, or in the browser of a stranger.

Which languages and themes there are is known here; what a theme looks like is not.
"""

from __future__ import annotations

from flask import Blueprint, Flask, g, redirect, request, session
from flask.typing import ResponseReturnValue

from web.auth import inside, open_to_all
from workflow.language import LANGUAGES
from workflow.models import Person

AUTO, CHOSEN = "auto", ("light", "dark")
THEMES = (*CHOSEN, AUTO)
bp = Blueprint("appearance", __name__)


def register(app: Flask) -> None:
    app.register_blueprint(bp)


def theme() -> str:
    """What the person chose, else what this browser chose; "auto" follows the reader's system."""
    if g.get("person") is not None and g.person.theme:
        return str(g.person.theme)
    chosen = session.get("theme")
    return str(chosen) if chosen in CHOSEN else AUTO


@bp.post("/language")
@open_to_all
def language() -> ResponseReturnValue:
    if (wanted := request.form.get("language", "")) in LANGUAGES:
        session["language"] = wanted
        if g.person:
            g.session.get_one(Person, g.person.id).language = wanted
            g.session.commit()
    return _back()


@bp.post("/theme", endpoint="theme")
@open_to_all
def choose_theme() -> ResponseReturnValue:
    if (wanted := request.form.get("theme", "")) in THEMES:
        session["theme"] = chosen = None if wanted == AUTO else wanted
        if g.person:
            g.session.get_one(Person, g.person.id).theme = chosen
            g.session.commit()
    return _back()


def _back() -> ResponseReturnValue:
    return redirect(inside(request.form.get("next", "")), 303)
