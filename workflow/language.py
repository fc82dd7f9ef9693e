"""Words: labels in both languages, and sentences that are translated where a person reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Label:
    """A name in both languages, as the definition has it."""

    id: str
    en: str

    def in_(self, language: str) -> str:
        return self.en if language == "en" else self.id


@dataclass(frozen=True)
class Sentence:
    """English text with %(name)s places: the key in the catalogue, with the values to put in."""

    text: str
    values: Mapping[str, str | int | Label | Sentence] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % {
            key: value.en if isinstance(value, Label) else value
            for key, value in self.values.items()
        }


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for a marker
    """Mark a text for extraction; it is translated where it is shown."""
    return text
