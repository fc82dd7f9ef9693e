"""Small definitions from a few words: what a test does not say is filled in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

SYSTEM_MOVES = {"by": ["system"], "automatic": True}


def small(states: Mapping[str, Mapping[str, Any]], rows: Iterable[Mapping[str, Any]]) -> str:
    """The TOML of a definition that starts in the first state. Every code is its own label."""
    document = {
        "name": "small",
        "version": 1,
        "initial": next(iter(states)),
        "label": label("small"),
        "parameters": {"quorum": 1, "reviewers": 1},
        "roles": {
            code: {"label": label(code), "scope": "city", "sees": "all"}
            for code in ("worker", "boss")
        },
        "states": {
            code: {"label": label(code), "coverage": "nothing", **_waiting(state), **state}
            for code, state in states.items()
        },
        "transitions": [
            {"label": label(row["name"]), "done": label(row["name"]), "by": ["worker"], **row}
            for row in rows
        ],
    }
    return "\n".join(f"{key} = {toml(value)}" for key, value in document.items())


def go(source: str, to: str | None, name: str = "go", **more: Any) -> dict[str, Any]:
    """A row from states named in one text, with spaces between them."""
    return {"name": name, "from": source.split(), **({"to": to} if to else {}), **more}


def label(text: str) -> dict[str, str]:
    return {"id": text, "en": text}


def toml(value: Any) -> str:
    if isinstance(value, Mapping):
        pairs = (f"{key} = {toml(inner)}" for key, inner in value.items())
        return "{ " + ", ".join(pairs) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value)


def _waiting(state: Mapping[str, Any]) -> dict[str, Any]:
    return {} if state.get("final") else {"turn": ["worker"], "deadline": {"within": 5}}
