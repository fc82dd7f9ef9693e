"""The description of the API, OpenAPI 3.1, from what the views say of themselves; and its page.

Nothing is described here by hand that a view or a shape knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from flask import Flask
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from werkzeug.routing import Rule

from web.api.description import Operation
from web.api.shapes import Problem
from workflow.fields import Content

_REF = "#/components/schemas/{model}"
_PROBLEM = "application/problem+json"
_ARGUMENT = re.compile(r"<(?:(\w+):)?(\w+)>")
_BODY_REFUSES = (400, 413, 415, 422)
_SENT = {
    "ETag": ("The version, quoted", {"type": "string"}),
    "Location": ("Where it is found", {"type": "string"}),
}
TEXT = """\
One address for each thing, JSON in and out. Lists are `{items, next_cursor}`, 50 at a time unless
`limit` says otherwise. Refusals are `application/problem+json`; a refused action comes with the
`rule` and with the roles that could (`who_can`). What one may not see answers like what does not
exist.

A program comes with a bearer token; a browser with its session, and the CSRF token in
`X-CSRFToken` for everything but GET. An act may be sent with an `Idempotency-Key`: sent again with
the same body within 24 hours it is not performed again, and gets the first answer. A refused act
wrote nothing, and leaves its key free.
"""


@lru_cache(maxsize=1)
def document(app: Flask) -> dict[str, Any]:
    """The whole description as JSON."""
    described = list(operations(app))
    names = _names({Problem, Content, *(m for _, _, each in described for m in _models(each))})
    paths: dict[str, dict[str, Any]] = {}
    for rule, method, operation in described:
        entry = _operation(rule, operation, names)
        paths.setdefault(_path(rule), {})[method.lower()] = entry
    schemas = models_json_schema([(m, "validation") for m in names], ref_template=_REF)[1]["$defs"]
    return {
        "openapi": "3.1.0",
        "info": {"title": "quickwin", "version": "1", "description": TEXT},
        "servers": [{"url": "/"}],
        "security": [{"token": []}, {"session": []}],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {
                    "type": "apiKey",
                    "in": "cookie",
                    "name": app.config["SESSION_COOKIE_NAME"],
                },
            },
        },
    }


def operations(app: Flask) -> Iterator[tuple[Rule, str, Operation]]:
    """Every call with its method and what its view says of itself."""
    for rule in app.url_map.iter_rules():
        operation = getattr(app.view_functions[rule.endpoint], "operation", None)
        if operation is not None:
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method, operation


def refusals(rule: Rule, operation: Operation) -> list[int]:
    """The statuses with which a call can be refused."""
    found = {401, *operation.refuses}
    if operation.bodies or operation.takes_file:
        found |= {*_BODY_REFUSES}
    if operation.query.model_fields:
        found.add(422)
    if rule.arguments:
        found.add(404)
    return sorted(found)


def _models(operation: Operation) -> Iterator[type[BaseModel]]:
    yield from operation.bodies
    if operation.answer:
        yield operation.answer


def _names(models: set[type[BaseModel]]) -> dict[type[BaseModel], str]:
    """The name under which each shape stands in the description."""
    ordered = sorted(models, key=lambda model: model.__name__)
    keys = models_json_schema([(m, "validation") for m in ordered], ref_template=_REF)[0]
    return {model: keys[model, "validation"]["$ref"] for model in ordered}


def _path(rule: Rule) -> str:
    return _ARGUMENT.sub(r"{\2}", rule.rule)


def _operation(rule: Rule, operation: Operation, names: Mapping[Any, str]) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "operationId": rule.endpoint.removeprefix("api_").replace(".", "_"),
        "tags": [rule.endpoint.removeprefix("api_").split(".")[0].replace("_", " ")],
        "summary": operation.summary,
        "parameters": [*_in_path(rule), *_in_query(operation), *_in_headers(operation)],
        "responses": _responses(rule, operation, names),
    }
    if operation.takes_file:
        file = {"type": "object", "required": ["file"], "properties": {"file": _BINARY}}
        entry["requestBody"] = {"required": True, "content": {"multipart/form-data": _of(file)}}
    elif operation.bodies:
        shapes = [{"$ref": names[body]} for body in operation.bodies]
        schema = shapes[0] if len(shapes) == 1 else {"anyOf": shapes}
        entry["requestBody"] = {"required": True, "content": {"application/json": _of(schema)}}
    return entry


_BINARY = {"type": "string", "contentMediaType": "application/octet-stream"}


def _of(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"schema": dict(schema)}


def _in_path(rule: Rule) -> Iterator[dict[str, Any]]:
    for kind, name in _ARGUMENT.findall(rule.rule):
        schema = {"type": "integer", "minimum": 0} if kind == "int" else {"type": "string"}
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _in_query(operation: Operation) -> Iterator[dict[str, Any]]:
    for name, schema in operation.query.model_json_schema().get("properties", {}).items():
        about = {"description": schema.pop("description")} if "description" in schema else {}
        schema.pop("title", None)
        yield {"name": name, "in": "query", "required": False, **about, "schema": schema}


def _in_headers(operation: Operation) -> Iterator[dict[str, Any]]:
    for header in operation.headers:
        yield {
            "name": header.name,
            "in": "header",
            "required": header.required,
            "description": header.text,
            "schema": {"type": "string"},
        }


def _responses(rule: Rule, operation: Operation, names: Mapping[Any, str]) -> dict[str, Any]:
    schema = {"$ref": names[operation.answer]} if operation.answer else _BINARY
    answer: dict[str, Any] = {
        "description": HTTPStatus(operation.status).phrase,
        "content": {kind: _of(schema) for kind in operation.media_types},
    }
    if operation.sends:
        answer["headers"] = {
            name: {"description": _SENT[name][0], "schema": _SENT[name][1]}
            for name in operation.sends
        }
    problem = {_PROBLEM: _of({"$ref": names[Problem]})}
    return {
        str(operation.status): answer,
        **{
            str(status): {"description": HTTPStatus(status).phrase, "content": problem}
            for status in refusals(rule, operation)
        },
        "default": {"description": "A fault of the server", "content": problem},
    }
