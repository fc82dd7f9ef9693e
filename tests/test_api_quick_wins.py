"""Quick Wins over the API: who sees what, what one says, and how it is written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from attempts import statements, written
from flask import Flask
from programs import Programs
from sqlalchemy import select
from world import World, proposal

from workflow.models import Period, QuickWin, Upload

FIELDS = {
    "id", "number", "title", "unit", "period", "state", "label", "visit", "version", "digest",
    "content", "completeness", "waiting_for", "since", "due_at", "actions", "refused",
}  # fmt: skip


@pytest.fixture
def programs(app: Flask, world: World) -> Programs:
    return Programs(app, world)


def test_one_quick_win_says_everything_of_the_contract(programs: Programs, world: World) -> None:
    quick_win = world.bring_to("endorsement")
    answer = programs("head").get(f"/quick-wins/{quick_win.id}")
    body = answer.json
    assert set(body) == FIELDS
    assert answer.headers["ETag"] == f'"{quick_win.version}"'
    assert (body["unit"], body["period"], body["state"]) == ("DINKES", "2026", "endorsement")
    assert body["label"] == "Menunggu Pengesahan Kepala OPD"
    assert body["waiting_for"] == ["head"]
    assert body["completeness"] == {"percent": 100, "missing": []}
    assert body["content"] == proposal()
    assert body["actions"]["return"] == {
        "label": "Kembalikan ke pengusul",
        "href": f"/api/v1/quick-wins/{quick_win.id}/actions/return",
        "note": "required",
        "collects": None,
        "then": body["actions"]["return"]["then"],
    }
    assert "Draf" in body["actions"]["return"]["then"]
    assert body["refused"]["verify"]["who_can"] == ["verifier"]
    assert "Verifikator" in body["refused"]["verify"]["rule"]
    assert not set(body["actions"]) & set(body["refused"])


def test_its_texts_are_in_the_language_of_the_person(programs: Programs, world: World) -> None:
    quick_win = world.bring_to("review")
    assert programs("reviewer2").get(f"/quick-wins/{quick_win.id}").json["label"] == "Review"
    assert programs("reviewer").get(f"/quick-wins/{quick_win.id}").json["label"] == (
        "Telaah Substansi"
    )


def test_what_is_final_waits_for_nobody(programs: Programs, world: World) -> None:
    body = programs("chair").get(f"/quick-wins/{world.bring_to('rejected').id}").json
    assert (body["waiting_for"], body["due_at"]) == ([], None)


def test_only_a_decree_establishes(programs: Programs, world: World) -> None:
    quick_win = world.bring_to("approved")
    officer = programs("decree_officer")
    assert "establish" in officer.get(f"/quick-wins/{quick_win.id}").json["refused"]
    answer = officer.act(quick_win, "establish")
    assert answer.status_code == 422
    assert (
        answer.json["rule"]
        == officer.get(f"/quick-wins/{quick_win.id}").json["refused"]["establish"]["rule"]
    )


@pytest.mark.parametrize(
    ("state", "sees", "does_not"),
    [
        ("draft", {"submitter", "head", "inspector", "admin"}, {"verifier", "chair", "mayor"}),
        (
            "review",
            {"submitter", "verifier", "reviewer3", "mayor"},
            {"submitter.dkiss", "head.kec"},
        ),
    ],
)
def test_what_one_may_not_see_answers_like_what_does_not_exist(
    programs: Programs, world: World, state: str, sees: set[str], does_not: set[str]
) -> None:
    found = world.bring_to(state)
    quick_win_id = found.id
    for name in sees:
        assert programs(name).get(f"/quick-wins/{quick_win_id}").status_code == 200
        listed = programs(name).get("/quick-wins").json["items"]
        assert [row["id"] for row in listed] == [quick_win_id]
    for name in does_not:
        program = programs(name)
        absent = [_every_call(program, 999_999_999), _every_call(program, quick_win_id)]
        assert absent[0] == absent[1]
        assert {status for status, _ in absent[0]} == {404}
        assert program.get("/quick-wins").json["items"] == []


def _every_call(program: Any, quick_win_id: int) -> list[tuple[int, Any]]:
    at = f"/quick-wins/{quick_win_id}"
    answers = [
        program.get(at),
        program.get(f"{at}/events"),
        program.get(f"{at}/revisions"),
        program.get(f"{at}/revisions/1/diff/1"),
        program.get(f"{at}/similar"),
        program.patch(at, {"content": {}}, 1),
        program.patch(at, {"nonsense": 1}),
        program.post(f"{at}/actions/withdraw", {"version": 1}),
        program.post(f"{at}/actions/withdraw", {"version": "1"}),
        program.post(f"{at}/actions/nonsense", {"version": 1}, headers={"Idempotency-Key": "x"}),
        program.post(f"{at}/files"),
    ]
    return [(answer.status_code, answer.json) for answer in answers]


def test_the_list_is_narrowed_and_paged(programs: Programs, world: World) -> None:
    ids = [world.propose(title=f"Usulan {n}").id for n in range(5)]
    other = world.bring_to("verification", title="Posyandu Keliling")
    ids.append(other.id)
    program = programs("admin")
    collected, cursor = [], ""
    while cursor is not None:
        page = program.get(f"/quick-wins?limit=2&cursor={cursor}").json
        collected += [row["id"] for row in page["items"]]
        cursor = page["next_cursor"]
    assert collected == sorted(ids, reverse=True)
    for query in (
        "state=verification", "q=posyandu", f"q={other.number}", "state=verification&unit=DINKES",
        "period=2026&q=keliling", "state=&q=keliling",
    ):  # fmt: skip
        assert [row["id"] for row in program.get(f"/quick-wins?{query}").json["items"]] == [
            other.id
        ], query
    for query in ("unit=DKISS", "period=2025", "q=%00", "unit=NONE", "waiting_for=me"):
        answer = program.get(f"/quick-wins?{query}")
        assert answer.status_code == (422 if "%00" in query else 200)
        assert not answer.json.get("items")
    mine = programs("verifier").get("/quick-wins?waiting_for=me").json["items"]
    assert [row["id"] for row in mine] == [other.id]


@pytest.mark.parametrize(
    "query",
    [
        "limit=0", "limit=501", "limit=x", "cursor=x", "cursor=%F0%9F%98%80", "cursor=AAAA",
        "cursor=OTk5OTk5OTk5OTk5OTk5OTk5OQ", "waiting_for=you", "status=draft",
        "state=" + "x" * 200,
    ],
)  # fmt: skip
def test_a_bad_parameter_is_refused_by_name(programs: Programs, query: str) -> None:
    answer = programs("admin").get(f"/quick-wins?{query}")
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json["errors"]] == [query.partition("=")[0]]


def test_a_draft_begins_in_the_open_period(programs: Programs) -> None:
    program = programs("submitter")
    answer = program.post("/quick-wins", {"unit": "UPTD", "content": {"title": "Baru"}})
    assert answer.status_code == 201
    body = answer.json
    assert (body["state"], body["version"], body["period"]) == ("draft", 1, "2026")
    assert body["completeness"]["missing"][0] == "dimension"
    assert program.get(answer.headers["Location"].removeprefix("/api/v1")).json == body


def test_nobody_proposes_for_a_unit_that_is_not_theirs(programs: Programs) -> None:
    for name, unit in (
        ("submitter", "DKISS"), ("submitter", "NONE"), ("head", "DINKES"), ("submitter.kel", "KEC"),
    ):  # fmt: skip
        answer = programs(name).post("/quick-wins", {"unit": unit, "content": {}})
        assert (answer.status_code, answer.json["who_can"]) == (403, ["submitter"])


def test_without_an_open_period_nothing_is_proposed(programs: Programs, world: World) -> None:
    period = world.session.scalars(select(Period).where(Period.code == "2026")).one()
    period.closes_at = datetime.now(UTC) - timedelta(days=1)
    world.session.commit()
    body = {"unit": "DINKES", "content": {}}
    assert programs("submitter").post("/quick-wins", body).status_code == 409
    assert programs("chair").post("/quick-wins", body).status_code == 403


def test_a_change_merges_and_raises_the_version(programs: Programs, world: World) -> None:
    quick_win = world.propose()
    program, at = programs("submitter"), f"/quick-wins/{quick_win.id}"
    changed = program.patch(at, {"content": {"title": "Lain", "budget": None}}, '"1"')
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    assert changed.json["content"]["title"] == "Lain"
    assert "budget" not in changed.json["content"]
    assert changed.json["content"]["pic"] == proposal()["pic"]
    assert program.patch(at, {"content": {"title": "Lain"}}, 2).json["version"] == 2
    assert program.patch(at, {"content": {"budget": 5}}, 'W/"2"').json["version"] == 3
    kept = [{"name": "A", "baseline": "12.50", "target": 0.125}]
    changed = program.patch(at, {"content": {"indicators": kept}}, 3)
    assert changed.json["content"]["indicators"] == kept


def test_refusals_of_a_change_come_in_the_order_of_the_contract(
    programs: Programs, world: World
) -> None:
    draft, decided = world.propose(), world.bring_to("decision")
    good, bad = {"content": {"title": "X"}}, {"content": {"titel": "X"}}
    before = written(world.session)
    for name, quick_win, body, version, status in (
        ("submitter.dkiss", draft, bad, None, 404),
        ("head", draft, bad, None, 403),
        ("head", draft, {"nonsense": 1}, None, 403),
        ("head", draft, good, 99, 403),
        ("submitter", draft, bad, None, 428),
        ("submitter", decided, good, None, 428),
        ("submitter", draft, bad, 99, 409),
        ("submitter", decided, {"nonsense": 1}, 99, 409),
        ("submitter", draft, good, "*", 409),
        ("submitter", draft, good, "one", 409),
        ("submitter", draft, good, '"1", "2"', 409),
        ("submitter", decided, bad, decided.version, 423),
        ("submitter", decided, [], decided.version, 423),
        ("submitter", draft, bad, 1, 422),
        ("submitter", draft, {}, 1, 422),
        ("submitter", draft, {"content": [], "more": 1}, 1, 422),
    ):
        answer = programs(name).patch(f"/quick-wins/{quick_win.id}", body, version)
        assert answer.status_code == status, (name, quick_win.state, body, version)
    assert written(world.session) == before


def test_a_file_of_another_quick_win_is_no_evidence_here(programs: Programs, world: World) -> None:
    program = programs("submitter")
    mine, other = world.propose(), world.propose()
    file = (b"%PDF-1.7 isi", "bukti.pdf")
    sha256 = _upload(program, other, *file)
    body = {"content": {"files": [sha256]}}
    assert program.patch(f"/quick-wins/{mine.id}", body, 1).status_code == 422
    assert program.patch(f"/quick-wins/{other.id}", body, 1).status_code == 200
    uploads = world.session.scalars(select(Upload)).all()
    assert [row.quick_win_id for row in uploads] == [other.id]


def _upload(program: Any, quick_win: QuickWin, data: bytes, name: str) -> str:
    answer = program.call(
        "POST", f"/quick-wins/{quick_win.id}/files", data={"file": (BytesIO(data), name)}
    )
    assert answer.status_code == 201
    return str(answer.json["sha256"])


def test_a_quick_win_and_a_list_cost_few_statements(programs: Programs, world: World) -> None:
    found = [world.bring_to("decision", title=f"Usulan {n}") for n in range(6)]
    program = programs("chair")
    costs = []
    for path in (f"/quick-wins/{found[0].id}", "/quick-wins", "/inbox", "/coverage", "/me"):
        world.session.expire_all()
        with statements(world.session) as run:
            assert program.get(path).status_code == 200
        costs.append(len(run))
    assert max(costs) <= 8, costs
    assert costs[:3] == [3, 4, 4]  # of a list the ids come first, then the rows
