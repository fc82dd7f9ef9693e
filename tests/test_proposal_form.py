"""The proposal as text: everything the form can hold comes back, and nothing is changed unasked."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from world import proposal

from web.labels import FIELDS, PARTS
from web.proposal_conflict import merge, seen
from web.proposal_fields import ProposalForm
from web.proposal_form import press, typed
from web.proposal_sections import SECTIONS
from web.proposal_texts import GROUPS, ROWS, Texts, fingerprints, read, shown, tidy, told
from workflow.content import digests
from workflow.fields import MAX_RUPIAH, Content, missing, parse

EMPTY = shown(Content())

_texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30)
_numbers = st.decimals(-(10**9), 10**9, allow_nan=False, places=4).filter(
    lambda value: len(value.as_tuple().digits) <= 15
)
_ready = st.none() | st.sampled_from(["yes", "in_progress", "not_yet"])


def _part(**parts: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=parts)


_indicator = _part(
    kind=st.sampled_from(["output", "outcome"]),
    name=_texts,
    baseline=_numbers.map(str),
    target=_numbers.map(str),
    unit=_texts,
)
_milestone = _part(name=_texts, date=st.dates().map(date.isoformat))
_contents = st.fixed_dictionaries(
    {},
    optional={
        "title": _texts,
        "problem": _texts,
        "instrument": st.sampled_from(["it", "non_it"]),
        "indicators": st.lists(_indicator, max_size=3),
        "milestones": st.lists(_milestone, max_size=3),
        "budget": st.integers(0, MAX_RUPIAH),
        "pic": _part(name=_texts, nip=st.just("198001012005011001")),
        "partners": st.lists(_part(name=_texts, role=_texts), max_size=3),
        "readiness": _part(regulation=_ready, staff=_ready),
        "files": st.lists(st.just("a" * 64), max_size=1),
    },
)


@given(_contents)
def test_whatever_is_stored_reads_back_from_what_the_form_shows(content):
    texts = shown(parse(content))

    reading = read(texts, EMPTY)

    assert reading.unread == {}
    again = shown(parse(reading.changes))
    assert again == texts


@given(_contents)
def test_what_the_form_shows_is_no_change_of_it(content):
    texts = shown(parse(content))

    assert tidy(texts) == texts
    assert read(tidy(_as_a_browser_sends(texts)), texts).changes == {}


def test_a_complete_proposal_comes_back_with_its_digest():
    content = parse(proposal(files=["a" * 64], readiness={"staff": "yes"}, executing_unit="UPTD"))

    changes = read(shown(content), EMPTY).changes

    assert digests(parse(changes)) == digests(content)
    assert missing(parse(changes)) == ()


def test_people_write_numbers_dates_and_money_as_they_are_used_to():
    texts = tidy(
        {
            "budget": "1,2 miliar",
            "indicators": [{"baseline": "12,5", "target": " 1.250 "}],
            "milestones": [{"date": "7 Agustus 2026"}, {"date": "07/09/2026"}],
            "pic": {"nip": "19800101 200501 1 001"},
        }
    )

    content = parse(read(texts, EMPTY).changes)

    assert content.budget == 1_200_000_000
    assert content.indicators is not None
    assert (content.indicators[0].baseline, content.indicators[0].target) == (
        Decimal("12.5"),
        Decimal(1250),
    )
    assert [each.date for each in content.milestones or ()] == [
        date(2026, 8, 7),
        date(2026, 9, 7),
    ]
    assert content.pic is not None
    assert content.pic.nip == "198001012005011001"


def test_what_cannot_be_read_is_named_by_its_path():
    texts = tidy(
        {
            "budget": "-5",
            "milestones": [{"name": ""}, {"name": "Uji"}, {"date": "99/99/2026"}],
            "indicators": [{"target": "banyak"}],
        }
    )

    assert read(texts, EMPTY).unread.keys() == {
        "budget",
        "milestones.1.date",
        "indicators.0.target",
    }


def test_a_field_that_was_emptied_is_taken_out():
    before = shown(parse(proposal()))

    changes = read(tidy({**before, "budget": "", "milestones": [{"name": " "}]}), before).changes

    assert changes == {"budget": None, "milestones": None}


def test_rows_are_added_at_the_end_and_removed_where_they_stand():
    texts: Texts = {"partners": [{"name": "a"}, {"name": "b"}, {"name": "c"}]}

    added = press(texts, {"add-partners": "1"})
    removed = press(texts, {"remove-partners-1": "1"})
    none = press(texts, {"remove-partners-7": "1"})

    assert added
    assert (added.texts, added.row) == ({"partners": [*texts["partners"], {}]}, 3)
    assert removed
    assert removed.texts == {"partners": [{"name": "a"}, {"name": "c"}]}
    assert none
    assert none.texts == texts
    assert press(texts, {"save": "1"}) is None
    assert press(texts, {"add-indicators": "1"}) is None


@pytest.mark.parametrize("index", ["²", "9" * 5000, "-1", "x", ""])
def test_rows_that_the_form_cannot_have_sent_are_none(index):
    assert typed(MultiDict({f"partners-{index}-name": "x"}))["partners"] == []


def test_a_field_that_was_not_sent_is_not_there():
    assert typed(MultiDict({"title": "Gempita", "pic-name": "Rina"})).keys() == {"title", "pic"}


def test_the_form_has_every_field_of_the_content_in_one_section_each():
    form = ProposalForm()
    in_sections = [name for section in SECTIONS for name in section.fields]

    assert sorted(in_sections) == sorted(Content.model_fields) == sorted(FIELDS)
    assert set(form._fields) - set(FIELDS) == {"upload"}
    for name in (*ROWS, *GROUPS):
        group = form[name].append_entry({}).form if name in ROWS else form[name].form
        assert group._fields.keys() == PARTS[name].keys()


def test_everything_that_was_typed_can_be_told():
    texts = tidy({"title": "Gempita", "partners": [{"name": "PKK"}], "pic": {"nip": "12"}})

    assert [text for _, text in told(texts)] == ["Gempita", "12", "PKK"]


def test_what_only_others_changed_is_taken_over_and_what_was_typed_stays():
    loaded = shown(parse(proposal()))
    now = {**loaded, "title": "Baru", "problem": "Lain", "risks": "Sama"}
    mine = {**loaded, "problem": "Punya saya", "benefit": "Juga", "risks": "Sama"}

    merged, changed = merge(mine, now, seen(loaded))

    assert changed == {"title": False, "problem": True}
    assert merged == {**mine, "title": "Baru"}


@pytest.mark.parametrize("marks", ["", "[]", "{", '{"title": 3}', "null", "[" * 100_000])
def test_without_marks_everything_that_differs_stays_as_it_was_typed(marks):
    now = shown(parse(proposal()))
    mine = {**now, "title": "Punya saya"}

    assert merge(mine, now, marks) == (mine, {"title": True})


def test_a_mark_tells_any_difference():
    assert fingerprints(tidy({"title": "a"})) != fingerprints(tidy({"title": "b"}))


def _as_a_browser_sends(texts: Texts) -> Texts:
    def sent(value: Any) -> Any:
        if isinstance(value, str):
            return value.replace("\n", "\r\n")
        if isinstance(value, dict):
            return {name: sent(each) for name, each in value.items()}
        return [sent(each) for each in value]

    return {name: sent(value) for name, value in texts.items()}
