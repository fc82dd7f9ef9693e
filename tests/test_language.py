"""What people read in their language, and how what they write is understood."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from hypothesis import given
from hypothesis import strategies as st

from workflow.language import (
    N_,
    NO_DATE,
    NO_NUMBER,
    NO_RUPIAH,
    Label,
    NotCompiled,
    Sentence,
    date_long,
    date_short,
    moment,
    number,
    parse_date,
    parse_decimal,
    parse_rupiah,
    rupiah,
    say,
)

LONG = (
    "98.765.432.109.876.543.210.987.654.321,125",
    "98,765,432,109,876,543,210,987,654,321.125",
)
WIB = ZoneInfo("Asia/Jakarta")
REVIEWER = Label(id="Penelaah", en="Reviewer")
WAITS = Sentence("It waits for the %(role)s, %(days)s days.", {"role": REVIEWER, "days": 3})


@pytest.fixture
def translations(tmp_path):
    """A folder with a compiled Indonesian catalogue of a few texts."""
    catalog = Catalog(locale="id")
    catalog.add("It waits for the %(role)s, %(days)s days.", "Menunggu %(role)s, %(days)s hari.")
    catalog.add("Refused: %(why)s", "Ditolak: %(why)s")
    catalog.add("%(percent)s %% done", "%(percent)s %% selesai")
    catalog.add("Save", "Simpan")
    folder = tmp_path / "id" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "messages.mo").open("wb") as file:
        write_mo(file, catalog)
    return tmp_path


def test_a_label_is_said_in_the_language_of_the_reader():
    assert (say(REVIEWER, "id"), say(REVIEWER, "en")) == ("Penelaah", "Reviewer")
    assert (REVIEWER.in_("id"), REVIEWER.in_("en")) == ("Penelaah", "Reviewer")


def test_a_sentence_is_translated_together_with_its_labels(translations):
    said = say(WAITS, "id", translations=translations)

    assert said == "Menunggu Penelaah, 3 hari."
    assert say(WAITS, "en", translations=translations) == "It waits for the Reviewer, 3 days."


def test_a_sentence_inside_a_sentence_is_translated_too(translations):
    sentence = Sentence("Refused: %(why)s", {"why": WAITS})

    said = say(sentence, "id", translations=translations)
    assert said == "Ditolak: Menunggu Penelaah, 3 hari."


def test_a_sentence_as_text_is_english():
    assert str(Sentence("Refused: %(why)s", {"why": WAITS})) == (
        "Refused: It waits for the Reviewer, 3 days."
    )


def test_what_people_typed_is_neither_translated_nor_read_as_a_pattern(translations):
    sentence = Sentence("Refused: %(why)s", {"why": "Save 50% of %(role)s"})

    assert say(sentence, "id", translations=translations) == "Ditolak: Save 50% of %(role)s"


def test_a_percent_sign_is_written_twice_in_a_sentence(translations):
    sentence = Sentence("%(percent)s %% done", {"percent": 80})

    assert say(sentence, "id", translations=translations) == "80 % selesai"
    assert say(sentence, "en", translations=translations) == "80 % done"


def test_a_marked_text_is_translated_where_it_is_shown(translations):
    text = N_("Save")

    assert (text, say(text, "id", translations=translations)) == ("Save", "Simpan")


def test_text_without_a_translation_and_other_languages_stay_english(translations):
    assert say("Not translated", "id", translations=translations) == "Not translated"
    assert say(WAITS, "fr", translations=translations) == str(WAITS)


def test_no_text_is_no_text_and_not_the_header_of_the_catalogue(translations):
    assert say("", "id", translations=translations) == ""


def test_without_a_compiled_catalogue_the_error_says_how_to_compile_it(tmp_path):
    with pytest.raises(NotCompiled, match=r"messages\.mo does not exist.*pybabel compile"):
        say("Save", "id", translations=tmp_path)


def test_english_needs_no_catalogue(tmp_path):
    assert say("Save", "en", translations=tmp_path) == "Save"


def test_dates_are_written_as_the_office_writes_them():
    day = date(2019, 8, 7)

    assert date_long(day, "id") == "Rabu, 7 Agustus 2019"
    assert date_long(day, "en") == "Wednesday, 7 August 2019"
    assert date_short(day) == "07/08/2019"


@pytest.mark.parametrize(
    ("zone", "in_indonesian", "in_english"),
    [
        ("Asia/Jakarta", "7 Agustus 2019 pukul 09.00 WIB", "7 August 2019, 09:00 WIB"),
        ("Asia/Makassar", "7 Agustus 2019 pukul 10.00 WITA", "7 August 2019, 10:00 WITA"),
        ("Asia/Jayapura", "7 Agustus 2019 pukul 11.00 WIT", "7 August 2019, 11:00 WIT"),
    ],
)
def test_a_moment_is_shown_in_the_zone_of_the_city(zone, in_indonesian, in_english):
    at = datetime(2019, 8, 7, 2, tzinfo=UTC)

    assert moment(at, ZoneInfo(zone), "id") == in_indonesian
    assert moment(at, ZoneInfo(zone), "en") == in_english


def test_a_moment_may_be_another_day_in_the_city():
    at = datetime(2019, 8, 6, 20, tzinfo=timezone(timedelta(hours=1)))

    assert moment(at, WIB, "id") == "7 Agustus 2019 pukul 02.00 WIB"


def test_a_moment_without_a_time_zone_is_refused():
    naive = datetime(2019, 8, 7)  # noqa: DTZ001 - the mistake this test is about

    with pytest.raises(ValueError, match="no time zone"):
        moment(naive, WIB, "id")


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (0, "Rp0"),
        (1895795, "Rp1.895.795"),
        (2**63 - 1, "Rp9.223.372.036.854.775.807"),
        (-500, "-Rp500"),
    ],
)
def test_rupiah_are_whole_with_dots(amount, shown):
    assert rupiah(amount) == shown


@pytest.mark.parametrize(
    ("value", "in_indonesian", "in_english"),
    [
        (Decimal("1234.5"), "1.234,5", "1,234.5"),
        (1234567, "1.234.567", "1,234,567"),
        (Decimal("12.50"), "12,5", "12.5"),
        (Decimal("0.00001234"), "0,00001234", "0.00001234"),
        (Decimal("-0"), "0", "0"),
        (Decimal("1E+3"), "1.000", "1,000"),
        (Decimal("98765432109876543210987654321.125"), *LONG),
    ],
)
def test_numbers_have_the_marks_of_the_language_and_lose_no_digit(value, in_indonesian, in_english):
    assert (number(value, "id"), number(value, "en")) == (in_indonesian, in_english)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("50 juta", 50_000_000),
        ("12,5 juta", 12_500_000),
        ("12.5 juta", 12_500_000),
        ("1,2 miliar", 1_200_000_000),
        ("1.250 juta", 1_250_000_000),
        ("750 ribu", 750_000),
        ("1 triliun", 10**12),
        ("Rp50.000.000", 50_000_000),
        ("Rp 50.000.000,00", 50_000_000),
        ("rp. 50 Juta", 50_000_000),
        ("\u00a0Rp\u00a050juta ", 50_000_000),
        ("50000000", 50_000_000),
        ("0", 0),
        ("9223372036854775,807 ribu", 2**63 - 1),
    ],
)
def test_an_amount_is_understood_as_people_write_it(text, amount):
    assert parse_rupiah(text) == amount


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "Rp",
            "juta",
            "-1",
            "-50 juta",
            "Rp-5",
            "+5",
            "lima",
            "50 million",
            "50 juta an",
        ),
        *("1,5", "50,000", "50,000,000", "1250.000", "50.00", "5.0000", "1..000", "1.000,5"),
        *("0,0000001 juta", "1e6", "٣", "½", "0x10", "1_000", "NaN", "9" * 41, "5\0", "5 juta 5"),
    ],
)
def test_any_other_amount_is_refused_with_a_sentence(text):
    assert refusal(parse_rupiah, text) == NO_RUPIAH


@pytest.mark.parametrize(
    "text",
    [
        *("07/08/2026", "7/8/2026", "7-8-2026", "07-08-2026", "2026-08-07"),
        *("7 Agustus 2026", " 07  agustus 2026", "7 August 2026"),
    ],
)
def test_a_date_is_understood_day_first_as_people_write_it(text):
    assert parse_date(text) == date(2026, 8, 7)


@pytest.mark.parametrize(
    "text",
    [
        *("", "7/8/26", "31/02/2026", "8/13/2026", "2026-8-7", "2026/08/07", "7/8-2026"),
        *(
            "7 Foo 2026",
            "Agustus 2026",
            "0 Mei 2026",
            "7 8 2026",
            "0000-01-01",
            "٧/8/2026",
            "besok",
        ),
    ],
)
def test_any_other_date_is_refused_with_a_sentence(text):
    assert refusal(parse_date, text) == NO_DATE


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12,5", "12.5"),
        ("12.5", "12.5"),
        ("1.250", "1250"),
        ("-1.250", "-1250"),
        ("1.250,75", "1250.75"),
        ("1250.5", "1250.5"),
        ("1250.500", "1250.5"),
        ("1,250", "1.25"),
        ("0.125", "0.125"),
        ("1.250.000", "1250000"),
        (" 7 ", "7"),
    ],
)
def test_a_number_may_have_a_decimal_comma_or_point(text, value):
    assert parse_decimal(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        *("", "-", ",", "1,250.75", "1.25.000", "1.2.3", "1,2,3", "12,", ".5", "+1", "--1"),
        *("1e5", "NaN", "Infinity", "٣", "1_0", "5 %", "1 250", "9" * 41),
    ],
)
def test_any_other_number_is_refused_with_a_sentence(text):
    assert refusal(parse_decimal, text) == NO_NUMBER


@given(st.integers(0, 2**63 - 1))
def test_an_amount_that_is_shown_reads_back(amount):
    assert parse_rupiah(rupiah(amount)) == amount


@given(st.decimals(-(10**12), 10**12, places=6))
def test_a_number_that_is_shown_in_indonesian_reads_back(value):
    assert parse_decimal(number(value, "id")) == value


@given(st.dates(date(1000, 1, 1)), st.sampled_from(["id", "en"]))
def test_a_date_that_is_shown_reads_back(day, language):
    _, _, without_weekday = date_long(day, language).partition(", ")

    assert parse_date(date_short(day)) == parse_date(without_weekday) == day


@given(st.text(max_size=60), st.sampled_from([parse_rupiah, parse_date, parse_decimal]))
def test_whatever_is_typed_is_understood_or_refused_with_a_sentence(text, parse):
    assert isinstance(understood(parse, text), int | date | Decimal) or refusal(parse, text) in (
        NO_RUPIAH,
        NO_DATE,
        NO_NUMBER,
    )


def understood(parse, text):
    with suppress(ValueError):
        return parse(text)
    return None


def refusal(parse, text):
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the caller compares the text
        parse(text)
    return refused.value.args[0]
