"""The description of the API is true and complete, its page is clean, and nothing breaks a call."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from attempts import written
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from programs import Program, Programs
from sqlalchemy.orm import Session
from world import World

from web.api import openapi
from workflow.definition import shipped


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


def test_the_page_loads_nothing_from_elsewhere(app: Flask, session: Session) -> None:
    client = app.test_client()
    page = client.get("/api/docs")
    assert page.status_code == 200
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    addresses = re.findall(r'(?:src|href|data-url)="([^"]+)"', page.text)
    assert len(addresses) >= 4
    for address in addresses:
        assert address.startswith("/"), address
        with client.get(address) as answer:
            assert answer.status_code == 200, address
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script>", page.text)
    assert client.get("/api/docs/nothing.js").status_code == 404


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


def fitting(schema: dict[str, Any], schemas: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that roughly follow the schema, with anything at all here and there."""
    if "$ref" in schema:
        inner = schemas[schema["$ref"].rpartition("/")[2]]
        return fitting(inner, schemas)
    if "anyOf" in schema:
        return st.one_of([fitting(each, schemas) for each in schema["anyOf"]])
    if "enum" in schema or "const" in schema:
        return st.sampled_from(schema.get("enum", [schema.get("const")])) | TEXT
    if "properties" in schema:
        fields = {name: fitting(each, schemas) | ANY for name, each in schema["properties"].items()}
        required = {n: s for n, s in fields.items() if n in schema.get("required", ())}
        optional = {n: s for n, s in fields.items() if n not in required}
        return st.fixed_dictionaries(required, optional=optional)
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "integer": st.integers(0, 60) | NUMBER,
        "number": st.floats(0, 100) | NUMBER,
        "string": TEXT,
        "boolean": st.booleans(),
        "null": st.none(),
        "object": st.dictionaries(TEXT, ANY, max_size=3),
    }
    if schema.get("type") == "array":
        return st.lists(fitting(schema.get("items", {}), schemas), max_size=4)
    return kinds.get(schema.get("type", ""), ANY)


class Drawer:
    """Draws a call of an operation: sometimes right, mostly nearly right, sometimes absurd."""

    def __init__(self, described: dict[str, Any], ids: list[int], data: st.DataObject) -> None:
        self.schemas = described["components"]["schemas"]
        self.ids, self.data = ids, data

    def path(self, path: str, operation: dict[str, Any]) -> str:
        for parameter in operation["parameters"]:
            if parameter["in"] == "path":
                path = path.replace("{" + parameter["name"] + "}", self._in_path(parameter))
        wanted = [p for p in operation["parameters"] if p["in"] == "query"]
        query = {
            p["name"]: self.data.draw(fitting(p["schema"], self.schemas) | TEXT)
            for p in wanted
            if self.data.draw(st.booleans())
        }
        return f"{path}?{urlencode(query, errors='replace')}"

    def _in_path(self, parameter: dict[str, Any]) -> str:
        if parameter["schema"]["type"] == "integer":
            return str(
                self.data.draw(st.sampled_from(self.ids) | st.sampled_from([0, 1, 2**63 - 1]))
            )
        actions = st.sampled_from(shipped().actions)
        drawn = self.data.draw(actions | TEXT.filter(lambda text: "/" not in text and text))
        return quote(drawn, safe="", errors="replace").replace(".", "%2E")

    def body(self, operation: dict[str, Any]) -> dict[str, Any]:
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" not in content:
            form = {"file": self.data.draw(TEXT).encode("utf-8", "replace")} if content else {}
            return {"data": form} if content else {}
        schema = content["application/json"]["schema"]
        drawn = self.data.draw(fitting(schema, self.schemas) | ANY)
        if isinstance(drawn, dict) and self.data.draw(st.booleans()):
            drawn.update({"version": self.data.draw(st.integers(1, 9))})
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
    ids = [world.bring_to(state).id for state in states]
    world.session.commit()
    people = ["submitter", "head", "verifier", "reviewer", "chair", "decree_officer", "admin"]
    callers = {name: programs(name) for name in people}

    for method, path, operation in calls(described):
        _one_call_many_times(callers, ids, described, method, path, operation)
    assert written(world.session)


def _one_call_many_times(
    callers: dict[str, Program],
    ids: list[int],
    described: dict[str, Any],
    method: str,
    path: str,
    operation: dict[str, Any],
) -> None:
    @settings(
        max_examples=20 if method == "GET" else 50,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(st.data())
    def run(data: st.DataObject) -> None:
        drawer = Drawer(described, ids, data)
        caller = callers[data.draw(st.sampled_from(sorted(callers)))]
        versions = st.sampled_from(["1", '"2"', "3", "4", "5", "6", "*", "x", '"' + "9" * 30 + '"'])
        headers = {"If-Match": data.draw(versions)} if data.draw(st.booleans()) else {}
        if data.draw(st.booleans()):
            headers["Idempotency-Key"] = data.draw(st.sampled_from(["a", "b", "x" * 300]))
        caller.call(method, drawer.path(path, operation), headers=headers, **drawer.body(operation))

    run()
