"""Short texts that somebody typed: names and codes, and what is wrong with one.

What they name is not known here.
"""

from __future__ import annotations

import unicodedata

from quickwin.refusal import CommandRefused
from workflow.codes import is_code

LONGEST = 200


def tidy(text: str) -> str:
    """Without white space around it, and with single spaces in it."""
    return " ".join(text.split())


def faults_of_text(text: str) -> list[str]:
    """The second halves of sentences that begin with what the text is."""
    wrong = []
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in text):
        wrong.append("has a character that cannot be stored")
    if len(text) > LONGEST:
        wrong.append(f"is longer than {LONGEST} characters")
    return wrong


def faults_of_code(code: str) -> list[str]:
    """Whole clauses: a code stands in addresses and on command lines."""
    if is_code(code):
        return []
    return [
        f"“{code[:LONGEST]}” is no code: at most 40 letters, digits, dots, hyphens, underscores"
    ]


def named(what: str, text: str) -> str:
    """The text, tidy. Raises CommandRefused, saying `what` it is, where it is none."""
    text = tidy(text)
    if wrong := faults_of_text(text) if text else ["is empty"]:
        raise CommandRefused(f"The {what} {' and '.join(wrong)}.")
    return text
