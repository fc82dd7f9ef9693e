"""Why an act was refused. Each message is a sentence for the person who was refused.

One class for each thing a caller can do about it:

* Refused
  - NotFound       it does not exist, or not for this person: both read the same
    - UnknownAction  the definition has no action of that name
  - Forbidden      the person holds no role that may do this
  - Conflict       it is no longer as the person saw it: look again
    - Stale          another version of content or state
    - WrongState     the action does not start in this state
    - Locked         its content is not open for writing
  - Unmet          a guard, a note or the data: mend it and try again
    - Invalid        the data, named field by field in `fields`
    - Faulty         a list, with a sentence for everything that is wrong with it in `faults`
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from workflow.language import N_, Sentence


class Refused(Exception):
    """An act was refused; nothing was written. `who_can` names roles that could."""

    code: ClassVar[str] = "refused"

    def __init__(self, sentence: Sentence, *, who_can: tuple[str, ...] = ()) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence
        self.who_can = who_can


class NotFound(Refused):
    code = "not_found"

    def __init__(self, sentence: Sentence | None = None) -> None:
        super().__init__(sentence or Sentence(N_("This does not exist, or it is not open to you.")))


class UnknownAction(NotFound):
    code = "unknown_action"

    def __init__(self, action: str) -> None:
        super().__init__(
            Sentence(N_("There is no action called “%(action)s”."), {"action": action})
        )


class Forbidden(Refused):
    code = "forbidden"


class Conflict(Refused):
    code = "conflict"


class Stale(Conflict):
    """`version` is the one in force."""

    code = "stale"

    def __init__(self, version: int, *, who_can: tuple[str, ...] = ()) -> None:
        super().__init__(
            Sentence(N_("It has changed since you opened it. Look at it again, then decide.")),
            who_can=who_can,
        )
        self.version = version


class WrongState(Conflict):
    code = "wrong_state"


class Locked(Conflict):
    code = "locked"

    def __init__(self) -> None:
        super().__init__(Sentence(N_("Its content cannot be changed in the state it is in.")))


class Unmet(Refused):
    code = "unmet"


class Invalid(Unmet):
    """`fields` has a sentence for each field that does not fit, by its path (indicators.0.name)."""

    code = "invalid"

    def __init__(self, fields: Mapping[str, Sentence]) -> None:
        super().__init__(
            Sentence(
                N_("Some of what was entered does not fit: %(names)s."),
                {"names": ", ".join(fields)},
            )
        )
        self.fields = dict(fields)


class Faulty(Unmet):
    """`faults` has a sentence for everything that is wrong with a list, in its order."""

    code = "faulty"

    def __init__(self, faults: Sequence[Sentence]) -> None:
        super().__init__(Sentence(N_("The list does not fit: %(fault)s"), {"fault": faults[0]}))
        self.faults = tuple(faults)
