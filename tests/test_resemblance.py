"""Similar Quick Wins: how many of the pairs in tests/resembling are told apart, and by what.

The pairs are invented ("data contoh") on titles of real innovations. Half of them is for choosing:
every threshold below is the best for that half, and only the other half is measured.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pytest
from sqlalchemy import Engine, create_engine, func, select, text, true
from sqlalchemy.orm import Session, aliased
from world import NOW, World, gather

from quickwin.servers import Postgres
from workflow import content as contents
from workflow import likeness, similar, stems
from workflow.models import QuickWin

FOLDER = Path(__file__).parent / "resembling"
FIELDS = ("title", "title_expansion", "summary", "problem", "objective")
Pair: TypeAlias = tuple[str, str]
Scores: TypeAlias = Mapping[Pair, float]


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(newline="") as file:
        return list(csv.DictReader(file))


SAME = {
    half: {
        (row["first"], row["second"]): row["same"] == "yes"
        for row in rows("pairs.csv")
        if row["half"] == half
    }
    for half in ("tuning", "measuring")
}


@dataclass(frozen=True, kw_only=True)
class Measured:
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0


def measured(scores: Scores, same: Mapping[Pair, bool], least: float) -> Measured:
    told = [pair for pair in same if scores[pair] >= least]
    right = sum(same[pair] for pair in told)
    return Measured(precision=right / len(told) if told else 1, recall=right / sum(same.values()))


def best_least(scores: Scores) -> float:
    """The threshold with the best F1 on the half for choosing."""
    return max(
        sorted((scores[pair] for pair in SAME["tuning"]), reverse=True),
        key=lambda least: measured(scores, SAME["tuning"], least).f1,
    )


def best_recall(scores: Scores, precision: float) -> float:
    """How much is found, on the half for measuring, without being less precise than that."""
    found = (measured(scores, SAME["measuring"], scores[pair]) for pair in SAME["measuring"])
    return max((each.recall for each in found if each.precision >= precision), default=0)


@dataclass(frozen=True)
class Library:
    """The texts of the pairs as Quick Wins of one city."""

    session: Session
    world: World
    ids: Mapping[str, int]

    def by_letters(self, *weighed: tuple[float, tuple[str, ...]]) -> Scores:
        """What pg_trgm says of some fields, each group of them as one text."""
        one, other = aliased(QuickWin), aliased(QuickWin)
        alike = sum(
            weight
            * func.similarity(
                *(
                    func.concat_ws(" ", *(row.content[field].astext for field in fields))
                    for row in (one, other)
                )
            )
            for weight, fields in weighed
        )
        statement = select(alike).select_from(one).join(other, true())
        return self._of_pairs(
            lambda first, second: self.session.scalars(
                statement.where(one.id == first, other.id == second)
            ).one()
        )

    def by_product(self) -> Scores:
        """What the product finds; what it does not even compare counts as 0."""
        found: dict[int, Mapping[int, likeness.Likeness]] = {}
        for first in {self.ids[first] for same in SAME.values() for first, _second in same}:
            found[first] = similar.alike(
                self.session,
                self.session.get_one(QuickWin, first).content,
                self.world["admin"],
                at=NOW,
                besides=first,
            )
        return self._of_pairs(
            lambda first, second: found[first][second].score if second in found[first] else 0
        )

    def _of_pairs(self, score: Callable[[int, int], float]) -> Scores:
        return {
            (first, second): score(self.ids[first], self.ids[second])
            for same in SAME.values()
            for first, second in same
        }


@pytest.fixture
def library(committing: Engine, postgres: Postgres, database: str) -> Iterator[Library]:
    """In it words are counted when a test says so, and not whenever autovacuum comes by."""
    as_owner(postgres, database, "ALTER TABLE quick_wins SET (autovacuum_enabled = false)")
    with Session(committing) as session:
        world = gather(session)
        ids = {}
        for row in rows("quick_wins.csv"):
            content = {field: row[field] for field in FIELDS if row[field]}
            ids[row["id"]] = contents.create(
                session, world["submitter"], "DINKES", content, at=NOW
            ).id
        session.commit()
        yield Library(session, world, ids)


@pytest.mark.parametrize("counted", [True, False], ids=["counted", "not counted yet"])
def test_stems_and_spelling_tell_apart_what_letters_alone_do_not(
    library: Library,
    postgres: Postgres,
    database: str,
    monkeypatch: pytest.MonkeyPatch,
    counted: bool,
) -> None:
    """Once as in a city whose words PostgreSQL has counted, once as in one that has just begun."""
    if counted:
        as_owner(postgres, database, "ANALYZE quick_wins")
    assert bool(stems.telling(library.session).shares) is counted
    letters = {
        "trigrams of the title": library.by_letters((1, ("title",))),
        "trigrams of title and summary": library.by_letters((0.6, ("title",)), (0.4, ("summary",))),
        "trigrams of everything": library.by_letters((1, FIELDS)),
    }
    scores = {**letters, "stems and spelling": library.by_product()}
    monkeypatch.setattr(likeness, "WEIGHT_OF_SPELLING", 0)
    scores["stems alone"] = library.by_product()

    results = {
        name: measured(of_pairs, SAME["measuring"], best_least(of_pairs))
        for name, of_pairs in scores.items()
    }
    product = measured(scores["stems and spelling"], SAME["measuring"], similar.LEAST)
    show({**results, f"the product, which tells from {similar.LEAST}": product})
    for name in letters:
        assert product.f1 > results[name].f1
        assert product.recall > best_recall(scores[name], product.precision)
    assert product.precision >= 0.8
    assert product.recall >= 0.8


def test_the_pairs_are_enough_and_split_fairly() -> None:
    ids = [row["id"] for row in rows("quick_wins.csv")]
    assert len(set(ids)) == len(ids)
    texts = {half: {id_ for pair in same for id_ in pair} for half, same in SAME.items()}
    assert texts["tuning"] | texts["measuring"] == set(ids)
    assert not texts["tuning"] & texts["measuring"]  # nothing that was chosen by is measured
    for same in SAME.values():
        assert len(same) >= 60
        assert sum(same.values()) / len(same) == pytest.approx(0.4, abs=0.05)


def test_the_threshold_is_the_best_for_the_half_for_choosing(library: Library) -> None:
    scores = library.by_product()
    best = measured(scores, SAME["tuning"], best_least(scores))
    assert measured(scores, SAME["tuning"], similar.LEAST).f1 >= best.f1 - 0.02


def as_owner(postgres: Postgres, database: str, statement: str) -> None:
    owner = create_engine(postgres.url("quickwin_owner", database), isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text(statement))
    owner.dispose()


def show(results: Mapping[str, Measured]) -> None:
    print(f"\n{'':36}{'precision':>10}{'recall':>8}{'F1':>6}")
    for name, result in results.items():
        print(f"{name:36}{result.precision:10.2f}{result.recall:8.2f}{result.f1:6.2f}")
