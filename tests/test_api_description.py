"""The description of the API is true and complete, its page is clean, and nothing breaks a call."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from programs import Program, Programs
from sqlalchemy.orm import Session
from world import World

from web.api import openapi
from workflow.document import shipped


@pytest.fixture
def described(app: Flask, session: Session) -> dict[str, Any]:
    answer = app.test_client().get("/api/v1/openapi.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    found: dict[str, Any] = answer.json
    return found


CONTRACT = {
    "GET /me", "GET /inbox", "GET /periods", "GET /units", "GET /coverage",
    "GET /quick-wins", "POST /quick-wins", "GET /quick-wins/{}", "PATCH /quick-wins/{}",
    "POST /quick-wins/{}/actions/{}", "POST /quick-wins/{}/files", "GET /files/{}",
    "GET /quick-wins/{}/events", "GET /quick-wins/{}/revisions",
    "GET /quick-wins/{}/revisions/{}/diff/{}", "GET /quick-wins/{}/similar",
    "POST /decrees", "GET /decrees/{}", "PATCH /decrees/{}",
}  # fmt: skip


def test_every_call_of_the_contract_is_described(described: dict[str, Any]) -> None:
    calls = {
        f"{method.upper()} " + re.sub(r"{\w+}", "{}", path).removeprefix("/api/v1")
        for path, methods in described["paths"].items()
        for method in methods
    }
    assert calls == CONTRACT


def test_every_call_of_the_api_is_described(app: Flask) -> None:
    endpoints = {rule.endpoint for rule, _, _ in openapi.operations(app)}
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/v1/") and rule.rule != "/api/v1/openapi.json":
            assert rule.endpoint in endpoints, rule


def test_the_description_holds_together(described: dict[str, Any]) -> None:
    assert described["openapi"] == "3.1.0"
    named = {f"#/components/schemas/{name}" for name in described["components"]["schemas"]}
    used = set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(described)))
    assert used <= named
    operations = [op for path in described["paths"].values() for op in path.values()]
    assert len({op["operationId"] for op in operations}) == len(operations)
    for path, methods in described["paths"].items():
        for op in methods.values():
            inside = {p["name"] for p in op["parameters"] if p["in"] == "path"}
            assert inside == set(re.findall(r"{(\w+)}", path))
            for status, response in op["responses"].items():
                if not status.startswith("2"):
                    assert list(response["content"]) == ["application/problem+json"]


def test_the_page_tells_of_every_call_and_every_field(app: Flask, session: Session) -> None:
    client = app.test_client()
    described = client.get("/api/v1/openapi.json").json
    assert described is not None

    page = client.get("/api/docs")

    assert page.status_code == 200
    for path in described["paths"]:
        assert f"<code>{path}</code>" in page.text
    for name, schema in described["components"]["schemas"].items():
        for field in schema.get("properties", {}):
            assert f"<code>{field}</code>" in page.text, name
    links = set(re.findall(r'href="#([^"]+)"', page.text))
    assert links <= set(re.findall(r'id="([^"]+)"', page.text))


# ---------------------------------------------------------------- nothing breaks a call

NASTY = st.sampled_from(
    ["", "\x00", "\ud800", "'", "%", "null", "é" * 300, "..", "2026-02-30", "1e9999", "٣", "-1"]
)
TEXT = NASTY | st.text(max_size=30) | st.sampled_from(["DINKES", "2026", "me", "approve", "LIV"])
NUMBER = st.integers() | st.sampled_from([0, -1, 2**31, 2**63 - 1, 2**63, 10**25])
SCALAR = st.none() | st.booleans() | NUMBER | st.floats(allow_nan=False) | TEXT
ANY = st.recursive(
    SCALAR, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def fitting(schema: dict[str, Any], schemas: dict[str, Any], wild: bool) -> st.SearchStrategy[Any]:
    """Values that follow the types of the schema; if `wild`, with anything at all in between."""

    def inner(each: dict[str, Any]) -> st.SearchStrategy[Any]:
        return fitting(each, schemas, wild) | ANY if wild else fitting(each, schemas, wild)

    if "$ref" in schema:
        return inner(schemas[schema["$ref"].rpartition("/")[2]])
    if "anyOf" in schema:
        return st.one_of([inner(each) for each in schema["anyOf"]])
    if "enum" in schema or "const" in schema:
        return st.sampled_from(schema.get("enum", [schema.get("const")]))
    if "properties" in schema:
        fields = {name: inner(each) for name, each in schema["properties"].items()}
        required = {n: s for n, s in fields.items() if n in schema.get("required", ())}
        optional = {n: s for n, s in fields.items() if n not in required}
        return st.fixed_dictionaries(required, optional=optional)
    if schema.get("type") == "array":
        return st.lists(inner(schema.get("items", {})), max_size=4)
    if schema.get("format") == "date":
        return st.dates().map(str)
    return KINDS.get(schema.get("type", ""), ANY)


KINDS: dict[str, st.SearchStrategy[Any]] = {
    "integer": st.integers(0, 60) | NUMBER,
    "number": st.integers(0, 100) | st.floats(0, 100),
    "string": TEXT,
    "boolean": st.booleans(),
    "null": st.none(),
    "object": st.dictionaries(st.sampled_from([*shipped().rubric]), st.integers(0, 4)),
}


@dataclass(frozen=True, kw_only=True)
class Scene:
    """What there is to call: it is the same before each call, so that every failure repeats."""

    described: dict[str, Any]
    callers: dict[str, Program]
    versions: dict[int, int]  # of each Quick Win
    offered: dict[tuple[str, int], list[str]]  # what each caller may do with it


WRITER = "submitter"  # whoever else sends content is refused before it is read


class Drawer:
    """Draws a call of an operation: sometimes right, mostly nearly right, sometimes absurd."""

    def __init__(self, scene: Scene, data: st.DataObject) -> None:
        self.scene, self.data = scene, data
        self.schemas = scene.described["components"]["schemas"]
        self.wild = data.draw(st.sampled_from([False, False, True]))
        self.who = data.draw(st.sampled_from([*scene.callers, WRITER, WRITER]))
        self.version, self.offered = 0, ["0" * 64]

    def path(self, path: str, operation: dict[str, Any]) -> str:
        for parameter in operation["parameters"]:
            if parameter["in"] == "path":
                path = path.replace("{" + parameter["name"] + "}", self._in_path(parameter))
        wanted = [p for p in operation["parameters"] if p["in"] == "query"]
        query = {
            p["name"]: self.data.draw(fitting(p["schema"], self.schemas, self.wild))
            for p in wanted
            if self.data.draw(st.booleans())
        }
        return f"{path}?{urlencode(query, errors='replace')}"

    def _in_path(self, parameter: dict[str, Any]) -> str:
        if parameter["schema"]["type"] == "integer":
            absent = [0, 10**18 - 1] if self.wild else []
            drawn = self.data.draw(st.sampled_from([*self.scene.versions, *absent]))
            self.version = self.scene.versions.get(drawn, 0)
            self.offered = self.scene.offered.get((self.who, drawn)) or [*shipped().actions]
            return str(drawn)
        drawn = self.data.draw(st.sampled_from(self.offered))
        if self.wild:
            any_action = st.sampled_from(shipped().actions)
            drawn = self.data.draw(any_action | TEXT.filter(lambda text: "/" not in text and text))
        return quote(drawn, safe="", errors="replace").replace(".", "%2E")

    def headers(self) -> dict[str, str]:
        nearly = st.sampled_from(["1", '"2"', "*", "x", '"' + "9" * 30 + '"', str(self.version)])
        found = {"If-Match": self.data.draw(nearly) if self.wild else str(self.version)}
        if self.data.draw(st.booleans()):
            keys = st.sampled_from(["a", "b", "x" * 300]) if self.wild else st.uuids().map(str)
            found["Idempotency-Key"] = self.data.draw(keys)
        return found if self.data.draw(st.booleans()) or not self.wild else {}

    def body(self, operation: dict[str, Any]) -> dict[str, Any]:
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" not in content:
            form = {"file": self.data.draw(TEXT).encode("utf-8", "replace")} if content else {}
            return {"data": form} if content else {}
        schema = content["application/json"]["schema"]
        drawn = self.data.draw(fitting(schema, self.schemas, self.wild))
        if isinstance(drawn, dict) and not self.wild:
            known = {"version": self.version, "unit": "UPTD", "period": "2026"}
            drawn.update({name: each for name, each in known.items() if name in drawn})
        return {"data": json.dumps(drawn), "content_type": "application/json"}


def calls(described: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path.removeprefix("/api/v1"), operation


def test_no_call_breaks_and_every_answer_is_as_described(
    app: Flask, world: World, described: dict[str, Any]
) -> None:
    programs = Programs(app, world)
    states = ("draft", "review", "decision", "revision", "approved", "implementation")
    versions = {found.id: found.version for found in map(world.bring_to, states)}
    world.session.commit()
    people = (WRITER, "verifier", "reviewer", "chair", "decree_officer")
    callers = {name: programs(name) for name in people}
    offered = {
        (name, quick_win_id): list(
            program.visitor.api("GET", f"/quick-wins/{quick_win_id}").json.get("actions", ())
        )
        for name, program in callers.items()
        for quick_win_id in versions
    }
    scene = Scene(described=described, callers=callers, versions=versions, offered=offered)
    for method, path, operation in calls(described):
        _one_call_many_times(world, scene, method, path, operation)


def _one_call_many_times(
    world: World, scene: Scene, method: str, path: str, operation: dict[str, Any]
) -> None:
    connection = world.session.connection()

    @settings(
        max_examples=15 if method == "GET" else 100 if "action" in path else 40,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(st.data())
    def run(data: st.DataObject) -> None:
        drawer = Drawer(scene, data)
        address, body = drawer.path(path, operation), drawer.body(operation)
        before = connection.begin_nested()
        scene.callers[drawer.who].call(method, address, headers=drawer.headers(), **body)
        before.rollback()

    run()
