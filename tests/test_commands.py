"""The command line against a real database: what each command does, says and refuses."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner
from command_line import CommandLine, command_line
from sqlalchemy import create_engine, func, select, text, update
from sqlalchemy.orm import Session
from world import gather

from quickwin.cli import main
from quickwin.servers import Postgres
from workflow.document import shipped
from workflow.models import CalendarDay, Definition, Event, Period, Person, Token
from workflow.settings import variable
from workflow.verifying import verify

REACHING = (
    ("migrate",),
    ("demo",),
    ("verify",),
    ("token", "chair@demo.test"),
    ("backup", "{file}"),
    ("restore", "{file}"),
)


@pytest.fixture
def quickwin(postgres: Postgres, database: str, tmp_path: Path) -> CommandLine:
    return command_line(postgres, database, tmp_path)


@pytest.fixture
def session(quickwin: CommandLine) -> Iterator[Session]:
    """To look at what a command did, and to do what no command does."""
    engine = create_engine(quickwin.url)
    with Session(engine) as session:
        yield session
    engine.dispose()


def city_events(session: Session, action: str) -> list[Event]:
    return list(session.scalars(select(Event).where(Event.action == action)))


# ---------------------------------------------------------------- people and tokens

ADD = ("person", "add", "Budi@Kota.Test", "Budi Contoh", "--role", "submitter", "--unit", "DINKES")


def test_a_person_gets_an_account_a_role_and_a_password_that_is_shown_once(
    quickwin: CommandLine, session: Session
) -> None:
    result = quickwin(*ADD, "--home", "UPTD", "--capacity", "Plt. Operator", "--from", "2026-03-02")
    assert result.exit_code == 0, result.output
    person = session.scalars(select(Person).where(Person.email == "budi@kota.test")).one()
    (assignment,) = person.assignments
    assert (person.name, person.demo, person.language) == ("Budi Contoh", False, None)
    assert person.home_unit is not None
    assert assignment.unit is not None
    assert (person.home_unit.code, assignment.unit.code) == ("UPTD", "DINKES")
    assert (assignment.role, assignment.capacity) == ("submitter", "Plt. Operator")
    assert assignment.valid_from == date(2026, 3, 2)
    password = re.search(r"First password: (\S+)\n", result.stdout)
    assert password is not None
    assert PasswordHasher().verify(person.password_hash or "", password[1])


def test_the_city_remembers_who_got_an_account(quickwin: CommandLine, session: Session) -> None:
    quickwin(*ADD)
    (event,) = city_events(session, "add_person")
    assert event.chain_id == 1
    assert (event.data["email"], event.data["role"]) == ("budi@kota.test", "submitter")
    assert list(verify(session)) == []


def test_a_password_can_be_chosen_and_is_not_shown(quickwin: CommandLine, session: Session) -> None:
    result = quickwin(*ADD, "--ask", given="rahasia sekali\nrahasia sekali\n")
    assert result.exit_code == 0
    assert "rahasia" not in result.output
    person = session.scalars(select(Person).where(Person.email == "budi@kota.test")).one()
    assert PasswordHasher().verify(person.password_hash or "", "rahasia sekali")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("a@b.test", "A", "--role", "wizard"), "There is no role “wizard”; there are: submitter"),
        (("a@b.test", "A", "--role", "head", "--unit", "NASA"), "There is no unit “NASA”."),
        (("a@b.test", "A", "--role", "admin", "--home", "NASA"), "There is no unit “NASA”."),
        (("a@b.test", "A", "--role", "head"), "is held for a unit: name it with --unit"),
        (("a@b.test", "A", "--role", "admin", "--unit", "DINKES"), "is held for the city"),
        (("CHAIR@test.test", "A", "--role", "admin"), "chair@test.test has an account already."),
        (("nobody", "A", "--role", "admin"), "“nobody” is no e-mail address."),
        (("a@b.test", " ", "--role", "admin"), "A person needs a name."),
    ],
)
def test_a_person_who_does_not_fit_is_refused_with_a_sentence(
    quickwin: CommandLine, session: Session, words: tuple[str, ...], reason: str
) -> None:
    before = session.scalar(select(func.count()).select_from(Person))
    session.rollback()
    assert reason in quickwin.refused("person", "add", *words)
    assert session.scalar(select(func.count()).select_from(Person)) == before
    assert city_events(session, "add_person") == []


def test_a_token_is_printed_alone_and_only_its_digest_is_kept(
    quickwin: CommandLine, session: Session
) -> None:
    first, second = (quickwin("token", "Admin@test.test").stdout for _ in range(2))
    assert re.fullmatch(r"qw_[\w-]{43}\n", first)
    assert first != second
    tokens = session.scalars(select(Token)).all()
    digests = {hashlib.sha256(each.strip().encode()).hexdigest() for each in (first, second)}
    assert {token.secret_sha256 for token in tokens} == digests
    assert {token.ended_at for token in tokens} == {None}
    assert {token.person.email for token in tokens} == {"admin@test.test"}


def test_nobody_and_nobody_any_more_get_no_token(quickwin: CommandLine, session: Session) -> None:
    assert quickwin.refused("token", "x@test.test") == "Nobody has the address x@test.test."
    admin = session.scalars(select(Person).where(Person.email == "admin@test.test")).one()
    admin.deactivated_at = datetime.now(UTC)
    session.commit()
    assert quickwin.refused("token", "admin@test.test").endswith("is deactivated.")


# ---------------------------------------------------------------- the ledger


def test_whole_chains_are_counted(quickwin: CommandLine, session: Session) -> None:
    gather(session).bring_to("approved")
    session.commit()
    result = quickwin("verify")
    assert (result.exit_code, result.stderr.splitlines()[0]) == (0, "8 of 8 events")
    assert result.stdout == "2 chains with 8 events are whole.\n"


def test_the_first_wrong_event_of_a_broken_chain_is_named(
    quickwin: CommandLine, session: Session
) -> None:
    number = gather(session).bring_to("review").number
    session.commit()
    owner = create_engine(quickwin.owner_url)
    with owner.begin() as connection:
        connection.execute(text("ALTER TABLE events DISABLE TRIGGER USER"))
        connection.execute(text("UPDATE events SET note = 'x' WHERE action = 'endorse'"))
    owner.dispose()
    result = quickwin("verify")
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"({number}), event 2: the columns of event 2" in result.stderr


# ---------------------------------------------------------------- definitions and calendar

THIS = shipped().version


def with_version(version: int) -> str:
    """The shipped definition as another version."""
    return shipped().text.replace(f"version = {THIS}", f"version = {version}", 1)


def test_a_new_version_of_a_definition_becomes_the_active_one(
    quickwin: CommandLine, session: Session, tmp_path: Path
) -> None:
    file = tmp_path / "new.toml"
    file.write_text(with_version(THIS + 1), encoding="utf-8")
    assert f"version {THIS + 1} is active" in quickwin("workflow", "activate", str(file)).stdout
    assert session.scalars(select(Definition.version).where(Definition.active)).all() == [THIS + 1]
    assert [event.data["version"] for event in city_events(session, "activate_definition")] == [
        THIS,
        THIS + 1,
    ]
    assert "is active already" in quickwin("workflow", "activate", str(file)).stdout


def test_a_definition_that_todays_people_cannot_staff_is_not_activated(
    quickwin: CommandLine, session: Session, tmp_path: Path
) -> None:
    later = datetime.now(UTC) + timedelta(days=9)
    session.execute(update(Period).where(Period.code == "2026").values(closes_at=later))
    session.commit()
    demanding = with_version(THIS + 1)
    demanding = demanding.replace("quorum = 2", "quorum = 3", 1)
    file = tmp_path / "new.toml"
    file.write_text(demanding, encoding="utf-8")
    said = quickwin.refused("workflow", "activate", str(file))
    assert "people with the role “reviewer” are missing for DINKES." in said
    assert session.scalars(select(Definition.version).where(Definition.active)).all() == [THIS]


def test_an_account_is_closed_and_opened_again(quickwin: CommandLine, session: Session) -> None:
    assert quickwin("person", "deactivate", "Chair@test.test").exit_code == 0
    chair = session.scalars(select(Person).where(Person.email == "chair@test.test")).one()
    assert chair.deactivated_at is not None
    assert "deactivated already" in quickwin.refused("person", "deactivate", "chair@test.test")
    assert "Nobody has" in quickwin.refused("person", "deactivate", "nobody@test.test")
    assert quickwin("person", "reactivate", "chair@test.test").exit_code == 0
    assert "is open" in quickwin.refused("person", "reactivate", "chair@test.test")
    session.refresh(chair)
    assert chair.deactivated_at is None
    assert [len(city_events(session, f"{act}_person")) for act in ("deactivate", "reactivate")] == [
        1,
        1,
    ]


def test_a_definition_with_findings_is_not_activated(
    quickwin: CommandLine, session: Session, tmp_path: Path
) -> None:
    file = tmp_path / "bad.toml"
    bad = with_version(THIS + 1)
    file.write_text(bad.replace('to = "review"', 'to = "nowhere"'), encoding="utf-8")
    assert "There is no state “nowhere”." in quickwin.refused("workflow", "activate", str(file))
    assert session.scalars(select(Definition.version)).all() == [THIS]


def test_a_version_is_one_text_for_ever(quickwin: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "other.toml"
    file.write_text(shipped().text + "# other\n", encoding="utf-8")
    assert "give this one a new version" in quickwin.refused("workflow", "activate", str(file))


def calendar(folder: Path, *lines: str, heading: str = "day,working,name,source") -> str:
    file = folder / "days.csv"
    file.write_text("\n".join([heading, *lines]), encoding="utf-8")
    return str(file)


def test_days_of_the_calendar_are_set_and_set_anew(
    quickwin: CommandLine, session: Session, tmp_path: Path
) -> None:
    days = ("2026-12-24,no,Cuti bersama,SKB 2026", "2026-12-26,yes,Pengganti,SE 4/2026")
    result = quickwin("calendar", "import", calendar(tmp_path, *days))
    assert result.stdout == "2 days, 2 of them new or changed.\n"
    heading = "source;name;working;day"
    file = calendar(tmp_path, "SE 5/2026;Batal;ya;2026-12-24", heading=heading)
    assert quickwin("calendar", "import", file).exit_code == 0
    again = quickwin("calendar", "import", file)
    assert again.stdout == "1 days, 0 of them new or changed.\n"
    found = session.scalars(select(CalendarDay).order_by(CalendarDay.day)).all()
    assert [(day.day, day.working, day.source) for day in found] == [
        (date(2026, 12, 24), True, "SE 5/2026"),
        (date(2026, 12, 26), True, "SE 4/2026"),
    ]
    assert len(city_events(session, "import_calendar")) == 2


def test_all_faults_of_all_rows_are_said_and_nothing_is_set(
    quickwin: CommandLine, session: Session, tmp_path: Path
) -> None:
    file = calendar(
        tmp_path,
        "2026-13-01,no,X,Y",
        "2026-12-24,perhaps,,Y",
        "2026-12-25,no,Natal,SKB",
        "2026-12-25,no,Natal,SKB,more",
    )
    assert quickwin.refused("calendar", "import", file).splitlines() == [
        "line 2: “2026-13-01” is no date like 2026-12-24",
        "line 3: name is empty",
        "line 3: working is yes or no, not “perhaps”",
        "line 5: more values than columns",
        "line 5: 2026-12-25 stands in an earlier line too",
    ]
    assert session.scalars(select(CalendarDay)).all() == []


def test_a_calendar_without_its_columns_or_in_another_encoding_is_refused(
    quickwin: CommandLine, tmp_path: Path
) -> None:
    file = calendar(tmp_path, "2026-12-24,no", heading="day,working")
    assert "missing: nama, sumber" in quickwin.refused("calendar", "import", file)
    Path(file).write_bytes("day,working,name,source\né".encode("latin-1"))
    assert "UTF-8" in quickwin.refused("calendar", "import", file)


# ---------------------------------------------------------------- lists and copies


def test_the_list_of_all_quick_wins_is_exported(
    quickwin: CommandLine, session: Session, tmp_path: Path
) -> None:
    world = gather(session)
    world.propose(title="=1+1")
    world.bring_to("approved")
    session.commit()
    text = quickwin("export", "csv").stdout_bytes.decode("utf-8-sig")
    table = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [row["Judul"] for row in table] == ["'=1+1", "Gempita Beras Merah"]
    assert table[1]["Tahap"] == "Direkomendasikan, Menunggu Penetapan"
    assert table[1]["Sejak"] == "2026-07-01 10:00"
    file = tmp_path / "list.xlsx"
    assert quickwin("export", "xlsx", "-o", str(file), "--language", "en").exit_code == 0
    with zipfile.ZipFile(file) as book:
        assert "Awaiting" in book.read("xl/sharedStrings.xml").decode().title()


def test_a_backup_comes_back_into_an_empty_database(
    quickwin: CommandLine, session: Session, postgres: Postgres, tmp_path: Path
) -> None:
    number = gather(session).bring_to("established").number
    session.commit()
    file = tmp_path / "all of it.backup"
    assert quickwin("backup", str(file)).exit_code == 0
    assert file.stat().st_mode & 0o777 == 0o600
    postgres.create_database("restored")
    again = command_line(postgres, "restored", tmp_path)
    result = again("restore", str(file))
    assert result.exit_code == 0, result.output
    assert number in again("export", "csv").stdout
    assert "whole" in again("verify").stdout
    assert again(*ADD).exit_code == 0  # the application's role can work with it


def test_a_restore_replaces_only_what_may_be_lost(
    quickwin: CommandLine, session: Session, tmp_path: Path
) -> None:
    file = tmp_path / "backup"
    assert quickwin("backup", str(file)).exit_code == 0
    quickwin(*ADD)
    assert "This database is not empty." in quickwin.refused("restore", str(file))
    assert quickwin("token", "budi@kota.test").exit_code == 0
    session.rollback()
    result = quickwin("restore", str(file), "--replace")
    assert result.exit_code == 0, result.output
    assert quickwin.refused("token", "budi@kota.test").startswith("Nobody")


def test_what_is_no_backup_changes_nothing(quickwin: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    file.write_text("hello")
    assert "pg_restore gave up" in quickwin.refused("restore", str(file), "--replace")
    assert quickwin("token", "admin@test.test").exit_code == 0


def test_a_backup_that_cannot_be_written_says_so(quickwin: CommandLine, tmp_path: Path) -> None:
    assert "cannot be written" in quickwin.refused("backup", str(tmp_path / "no" / "file"))


# ---------------------------------------------------------------- all of them

COMMANDS = [
    ("up",),
    ("migrate",),
    ("demo",),
    ("person", "add"),
    ("token",),
    ("verify",),
    ("workflow", "check"),
    ("workflow", "activate"),
    ("calendar", "import"),
    ("city", "set"),
    ("unit", "import"),
    ("period", "add"),
    ("export",),
    ("backup",),
    ("restore",),
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_explains_itself_and_knows_wrong_use(words: tuple[str, ...]) -> None:
    explained = CliRunner().invoke(main, [*words, "--help"])
    assert explained.exit_code == 0
    assert explained.stdout.startswith("Usage: ")
    assert CliRunner().invoke(main, [*words, "--no-such-option"]).exit_code == 2


@pytest.mark.parametrize(
    "words", [("demo",), ADD, ("token", "a@b.test"), ("verify",), ("export", "csv")], ids=" ".join
)
def test_without_a_database_a_command_names_what_is_missing(
    quickwin: CommandLine, words: tuple[str, ...]
) -> None:
    environ = {variable("database_url"): ""}
    assert variable("database_url") in quickwin.refused(*words, **environ)


def test_a_database_that_is_not_there_or_has_no_tables_is_said(
    quickwin: CommandLine, postgres: Postgres
) -> None:
    missing = {variable("database_url"): postgres.url(database="missing")}
    assert "does not exist" in quickwin.refused("verify", **missing)
    postgres.create_database("without_tables")
    bare = postgres.url("quickwin_owner", "without_tables")
    reason = quickwin.refused("verify", **{variable("database_url"): bare})
    assert "run `quickwin migrate` first" in reason


@pytest.mark.parametrize("words", REACHING)
@pytest.mark.parametrize(
    "url",
    [
        "a database",
        "mysql://owner:secret@127.0.0.1/x",
        "postgresql://owner:secret@127.0.0.1/x",
        "postgresql+psycopg://owner:secret@127.0.0.1:port/x",
        "postgresql+psycopg://owner:secret@127.0.0.1:1/x",
    ],
)
def test_a_database_that_cannot_be_reached_is_one_sentence_without_its_password(
    quickwin: CommandLine, tmp_path: Path, words: tuple[str, ...], url: str
) -> None:
    file = tmp_path / "file"
    file.touch()
    environ = {variable("database_url"): url, variable("database_owner_url"): url}
    found = quickwin.refused(*(word.format(file=file) for word in words), **environ)
    assert "secret" not in found
    assert "Connection refused" in found if url.endswith(":1/x") else "named like" in found


def test_a_new_database_gets_its_tables_its_city_and_its_definition(
    quickwin: CommandLine, postgres: Postgres
) -> None:
    postgres.create_database("brand_new")
    environ = {
        variable("database_url"): postgres.url(database="brand_new"),
        variable("database_owner_url"): postgres.url("quickwin_owner", "brand_new"),
    }
    assert quickwin("migrate", **environ).exit_code == 0
    assert quickwin("migrate", **environ).exit_code == 0
    assert quickwin("verify", **environ).stdout == "1 chains with 1 events are whole.\n"
