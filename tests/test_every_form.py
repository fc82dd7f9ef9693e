"""Whatever is typed into whatever form: never a fault of ours, and never a loss of what was typed.

The forms are read from their pages as they stand there, and the addresses from the application, so
that a new form without a case in `form_cases` fails.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from authenticator import give_password, set_up
from form_cases import FORMS, Case, House
from hypothesis import given, settings
from hypothesis import strategies as st
from page import stop_the_clock
from page_forms import TEXT, PageForm, Sent, filled, form_of
from sqlalchemy import Engine
from visitor import Visitor
from werkzeug.test import TestResponse
from world import NOW, gather

import web
from web import create_app
from workflow import db, decrees
from workflow.decrees import Drawn
from workflow.document import shipped
from workflow.settings import Settings

# Read from an address by name, and what lists and their filters read by a table of names.
PARAMETER = re.compile(r'request\.(?:args|values)\.(?:get|getlist)\(\s*"(\w+)"')
PARAMETERS = {
    *("q", "state", "stage", "unit", "period", "dimension", "late", "waiting_for", "own", "order"),
    *("after", "before", "status", "light", "sort", "choose", "action", "chosen", "show", "to"),
    *("email", "next", "quick_win", "number", "year"),
}
OF_FILES = {"v"}  # of style sheets and scripts
CASES = [pytest.param(case, id=case.name) for cases in FORMS.values() for case in cases]


@pytest.fixture(scope="module")
def house(rolled_back: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("house")
    app = create_app(
        Settings(secret_key="for the tests only, for the tests only", data_dir=str(folder))
    )
    with pytest.MonkeyPatch.context() as patch, rolled_back.connect() as connection:
        stop_the_clock(patch, NOW)
        outer = connection.begin()
        db.Session.configure(bind=connection, join_transaction_mode="create_savepoint")
        with db.Session() as session:
            world = gather(session)
            places = {state: world.bring_to(state).id for state in shipped().states}
            drawn = Drawn(number="", on=None, establishes=[places["approved"]])
            officer = world["decree_officer"]
            places["decree"] = decrees.draw_up(session, officer, "2026", drawn, at=NOW).id
            give_password(world, "chair")
            give_password(world, "mentor")
            set_up(Visitor(app, session, world["mentor"]), NOW)
            session.commit()
            yield House(app, world, connection, places)
        outer.rollback()
        db.Session.configure(bind=None, join_transaction_mode="conditional_savepoint")


def test_every_form_of_the_product_has_a_case_here(house: House) -> None:
    posting = {
        rule.endpoint
        for rule in house.app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and not rule.rule.startswith("/api/")
    }
    assert posting == FORMS.keys()


@pytest.mark.parametrize("case", CASES)
@settings(max_examples=6, deadline=None, derandomize=True)
@given(data=st.data())
def test_nothing_that_is_typed_breaks_a_form_or_is_lost(
    house: House, case: Case, data: st.DataObject
) -> None:
    action = case.at(house, case.action)
    with house.for_once(case.who) as visitor:
        case.ready(house, visitor)
        form = house.forms.get(case.name) or read_form(house, case, visitor)
        sent = data.draw(filled(form))

        answer = visitor.post(action, sent)

        assert answer.status_code < 500
        assert answer.status_code not in (400, 405), "the form does not fit its address"
        done = answer.location is not None
        shown = [visitor.get(answer.location, follow_redirects=True) if done else answer]
        if done or (case.tells and answer.status_code == 200):
            shown += [visitor.get(case.at(house, each)) for each in case.look]
        for each in shown:
            assert each.status_code < 500
            assert "<script>alert" not in each.get_data(as_text=True)
            assert "<img src=x" not in each.get_data(as_text=True)
        if not case.answers_part:
            kept = " ".join(map(read, shown))
            lost = [text for text in typed(form, sent, case, done=done) if text not in kept]
            assert lost == []


@pytest.mark.parametrize("case", [case for case in CASES if case.values[0].who])
def test_a_form_sent_after_the_login_ended_gives_back_its_texts_and_nothing_else(
    house: House, case: Case
) -> None:
    with house.for_once(case.who) as visitor:
        case.ready(house, visitor)
        form = read_form(house, case, visitor)
    texts = {name: f"Diketik: {name}" for name in form.names("text") + form.names("number")}
    other = {one.name: one.values[-1] for one in form.controls if one.values}

    with house.for_once("") as stranger:
        answer = stranger.post(case.at(house, case.action), {**other, **texts})

    page = answer.get_data(as_text=True)
    assert re.findall(r"<textarea[^>]*>\s*([^<]*)</textarea>", page) == list(texts.values())
    assert not texts or answer.status_code == 401
    for name in texts:
        assert f">{name}</label>" not in page


def test_every_parameter_that_an_address_takes_is_tried_here() -> None:
    read_from_addresses = {
        name
        for path in Path(web.__file__).parent.glob("*.py")
        for name in PARAMETER.findall(path.read_text(encoding="utf-8"))
    }

    assert read_from_addresses - OF_FILES <= PARAMETERS


@pytest.mark.parametrize("who", ["chair", "submitter", ""])
@settings(max_examples=4, deadline=None, derandomize=True)
@given(data=st.data())
def test_no_address_breaks_a_page(house: House, who: str, data: st.DataObject) -> None:
    keys = st.sampled_from(list(house.places.values())) | st.integers(0, 10**18 - 1)
    with house.for_once(who) as visitor:
        for rule in house.app.url_map.iter_rules():
            if "GET" not in (rule.methods or ()) or rule.endpoint in ("static", "health.metrics"):
                continue
            path = "".join(
                part
                if not is_place
                else str(data.draw(TEXT.map(quote) if "int" not in part else keys))
                for is_place, part in _parts(rule.rule)
            )
            names = st.sampled_from(sorted(PARAMETERS))
            given_here = data.draw(st.dictionaries(names, st.lists(TEXT, max_size=2), max_size=6))

            answer = visitor.get(f"{path}?{urlencode(given_here, doseq=True)}")

            assert answer.status_code < 500, (path, given_here)
            page = answer.get_data(as_text=True)
            assert "<script>alert" not in page
            assert "<img src=x" not in page
            if rule.endpoint == "quick_wins.index" and who and given_here.get("q"):
                assert words(given_here["q"][0].strip()[:200]) in read(answer)


def _parts(rule: str) -> Iterator[tuple[bool, str]]:
    """The address of a rule in pieces: whether each is a place for a value, and its text."""
    for n, part in enumerate(re.split(r"<([^>]*)>", rule)):
        yield bool(n % 2), part


def read_form(house: House, case: Case, visitor: Visitor) -> PageForm:
    """As it stands on its page: the same each time, since what a post changed is undone."""
    page = visitor.get(case.at(house, case.page), follow_redirects=True)
    found = form_of(page, case.at(house, case.form or case.action)) or case.instead
    assert found, f"{case.page} has no form for {case.action}"
    return house.forms.setdefault(case.name, found)


def typed(form: PageForm, sent: Sent, case: Case, *, done: bool) -> list[str]:
    """The texts that must not be lost. What was a secret goes; a number is written anew once it was
    read; and a row that is taken away takes its texts with it."""
    names = form.names("text") + ([] if done else form.names("number"))
    taken = [name.removeprefix("remove-") + "-" for name in sent if name.startswith("remove-")]
    return [
        words(text)
        for name in names
        if not name.startswith(tuple(taken)) and not (done and name in case.passing)
        for text in sent.get(name, ())
        if words(text)
    ]


def read(answer: TestResponse) -> str:
    return words(html.unescape(answer.get_data(as_text=True)))


def words(text: str) -> str:
    """Browsers write line ends in their way, pages have spaces of their own, and nothing can show
    a NUL."""
    return " ".join(text.replace("\x00", "").split())
