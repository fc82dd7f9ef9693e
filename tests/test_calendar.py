"""Working days: deadlines end at the close of business of a day on which somebody works."""

import random
from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.calendar import Calendar, joint_leave, national, unconfirmed

WIB, WITA, WIT = (ZoneInfo(name) for name in ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"))
CILEGON = Calendar(zone=WIB, close=time(16), overlay={})
DECREE_2026 = {
    *(date(2026, 1, d) for d in (1, 16)),
    *(date(2026, 2, d) for d in (16, 17)),
    *(date(2026, 3, d) for d in (18, 19, 20, 21, 22, 23, 24)),
    *(date(2026, 4, d) for d in (3, 5)),
    *(date(2026, 5, d) for d in (1, 14, 15, 27, 28, 31)),
    *(date(2026, 6, d) for d in (1, 16)),
    *(date(2026, 8, d) for d in (17, 25)),
    *(date(2026, 12, d) for d in (24, 25)),
}
JOINT_LEAVE_2026 = {
    date(2026, *month_day)
    for month_day in ((2, 16), (3, 18), (3, 20), (3, 23), (3, 24), (5, 15), (5, 28), (12, 24))
}

FIRST, LAST = date(2015, 1, 1), date(2034, 12, 31)
overlays = st.dictionaries(st.dates(FIRST, LAST), st.booleans(), max_size=200)
calendars = st.builds(
    Calendar,
    zone=st.sampled_from([WIB, WITA, WIT]),
    close=st.times(),
    overlay=overlays,
)
days = st.dates(date(2016, 1, 1), date(2033, 12, 31))
instants = st.datetimes(
    datetime(2016, 1, 1),  # noqa: DTZ001 - Hypothesis takes the bounds naive and adds the zone
    datetime(2033, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)
counts = st.integers(1, 120)


def local(year: int, month: int, day: int, hour: int = 9, zone: ZoneInfo = WIB) -> datetime:
    return datetime(year, month, day, hour, tzinfo=zone)


def walk(calendar: Calendar) -> list[date]:
    """Brute force: every working day of the twenty years, from the rule in words."""
    every = (FIRST + timedelta(n) for n in range((LAST - FIRST).days + 1))
    return [
        day
        for day in every
        if calendar.overlay.get(day, day.isoweekday() <= 5 and day not in national(day.year))
    ]


def test_2026_has_the_17_holidays_and_8_days_of_joint_leave_of_the_decree():
    assert len(DECREE_2026) == 17 + 8
    assert set(national(2026)) == DECREE_2026
    assert set(joint_leave(2026)) == JOINT_LEAVE_2026
    year = [date(2026, 1, 1) + timedelta(n) for n in range(365)]
    worked = {day for day in year if day.isoweekday() <= 5} - DECREE_2026
    assert {day for day in year if CILEGON.is_working_day(day)} == worked


def test_holidays_are_named_in_indonesian_whatever_the_language_of_the_process(monkeypatch):
    national.cache_clear()
    monkeypatch.setenv("LANGUAGE", "en_US")

    assert national(2026)[date(2026, 8, 17)] == "Hari Kemerdekaan Republik Indonesia"


def test_a_year_is_unconfirmed_until_its_joint_leave_is_decreed():
    assert [year for year in range(1990, 2031) if unconfirmed(year)] == [2028, 2029, 2030]


def test_working_days_are_monday_to_friday():
    week = [date(2026, 7, 6) + timedelta(n) for n in range(7)]

    assert [CILEGON.is_working_day(day) for day in week] == [True] * 5 + [False] * 2


def test_the_admins_win_over_weekend_holiday_and_working_day():
    overlay = {date(2026, 7, 11): True, date(2026, 8, 17): True, date(2026, 7, 8): False}
    calendar = Calendar(zone=WIB, close=time(16), overlay=overlay)

    assert {day: calendar.is_working_day(day) for day in overlay} == overlay
    assert {day: CILEGON.is_working_day(day) for day in overlay} == {
        day: not works for day, works in overlay.items()
    }


@pytest.mark.parametrize(("zone", "hour"), [(WIB, 9), (WITA, 8), (WIT, 7)])
def test_close_of_business_is_local_in_each_zone_and_never_moves_in_the_year(zone, hour):
    calendar = Calendar(zone=zone, close=time(16), overlay={})
    year = [date(2026, 1, 1) + timedelta(n) for n in range(365)]

    assert {calendar.close_of(day).time() for day in year} == {time(hour)}
    assert all(calendar.close_of(day).date() == day for day in year)
    assert {calendar.close_of(day).tzinfo for day in year} == {UTC}


def test_within_three_working_days_skips_the_weekend_and_ends_at_close_of_business():
    # Wednesday morning; the third working day is Monday.
    assert CILEGON.after(local(2026, 7, 8), 3) == local(2026, 7, 13, 16)


def test_the_long_holiday_of_idul_fitri_is_skipped_whole():
    assert CILEGON.after(local(2026, 3, 17), 1) == local(2026, 3, 25, 16)


def test_the_hour_of_the_start_does_not_matter_even_after_close():
    starts = [local(2026, 7, 8, hour) for hour in (0, 9, 16, 17, 23)]

    assert {CILEGON.after(start, 1) for start in starts} == {local(2026, 7, 9, 16)}


def test_midnight_in_utc_is_already_the_morning_of_the_same_day_in_cilegon():
    assert CILEGON.after(datetime(2026, 7, 8, tzinfo=UTC), 1) == local(2026, 7, 9, 16)


def test_an_evening_in_utc_is_already_the_next_day_in_cilegon():
    assert CILEGON.after(datetime(2026, 7, 8, 17, tzinfo=UTC), 1) == local(2026, 7, 10, 16)
    assert CILEGON.after(datetime(2026, 7, 8, 16, 59, tzinfo=UTC), 1) == local(2026, 7, 9, 16)


def test_a_start_on_a_holiday_counts_from_the_next_working_day():
    independence = local(2026, 8, 17)

    assert CILEGON.after(independence, 1) == local(2026, 8, 18, 16)
    assert CILEGON.after(independence, -1) == local(2026, 8, 14, 16)
    assert CILEGON.after(independence, 0) == local(2026, 8, 18, 16)


def test_no_days_at_all_end_on_the_same_day_if_somebody_works():
    assert CILEGON.after(local(2026, 7, 8, 20), 0) == local(2026, 7, 8, 16)


def test_the_fifth_working_day_of_a_month_passes_over_its_holidays():
    # January 2026 begins with a holiday and a weekend: 2, 5, 6, 7, 8.
    assert CILEGON.nth_working_day(2026, 1, 5) == local(2026, 1, 8, 16)
    assert CILEGON.nth_working_day(2026, 7, 1) == local(2026, 7, 1, 16)
    # March has 22 weekdays, 5 of them free; the 18th is in April.
    assert CILEGON.nth_working_day(2026, 3, 18) == local(2026, 4, 1, 16)


@pytest.mark.parametrize("n", [0, -1])
def test_there_is_no_working_day_before_the_first_of_a_month(n):
    with pytest.raises(ValueError, match="counted from 1"):
        CILEGON.nth_working_day(2026, 1, n)


def test_the_days_between_two_moments_leave_out_the_first_and_take_in_the_last():
    wednesday, monday, sunday = local(2026, 7, 8), local(2026, 7, 13), local(2026, 7, 12)

    assert CILEGON.working_days_between(wednesday, monday) == 3
    assert CILEGON.working_days_between(monday, wednesday) == -3
    assert CILEGON.working_days_between(wednesday, wednesday + timedelta(hours=12)) == 0
    assert CILEGON.working_days_between(wednesday, sunday) == 2


def test_a_moment_without_a_time_zone_is_refused():
    naive = datetime(2026, 7, 8)  # noqa: DTZ001 - the mistake this test is about

    with pytest.raises(ValueError, match="no time zone"):
        CILEGON.after(naive, 1)
    with pytest.raises(ValueError, match="no time zone"):
        CILEGON.working_days_between(naive, local(2026, 7, 9))


@given(calendars, days, counts)
def test_counting_equals_a_day_walker_over_twenty_years(calendar, day, n):
    working = walk(calendar)
    later, earlier = bisect_right(working, day), bisect_left(working, day)

    assert calendar.shift(day, n) == working[later + n - 1]
    assert calendar.shift(day, -n) == working[earlier - n]
    assert calendar.shift(day, 0) == working[earlier]


@given(calendars, instants, instants)
def test_the_days_between_equal_a_day_walker_over_twenty_years(calendar, start, end):
    working = walk(calendar)
    first, last = (at.astimezone(calendar.zone).date() for at in (start, end))

    expected = bisect_right(working, last) - bisect_right(working, first)
    assert calendar.working_days_between(start, end) == expected


@given(calendars, st.integers(2016, 2033), st.integers(1, 12), st.integers(1, 40))
def test_the_nth_of_a_month_equals_a_day_walker_over_twenty_years(calendar, year, month, n):
    working = walk(calendar)
    before = bisect_left(working, date(year, month, 1))

    nth = working[before + n - 1]
    assert calendar.nth_working_day(year, month, n) == calendar.close_of(nth)


def test_every_day_of_twenty_years_counts_as_a_day_walker_does_with_and_without_an_overlay():
    chance = random.Random(2026)
    every = [FIRST + timedelta(n) for n in range((LAST - FIRST).days + 1)]
    for overlay in ({}, {day: chance.random() < 0.5 for day in chance.sample(every, 400)}):
        calendar = Calendar(zone=WITA, close=time(15, 30), overlay=overlay)
        working = walk(calendar)
        noon = {day: datetime.combine(day, time(12), WITA) for day in every}
        for day in chance.sample(every[366:-366], 1500):
            n = chance.randint(1, 60)
            later, earlier = bisect_right(working, day), bisect_left(working, day)
            there, back = working[later + n - 1], working[earlier - n]
            assert calendar.after(noon[day], n) == calendar.close_of(there)
            assert calendar.after(noon[day], -n) == calendar.close_of(back)
            assert calendar.working_days_between(noon[day], noon[there]) == n
            assert calendar.working_days_between(noon[there], noon[day]) == -n


@given(calendars, instants, st.integers(-120, 120))
def test_a_deadline_is_never_on_a_free_day_and_always_at_close_of_business(calendar, start, n):
    due = calendar.after(start, n)
    day = due.astimezone(calendar.zone).date()

    assert calendar.is_working_day(day)
    assert due == calendar.close_of(day)


@given(calendars, instants, instants, st.integers(-120, 120), st.integers(-120, 120))
def test_who_starts_later_or_has_more_days_is_never_due_earlier(calendar, one, other, m, n):
    (one, other), (m, n) = sorted((one, other)), sorted((m, n))

    assert calendar.after(one, n) <= calendar.after(other, n)
    assert calendar.after(one, m) <= calendar.after(one, n)


@given(calendars, instants, counts, counts, st.sampled_from([1, -1]))
def test_days_granted_in_two_parts_are_the_days_granted_at_once(calendar, start, a, b, sign):
    in_two = calendar.after(calendar.after(start, sign * a), sign * b)

    assert in_two == calendar.after(start, sign * (a + b))


@given(calendars, instants, counts)
def test_counting_back_the_days_that_were_granted_gives_their_number(calendar, start, n):
    assert calendar.working_days_between(start, calendar.after(start, n)) == n


@given(calendars, days, st.booleans())
def test_whatever_the_admins_say_about_a_day_holds(calendar, day, works):
    told = Calendar(
        zone=calendar.zone, close=calendar.close, overlay={**calendar.overlay, day: works}
    )

    assert told.is_working_day(day) is works
    assert (told.shift(day, 0) == day) is works
