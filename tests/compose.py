"""docker-compose.yml, read as Compose reads it: variables put in, one service at a time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).resolve().parent.parent / "docker-compose.yml"
_VARIABLE = re.compile(r"\$(?:\$|\{(\w+)(?::([-?])([^}]*))?\})")


def document() -> dict[str, Any]:
    """As it stands, variables and all."""
    found: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return found


def services(values: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Every service with the variables put in. KeyError: one that is needed is missing."""
    found: dict[str, dict[str, Any]] = _filled(document()["services"], values)
    return found


def _filled(part: Any, values: Mapping[str, str]) -> Any:
    if isinstance(part, dict):
        return {key: _filled(inner, values) for key, inner in part.items()}
    if isinstance(part, list):
        return [_filled(inner, values) for inner in part]
    if isinstance(part, str):
        return _VARIABLE.sub(lambda match: _value(match, values), part)
    return part


def _value(match: re.Match[str], values: Mapping[str, str]) -> str:
    name, kind, default = match.groups()
    if name is None:
        return "$"
    if kind == "-":
        return values.get(name) or default
    return values[name]
