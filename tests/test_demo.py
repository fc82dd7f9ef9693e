"""The demo city as it stands after loading: what the contract promises, and no leftovers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, create_engine, event, func, or_, select
from sqlalchemy.orm import Session
from test_demo_data import AGENCIES, NAMED, PEOPLE, QUICK_WINS, agency_of

from quickwin.demo import load
from quickwin.refusal import CommandRefused
from quickwin.servers import Postgres
from workflow import db, queries, watching
from workflow.definition import Coverage
from workflow.document import shipped
from workflow.migrations import upgrade
from workflow.models import (
    Assignment,
    Channel,
    City,
    Decree,
    DueRow,
    Event,
    Message,
    Notification,
    Period,
    Person,
    QuickWin,
    Unit,
    UnitName,
)
from workflow.queries import coverage
from workflow.verifying import verify

NOW = datetime.now(UTC)
LIMIT = 10.0


def empty(postgres: Postgres, name: str) -> Engine:
    postgres.create_database(name)
    upgrade(postgres.url("quickwin_owner", name), postgres.url(database=name))
    return create_engine(postgres.url(database=name))


@pytest.fixture(scope="module")
def loaded(postgres: Postgres) -> Iterator[tuple[Engine, float]]:
    """A database with the demo in it, and the processor time that loading took."""
    engine = empty(postgres, "demo")
    db.Session.configure(bind=engine)
    start = time.process_time()
    assert load(lambda _: None, now=NOW)
    yield engine, time.process_time() - start
    db.Session.configure(bind=None)
    engine.dispose()


@pytest.fixture
def demo(loaded: tuple[Engine, float]) -> Iterator[Session]:
    db.Session.configure(bind=loaded[0])
    with Session(loaded[0]) as session:
        yield session


def test_loading_is_quick(loaded: tuple[Engine, float]) -> None:
    assert loaded[1] < LIMIT


def test_loading_again_does_nothing_and_asks_once(loaded: tuple[Engine, float]) -> None:
    engine, _ = loaded
    db.Session.configure(bind=engine)
    asked: list[str] = []
    listener = lambda *arguments: asked.append(arguments[2])  # noqa: E731
    event.listen(engine, "before_cursor_execute", listener)
    try:
        assert load(lambda _: None, now=NOW) is False
    finally:
        event.remove(engine, "before_cursor_execute", listener)
    assert len(asked) == 1


def test_every_state_has_a_quick_win_as_the_files_say(demo: Session) -> None:
    found = {each.title: each.state for each in demo.scalars(select(QuickWin))}
    assert found == {entry["content"]["title"]: entry["state"] for entry in QUICK_WINS}
    assert set(found.values()) == set(shipped().states)


def test_the_city_says_that_it_is_an_example(demo: Session) -> None:
    city = demo.get_one(City, 1)
    assert (city.demo, city.name, city.zone) == (True, "Kota Cilegon", "Asia/Jakarta")


def test_the_accounts_of_the_contract_sign_in_with_the_password_of_all(demo: Session) -> None:
    people = {person.email: person for person in demo.scalars(select(Person))}
    codes = [code.lower() for code in AGENCIES]
    accounts = [*NAMED, *codes, *(f"head.{code}" for code in codes)]
    assert sorted(people) == sorted(f"{account}@demo.test" for account in accounts)
    assert all(person.demo for person in people.values())
    hashes = {person.password_hash or "" for person in people.values()}
    assert all(PasswordHasher().verify(each, "quickwin") for each in hashes)


def test_everybody_holds_the_role_and_the_home_unit_of_the_files(demo: Session) -> None:
    rows = demo.execute(
        select(Person, Assignment, Unit.code)
        .join(Assignment, Assignment.person_id == Person.id)
        .outerjoin(Unit, Unit.id == Assignment.unit_id)
    ).all()
    assert len(rows) == len(PEOPLE)
    for person, assignment, unit in rows:
        told = PEOPLE[person.email.removesuffix("@demo.test")]
        home = person.home_unit.code if person.home_unit else ""
        assert (assignment.role, unit or "") == (told["role"], told["unit"])
        assert (home, assignment.capacity) == (told["home_unit"], told["capacity"])


def test_kelurahan_lie_below_their_kecamatan(demo: Session) -> None:
    units = {unit.id: unit for unit in demo.scalars(select(Unit))}
    agencies = [unit for unit in units.values() if unit.agency]
    below = [unit for unit in units.values() if not unit.agency]
    assert sorted(unit.code for unit in agencies) == sorted(AGENCIES)
    assert all(unit.path == [unit.id] for unit in agencies)
    assert len(below) == 43
    for unit in below:
        assert unit.path == [unit.parent_id, unit.id]
        assert units[unit.path[0]].kind == "kecamatan"


def test_every_unit_bears_its_name_of_today(demo: Session) -> None:
    today = NOW.date()
    in_use = select(UnitName.name).where(
        UnitName.unit_id == Unit.id,
        or_(UnitName.valid_from.is_(None), UnitName.valid_from <= today),
        or_(UnitName.valid_to.is_(None), UnitName.valid_to >= today),
    )
    rows = demo.execute(select(Unit.name, in_use.correlate(Unit).scalar_subquery())).all()
    assert all(name == named for name, named in rows)
    later = demo.scalar(select(func.count()).where(UnitName.valid_from > today))
    assert later == 8


def test_one_period_is_open_and_one_is_past(demo: Session) -> None:
    past, is_open = demo.scalars(select(Period).order_by(Period.opens_at))
    assert past.closes_at < is_open.opens_at < NOW < is_open.closes_at
    year = NOW.astimezone(UTC).year
    assert {int(past.code) + 1, int(is_open.code)} <= {year, year + 1}
    assert len(is_open.dimensions) == 6
    assert all(len(each["subdimensions"]) == 3 for each in is_open.dimensions)


def test_sixteen_agencies_have_nothing_in_the_open_period(demo: Session) -> None:
    period = demo.scalars(select(Period).where(Period.closes_at > NOW)).one()
    admin = demo.scalars(select(Person).where(Person.email == "admin@demo.test")).one()
    rows = coverage(demo, admin, period, at=NOW)
    assert len(rows) == len(AGENCIES)
    assert sum(row.quick_win is None for row in rows) >= 16
    assert {row.coverage for row in rows} >= set(Coverage) - {Coverage.COMPLETED}


def test_deadlines_are_past_near_and_far(demo: Session) -> None:
    dues = [each - NOW for each in demo.scalars(select(QuickWin.due_at)) if each]
    assert any(due < timedelta(0) for due in dues)
    assert any(timedelta(0) < due < timedelta(days=8) for due in dues)
    assert any(due > timedelta(days=30) for due in dues)


def test_the_clock_has_nothing_old_to_do_and_did_it_in_the_past(demo: Session) -> None:
    open_rows = demo.scalars(select(DueRow.due_at).where(DueRow.done_at.is_(None))).all()
    assert open_rows
    assert min(open_rows) > NOW
    by_clock = select(Event).where(Event.action.in_(["remind", "escalate"]))
    acts = demo.scalars(by_clock).all()
    assert {act.action for act in acts} == {"remind", "escalate"}
    assert all(act.actor_id is None and act.at < NOW for act in acts)


def test_what_people_were_told_is_in_the_application_and_no_mail_is_owed_for_the_past(
    demo: Session,
) -> None:
    told = demo.scalars(select(Notification)).all()
    assert len(told) > 100
    assert {each.channel for each in told} == {Channel.APP}
    assert any(each.read_at for each in told)
    assert demo.scalar(select(func.count()).select_from(Message)) == 0
    reading = watching.read(demo, at=NOW)
    assert (reading.owed, reading.failed, reading.for_digest) == (0, 0, 0)


def test_history_is_whole_and_in_the_order_of_time(demo: Session) -> None:
    assert list(verify(demo)) == []
    acts = select(Event).where(Event.quick_win_id.is_not(None)).order_by(Event.id)
    times = [act.at for act in demo.scalars(acts)]
    assert times == sorted(times)
    assert times[-1] <= NOW


def test_decrees_stand_in_the_year_of_their_number(demo: Session) -> None:
    decrees = demo.scalars(select(Decree)).all()
    assert decrees
    assert all(decree.number and decree.number.endswith(f"/{decree.year}") for decree in decrees)


def test_the_inboxes_of_the_demo_are_not_empty(demo: Session) -> None:
    waiting = [entry["unit"] for entry in QUICK_WINS if entry["state"] == "endorsement"]
    heads = [f"head.{agency_of(unit).lower()}" for unit in waiting]
    for account in ("verifier", "reviewer1", "chair", "legal", *heads):
        email = f"{account}@demo.test"
        person = demo.scalars(select(Person).where(Person.email == email)).one()
        assert demo.scalars(queries.inbox(person, at=NOW)).all(), account


@pytest.mark.parametrize("base_url", ["http://127.0.0.1:8000", "http://localhost", "http://[::1]"])
def test_the_address_of_this_machine_is_no_obstacle(demo: Session, base_url: str) -> None:
    assert load(lambda _: None, base_url=base_url) is False


@pytest.mark.parametrize("base_url", ["https://quickwin.cilegon.go.id", "http://10.0.0.7", "x"])
def test_no_demo_where_people_come_from_elsewhere(demo: Session, base_url: str) -> None:
    with pytest.raises(CommandRefused, match="demo accounts exist only"):
        load(lambda _: None, base_url=base_url)


@pytest.mark.usefixtures("committing")
def test_a_city_of_real_people_is_left_alone() -> None:
    with pytest.raises(CommandRefused, match="holds a city of its own"):
        load(lambda _: None)
    with db.Session() as session:
        assert session.get_one(City, 1).demo is False
        assert session.scalar(select(func.count()).where(Person.demo)) == 0


def test_a_load_that_breaks_off_leaves_nothing(postgres: Postgres) -> None:
    class Stop(Exception):
        pass

    def stop(line: str) -> None:
        if "100 of" in line:
            raise Stop

    engine = empty(postgres, "broken_off")
    db.Session.configure(bind=engine)
    with pytest.raises(Stop):
        load(stop)
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 0
        acted = Event.action != "activate_definition"
        assert session.scalar(select(func.count()).where(acted)) == 0
    db.Session.configure(bind=None)
    engine.dispose()


@pytest.mark.parametrize("day", ["2027-01-01", "2028-02-29"])
def test_the_story_ends_the_same_on_any_day(postgres: Postgres, day: str) -> None:
    name = f"demo_{day}".replace("-", "_")
    engine = empty(postgres, name)
    db.Session.configure(bind=engine)
    now = datetime.fromisoformat(f"{day}T09:30:00+07:00")
    assert load(lambda _: None, now=now)
    with Session(engine) as session:
        codes = session.scalars(select(Period.code).order_by(Period.opens_at)).all()
        assert codes == [str(now.year - 1), str(now.year)]
        open_rows = select(DueRow.due_at).where(DueRow.done_at.is_(None))
        assert min(session.scalars(open_rows)) > now
    db.Session.configure(bind=None)
    engine.dispose()
    postgres.drop_database(name)
