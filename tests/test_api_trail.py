"""History over the API: what happened, what was submitted, what changed, what resembles it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from programs import Programs
from world import JUDGMENT, World, proposal

EVENT = {
    "seq", "at", "action", "actor", "capacity", "on_behalf_of", "from", "to", "visit", "note",
    "digest", "hash",
}  # fmt: skip


@pytest.fixture
def programs(app: Flask, world: World) -> Programs:
    return Programs(app, world)


def test_events_come_oldest_first_in_the_shape_of_the_contract(
    programs: Programs, world: World
) -> None:
    quick_win = world.bring_to("decision")
    found = programs("chair").get(f"/quick-wins/{quick_win.id}/events").json
    events = found["items"]
    assert found["next_cursor"] is None
    assert all(set(event) == EVENT for event in events)
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    first, last = events[0], events[-1]
    assert first["actor"] == {
        "id": world["submitter"].id,
        "name": "Submitter",
        "email": "submitter@test.test",
    }
    assert (first["action"], first["from"], first["to"]) == ("submit", "draft", "endorsement")
    assert (first["capacity"], first["on_behalf_of"]) == ("Sebagai submitter", None)
    assert (last["action"], last["actor"]) == ("conclude_review", None)


def test_what_others_judged_is_closed_until_the_step_is_concluded(
    programs: Programs, world: World
) -> None:
    quick_win = world.bring_to("review")
    at = f"/quick-wins/{quick_win.id}"
    programs("reviewer").act(quick_win, "judge", note="Rahasia dulu.", **JUDGMENT)
    assert "Rahasia" in programs("reviewer").get(f"{at}/events").text
    for name in ("reviewer2", "chair", "submitter", "admin"):
        assert "Rahasia" not in _everything(programs, name, at)
    programs("reviewer2").act(quick_win, "judge", **JUDGMENT)
    assert "Rahasia" in programs("chair").get(f"{at}/events").text


def test_to_the_opd_the_reviewers_have_no_names(programs: Programs, world: World) -> None:
    quick_win = world.bring_to("decision")
    at = f"/quick-wins/{quick_win.id}"
    for name in ("submitter", "head"):
        said = _everything(programs, name, at)
        for reviewer in ("reviewer", "reviewer2"):
            assert world[reviewer].name not in said
            assert world[reviewer].email not in said
        assert "Sebagai reviewer" not in said
    judged = [
        event
        for event in programs("head").get(f"{at}/events").json["items"]
        if event["action"] == "judge"
    ]
    assert [(event["actor"], event["capacity"]) for event in judged] == [(None, "")] * 2
    assert {event["note"] for event in judged} == {"Catatan."}


def _everything(programs: Programs, name: str, at: str) -> str:
    program = programs(name)
    paths = ("", "/events", "/revisions", "/similar", "/revisions/1/diff/1")
    return "".join(program.get(at + path).text for path in paths)


def test_events_and_revisions_are_paged(programs: Programs, world: World) -> None:
    quick_win = world.bring_to("revision")
    world.act(quick_win, "resubmit", "submitter")
    world.session.commit()
    program = programs("chair")
    for kind, key in (("events", "seq"), ("revisions", "number")):
        at = f"/quick-wins/{quick_win.id}/{kind}"
        everything = program.get(at).json["items"]
        assert len(everything) > 1
        collected: list[Any] = []
        cursor = ""
        while cursor is not None:
            page = program.get(f"{at}?limit=1&cursor={cursor}").json
            assert len(page["items"]) == 1
            collected += page["items"]
            cursor = page["next_cursor"]
        assert collected == everything
        assert [row[key] for row in everything] == list(range(1, len(everything) + 1))
        for query in ("limit=0", "cursor=x", "cursor=MTox", "q=x"):
            assert program.get(f"{at}?{query}").status_code == 422


def test_revisions_name_their_authors_and_differ_field_by_field(
    programs: Programs, world: World
) -> None:
    quick_win = world.bring_to("revision")
    submitter, at = programs("submitter"), f"/quick-wins/{quick_win.id}"
    changes = {
        "title": "Judul baru",
        "risks": "Hujan.",
        "pic": {**proposal()["pic"], "name": "Ani"},
    }
    submitter.patch(at, {"content": changes}, quick_win.version)
    assert submitter.act(quick_win, "resubmit").json["state"] == "review"
    first, second = submitter.get(f"{at}/revisions").json["items"]
    assert [author["id"] for author in first["authors"]] == [world["submitter"].id]
    assert first["material_digest"] != second["material_digest"]
    assert second["digest"] == submitter.get(at).json["digest"]
    events = submitter.get(f"{at}/events").json["items"]
    assert [events[row["seq"] - 1]["action"] for row in (first, second)] == ["submit", "resubmit"]
    diff = submitter.get(f"{at}/revisions/1/diff/2").json
    assert diff["next_cursor"] is None
    assert [(change["field"], change["material"]) for change in diff["items"]] == [
        ("title", True),
        ("pic", False),
        ("risks", False),
    ]
    title = diff["items"][0]
    assert (title["before"], title["after"]) == ("Gempita Beras Merah", "Judul baru")
    assert submitter.get(f"{at}/revisions/1/diff/1").json["items"] == []
    for a, b in ((1, 3), (0, 1), (10**18 - 1, 1)):
        assert submitter.get(f"{at}/revisions/{a}/diff/{b}").status_code == 404


def test_similar_ones_come_with_a_score_and_only_those_one_may_see(
    programs: Programs, world: World
) -> None:
    mine = world.bring_to("review", title="Posyandu Keliling Desa")
    alike = world.bring_to("verification", title="Posyandu Keliling Kota")
    world.propose("DKISS", title="Posyandu Keliling Kota")
    at = f"/quick-wins/{mine.id}/similar"
    found = programs("verifier2").get(at).json
    assert [row["id"] for row in found["items"]] == [alike.id]
    assert 0.5 < found["items"][0]["score"] <= 1
    assert found["next_cursor"] is None
    assert len(programs("admin").get(at).json["items"]) == 2
    assert len(programs("admin").get(f"{at}?limit=1").json["items"]) == 1
