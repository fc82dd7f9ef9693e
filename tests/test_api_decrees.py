"""Decrees over the API: drawn up, amended, issued all or nothing, read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from attempts import written
from flask import Flask
from programs import Programs
from sqlalchemy import func, select
from world import World

from workflow.models import Decree

SHAPE = {
    "id", "period", "number", "date", "status", "code", "digest", "sha256", "quick_wins",
    "revokes", "replaces",
}  # fmt: skip


@pytest.fixture
def programs(app: Flask, world: World) -> Programs:
    return Programs(app, world)


def decree(*quick_wins: int, **given: Any) -> dict[str, Any]:
    """A decree that can be issued, with what else is given."""
    on = {"period": "2026", "number": "503/1/2026", "date": "2026-01-15"}
    return {**on, "quick_wins": list(quick_wins), **given}


def test_a_decree_with_number_and_date_is_issued_at_once(programs: Programs, world: World) -> None:
    first, second = world.bring_to("approved"), world.bring_to("approved")
    officer = programs("decree_officer")
    answer = officer.post("/decrees", decree(second.id, first.id))
    assert answer.status_code == 201
    body = answer.json
    assert set(body) == SHAPE
    assert (body["status"], body["date"]) == ("issued", "2026-01-15")
    assert body["quick_wins"] == [second.id, first.id]
    assert len(body["code"]) == 12
    assert len(body["digest"]) == 64
    for quick_win in (first, second):
        assert officer.get(f"/quick-wins/{quick_win.id}").json["state"] == "established"
    for reader in ("decree_officer", "submitter.kec", "mayor"):
        read = programs(reader).get(answer.headers["Location"].removeprefix("/api/v1"))
        assert read.json == body


def test_a_draft_is_amended_until_it_is_issued(programs: Programs, world: World) -> None:
    first, second = world.bring_to("approved"), world.bring_to("approved")
    officer = programs("decree_officer")
    draft = officer.post("/decrees", {"period": "2026", "quick_wins": [first.id]}).json
    assert (draft["status"], draft["number"], draft["date"]) == ("draft", None, None)
    at = f"/decrees/{draft['id']}"
    assert programs("submitter").get(at).status_code == 404
    assert programs("submitter").patch(at, {"nonsense": 1}).status_code == 404
    assert programs("chair").patch(at, {"nonsense": 1}).status_code == 403
    assert programs("chair").get(at).json == draft
    assert officer.patch(at, {"quick_wins": [second.id], "number": "7"}).json["status"] == "draft"
    issued = officer.patch(at, {"date": "2026-02-02"}).json
    assert (issued["status"], issued["quick_wins"]) == ("issued", [second.id])
    assert officer.patch(at, {"number": "8"}).status_code == 409
    assert officer.get(f"/quick-wins/{first.id}").json["state"] == "approved"


def test_a_later_decree_revokes_and_replaces(programs: Programs, world: World) -> None:
    quick_win = world.bring_to("approved")
    officer = programs("decree_officer")
    first = officer.post("/decrees", decree(quick_win.id)).json
    later = decree(number="503/2/2026", revokes=[quick_win.id], replaces=first["id"])
    second = officer.post("/decrees", later)
    assert second.status_code == 201
    assert (second.json["revokes"], second.json["replaces"]) == ([quick_win.id], first["id"])
    assert officer.get(f"/quick-wins/{quick_win.id}").json["state"] == "revoked"
    assert officer.get(f"/decrees/{first['id']}").json["status"] in ("replaced", "revoked")


def test_what_does_not_fit_is_refused_and_nothing_is_written(
    programs: Programs, world: World
) -> None:
    approved, review = world.bring_to("approved"), world.bring_to("review")
    hidden, taken = world.propose(), world.bring_to("approved")
    officer = programs("decree_officer")
    assert officer.post("/decrees", decree(taken.id, number="503/9/2026")).status_code == 201
    tomorrow = (world.now + timedelta(days=2)).date().isoformat()
    before, decrees = written(world.session), select(func.count(Decree.id))
    count = world.session.scalar(decrees)
    for given, status, field in (
        ({"quick_wins": [review.id]}, 409, None),
        ({"quick_wins": [approved.id, review.id]}, 409, None),
        ({"revokes": [approved.id], "quick_wins": []}, 409, None),
        ({"number": "503/9/2026"}, 422, "number"),
        ({"number": "x" * 101}, 422, "number"),
        ({"number": "\x00"}, 422, "number"),
        ({"number": 5}, 422, "number"),
        ({"date": tomorrow}, 422, "date"),
        ({"date": "15-01-2026"}, 422, "date"),
        ({"date": 20260115}, 422, "date"),
        ({"period": "1999"}, 422, "period"),
        ({"period": "\x00"}, 422, "period"),
        ({"period": None}, 422, "period"),
        ({"quick_wins": [hidden.id]}, 422, "quick_wins"),
        ({"quick_wins": [approved.id, approved.id]}, 422, "quick_wins"),
        ({"quick_wins": [2**63]}, 422, "quick_wins"),
        ({"quick_wins": [True]}, 422, "quick_wins"),
        ({"quick_wins": "all"}, 422, "quick_wins"),
        ({"quick_wins": []}, 422, "quick_wins"),
        ({"replaces": 2**63 - 1}, 422, "replaces"),
        ({"replaces": -1}, 422, "replaces"),
        ({"status": "issued"}, 422, "status"),
    ):
        answer = officer.post("/decrees", decree(**{"quick_wins": [approved.id], **given}))
        assert answer.status_code == status, given
        if field:
            assert {x["field"].split(".")[0] for x in answer.json["errors"]} == {field}, given
    assert written(world.session) == before
    assert world.session.scalar(decrees) == count


def test_only_the_decree_officer_draws_up_decrees(programs: Programs, world: World) -> None:
    quick_win = world.bring_to("approved")
    for name in ("submitter", "chair", "mayor", "admin"):
        for body in (decree(quick_win.id), {"nonsense": True}):
            answer = programs(name).post("/decrees", body)
            assert (answer.status_code, answer.json["who_can"]) == (403, ["decree_officer"])


@pytest.mark.parametrize("decree_id", ["0", "9" * 30, "x", "1.pdf.pdf", str(2**63 - 1)])
def test_a_decree_that_is_not_there_is_not_found(programs: Programs, decree_id: str) -> None:
    for method in ("GET", "PATCH"):
        answer = programs("decree_officer").visitor.api(method, f"/decrees/{decree_id}", json={})
        assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
