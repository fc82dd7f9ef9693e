"""The description of the API as a page needs it: calls by subject, and shapes as lines of fields.

It knows OpenAPI and JSON Schema only as far as `openapi` writes them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

# The keywords of JSON Schema that are told beside the kind, and how.
_LIMITS = {
    "minimum": "≥ {}",
    "maximum": "≤ {}",
    "exclusiveMinimum": "> {}",
    "exclusiveMaximum": "< {}",
    "minLength": "length ≥ {}",
    "maxLength": "length ≤ {}",
    "minItems": "at least {}",
    "maxItems": "at most {}",
    "pattern": "{}",
    "format": "{}",
}


@dataclass(frozen=True, kw_only=True)
class Part:
    """A piece of what a value may be; `shape` names the shape that it links to, if it is one."""

    text: str
    shape: str = ""


@dataclass(frozen=True, kw_only=True)
class Line:
    """A field of a shape, or a parameter of a call; `place` is path, query, header or ""."""

    name: str
    parts: list[Part]
    required: bool
    about: str = ""
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class Call:
    method: str
    path: str
    summary: str
    lines: list[Line]
    body: list[Part]
    answer: list[Part]
    status: str
    refuses: list[str]


@dataclass(frozen=True, kw_only=True)
class Subject:
    name: str
    calls: list[Call]


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A shape with fields has `lines`; of another one `parts` say what it may be."""

    name: str
    about: str
    lines: list[Line]
    parts: list[Part]


def subjects(document: Mapping[str, Any]) -> list[Subject]:
    """The calls by subject, in the order of the document."""
    found = [
        (operation["tags"][0], _call(method, path, operation))
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]
    return [
        Subject(name=name, calls=[call for _name, call in calls])
        for name, calls in groupby(found, key=lambda pair: pair[0])
    ]


def shapes(document: Mapping[str, Any]) -> list[Shape]:
    """Every shape, by name."""
    return [
        Shape(
            name=name,
            about=schema.get("description", ""),
            lines=[
                _line(field, inner, field in schema.get("required", ()))
                for field, inner in schema.get("properties", {}).items()
            ],
            parts=[] if "properties" in schema else list(_kind(schema)),
        )
        for name, schema in document["components"]["schemas"].items()
    ]


def _call(method: str, path: str, operation: Mapping[str, Any]) -> Call:
    responses = operation["responses"]
    status = next(code for code in responses if code.startswith("2"))
    return Call(
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        lines=[
            _line(each["name"], each["schema"], each["required"], each)
            for each in operation["parameters"]
        ],
        body=_content(operation.get("requestBody", {})),
        answer=_content(responses[status]),
        status=status,
        refuses=[code for code in responses if code.startswith(("4", "5"))],
    )


def _content(holder: Mapping[str, Any]) -> list[Part]:
    """What a body may be, each media type once."""
    found: list[Part] = []
    for media_type, content in holder.get("content", {}).items():
        parts = list(_kind(content["schema"]))
        plain = media_type == "application/json"
        found += parts if plain else [Part(text=f"{media_type}:"), *parts]
    return found


def _line(
    name: str, schema: Mapping[str, Any], required: bool, parameter: Mapping[str, Any] | None = None
) -> Line:
    around = parameter or schema
    return Line(
        name=name,
        parts=list(_kind(schema)),
        required=required,
        about=around.get("description", ""),
        place=around.get("in", ""),
    )


def _kind(schema: Mapping[str, Any]) -> Iterator[Part]:
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        yield Part(text=name, shape=name)
    elif "anyOf" in schema:
        for place, one in enumerate(schema["anyOf"]):
            if place:
                yield Part(text="or")
            yield from _kind(one)
    elif "enum" in schema or "const" in schema:
        values = schema.get("enum", [schema.get("const")])
        yield Part(text=", ".join(map(str, values)))
    elif schema.get("type") == "array":
        yield Part(text="list of")
        yield from _kind(schema.get("items", {}))
    else:
        yield Part(text=str(schema.get("type", "any")))
    limits = [text.format(schema[key]) for key, text in _LIMITS.items() if key in schema]
    if limits:
        yield Part(text=f"({', '.join(limits)})")
