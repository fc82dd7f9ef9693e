"""Why a command was refused, as a sentence. What the command is, is not known here."""

from __future__ import annotations


class CommandRefused(Exception):
    """Nothing was done; the message is one sentence, or a list of them, that says why."""
