"""What happened in the demo city, as one time line made of all its files.

Days count from the day of loading, hours are the city's. That an act is possible is not known here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from quickwin.demo.city import period_code

FOLDER = Path(__file__).parent
CREATE, SAVE, ISSUE = "create", "save", "issue_decree"  # what is no action of the table
_OF_EVERY_ACT = frozenset({"days_ago", "hour", "minute", "actor", "action", "note"})


@dataclass(frozen=True, kw_only=True)
class Act:
    """What an account did to the Quick Win of that title (a decree names its own), and when."""

    at: datetime
    actor: str
    action: str
    title: str = ""
    note: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Story:
    acts: tuple[Act, ...]  # in the order of their time
    states: Mapping[str, str]  # title -> the state in which the Quick Win is left


def read(today: date, zone: ZoneInfo) -> Story:
    """The story of all files, told on that day."""
    texts = [file.read_text("utf-8") for file in sorted(FOLDER.glob("quick_wins_*.toml"))]
    documents = [tomllib.loads(text) for text in texts]
    entries = [entry for document in documents for entry in document.get("quick_wins", ())]
    decrees = [decree for document in documents for decree in document.get("decrees", ())]
    teller = _Teller(today, zone)
    acts = [act for entry in entries for act in teller.acts_of(entry)]
    acts += map(teller.issue, decrees)
    return Story(
        acts=tuple(sorted(acts, key=lambda act: act.at)),
        states={entry["content"]["title"]: entry["state"] for entry in entries},
    )


class _Teller:
    def __init__(self, today: date, zone: ZoneInfo) -> None:
        self._today, self._zone = today, zone

    def acts_of(self, entry: Mapping[str, Any]) -> Iterator[Act]:
        title = entry["content"]["title"]
        created = {"unit": entry["unit"], "content": self._content(entry["content"])}
        yield self._act(entry["created"], CREATE, created, title=title)
        for told in entry["acts"]:
            data = {key: told[key] for key in told.keys() - _OF_EVERY_ACT}
            if "content" in data:
                data = self._content(data["content"])
            if "due_on_day" in data:
                data["due_on"] = self._day(data.pop("due_on_day"))
            yield self._act(told, told["action"], data, title=title)

    def issue(self, told: Mapping[str, Any]) -> Act:
        number = told["number"].format(year=self._at(told).year)
        data = {
            "number": number,
            "period": period_code(told["period"], self._today),
            "establishes": told["establishes"],
            "revokes": told["revokes"],
        }
        return self._act(told, ISSUE, data)

    def _act(
        self, told: Mapping[str, Any], action: str, data: Mapping[str, Any], *, title: str = ""
    ) -> Act:
        return Act(
            at=self._at(told),
            actor=told["actor"],
            action=action,
            title=title,
            note=told.get("note", ""),
            data=data,
        )

    def _content(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """With dates where the files count days."""
        if "milestones" not in content:
            return dict(content)
        milestones = [
            {"name": one["name"], "date": self._day(one["day"])} for one in content["milestones"]
        ]
        return {**content, "milestones": milestones}

    def _at(self, told: Mapping[str, Any]) -> datetime:
        day = self._today - timedelta(days=told["days_ago"])
        return datetime.combine(day, time(told["hour"], told.get("minute", 0)), self._zone)

    def _day(self, offset: int) -> str:
        return (self._today + timedelta(days=offset)).isoformat()
