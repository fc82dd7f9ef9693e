"""What an admin fills in to change the calendar or the hours of the city.

A form reads what people write; what fits is decided in the domain.
"""

from __future__ import annotations

from datetime import date, datetime, time

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf.file import FileField
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from web.labels import DAY_KINDS
from web.time_form import TimeForm, day_in
from web.typed_act import choices_of
from workflow.calendar_changes import NewDay
from workflow.models import DayKind
from workflow.sheet import decoded
from workflow.zones import ZONES

FREE, WORKED = "free", "worked"
LONGEST_LIST = 100_000  # characters: ten decrees
ZONES_BY_PLACE = {zone: f"{name} ({zone.partition('/')[2]})" for zone, name in ZONES.items()}
"""What tells two zones of the same name from each other."""
_NEEDED = [InputRequired(lazy_gettext("This must be filled in."))]


class DayForm(TimeForm):
    day = StringField(lazy_gettext("Day"), _NEEDED)
    working = RadioField(
        lazy_gettext("What it is"),
        choices=choices_of(
            {FREE: lazy_gettext("A free day"), WORKED: lazy_gettext("A working day")}
        ),
        default=FREE,
    )
    kind = RadioField(
        lazy_gettext("Kind"), choices=choices_of(DAY_KINDS), default=DayKind.LOCAL.value
    )
    name = StringField(
        lazy_gettext("Name"), _NEEDED, description=lazy_gettext("As the decree calls the day.")
    )
    source = StringField(
        lazy_gettext("Source"),
        _NEEDED,
        description=lazy_gettext("Number and year of the decree or the circular."),
    )

    def new_day(self) -> NewDay | None:
        """None where the day cannot be read; the field says so."""
        day = day_in(self.day)
        if day is None:
            return None
        return NewDay(
            day=day,
            working=self.working.data == WORKED,
            kind=DayKind(self.kind.data),
            name=self.name.data or "",
            source=self.source.data or "",
        )


class MoveForm(TimeForm):
    to = StringField(lazy_gettext("The new day"), _NEEDED)
    source = StringField(
        lazy_gettext("Source"),
        _NEEDED,
        description=lazy_gettext("Number and year of the decree or the circular."),
    )

    def day_to(self) -> date | None:
        """None where it cannot be read; the field says so."""
        return day_in(self.to)


class TakeBackForm(TimeForm):
    """It stands beside its day, and nothing is filled in but whether it is about `both` halves of
    a day that was moved."""

    both = HiddenField()


class DecreeForm(TimeForm):
    file = FileField(lazy_gettext("CSV file"))
    rows = TextAreaField(
        lazy_gettext("Or the rows themselves"),
        [InputRequired(lazy_gettext("Choose a file, or paste its rows here."))],
    )

    def read_file(self) -> None:
        """Let what is in the file be what was typed. Raises Faulty where that is no text."""
        chosen = self.file.data
        if chosen and (content := chosen.read()):
            self.rows.data = decoded(content)
            self.rows.raw_data = [self.rows.data]

    def validate_rows(self, field: StringField) -> None:
        Length(
            max=LONGEST_LIST,
            message=_("This list is too long for one decree: at most %(max)d characters."),
        )(self, field)


class CityTimeForm(TimeForm):
    zone = SelectField(lazy_gettext("Time zone"), choices=choices_of(ZONES_BY_PLACE))
    close_of_business = StringField(
        lazy_gettext("Close of business"),
        _NEEDED,
        description=lazy_gettext("Every deadline of a day ends then."),
    )

    def closes(self) -> time | None:
        """None where it cannot be read; the field says so."""
        text = (self.close_of_business.data or "").strip().replace(".", ":")
        try:
            return datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - an hour of no day
        except ValueError:
            self.close_of_business.errors = [_("Write an hour like 16:00.")]
            return None
