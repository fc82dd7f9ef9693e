"""Short texts that somebody typed: names and codes, and what is wrong with one.

What they name is not known here.
"""

from __future__ import annotations

import unicodedata

from workflow.codes import is_code
from workflow.errors import Unmet
from workflow.language import N_, Sentence

LONGEST = 200


def tidy(text: str) -> str:
    """Without white space around it, and with single spaces in it."""
    return " ".join(text.split())


def faults_of_text(what: Sentence | str, text: str) -> list[Sentence]:
    """Clauses that begin with `what` the text is."""
    wrong = []
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in text):
        wrong.append(Sentence(N_("%(what)s has a character that cannot be stored"), {"what": what}))
    if len(text) > LONGEST:
        longer = N_("%(what)s is longer than %(limit)s characters")
        wrong.append(Sentence(longer, {"what": what, "limit": LONGEST}))
    return wrong


def empty(what: Sentence | str) -> Sentence:
    return Sentence(N_("%(what)s is empty"), {"what": what})


def faults_of_code(code: str) -> list[Sentence]:
    """A code stands in addresses and on command lines."""
    if is_code(code):
        return []
    text = N_("“%(code)s” is no code: at most 40 letters, digits, dots, hyphens, underscores")
    return [Sentence(text, {"code": code[:LONGEST]})]


def fault_of(what: Sentence, text: str) -> Sentence | None:
    """A whole sentence about a text that must say something: its first fault, or none."""
    faults = faults_of_text(what, text) if text else [empty(what)]
    return Sentence(N_("%(fault)s."), {"fault": faults[0]}) if faults else None


def named(what: Sentence, text: str) -> str:
    """The text, tidy. Raises Unmet, saying `what` it is, where it is none."""
    text = tidy(text)
    if fault := fault_of(what, text):
        raise Unmet(fault)
    return text
