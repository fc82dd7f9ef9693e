"""Two texts beside each other: what differs is marked, and only that, whatever they are."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.marking import Piece, marked

MARKS = {"same": "%s", "gone": "[-%s-]", "new": "{+%s+}"}


def drawn(pieces: list[Piece]) -> str:
    return "".join(MARKS[piece.kind] % piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("before", "after", "left", "right"),
    [
        ("", "Baru saja.", "", "{+Baru saja.+}"),
        ("Lama.", "", "[-Lama.-]", ""),
        ("Rp50.000.000", "Rp40.000.000", "[-Rp50.000.000-]", "{+Rp40.000.000+}"),
        ("Gizi kurang.", "Gizi kurang kronis.", "Gizi kurang.", "Gizi kurang {+kronis+}."),
        ("Satu. Dua. Tiga.", "Satu. Tiga.", "Satu. [-Dua.-] Tiga.", "Satu. Tiga."),
        ("a: 1\nb: 2", "a: 1\nc: 3\nb: 2", "a: 1\nb: 2", "a: 1\n{+c: 3+}\nb: 2"),
        ("a: 1\nb: 2", "a: 5\nb: 2", "a: [-1-]\nb: 2", "a: {+5+}\nb: 2"),
    ],
)
def test_what_differs_is_marked(before: str, after: str, left: str, right: str) -> None:
    found = marked(before, after)

    assert (drawn(list(found.before)), drawn(list(found.after))) == (left, right)


TEXTS = st.text(alphabet="ab .\n", max_size=80)


@given(TEXTS, TEXTS)
def test_no_letter_is_lost_or_added(before: str, after: str) -> None:
    found = marked(before, after)

    assert "".join(piece.text for piece in found.before) == before
    assert "".join(piece.text for piece in found.after) == after
    assert {piece.kind for piece in found.before} <= {"same", "gone"}
    assert {piece.kind for piece in found.after} <= {"same", "new"}


def test_a_long_stretch_that_says_the_same_can_be_folded_between_its_ends() -> None:
    long = " ".join(f"kata{n}" for n in range(200))

    piece = marked(f"{long} lama", f"{long} baru").before[0]

    assert piece.folded is not None
    assert "".join(piece.folded) == piece.text
    assert len(piece.folded[0].split()) == len(piece.folded[2].split())
    assert Piece(kind="same", text="pendek").folded is None


def test_texts_made_to_be_hard_are_compared_in_no_time() -> None:
    dice = random.Random(7)

    def words(alphabet: str, count: int) -> str:
        return " ".join(dice.choice(alphabet) for _ in range(count))

    hard = [
        (words("ab", 2000), words("ab", 2000)),
        (
            "\n".join(words("ab", 130) for _ in range(15)),
            "\n".join(words("ab", 130) for _ in "x" * 15),
        ),
        ("a\n" * 2000, "b\n" + "a\nb\n" * 999),
        (". " * 2000, ". " * 1999 + "! "),
        ("." * 3999 + "x", "x" + "." * 3999),
        (
            "\n".join(f"Jenis: K, Awal: {n}" for n in range(30)),
            "\n".join(f"Jenis: K, Awal: {n * 3}" for n in range(30)),
        ),
    ]
    began = time.process_time()
    for before, after in hard:
        marked(before, after)

    assert time.process_time() - began < 0.5
