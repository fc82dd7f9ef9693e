"""/calendar: which days are worked and which are free, for every login; and, for admins, changing
that and the hours of the city: filled in, previewed with all that would move, confirmed.

What a day is, who may change one, and what follows, is decided in the domain.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Flask, abort, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm

from web import calendar_told, calendar_year, previewing
from web.calendar_forms import CityTimeForm, DayForm, DecreeForm, MoveForm, TakeBackForm
from web.frame import say
from web.previewing import Told
from workflow import calendar_changes, calendar_days, calendar_import, city
from workflow.calendar_days import FIRST_DAY, LAST_DAY, Day
from workflow.errors import Faulty, Invalid
from workflow.language import hour
from workflow.relations import ADMIN
from workflow.timekeepers import Followed, check_timekeeper
from workflow.working_days import load_calendar

bp = Blueprint("calendar", __name__, url_prefix="/calendar")
SAMPLE = """tanggal;hari kerja;nama;sumber;jenis
24/12/2026;tidak;Cuti Bersama Hari Raya Natal;SKB 3 Menteri 2025;cuti bersama
27/04/2026;tidak;Hari Jadi Kota;Kepwal 12/2026;lokal
"""


def register(app: Flask) -> None:
    app.register_blueprint(bp)


@bp.get("")
def show() -> str:
    """`?year=` (this one without it)."""
    calendar = load_calendar(g.session)
    today = calendar.day_of(g.now)
    year = request.args.get("year", today.year, type=int)
    if not FIRST_DAY.year <= year <= LAST_DAY.year:
        abort(404)
    found = calendar_days.of_year(g.session, year)
    years = calendar_year.around(today.year, year)
    return render_template(
        "calendar/show.html",
        found=found,
        months=calendar_year.months(found, calendar, today),
        weekdays=calendar_year.weekdays(),
        marks=calendar_year.marks(),
        mark_of=calendar_year.mark_of,
        figures=calendar_year.figures(found, calendar),
        years=years,
        waiting=calendar_days.unconfirmed_among(g.session, years),
        movable=calendar_changes.movable,
        hours=calendar_told.hours(g.city.zone, g.city.close_of_business),
        changes=ADMIN in g.caller.roles,
    )


@bp.route("/add", methods=["GET", "POST"])
def add() -> ResponseReturnValue:
    check_timekeeper(g.session, g.person, at=g.now)
    form = DayForm()
    new = form.new_day() if form.is_ready else None
    if new is None:
        return _filled_in("add", form)
    try:
        return previewing.through(
            form,
            lambda: calendar_told.of_days(calendar_changes.add(g.session, new, g.person, at=g.now)),
            title=_("Add a day"),
            way=_way(new.day.year),
        )
    except Invalid as refusal:
        form.blame(refusal)
        return _filled_in("add", form)


@bp.route("/<on>/move", methods=["GET", "POST"])
def move(on: str) -> ResponseReturnValue:
    check_timekeeper(g.session, g.person, at=g.now)
    said = _said(on)
    form = MoveForm(data={"source": said.source})
    to = form.day_to() if form.is_ready else None
    if to is None:
        return _filled_in("move", form, said=said)
    source = form.source.data or ""
    try:
        return previewing.through(
            form,
            lambda: calendar_told.of_a_move(
                calendar_changes.move(g.session, said.day, to, source, g.person, at=g.now)
            ),
            title=_("Move a day"),
            way=_way(to.year),
        )
    except Invalid as refusal:
        form.blame(refusal)
        return _filled_in("move", form, said=said)


@bp.post("/<on>/remove")
def remove(on: str) -> ResponseReturnValue:
    check_timekeeper(g.session, g.person, at=g.now)
    said, form = _said(on), TakeBackForm()
    return previewing.through(
        form,
        lambda: calendar_told.of_taking_back(
            calendar_changes.remove(
                g.session, said.day, g.person, at=g.now, both=bool(form.both.data)
            )
        ),
        title=_("Take back what the city set"),
        way=_way(said.day.year),
        mended=False,
    )


@bp.route("/import", methods=["GET", "POST"])
def put_in() -> ResponseReturnValue:
    check_timekeeper(g.session, g.person, at=g.now)
    form = DecreeForm()
    try:
        form.read_file()
        if not form.is_ready:
            return _filled_in("import", form, faults=(), sample=SAMPLE)
        text = form.rows.data or ""
        return previewing.through(
            form,
            lambda: calendar_told.of_days(
                calendar_import.import_days(g.session, text, g.person, at=g.now)
            ),
            title=_("Import a decree"),
            way=_way(),
        )
    except Faulty as refusal:
        g.session.rollback()
        return _filled_in("import", form, faults=refusal.faults, sample=SAMPLE)


@bp.route("/hours", methods=["GET", "POST"])
def hours() -> ResponseReturnValue:
    check_timekeeper(g.session, g.person, at=g.now)
    now = g.city.zone, g.city.close_of_business
    form = CityTimeForm(data={"zone": now[0], "close_of_business": say(hour(now[1]))})
    closes = form.closes() if form.is_ready else None
    if closes is None:
        return _filled_in("hours", form)
    wanted = form.zone.data, closes

    def change() -> tuple[Followed, Told]:
        done = city.set_city(
            g.session, zone=wanted[0], close_of_business=wanted[1], by=g.person, at=g.now
        )
        return calendar_told.of_hours(done.followed, now, wanted)

    try:
        return previewing.through(form, change, title=_("Hours and time zone"), way=_way())
    except Invalid as refusal:
        form.blame(refusal)
        return _filled_in("hours", form)


def _way(year: int | None = None) -> list[tuple[str, str]]:
    return [(_("Calendar"), url_for("calendar.show", year=year))]


def _filled_in(page: str, form: FlaskForm, **shown: Any) -> ResponseReturnValue:
    """The form to be filled in, or what was, with what is wrong with it."""
    status = 422 if form.errors or shown.get("faults") else 200
    return render_template(f"calendar/{page}.html", form=form, **shown), status


def _said(on: str) -> Day:
    """What is said about the day of the address."""
    try:
        asked = date.fromisoformat(on)
    except ValueError:
        abort(404)
    found = calendar_days.known(g.session, [asked]) if FIRST_DAY <= asked <= LAST_DAY else {}
    return found.get(asked) or abort(404)
