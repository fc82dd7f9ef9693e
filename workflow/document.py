"""The TOML document of a workflow: read into a `Workflow`, or every reason why it cannot be.

Whether the workflow makes sense is not asked here, but in `checks`.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Any

from pydantic import TypeAdapter, ValidationError

from workflow.definition import Workflow
from workflow.language import N_, Label, Sentence


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What is wrong with a definition: where in the document, and a sentence for an admin."""

    place: str
    sentence: Sentence

    def __str__(self) -> str:
        return f"{self.place}: {self.sentence}"


def finding(place: str, text: str, **values: str | int | Label | Sentence) -> Finding:
    """The finding that puts the values into a text of the catalogue."""
    return Finding(place=place, sentence=Sentence(text, values))


class Malformed(Exception):
    """The document cannot be read as a workflow at all."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("\n".join(map(str, findings)))
        self.findings = findings


def load(text: str) -> Workflow:
    """The workflow a TOML document describes. Raises Malformed with every finding at once."""
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise Malformed(
            [Finding(place="document", sentence=Sentence(_NOT_TOML, {"why": str(error)}))]
        ) from error
    if written := list(_not_to_be_written(document)):
        raise Malformed(written)
    try:
        # Strict is strict about types, and about JSON's types only where JSON is read.
        return _ADAPTER.validate_json(
            json.dumps({**_prepared(document), "text": text}, default=str)
        )
    except ValidationError as error:
        raise Malformed([_finding(problem) for problem in error.errors()]) from error


def shipped() -> Workflow:
    """The definition the product comes with."""
    folder = resources.files("workflow") / "definitions"
    return load((folder / "quick_win.toml").read_text(encoding="utf-8"))


_ADAPTER: TypeAdapter[Workflow] = TypeAdapter(Workflow)
_NOT_TOML = N_("This is not a TOML document: %(why)s.")
_PROBLEMS = {
    "missing": N_("This key is missing."),
    "unexpected_keyword_argument": N_("This key is not known here; is it misspelt?"),
    "literal_error": N_("Only one of these is possible here: %(expected)s."),
    "enum": N_("Only one of these is possible here: %(expected)s."),
    "int_type": N_("A whole number is wanted here."),
    "string_type": N_("A text is wanted here."),
    "bool_type": N_("true or false is wanted here."),
}
_ROW_KEYS = ("trigger", "source")
_OTHER_PROBLEM = N_("This value does not fit here: %(why)s.")


def _finding(problem: Any) -> Finding:
    text = _PROBLEMS.get(problem["type"], _OTHER_PROBLEM)
    values = {"why": problem["msg"], **problem.get("ctx", {})}
    return Finding(
        place=".".join("from" if part == "source" else str(part) for part in problem["loc"]),
        sentence=Sentence(text, {k: str(v) for k, v in values.items()}),
    )


def _not_to_be_written(document: dict[str, Any]) -> Iterator[Finding]:
    """Keys that `_prepared` fills in: whoever writes them expects an effect they do not have."""
    text = _PROBLEMS["unexpected_keyword_argument"]
    if "text" in document:
        yield Finding(place="text", sentence=Sentence(text))
    for kind, keys in (("roles", ("code",)), ("states", ("code",)), ("transitions", _ROW_KEYS)):
        tables = document.get(kind)
        pairs = tables.items() if isinstance(tables, dict) else enumerate(tables or ())
        for name, table in pairs:
            for key in keys:
                if isinstance(table, dict) and key in table:
                    place = f"{kind}.{name}.{key}"
                    yield Finding(place=place, sentence=Sentence(text))


def _prepared(document: dict[str, Any]) -> dict[str, Any]:
    """The document with codes and triggers written into its tables, and `*` spelt out."""
    for kind in ("roles", "states"):
        tables = document.get(kind)
        for code, table in tables.items() if isinstance(tables, dict) else ():
            if isinstance(table, dict):
                table["code"] = code
    states = list(document.get("states") or ())
    counts: dict[str, int] = {}
    rows = document.get("transitions")
    for row in rows if isinstance(rows, list) else ():
        if not isinstance(row, dict):
            continue
        name = str(row.get("name", ""))
        counts[name] = counts.get(name, 0) + 1
        row["trigger"] = name if counts[name] == 1 else f"{name}#{counts[name]}"
        source = row.pop("from", None)
        if source is not None:
            row["source"] = states if source == ["*"] else source
    return document
