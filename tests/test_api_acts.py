"""Acts over the API: refusals in order, what they bring along, and one act for each key."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from attempts import statements, written
from flask import Flask
from programs import Programs
from sqlalchemy import Engine, func, select
from world import JUDGMENT, REPORT, World, gather

from web.api.idempotency import KEPT
from workflow import db
from workflow.models import Answer, Event, Judgment, QuickWin, Report


@pytest.fixture
def programs(app: Flask, world: World) -> Programs:
    return Programs(app, world)


def test_an_act_answers_how_things_stand_after_its_followers(
    programs: Programs, world: World
) -> None:
    quick_win = world.bring_to("review")
    programs("reviewer").act(quick_win, "judge", **JUDGMENT)
    answer = programs("reviewer2").act(quick_win, "judge", note="Baik.", **JUDGMENT)
    assert answer.status_code == 200
    assert (answer.json["state"], answer.json["waiting_for"]) == ("decision", ["chair"])
    assert answer.headers["ETag"] == f'"{answer.json["version"]}"'
    assert answer.json == programs("reviewer2").get(f"/quick-wins/{quick_win.id}").json


def test_every_kind_of_act_brings_what_the_contract_says(programs: Programs, world: World) -> None:
    quick_win = world.bring_to("implementation")
    later = (world.now.date() + timedelta(days=30)).isoformat()
    submitter, verifier = programs("submitter"), programs("verifier")
    version = quick_win.version
    for program, action, body in (
        (submitter, "comment", {"text": "Mohon arahan.", "field": "budget"}),
        (verifier, "extend", {"due_on": later, "note": "Libur panjang."}),
        (submitter, "report", {**REPORT, "percent": "62.5"}),
        (submitter, "report", REPORT),
    ):
        answer = program.act(quick_win, action, **body)
        assert (answer.status_code, answer.json["version"]) == (200, version), action
    reports = world.session.scalars(select(Report).order_by(Report.id))
    assert [str(report.percent) for report in reports] == ["62.50", "100.00"]
    assert verifier.act(quick_win, "complete").json["state"] == "completed"


def test_refusals_come_in_the_order_of_the_contract(programs: Programs, world: World) -> None:
    hidden, review = world.bring_to("draft"), world.bring_to("review")
    decision = world.bring_to("decision")
    v, w = review.version, decision.version
    before = written(world.session)
    for who, quick_win, action, body, status, code in (
        ("chair", hidden, "nonsense", {}, 404, "not_found"),
        ("chair", review, "nonsense", {"version": "x"}, 404, "unknown_action"),
        ("chair", review, "judge", {"version": "x"}, 403, "forbidden"),
        ("chair", review, "judge", {"version": 99}, 403, "forbidden"),
        ("chair", review, "approve", {}, 422, "invalid"),
        ("chair", review, "approve", {"version": None}, 422, "invalid"),
        ("chair", review, "approve", {"version": True}, 422, "invalid"),
        ("chair", review, "approve", {"version": 1.5}, 422, "invalid"),
        ("chair", review, "approve", {"version": 10**30}, 409, "stale"),
        ("chair", review, "approve", {"version": 99, "note": 5}, 409, "stale"),
        ("chair", review, "approve", {"version": v, "note": 5}, 409, "wrong_state"),
        ("chair", review, "approve", {"version": v, "more": 1}, 409, "wrong_state"),
        ("reviewer3", review, "judge", {"version": v, "verdict": "maybe"}, 422, "unmet"),
        ("chair", decision, "reject", {"version": w, "note": 5}, 422, "invalid"),
        ("chair", decision, "reject", {"version": w, "note": " "}, 422, "invalid"),
        ("chair", decision, "reject", {"version": w, "note": "\x00"}, 422, "invalid"),
        ("chair", decision, "reject", {"version": w, "note": "\udfff"}, 422, "invalid"),
        ("chair", decision, "reject", {"version": w, "note": "x" * 5_000_000}, 422, "invalid"),
        ("chair", decision, "approve", {"version": w, "state": "completed"}, 422, "invalid"),
        ("admin", decision, "approve", {"version": w}, 403, "forbidden"),
        ("admin", decision, "remind", {"version": w}, 403, "forbidden"),
        ("chair", decision, "conclude_review", {"version": w}, 403, "forbidden"),
    ):
        answer = programs(who).post(f"/quick-wins/{quick_win.id}/actions/{action}", body)
        assert (answer.status_code, answer.json["code"]) == (status, code), (action, body)
        assert answer.json["rule"] == answer.json["detail"]
    assert written(world.session) == before


def test_a_refusal_says_the_rule_and_who_could(programs: Programs, world: World) -> None:
    quick_win = world.bring_to("review")
    answer = programs("reviewer3").act(quick_win, "judge", **JUDGMENT)
    assert answer.status_code == 422
    assert answer.json["who_can"] == ["reviewer"]
    said = programs("reviewer3").get(f"/quick-wins/{quick_win.id}").json["refused"]["judge"]
    assert said == {"rule": answer.json["rule"], "who_can": ["reviewer"]}


@pytest.mark.parametrize(
    ("action", "state", "who", "body", "field"),
    [
        ("judge", "review", "reviewer", {**JUDGMENT, "verdict": "maybe"}, "verdict"),
        ("judge", "review", "reviewer", {"verdict": "approve"}, "scores"),
        ("judge", "review", "reviewer", {**JUDGMENT, "scores": {"risk": 5}}, "scores"),
        ("judge", "review", "reviewer", {**JUDGMENT, "scores": {"\x00": 1}}, "scores"),
        ("judge", "review", "reviewer", {**JUDGMENT, "scores": []}, "scores"),
        ("judge", "review", "reviewer", {**JUDGMENT, "reviewer_id": 1}, "reviewer_id"),
        ("report", "implementation", "submitter", {**REPORT, "percent": 101}, "percent"),
        ("report", "implementation", "submitter", {**REPORT, "percent": True}, "percent"),
        ("report", "implementation", "submitter", {**REPORT, "spent": -1}, "spent"),
        ("report", "implementation", "submitter", {**REPORT, "spent": 2**63}, "spent"),
        ("report", "implementation", "submitter", {**REPORT, "summary": "\x00"}, "summary"),
        ("report", "implementation", "submitter", {**REPORT, "actuals": [{}]}, "actuals"),
        ("comment", "draft", "head", {"text": ""}, "text"),
        ("comment", "draft", "head", {"text": "x", "field": "titel"}, "field"),
        ("extend", "review", "verifier", {"due_on": "2020-01-01", "note": "x"}, "due_on"),
        ("extend", "review", "verifier", {"due_on": "besok", "note": "x"}, "due_on"),
        ("extend", "review", "verifier", {"due_on": {}, "note": "x"}, "due_on"),
    ],
)  # fmt: skip
def test_data_that_does_not_fit_is_refused_by_name(
    programs: Programs, world: World, action: str, state: str, who: str, body: Any, field: str
) -> None:
    quick_win = world.bring_to(state)
    before = written(world.session)
    answer = programs(who).act(quick_win, action, **body)
    assert answer.status_code == 422
    assert {fault["field"].split(".")[0] for fault in answer.json["errors"]} == {field}
    assert written(world.session) == before


def test_one_key_is_one_act(programs: Programs, world: World) -> None:
    quick_win = world.bring_to("implementation")
    program = programs("submitter")
    first = program.act(quick_win, "report", key="k-1", **REPORT)
    again = program.act(quick_win, "report", key="k-1", **REPORT)
    assert (first.status_code, again.status_code) == (200, 200)
    assert (again.json, again.headers["ETag"]) == (first.json, first.headers["ETag"])
    other = program.act(quick_win, "report", key="k-1", **{**REPORT, "percent": 50})
    assert other.status_code == 422
    assert [fault["field"] for fault in other.json["errors"]] == ["Idempotency-Key"]
    assert world.session.scalar(select(func.count(Report.id))) == 1
    program.act(quick_win, "report", key="k-2", **REPORT)
    assert world.session.scalar(select(func.count(Report.id))) == 2


def test_a_key_is_looked_at_before_the_version(programs: Programs, world: World) -> None:
    quick_win = world.bring_to("decision")
    program, version = programs("chair"), quick_win.version
    first = program.act(quick_win, "approve", version=version, key="k")
    again = program.act(quick_win, "approve", version=version, key="k")
    assert (again.status_code, again.json) == (200, first.json)
    assert program.act(quick_win, "approve", version=version).status_code == 409
    assert program.act(quick_win, "approve", key="k").status_code == 422


def test_a_key_belongs_to_one_person_one_action_and_one_quick_win(
    programs: Programs, world: World
) -> None:
    quick_win, other = world.bring_to("review"), world.bring_to("review")
    assert programs("reviewer").act(quick_win, "judge", key="k", **JUDGMENT).status_code == 200
    assert programs("reviewer").act(other, "judge", key="k", **JUDGMENT).status_code == 422
    assert programs("reviewer").act(quick_win, "comment", key="k", text="x").status_code == 200
    assert programs("reviewer2").act(quick_win, "judge", key="k", **JUDGMENT).status_code == 200
    assert programs("chair").act(quick_win, "judge", key="k", **JUDGMENT).status_code == 403
    assert world.session.scalar(select(func.count(Judgment.id))) == 2


def test_a_refused_act_leaves_its_key_free(programs: Programs, world: World) -> None:
    quick_win = world.bring_to("decision")
    program = programs("chair")
    assert program.act(quick_win, "reject", key="k").status_code == 422
    assert world.session.scalar(select(func.count()).select_from(Answer)) == 0
    assert program.act(quick_win, "reject", key="k", note="Ganda.").status_code == 200


def test_a_key_is_forgotten_after_24_hours(programs: Programs, world: World) -> None:
    quick_win = world.bring_to("implementation")
    program = programs("submitter")
    program.act(quick_win, "report", key="k", **REPORT)
    kept = world.session.scalars(select(Answer)).one()
    kept.at -= KEPT
    world.session.commit()
    other = {**REPORT, "percent": 50}
    assert program.act(quick_win, "report", key="k", **other).status_code == 200
    assert world.session.scalar(select(func.count(Report.id))) == 2


@pytest.mark.parametrize("key", ["x" * 201, "é", "\x7f"])
def test_a_key_that_cannot_be_one_is_refused(programs: Programs, world: World, key: str) -> None:
    quick_win = world.bring_to("decision")
    answer = programs("chair").act(quick_win, "approve", key=key)
    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json["errors"]] == ["Idempotency-Key"]


def test_the_same_key_at_once_is_performed_once(app: Flask, committing: Engine) -> None:
    with db.Session() as session:
        world = gather(session)
        programs = Programs(app, world)
        quick_win = world.bring_to("implementation")
        session.commit()
        body = {"version": quick_win.version, **REPORT}
        path = f"/quick-wins/{quick_win.id}/actions/report"
        callers = [programs("submitter") for _ in range(4)]
    start = Barrier(len(callers))

    def call(program: Any) -> tuple[int, Any]:
        start.wait()
        answer = program.post(path, body, headers={"Idempotency-Key": "once"})
        return answer.status_code, answer.json

    with ThreadPoolExecutor(len(callers)) as pool:
        answers = list(pool.map(call, callers))
    assert {status for status, _ in answers} == {200}
    assert all(body == answers[0][1] for _, body in answers)
    with db.Session() as session:
        assert session.scalar(select(func.count(Report.id))) == 1
        acts = select(func.count(Event.id)).where(Event.action == "report")
        assert session.scalar(acts) == 1


def test_of_many_decisions_at_once_one_is_taken(app: Flask, committing: Engine) -> None:
    with db.Session() as session:
        world = gather(session)
        programs = Programs(app, world)
        quick_win = world.bring_to("decision")
        session.commit()
        version, at = quick_win.version, f"/quick-wins/{quick_win.id}/actions"
        callers = [(programs("chair"), ("approve", "reject")[n % 2]) for n in range(8)]
        quick_win_id = quick_win.id
    start = Barrier(len(callers))

    def decide(caller: tuple[Any, str]) -> int:
        start.wait()
        body = {"version": version, "note": "Putusan."}
        return int(caller[0].post(f"{at}/{caller[1]}", body).status_code)

    with ThreadPoolExecutor(len(callers)) as pool:
        statuses = sorted(pool.map(decide, callers))
    assert statuses == [200] + [409] * 7
    with db.Session() as session:
        found = session.get_one(QuickWin, quick_win_id)
        assert found.version == version + 1
        decided = select(func.count(Event.id)).where(Event.action.in_(["approve", "reject"]))
        assert session.scalar(decided) == 1


def test_an_act_costs_few_statements(programs: Programs, world: World) -> None:
    quick_win = world.bring_to("decision")
    program = programs("chair")
    world.session.expire_all()
    body = {"version": quick_win.version}
    with statements(world.session) as run:
        answer = program.post(f"/quick-wins/{quick_win.id}/actions/approve", body)
    assert answer.status_code == 200
    assert len(run) <= 12, run  # who asks, the act, how things stand after it


def test_a_browser_needs_the_token_of_its_session(programs: Programs, world: World) -> None:
    quick_win = world.bring_to("decision")
    path = f"/api/v1/quick-wins/{quick_win.id}/actions/approve"
    visitor = programs("chair").visitor
    body = {"version": quick_win.version}
    assert visitor.client.get(f"/api/v1/quick-wins/{quick_win.id}").status_code == 200
    refused = visitor.client.post(path, json=body)
    assert (refused.status_code, refused.mimetype) == (400, "application/problem+json")
    with_token = {"X-CSRFToken": visitor.csrf_token}
    assert visitor.client.post(path, json=body, headers=with_token).status_code == 200


def test_without_a_login_there_is_no_api(app: Flask, world: World) -> None:
    client = app.test_client()
    for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Bearer \xff"}):
        answer = client.get("/api/v1/me", headers=headers)
        assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
        assert answer.headers["WWW-Authenticate"] == "Bearer"
