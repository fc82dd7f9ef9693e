"""The pages of the plenary: its table, the preview of many, and what became of each."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable

import pytest
from attempts import statements, written
from filled_form import sent_by
from flask import Flask
from page import text_of, words_of
from somebody import somebody
from sqlalchemy import Engine, func, select
from test_plenary import wrote_a_part
from visitor import Visitor
from world import JUDGMENT, SCORES, World, gather

from workflow import db
from workflow.models import Event, Notification, QuickWin

Browser = Callable[[str], Visitor]


def box(quick_win: QuickWin) -> str:
    return f"{quick_win.id}.{quick_win.version}"


def order(page: str) -> list[str]:
    return re.findall(r'id="case-\d+">([^<]*)</a>', page)


def at_odds(world: World, title: str, second: str = "reject", score: int = 1) -> QuickWin:
    quick_win = world.bring_to("review", title=title)
    world.act(quick_win, "judge", "reviewer", data=JUDGMENT)
    bad = {"verdict": second, "scores": dict.fromkeys(SCORES, score)}
    world.act(quick_win, "judge", "reviewer2", data=bad)
    return quick_win


def speak_english(world: World) -> World:
    for person in world.people.values():
        person.language = "en"
    return world


@pytest.fixture
def waiting(world: World) -> list[QuickWin]:
    """Two that are recommended, and between them one on which the reviewers do not agree."""
    speak_english(world)
    return [
        world.bring_to("decision", title="Alfa"),
        at_odds(world, "Bravo"),
        world.bring_to("decision", title="Charlie", dimension="GOV"),
    ]


def test_all_of_it_stands_in_one_table(visitor: Browser, waiting: list[QuickWin]) -> None:
    words = words_of(visitor("chair").get("/plenary"))

    assert "QW-2026-0001 Alfa Unit DINKES Smart Living 75 75 High Approve 2 × Approve" in words
    assert "Bravo Unit DINKES Smart Living 50 25–75 Low No majority" in words
    assert "Charlie Unit DINKES Smart Governance 75" in words


def test_a_decision_after_the_login_ended_gives_back_its_note_alone(
    app: Flask, world: World, waiting: list[QuickWin]
) -> None:
    stranger = Visitor(app, world.session, None)
    sent = {
        "action": "approve",
        "chosen": [box(each) for each in waiting],
        "period": "2026",
        "dimension": "GOV",
        "sort": "-total",
    }

    answer = stranger.post("/plenary", {**sent, "note": "Sesuai rapat."})

    assert answer.status_code == 401
    assert re.findall(r"<textarea[^>]*>\s*([^<]*)</textarea>", text_of(answer)) == ["Sesuai rapat."]
    assert stranger.post("/plenary", sent).location.startswith("/login")


@pytest.mark.parametrize(
    ("sort", "titles"),
    [
        ("", "Alfa Bravo Charlie"),
        ("-title", "Charlie Bravo Alfa"),
        ("total", "Bravo Alfa Charlie"),
        ("-spread", "Bravo Alfa Charlie"),
        ("agreement", "Alfa Charlie Bravo"),
        ("recommendation", "Alfa Charlie Bravo"),
        ("-recommendation", "Alfa Charlie Bravo"),
        ("dimension", "Charlie Alfa Bravo"),
        ("nonsense", "Alfa Bravo Charlie"),
    ],
)
def test_the_address_orders_it(
    visitor: Browser, waiting: list[QuickWin], sort: str, titles: str
) -> None:
    page = visitor("chair").get(f"/plenary?sort={sort}").get_data(as_text=True)

    assert order(page) == titles.split()


def test_the_address_narrows_it_and_the_heads_keep_what_it_says(
    visitor: Browser, waiting: list[QuickWin]
) -> None:
    page = text_of(visitor("mayor").get("/plenary?dimension=GOV&sort=total"))

    assert order(page) == ["Charlie"]
    assert 'aria-sort="ascending"' in page
    assert 'href="/plenary?dimension=GOV&sort=-total"' in page
    assert order(text_of(visitor("mayor").get("/plenary?dimension=%00x"))) == []
    assert "Charlie" not in text_of(visitor("mayor").get("/plenary?period=2025"))


@pytest.mark.parametrize("who", ["submitter", "verifier", "reviewer", "decree_officer"])
def test_it_is_closed_to_whose_turn_it_never_is(visitor: Browser, world: World, who: str) -> None:
    quick_win = world.bring_to("decision")
    world.session.commit()
    before = written(world.session)

    one = visitor(who)

    assert one.get("/plenary").status_code == 403
    assert one.get(f"/plenary/preview?action=approve&chosen={box(quick_win)}").status_code == 403
    sent = {"action": "approve", "chosen": box(quick_win)}
    assert one.post("/plenary", sent).status_code == 403
    assert 'href="/plenary"' not in one.get("/").get_data(as_text=True)
    assert written(world.session) == before


def test_who_looks_on_reads_the_table_and_chooses_nothing(
    visitor: Browser, waiting: list[QuickWin]
) -> None:
    for who in ("mayor", "inspector"):
        page = visitor(who).get("/plenary").get_data(as_text=True)
        assert len(order(page)) == 3
        assert 'name="chosen"' not in page
        assert 'href="/plenary"' in page


def test_one_link_ticks_all_and_another_those_that_are_recommended(
    visitor: Browser, world: World, waiting: list[QuickWin]
) -> None:
    wrote_a_part(world, waiting[2], "chair")
    chair = visitor("chair")

    def ticked(choose: str) -> list[str]:
        answer = chair.get(f"/plenary?choose={choose}")
        return sent_by(answer, "/plenary/preview").get("chosen", [])

    assert ticked("") == []
    assert ticked("all") == [box(waiting[0]), box(waiting[1])]
    assert ticked("recommended") == [box(waiting[0])]
    assert "Nobody decides on a Quick Win of their own unit" in words_of(chair.get("/plenary"))


def test_only_what_needs_no_note_of_its_own_is_offered_for_many(
    visitor: Browser, waiting: list[QuickWin]
) -> None:
    page = visitor("chair").get("/plenary").get_data(as_text=True)

    assert re.findall(r'name="action" value="(\w+)"', page) == ["approve"]


def test_the_preview_says_what_would_happen_and_does_nothing(
    visitor: Browser, world: World, waiting: list[QuickWin]
) -> None:
    own, short = waiting[1:]
    wrote_a_part(world, own, "chair")
    wrote_a_part(world, short, "reviewer")
    world.session.commit()
    before = written(world.session)

    chosen = "&chosen=".join(map(box, waiting))
    answer = visitor("chair").get(f"/plenary/preview?action=approve&chosen={chosen}")

    words = words_of(answer)
    assert "This would happen to 1 Quick Win" in words
    assert "Next: “Approved, awaiting the decree”, the turn of: Decree officer." in words
    assert "Refused for 2 Quick Wins" in words
    assert "Nobody decides on a Quick Win of their own unit" in words
    assert "Enough reviewers must have reviewed what is submitted now." in words
    assert sent_by(answer, "/plenary")["chosen"] == [box(waiting[0])]
    assert written(world.session) == before


def test_each_is_done_by_itself_and_the_page_says_what_became_of_it(
    visitor: Browser, world: World, waiting: list[QuickWin]
) -> None:
    good, refused, moved = waiting
    seen = [*map(box, waiting), "987654321.1"]
    wrote_a_part(world, refused, "chair")
    world.people["chair2"] = somebody(world, "chair")
    world.act(moved, "request_revision", "chair2")
    world.session.commit()

    answer = visitor("chair").post(
        "/plenary", {"action": "approve", "chosen": seen, "note": "Berita Acara 7/2026"}
    )

    words = words_of(answer)
    assert answer.status_code == 200
    assert "1 Quick Win is done." in words
    assert "3 Quick Wins were refused: nothing of them has changed." in words
    assert "Next: “Approved, awaiting the decree”, the turn of: Decree officer." in words
    assert "It has changed since you opened it." in words
    assert "What happened meanwhile: Baru asked for a revision" in words
    assert "This does not exist, or it is not open to you." in words
    world.session.expire_all()
    assert [one.state for one in waiting] == ["approved", "decision", "revision"]
    event = world.session.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one()
    assert (event.quick_win_id, event.note) == (good.id, "Berita Acara 7/2026")


def test_the_same_form_sent_twice_finds_everything_done(
    visitor: Browser, world: World, waiting: list[QuickWin]
) -> None:
    chair, sent = visitor("chair"), {"action": "approve", "chosen": list(map(box, waiting))}
    chair.post("/plenary", sent)
    before = written(world.session)

    words = words_of(chair.post("/plenary", sent))

    assert "You had done it before for 3 Quick Wins" in words
    assert "refused" not in words
    assert written(world.session) == before


def test_a_rejection_is_never_done_to_many(
    visitor: Browser, world: World, waiting: list[QuickWin]
) -> None:
    before = written(world.session)

    for action in ("reject", "request_revision", "comment", "nonsense"):
        sent = {"action": action, "chosen": list(map(box, waiting)), "note": "Semua."}
        words = words_of(visitor("chair").post("/plenary", sent))
        assert "3 Quick Wins were refused" in words

    assert written(world.session) == before


def test_a_note_that_does_not_fit_comes_back_with_the_preview(
    visitor: Browser, world: World, waiting: list[QuickWin]
) -> None:
    before, note = written(world.session), "x" * 4001

    answer = visitor("chair").post(
        "/plenary", {"action": "approve", "chosen": list(map(box, waiting)), "note": note}
    )

    assert answer.status_code == 422
    assert note in answer.get_data(as_text=True)
    assert 'id="error-summary"' in answer.get_data(as_text=True)
    assert len(sent_by(answer, "/plenary")["chosen"]) == 3
    assert written(world.session) == before


@pytest.mark.parametrize("chosen", ["", "x", "1", "1.", "1.2.3", "-1.1", "٣.1", "9" * 30 + ".1"])
def test_what_was_never_on_the_page_chooses_nothing(
    visitor: Browser, world: World, chosen: str
) -> None:
    speak_english(world)
    chair = visitor("chair")

    asked = chair.get("/plenary/preview", query_string={"action": "approve", "chosen": chosen})

    assert asked.status_code == 200
    assert "Choose at least one Quick Win in the table." in words_of(asked)
    assert chair.post("/plenary", {"action": "approve", "chosen": chosen}).status_code == 200


def test_a_longer_table_costs_no_more_statements(visitor: Browser, world: World) -> None:
    chair, costs = visitor("chair"), []
    chosen: list[str] = []
    for count in (1, 5):
        chosen += [box(world.bring_to("decision")) for _ in range(count)]
        world.session.commit()
        with statements(world.session) as run:
            chair.get("/plenary")
            chair.get("/plenary/preview", query_string={"action": "approve", "chosen": chosen})
        costs.append(len(run))

    assert costs[0] == costs[1] <= 26


def test_two_chairs_who_confirm_at_the_same_moment_decide_once(
    committing: Engine, app: Flask
) -> None:
    with db.Session() as session:
        world = speak_english(gather(session))
        other = somebody(world, "chair", language="en")
        chosen = [box(world.bring_to("decision")) for _ in range(4)]
        chairs = [Visitor(app, session, person) for person in (world["chair"], other)]
    pages: list[str] = []
    barrier = threading.Barrier(2)

    def confirm(chair: Visitor) -> None:
        barrier.wait(60)
        pages.append(words_of(chair.post("/plenary", {"action": "approve", "chosen": chosen})))

    threads = [threading.Thread(target=confirm, args=(chair,)) for chair in chairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)

    with db.Session() as session:
        done = session.scalars(select(Event.quick_win_id).where(Event.action == "approve")).all()
        assert Counter(done) == Counter(int(one.split(".")[0]) for one in chosen)
        told = (
            select(func.count())
            .select_from(Notification)
            .where(Notification.event_id.in_(select(Event.id).where(Event.action == "approve")))
        )
        assert session.scalar(told) == len(chosen) * 3
    counted = [re.search(r"(\d+) Quick Wins? (?:is|are) done", page) for page in pages]
    assert sum(int(found[1]) for found in counted if found) == len(chosen)
