"""What bad input gets over the API: a status, a sentence, and nothing is written."""

from __future__ import annotations

from typing import Any

import pytest
from attempts import written
from flask import Flask
from programs import Programs
from world import World


@pytest.fixture
def programs(app: Flask, world: World) -> Programs:
    return Programs(app, world)


DEEP = "[" * 20_000 + "]" * 20_000
UNREADABLE = [
    (b"{", "application/json", 400),
    (b"", "application/json", 400),
    (b"\xff\xfe{}", "application/json", 400),
    (b'{"content": NaN}', "application/json", 400),
    (DEEP.encode(), "application/json", 400),
    (b"1" * 5_000, "application/json", 400),
    (b'{"content": {"\\ud800": 1}}', "application/json", 422),
    (b"[]", "application/json", 422),
    (b"null", "application/json", 422),
    (b'"text"', "application/json", 422),
    (b"{}", "text/plain", 415),
    (b"content=1", "application/x-www-form-urlencoded", 415),
    (b"x" * (11 * 1024 * 1024 + 1), "application/json", 413),
]


@pytest.mark.parametrize(("data", "kind", "status"), UNREADABLE)
def test_a_body_that_cannot_be_read_changes_nothing(
    programs: Programs, world: World, data: bytes, kind: str, status: int
) -> None:
    quick_win = world.propose()
    before = written(world.session)
    program, at = programs("submitter"), f"/quick-wins/{quick_win.id}"
    given = {"data": data, "content_type": kind}
    for method, path in (
        ("POST", "/quick-wins"),
        ("PATCH", at),
        ("POST", f"{at}/actions/withdraw"),
    ):
        answer = program.call(method, path, headers={"If-Match": "1"}, **given)
        assert answer.status_code == status, (method, path)
    assert programs("decree_officer").call("POST", "/decrees", **given).status_code == status
    assert programs("chair").call("POST", "/decrees", **given).status_code == 403
    assert written(world.session) == before


WRONG: list[tuple[str, Any]] = [
    ("title", "x" * 5_000_000),
    ("title", "a\x00b"),
    ("title", "\ud800"),
    ("title", 5),
    ("titel", "x"),
    ("a\x00b", "x"),
    ("budget", -1),
    ("budget", 2**63),
    ("budget", 1.5),
    ("budget", True),
    ("budget", "5"),
    ("milestones", [{"name": "Terlambat", "date": "2099-01-01"}]),
    ("milestones", [{"name": "Kapan", "date": "31-12-2026"}]),
    ("indicators", [{"name": "x", "target": 10**4_000}]),
    ("indicators", [{"name": "x", "target": "1e999999"}]),
    ("indicators", [{}] * 21),
    ("indicators", {"name": "x"}),
    ("pic", {"name": "Rina", "nip": "1"}),
    ("pic", {"name": {"name": {}}}),
    ("dimension", "NONE"),
    ("dimension", "\x00"),
    ("executing_unit", "DKISS"),
    ("executing_unit", "a\x00b"),
    ("files", ["0" * 64]),
    ("files", ["/etc/passwd"]),
    ("readiness", {"staff": "maybe"}),
]


@pytest.mark.parametrize(("field", "value"), WRONG)
def test_content_that_does_not_fit_is_refused_by_name(
    programs: Programs, world: World, field: str, value: Any
) -> None:
    quick_win = world.propose()
    before = written(world.session)
    program, body = programs("submitter"), {"content": {field: value}}
    for answer in (
        program.patch(f"/quick-wins/{quick_win.id}", body, 1),
        program.post("/quick-wins", {"unit": "DINKES", **body}),
    ):
        assert answer.status_code == 422
        assert {fault["field"].split(".")[0] for fault in answer.json["errors"]} == {field}
    assert written(world.session) == before


@pytest.mark.parametrize(
    "quick_win_id", [0, 2**63 - 1, 2**63, 10**40, "9" * 5_000, "-1", "1.0", "%00", "x"]
)
def test_a_number_that_nothing_can_have_is_not_found(
    programs: Programs, quick_win_id: int | str
) -> None:
    program = programs("submitter").visitor
    for method, path in (
        ("GET", ""), ("PATCH", ""), ("GET", "/events"), ("POST", "/actions/submit"),
        ("GET", f"/revisions/{quick_win_id}/diff/{quick_win_id}"), ("POST", "/files"),
    ):  # fmt: skip
        answer = program.api(method, f"/quick-wins/{quick_win_id}{path}", json={"version": 1})
        assert answer.status_code == 404
        assert answer.mimetype == "application/problem+json"


def test_a_method_that_is_not_there_names_those_that_are(programs: Programs) -> None:
    answer = programs("submitter").visitor.api("DELETE", "/quick-wins")
    assert answer.status_code == 405
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))
