"""Why a command was refused, as a sentence. What the command is, is not known here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


class CommandRefused(Exception):
    """Nothing was done; the message is one sentence, or a list of them, that says why."""


@contextmanager
def refusals() -> Iterator[None]:
    """What the domain refuses within, the command refuses: every fault that is named is a line."""
    from workflow.errors import Faulty, Invalid, Refused

    try:
        yield
    except Faulty as refused:
        raise CommandRefused("\n".join(map(str, refused.faults))) from refused
    except Invalid as refused:
        raise CommandRefused("\n".join(map(str, refused.fields.values()))) from refused
    except Refused as refused:
        raise CommandRefused(str(refused)) from refused
