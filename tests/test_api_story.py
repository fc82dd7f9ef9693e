"""One Quick Win from a new draft to completed, by all who have a part in it, over the API only."""

from __future__ import annotations

from typing import Any

from flask import Flask
from programs import Programs
from world import JUDGMENT, REPORT, World, proposal

DECREE = {"period": "2026", "number": "503/12/2026", "date": "2026-02-01"}


class Story:
    """The way of one Quick Win; each act with the version that its actor has just read."""

    def __init__(self, programs: Programs, quick_win_id: int) -> None:
        self.programs, self.at = programs, f"/quick-wins/{quick_win_id}"
        self.people: dict[str, Any] = {}

    def program(self, who: str) -> Any:
        return self.people.setdefault(who, self.programs(who))

    def act(self, who: str, action: str, **given: Any) -> dict[str, Any]:
        seen = self.program(who).get(self.at).json
        assert action in seen["actions"], (seen["state"], action, seen["refused"].get(action))
        path = seen["actions"][action]["href"].removeprefix("/api/v1")
        answer = self.program(who).post(path, {"version": seen["version"], **given})
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json
        return body


def test_a_quick_win_goes_from_draft_to_completed_over_the_api(app: Flask, world: World) -> None:
    programs = Programs(app, world)
    submitter = programs("submitter")
    begun = submitter.post("/quick-wins", {"unit": "DINKES", "content": {"title": "Kelas Ibu"}})
    story = Story(programs, begun.json["id"])
    written = submitter.patch(story.at, {"content": proposal(title="Kelas Ibu")}, 1)
    assert written.json["completeness"] == {"percent": 100, "missing": []}

    story.act("submitter", "submit")
    assert story.act("head", "return", note="Anggaran belum jelas.")["state"] == "draft"
    story.act("submitter", "submit")
    story.act("head", "endorse")
    assert story.act("verifier", "verify")["waiting_for"] == ["reviewer"]
    story.act("reviewer", "judge", **JUDGMENT)
    assert story.act("reviewer2", "judge", **JUDGMENT)["state"] == "decision"
    story.act("chair", "request_revision", note="Perjelas manfaat.")
    version = submitter.get(story.at).json["version"]
    changed = submitter.patch(story.at, {"content": {"benefit": "Lebih jelas."}}, version)
    assert changed.status_code == 200
    assert story.act("submitter", "resubmit")["state"] == "review"
    story.act("reviewer", "judge", **JUDGMENT)
    story.act("reviewer2", "judge", **JUDGMENT)
    assert story.act("chair", "approve")["waiting_for"] == ["decree_officer"]
    decree = programs("decree_officer").post(
        "/decrees", {**DECREE, "quick_wins": [begun.json["id"]]}
    )
    assert (decree.status_code, decree.json["status"]) == (201, "issued")
    story.act("submitter", "start")
    story.act("submitter", "report", **REPORT)
    assert story.act("verifier", "complete")["state"] == "completed"

    events = submitter.get(f"{story.at}/events").json["items"]
    assert [event["action"] for event in events] == [
        "submit", "return", "submit", "endorse", "verify", "judge", "judge", "conclude_review",
        "request_revision", "resubmit", "judge", "judge", "conclude_review", "approve",
        "establish", "start", "report", "complete",
    ]  # fmt: skip
    diff = submitter.get(f"{story.at}/revisions/2/diff/3").json["items"]
    assert [change["field"] for change in diff] == ["benefit"]
    covered = programs("mayor").get("/coverage?period=2026").json["items"]
    assert {row["unit"]: row["status"] for row in covered}["DINKES"] == "completed"
