"""Words, dates and numbers as people read and write them, in Indonesian and English.

A text is written in English where it is needed, and that English is its key in the catalogue; it
is translated where a person reads it. It refuses to know who reads, and any single text.

A percent sign in a `Sentence` is written %%, as in the templates.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import MAX_EMAX, Context, Decimal, localcontext
from functools import lru_cache
from gettext import GNUTranslations
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal

LANGUAGES = ("id", "en")
TRANSLATIONS = Path(__file__).parent / "translations"
LONGEST_NUMBER = 40


class NotCompiled(RuntimeError):
    """The catalogue was never compiled: the message says which command does it."""


@dataclass(frozen=True, kw_only=True)
class Label:
    """A name in both languages, as the definition has it."""

    id: str
    en: str

    def in_(self, language: str) -> str:
        return self.id if language == "id" else self.en


@dataclass(frozen=True)
class Sentence:
    """English text with %(name)s places: the key in the catalogue, with the values to put in."""

    text: str
    values: Mapping[str, str | int | Label | Sentence] = field(default_factory=dict)

    def __str__(self) -> str:
        return say(self, "en")


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for a marker
    """Mark a text for extraction; it is translated where it is shown."""
    return text


def say(
    sentence: Sentence | Label | str, language: str, *, translations: Path = TRANSLATIONS
) -> str:
    """The text in that language, with its labels and inner sentences in it too. Text that is not
    translated, and every language but Indonesian, give the English. A plain text is looked up
    and shown as it is: it has no places. Raises NotCompiled without a compiled catalogue."""
    if isinstance(sentence, Label):
        return sentence.in_(language)
    if isinstance(sentence, str):
        return _translated(sentence, language, translations)
    values = {
        name: say(value, language, translations=translations)
        if isinstance(value, Sentence | Label)
        else value
        for name, value in sentence.values.items()
    }
    return _translated(sentence.text, language, translations) % values


def date_long(day: date, language: str) -> str:
    """Rabu, 7 Agustus 2019; Wednesday, 7 August 2019."""
    return format_date(day, "EEEE, d MMMM y", locale=language)


def date_short(day: date) -> str:
    """07/08/2019, in both languages."""
    return format_date(day, "dd/MM/y", locale="id")


def moment(at: datetime, zone: ZoneInfo, language: str) -> str:
    """7 Agustus 2019 pukul 09.00 WIB; 7 August 2019, 09:00 WIB. Without a time zone: ValueError."""
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone, so nobody knows when it is")
    pattern = "d MMMM y 'pukul' HH.mm" if language == "id" else "d MMMM y, HH:mm"
    shown = format_datetime(at, pattern, tzinfo=zone, locale=language)
    # Babel knows WIB, WITA and WIT in Indonesian only; the zone itself always does.
    return f"{shown} {at.astimezone(zone).tzname()}"


def clock(at: datetime, zone: ZoneInfo, language: str) -> str:
    """10.42; 10:42: for a moment of today."""
    return format_datetime(at, "HH.mm" if language == "id" else "HH:mm", tzinfo=zone, locale="en")


def hour(at: time) -> Label:
    """16.00; 16:00: an hour of no particular day."""
    return Label(id=f"{at:%H.%M}", en=f"{at:%H:%M}")


def rupiah(amount: int) -> str:
    """Rp1.895.795, in both languages: it is how the amount stands in every document."""
    return format_currency(amount, "IDR", "¤#,##0", locale="id", currency_digits=False)


def number(value: Decimal | int, language: str) -> str:
    """1.234,5 or 1,234.5, with every digit that is not a zero at the end."""
    return _number(Decimal(value), language)


@lru_cache(maxsize=4096)  # a table says the same numbers again and again, and Babel takes long
def _number(value: Decimal, language: str) -> str:
    # Babel rounds in the context of the thread and fails where that has too few digits. Adding
    # nothing takes the sign from a zero.
    with localcontext(Context(prec=1000, Emax=MAX_EMAX)):
        return format_decimal(value + 0, locale=language, decimal_quantization=False)


NO_RUPIAH = N_("Write whole rupiah, not negative, like 50.000.000, 50 juta or 1,2 miliar.")
NO_DATE = N_("Write a date like 07/08/2026 or 7 Agustus 2026.")
NO_NUMBER = N_("Write a number like 1.250 or 12,5.")


def parse_rupiah(text: str) -> int:
    """Whole rupiah from "50 juta", "12,5 juta", "1,2 miliar", "Rp50.000.000", "50000000" (also
    ribu, triliun, and cents that are ",00"). Before a scale dots and commas mean what they mean
    to `parse_decimal`; without one, dots are thousands or a mistake: "50,000" and "1250.000" are
    refused, not guessed. Anything else is a ValueError with a text of the catalogue."""
    found = _RUPIAH.fullmatch(_squeezed(text))
    if not found or len(found[0]) > LONGEST_NUMBER:
        raise ValueError(NO_RUPIAH)
    if found["whole"]:
        return int(found["whole"].replace(".", ""))
    # In whole numbers: decimals would round beyond 28 digits.
    units, _, parts = _plain(found["scaled"]).partition(".")
    scale = _SCALES[found["scale"]]
    amount, beyond = divmod(int(units + parts) * scale, int("1" + "0" * len(parts)))
    if beyond:
        raise ValueError(NO_RUPIAH)
    return amount


def parse_date(text: str) -> date:
    """The day from 07/08/2026, 7-8-2026 (day first), 2026-08-07, or "7 Agustus 2026" with the
    month in full in either language. Anything else is a ValueError with a text of the catalogue."""
    text = _squeezed(text)
    for pattern in _DATES:
        if found := pattern.fullmatch(text):
            try:
                month = _months().get(found["month"]) or int(found["month"])
                return date(int(found["year"]), month, int(found["day"]))
            except ValueError:
                break
    raise ValueError(NO_DATE)


def parse_decimal(text: str) -> Decimal:
    """A number with a decimal comma or a decimal point: "12,5" and "12.5" are the same.

    "1.250" could be either; it is read as Indonesian, so as 1250: dots are thousands where they
    stand before groups of exactly three digits and the first group does not begin with a zero.
    "0.125", "1.25" and "1250.5" therefore have a decimal point, "1.250,75" is 1250.75, and a
    comma is never a thousand. A form shows its numbers in Indonesian (`number(value, "id")`),
    which always reads back. Anything else is a ValueError with a text of the catalogue."""
    text = _squeezed(text)
    if len(text) > LONGEST_NUMBER or not re.fullmatch(f"-?{_NUMBER}", text):
        raise ValueError(NO_NUMBER)
    return Decimal(_plain(text))


_THOUSANDS = r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+"
_NUMBER = rf"(?:{_THOUSANDS}(?:,[0-9]+)?|[0-9]+(?:[.,][0-9]+)?)"
_SCALES = {"ribu": 10**3, "juta": 10**6, "miliar": 10**9, "triliun": 10**12}
_RUPIAH = re.compile(
    rf"(?:rp\.? ?)?(?:(?P<whole>{_THOUSANDS}|[0-9]+)(?:,00)?"
    rf"|(?P<scaled>{_NUMBER}) ?(?P<scale>{'|'.join(_SCALES)}))"
)
_DATES = [
    re.compile(r"(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})/(?P<year>[0-9]{4})"),
    re.compile(r"(?P<day>[0-9]{1,2})-(?P<month>[0-9]{1,2})-(?P<year>[0-9]{4})"),
    re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"),
    re.compile(r"(?P<day>[0-9]{1,2}) (?P<month>[a-z]+) (?P<year>[0-9]{4})"),
]


def _squeezed(text: str) -> str:
    """Small letters and single spaces; pasted text has unbreakable ones."""
    return " ".join(text.split()).lower()


def _plain(written: str) -> str:
    """The number that matched, with a decimal point and nothing between its thousands."""
    if re.match(rf"-?{_THOUSANDS}(?:,|$)", written):
        written = written.replace(".", "")
    return written.replace(",", ".")


@lru_cache(maxsize=1)
def _months() -> Mapping[str, int]:
    return {
        name.lower(): month
        for language in LANGUAGES
        for month, name in Locale(language).months["format"]["wide"].items()
    }


def _translated(text: str, language: str, translations: Path) -> str:
    # gettext answers an empty text with the header of the catalogue.
    if language != "id" or not text:
        return text
    catalogue = _catalogue(translations / "id" / "LC_MESSAGES" / "messages.mo")
    found = catalogue.gettext(text)
    # Older releases of Python 3.11 find a text with a plural only by asking for one of it.
    return found if found != text else catalogue.ngettext(text, text, 1)


@lru_cache(maxsize=8)
def _catalogue(compiled: Path) -> GNUTranslations:
    try:
        with compiled.open("rb") as file:
            return GNUTranslations(file)
    except FileNotFoundError as error:
        raise NotCompiled(
            f"{compiled} does not exist. Make it with: "
            "pybabel compile --directory workflow/translations"
        ) from error
