"""/delegations: naming who stands in for oneself, or as an admin for anybody, and ending it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from page import text_of
from sqlalchemy import select
from test_page_acting import Browser
from world import JUDGMENT, World

from workflow.models import Delegation

TODAY = datetime.now(UTC) + timedelta(hours=7)
DAYS = {
    "valid_from": f"{TODAY:%d/%m/%Y}",
    "valid_to": f"{TODAY + timedelta(days=9):%d/%m/%Y}",
    "reason": "Cuti tahunan",
}


def test_somebody_names_who_stands_in_and_the_delegate_judges_on_their_behalf(
    visitor: Browser, world: World
) -> None:
    quick_win = world.bring_to("decision")
    world.session.commit()
    chair, mentor = visitor("chair"), visitor("mentor")

    answer = chair.post("/delegations", {**DAYS, "delegate": "Mentor@Test.test"})

    assert answer.status_code == 303
    assert "Mentor" in text_of(chair.get("/delegations"))
    assert quick_win.number in text_of(mentor.get("/"))
    mentor.post(f"/quick-wins/{quick_win.id}/approve", {"version": str(quick_win.version)})
    assert "atas nama Chair" in text_of(visitor("verifier2").get(f"/quick-wins/{quick_win.id}"))


def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    visitor: Browser, world: World
) -> None:
    chair = visitor("chair")

    answer = chair.post(
        "/delegations", {"delegate": "nobody@test.test", "valid_from": "besok", "reason": "Cuti"}
    )

    page = text_of(answer)
    assert answer.status_code == 422
    assert "Tidak ada yang beralamat ini." in page
    assert "nobody@test.test" in answer.text
    assert "besok" in answer.text
    assert world.session.scalars(select(Delegation)).all() == []


def test_nobody_but_an_admin_names_who_stands_in_for_somebody_else(
    visitor: Browser, world: World
) -> None:
    wish = {**DAYS, "delegator": "chair@test.test", "delegate": "mentor@test.test"}

    visitor("verifier").post("/delegations", wish)  # in the verifier's own place
    visitor("admin").post("/delegations", wish)

    made = world.session.scalars(select(Delegation).order_by(Delegation.id)).all()
    assert [each.delegator.name for each in made] == ["Verifier", "Chair"]


def test_it_is_ended_by_one_of_the_two_and_unknown_to_others(
    visitor: Browser, world: World
) -> None:
    visitor("chair").post("/delegations", {**DAYS, "delegate": "mentor@test.test"})
    made = world.session.scalars(select(Delegation)).one()

    assert "Mentor" not in text_of(visitor("verifier").get("/delegations"))
    assert visitor("verifier").post(f"/delegations/{made.id}/end", {}).status_code == 404
    assert visitor("mentor").post(f"/delegations/{made.id}/end", {}).status_code == 303
    world.session.refresh(made)
    assert made.ended_at is not None


# ---------------------------------------------------------------- recusal and assignment


def test_a_reviewer_recuses_themselves_on_a_page(visitor: Browser, world: World) -> None:
    quick_win = world.bring_to("review")
    world.session.commit()
    reviewer = visitor("reviewer")
    form = f"/quick-wins/{quick_win.id}/recuse"
    assert reviewer.get(form).status_code == 200

    version = {"version": str(quick_win.version)}
    assert reviewer.post(form, {**version, "note": ""}).status_code == 422
    assert reviewer.post(form, {**version, "note": "Saudara pengusul."}).status_code == 303

    assert "Saudara pengusul." in text_of(visitor("verifier2").get(f"/quick-wins/{quick_win.id}"))
    opd = text_of(visitor("submitter").get(f"/quick-wins/{quick_win.id}"))
    assert "menyatakan benturan kepentingan" in opd
    assert "Saudara pengusul." not in opd
    assert "Reviewer" not in opd


def test_a_verifier_assigns_reviewers_of_whom_the_least_busy_are_chosen(
    visitor: Browser, world: World
) -> None:
    quick_win = world.bring_to("review")
    world.session.commit()
    verifier, form = visitor("verifier2"), f"/quick-wins/{quick_win.id}/assign"
    ids = [world[name].id for name in ("reviewer", "reviewer2")]

    page = verifier.get(form).text
    assert all(f'value="{each}"' in page for each in ids)
    assert page.count("checked") >= len(ids)
    assert f'value="{world["reviewer3"].id}"' not in page
    answer = verifier.post(
        form, {"version": str(quick_win.version), "reviewers": str(ids[0]), "note": ""}
    )

    assert answer.status_code == 303
    assert quick_win.number in text_of(visitor("reviewer").get("/"))
    assert quick_win.number not in text_of(visitor("reviewer2").get("/"))
    world.act(quick_win, "judge", "reviewer2", data=JUDGMENT)
