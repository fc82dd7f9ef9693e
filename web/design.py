"""/design: every macro in its states and every token, for whoever builds a page.

It is read from the macros and the tokens themselves. A macro's specimen is the macro of the same
name in templates/design; a test asks for each.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from flask import Blueprint, Flask, current_app, render_template
from jinja2 import nodes

from web import design_samples, design_tokens
from web.auth import open_to_all
from web.trying_out import catchers_folder

LIBRARIES: Mapping[str, str] = MappingProxyType(
    {
        "ui": "ui",
        "forms": "forms",
        "actions": "act",
        "switches": "switches",
        "scores": "scores",
        "charts": "charts",
        "kept": "keeping",
        "incidents": "incidents",
        "sending": "sending",
        "periods": "periods",
    }
)
"""The files of macros, with the name that pages import each by."""

UNSEEN = {"writing": "what scripts fill while somebody writes; it shows nothing by itself"}
_ABOUT = re.compile(r"\{#-?\s*(\w+)\([^)]*\)[:;]\s*(.*?)\s*-?#\}", re.DOTALL)
_SPECIMEN = r"\{%%-?\s*macro %s\(\)\s*-?%%\}\n?(.*?)\{%%-?\s*endmacro"

bp = Blueprint("design", __name__)


@dataclass(frozen=True, kw_only=True)
class Macro:
    """`call` is how a page writes it, `about` its contract, `markup` how the specimen does."""

    name: str
    call: str
    about: str
    markup: str


def register(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("/design")
@open_to_all
def show() -> str:
    catchers_folder()
    return render_template(
        "design/page.html",
        libraries=[(name, macros(name)) for name in LIBRARIES],
        tokens=design_tokens,
        sample=design_samples.all_samples(),
    )


def macros(library: str) -> list[Macro]:
    """The public macros of a file, in its order."""
    source, specimens = _source(f"macros/{library}.html"), _source(f"design/{library}.html")
    about = {name: " ".join(text.split()) for name, text in _ABOUT.findall(source)}
    found = []
    for node in current_app.jinja_env.parse(source).find_all(nodes.Macro):
        if node.name.startswith("_"):
            continue
        shown = re.search(_SPECIMEN % node.name, specimens, re.DOTALL)
        found.append(
            Macro(
                name=node.name,
                call=f"{LIBRARIES[library]}.{node.name}({', '.join(a.name for a in node.args)})",
                about=about.get(node.name, ""),
                markup=shown[1].strip() if shown else "",
            )
        )
    return found


def _source(template: str) -> str:
    return (Path(current_app.root_path) / "templates" / template).read_text(encoding="utf-8")
