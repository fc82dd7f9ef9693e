"""The demo city on paper: what its files promise, before anybody loads them.

Only the files are read here. That the door lets every act happen is shown where they are loaded.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import quickwin
from workflow.document import shipped
from workflow.fields import missing, parse

FOLDER = Path(quickwin.__file__).parent / "demo"
LOADED_ON = date(2026, 11, 24)  # any day: the files count from it
OPENS, CLOSES = {"2025": -700, "2026": -150}, {"2025": -400, "2026": 60}
YEAR = 365
WORKFLOW = shipped()
NAMED = {
    "verifier": ("verifier", "DKISS"),
    "verifier2": ("verifier", "SETDA"),
    "reviewer1": ("reviewer", ""),
    "reviewer2": ("reviewer", ""),
    "reviewer3": ("reviewer", "BAPPEDA"),
    "mentor": ("mentor", ""),
    "chair": ("chair", ""),
    "legal": ("decree_officer", ""),
    "mayor": ("mayor", ""),
    "inspector": ("inspector", "INSP"),
    "admin": ("admin", ""),
}


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def documents(key: str) -> list[dict[str, Any]]:
    texts = [file.read_text("utf-8") for file in sorted(FOLDER.glob("quick_wins_*.toml"))]
    return [entry for text in texts for entry in tomllib.loads(text).get(key, [])]


AGENCIES = [row["code"] for row in rows("agencies.csv")]
KELURAHAN = {row["code"]: f"KEC-{row['kecamatan'].upper()}" for row in rows("kelurahan.csv")}
PEOPLE = {row["account"]: row for row in rows("people.csv")}
QUICK_WINS, DECREES = documents("quick_wins"), documents("decrees")
SUBDIMENSIONS = {
    (row["dimension"], row["subdimension"]) for row in rows("../../workflow/dimensions.csv")
}
each_quick_win = pytest.mark.parametrize(
    "quick_win", QUICK_WINS, ids=[entry["content"]["title"] for entry in QUICK_WINS]
)


def agency_of(unit: str) -> str:
    return KELURAHAN.get(unit, unit)


def moment(act: dict[str, Any]) -> tuple[int, int, int]:
    return -act["days_ago"], act["hour"], act.get("minute", 0)


def loadable(content: dict[str, Any]) -> dict[str, Any]:
    """The content as the product takes it: milestones with dates instead of days."""
    dated = [
        {"name": one["name"], "date": (LOADED_ON + timedelta(days=one["day"])).isoformat()}
        for one in content.get("milestones", [])
    ]
    return {**content, "milestones": dated}


def contents(quick_win: dict[str, Any]) -> Iterator[tuple[tuple[int, int, int], dict[str, Any]]]:
    """Every content it ever had, with the moment of its saving."""
    content = quick_win["content"]
    yield moment(quick_win["created"]), content
    for act in quick_win["acts"]:
        if act["action"] == "save":
            content = {**content, **act["content"]}
            yield moment(act), content


def acts(quick_win: dict[str, Any], *actions: str) -> list[dict[str, Any]]:
    return [act for act in quick_win["acts"] if act["action"] in actions]


def all_acts() -> list[dict[str, Any]]:
    created = [{**entry["created"], "action": "save"} for entry in QUICK_WINS]
    return created + [act for entry in QUICK_WINS for act in entry["acts"]]


def test_every_agency_has_a_submitter_and_a_head() -> None:
    for code in AGENCIES:
        for account, role in ((code.lower(), "submitter"), (f"head.{code.lower()}", "head")):
            assert (PEOPLE[account]["role"], PEOPLE[account]["unit"]) == (role, code)
    assert len(PEOPLE) == len(NAMED) + 2 * len(AGENCIES)


def test_the_team_of_the_city_has_the_roles_and_home_units_of_the_contract() -> None:
    found = {name: (PEOPLE[name]["role"], PEOPLE[name]["home_unit"]) for name in NAMED}
    assert found == NAMED
    assert not any(PEOPLE[name]["unit"] for name in NAMED)


def test_everybody_was_appointed_by_a_decree_in_a_capacity() -> None:
    for person in PEOPLE.values():
        assert all(person[key] for key in ("name", "role", "capacity", "decree_no"))
        assert int(person["valid_from_days"]) >= -CLOSES["2025"]
    assert len({person["name"] for person in PEOPLE.values()}) == len(PEOPLE)


def test_the_code_of_a_kelurahan_is_made_of_its_names() -> None:
    for row in rows("kelurahan.csv"):
        name = f"{row['kecamatan']} {row['kelurahan']}".upper().replace(" ", "-")
        assert row["code"] == f"KEL-{name}"
        assert KELURAHAN[row["code"]] in AGENCIES


def test_every_state_of_the_life_cycle_can_be_seen_under_titles_that_differ() -> None:
    assert len({entry["content"]["title"].casefold() for entry in QUICK_WINS}) == len(QUICK_WINS)
    assert {entry["state"] for entry in QUICK_WINS} == set(WORKFLOW.states)


def test_sixteen_agencies_have_nothing_in_the_open_period() -> None:
    proposed = [agency_of(entry["unit"]) for entry in QUICK_WINS if entry["period"] == "2026"]
    assert len(set(proposed)) == len(proposed) >= 21
    assert len(set(AGENCIES) - set(proposed)) >= 16
    assert sum(entry["period"] == "2025" for entry in QUICK_WINS) >= 5


@each_quick_win
def test_the_content_keeps_to_its_limits_and_says_it_is_an_example(
    quick_win: dict[str, Any],
) -> None:
    codes = {*AGENCIES, *KELURAHAN}
    submitted = [moment(act) for act in acts(quick_win, "submit")]
    for saved_at, content in contents(quick_win):
        parsed = parse(loadable(content))
        assert "(data contoh)" in (parsed.summary or "")
        assert (content["dimension"], content.get("subdimension", "")) in SUBDIMENSIONS
        assert content.get("executing_unit", quick_win["unit"]) in codes
        if submitted and saved_at < submitted[-1]:
            assert missing(parsed) == ()
        for milestone in content.get("milestones", []):
            assert OPENS[quick_win["period"]] <= milestone["day"]
            assert milestone["day"] <= CLOSES[quick_win["period"]] + YEAR


def test_drafts_are_complete_half_filled_and_hardly_begun() -> None:
    drafts = [entry for entry in QUICK_WINS if entry["state"] == "draft"]
    lacking = sorted(len(missing(parse(loadable([*contents(one)][-1][1])))) for one in drafts)
    assert lacking[0] == 0
    assert 0 < lacking[1] <= 7 < lacking[2]


@each_quick_win
def test_acts_follow_one_another_while_the_period_is_open(quick_win: dict[str, Any]) -> None:
    moments = [moment(quick_win["created"]), *map(moment, quick_win["acts"])]
    assert moments == sorted(set(moments))
    assert moments[0][0] > OPENS[quick_win["period"]]
    for act in acts(quick_win, "submit"):
        assert -act["days_ago"] < CLOSES[quick_win["period"]]


def test_everything_happened_in_office_hours_before_the_day_of_loading() -> None:
    for act in [*all_acts(), *DECREES]:
        assert act["days_ago"] >= 1
        assert 8 <= act["hour"] < 16


def test_everybody_acted_in_a_role_of_the_table_and_after_the_appointment() -> None:
    for act in [*all_acts(), *({**decree, "action": "establish"} for decree in DECREES)]:
        person = PEOPLE[act["actor"]]
        may = {role for row in WORKFLOW.rows(act["action"]) for role in row.by} or {"submitter"}
        assert person["role"] in may
        assert act["days_ago"] < int(person["valid_from_days"])


@each_quick_win
def test_agencies_act_for_themselves_and_nobody_judges_their_own(
    quick_win: dict[str, Any],
) -> None:
    agency = agency_of(quick_win["unit"])
    for act in [quick_win["created"], *quick_win["acts"]]:
        person = PEOPLE[act["actor"]]
        if person["role"] in {"submitter", "head"}:
            assert person["unit"] == agency
        else:
            assert person["home_unit"] != agency


def test_a_note_stands_wherever_the_table_wants_one() -> None:
    for act in all_acts():
        wanted = any(row.note == "required" for row in WORKFLOW.rows(act["action"]))
        assert not wanted or len(act["note"]) > 40
        assert act["action"] != "comment" or len(act["text"]) > 40


def test_every_judgment_scores_all_ten_aspects() -> None:
    judgments = [act for act in all_acts() if act["action"] == "judge"]
    for judgment in judgments:
        assert judgment["scores"].keys() == WORKFLOW.rubric.keys()
        assert set(judgment["scores"].values()) <= {0, 1, 2, 3, 4}
    assert {act["verdict"] for act in judgments} == {"approve", "revise", "reject"}


@each_quick_win
def test_reports_measure_every_indicator_within_the_budget(quick_win: dict[str, Any]) -> None:
    _, content = [*contents(quick_win)][-1]
    reports = acts(quick_win, "report")
    for report in reports:
        measured = [actual["indicator"] for actual in report["actuals"]]
        assert measured == [indicator["name"] for indicator in content["indicators"]]
        assert all(re.fullmatch(r"\d+(\.\d+)?", actual["value"]) for actual in report["actuals"])
        assert report["spent"] <= content["budget"]
    for key in ("percent", "spent"):
        told = [report[key] for report in reports]
        assert told == sorted(told)
    assert quick_win["state"] != "completed" or reports[-1]["percent"] == 100


def test_decrees_establish_what_was_approved_and_revoke_what_was_established() -> None:
    by_title = {entry["content"]["title"]: entry for entry in QUICK_WINS}
    established: dict[str, tuple[int, int, int]] = {}
    for decree in sorted(DECREES, key=moment):
        assert decree["considerations"]
        for title in decree["establishes"]:
            assert by_title[title]["period"] == decree["period"]
            assert moment(acts(by_title[title], "approve")[-1]) < moment(decree)
            assert all(moment(decree) < moment(act) for act in acts(by_title[title], "start"))
            established[title] = moment(decree)
        for title in decree["revokes"]:
            assert established[title] < moment(decree)
    started = {entry["content"]["title"] for entry in QUICK_WINS if acts(entry, "start")}
    assert started <= established.keys()
    revoked = {title for decree in DECREES for title in decree["revokes"]}
    assert revoked == {title for title, one in by_title.items() if one["state"] == "revoked"}


def test_the_number_of_a_decree_follows_the_pattern_of_the_city() -> None:
    numbers = [decree["number"].format(year=2026) for decree in DECREES]
    assert all(re.fullmatch(r"\d{3}/Kep\.\d+-[A-Z]+/\d{4}", number) for number in numbers)
    assert len(set(numbers)) == len(numbers)
