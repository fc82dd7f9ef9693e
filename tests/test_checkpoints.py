"""When the ledger is signed, by which key, and what the commands about it say."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from command_line import CommandLine, command_line
from sqlalchemy import Engine, create_engine, func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session
from tampering import recompute
from world import NOW, PATHS, World, gather

from quickwin.servers import Postgres
from tasks import checkpoints as sweep
from workflow import checkpoints
from workflow.checkpoints import Contradicted, sign
from workflow.models import Chain, Checkpoint, QuickWin, SignedHead
from workflow.settings import variable
from workflow.signing import Signer, is_signed, key_id

PRIVATE = base64.b64encode(b"k" * 32).decode()
KEY, OTHER = Signer.of(PRIVATE), Signer.of(base64.b64encode(b"o" * 32).decode())
CLOSE = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)  # 16.00 WIB
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)

Sweep = Callable[[datetime], int]


@pytest.fixture
def swept(committing: Engine, monkeypatch: pytest.MonkeyPatch) -> Sweep:
    """A worker's sweep at that moment; returns how many checkpoints there are then."""
    monkeypatch.setenv(variable("ledger_key"), PRIVATE)

    def at(moment: datetime) -> int:
        sweep.sign(moment)
        with Session(committing) as session:
            return session.scalars(select(func.count(Checkpoint.id))).one()

    return at


@pytest.fixture
def city(committing: Engine) -> Iterator[World]:
    with Session(committing) as session:
        yield gather(session)


def acts(city: World) -> QuickWin:
    quick_win = city.bring_to("approved")
    city.session.commit()
    return quick_win


# ---------------------------------------------------------------- when


def test_the_first_sweep_signs_and_an_idle_day_writes_nothing(swept: Sweep) -> None:
    assert swept(NOW) == 1
    assert [swept(NOW + hours * timedelta(hours=1)) for hours in range(1, 49)] == [1] * 48


def test_a_day_of_acts_is_signed_once_at_the_close_of_business(swept: Sweep, city: World) -> None:
    swept(NOW)
    acts(city)
    assert swept(CLOSE - MINUTE) == 1
    assert swept(CLOSE + MINUTE) == 2
    acts(city)
    assert swept(CLOSE + 2 * MINUTE) == 2
    assert swept(CLOSE + DAY - MINUTE) == 2
    assert swept(CLOSE + DAY + MINUTE) == 3


def test_a_decree_is_signed_by_the_next_sweep(swept: Sweep, city: World) -> None:
    quick_win = acts(city)
    swept(NOW)
    PATHS["established"][-1](city, quick_win)
    assert swept(NOW) == 1, "nobody sees it before it is committed"
    city.session.commit()

    assert swept(NOW + MINUTE) == 2
    assert swept(NOW + 2 * MINUTE) == 2


def test_a_checkpoint_holds_only_the_heads_that_moved(swept: Sweep, city: World) -> None:
    first, second = acts(city), acts(city)
    swept(NOW)
    city.act(second, "comment", "chair", data={"text": "Baik."}, note="")
    city.session.commit()
    swept(NOW + DAY)

    moved = [[head.number for head in stamp.moved] for stamp in checkpoints.stamps(city.session)]
    assert moved == [["", first.number, second.number], [second.number]]


def test_two_workers_make_one_checkpoint(committing: Engine) -> None:
    with Session(committing) as one, Session(committing) as other:
        for session in (one, other):
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            assert checkpoints.is_due(session, NOW)
        sign(one, KEY, at=NOW)
        one.commit()
        with pytest.raises(IntegrityError):
            sign(other, KEY, at=NOW)


# ---------------------------------------------------------------- by whom


def test_a_checkpoint_is_a_text_that_anybody_can_check_with_the_public_key(world: World) -> None:
    stamp = sign(world.session, KEY, at=NOW)
    assert stamp is not None
    told = json.loads(stamp.text)

    assert told["events"] == world.session.scalars(select(func.sum(Chain.head_seq))).one()
    assert told["key"] == KEY.public_key
    assert is_signed(stamp.text, stamp.signature, KEY.public_key)
    assert not is_signed(stamp.text, stamp.signature, OTHER.public_key)
    assert not is_signed(stamp.text + " ", stamp.signature, KEY.public_key)


def test_another_key_signs_only_if_it_is_said_which_one_it_succeeds(world: World) -> None:
    sign(world.session, KEY, at=NOW)
    with pytest.raises(Contradicted, match=key_id(KEY.public_key)):
        sign(world.session, OTHER, at=NOW)

    assert sign(world.session, OTHER, at=NOW, succeeds=[KEY.public_key]) is not None
    assert sign(world.session, OTHER, at=NOW) is None


@pytest.mark.parametrize("role", ["quickwin", "quickwin_owner"])
@pytest.mark.parametrize("table", [Checkpoint.__tablename__, SignedHead.__tablename__])
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET signature = ''", "DELETE FROM {}", "TRUNCATE {} CASCADE"]
)
def test_neither_the_application_nor_the_owner_changes_a_checkpoint(
    postgres: Postgres, database: str, swept: Sweep, role: str, table: str, statement: str
) -> None:
    swept(NOW)
    engine = create_engine(postgres.url(role, database))
    with (
        engine.connect() as connection,
        pytest.raises(DBAPIError, match=r"permission denied|is written once"),
    ):
        connection.execute(text(statement.format(table)))
    engine.dispose()


# ---------------------------------------------------------------- the commands


@pytest.fixture
def quickwin(postgres: Postgres, database: str, swept: Sweep, tmp_path: Path) -> CommandLine:
    """With the public part of the key only, as everybody has it."""
    return command_line(postgres, database, tmp_path)


@pytest.fixture
def number(city: World, swept: Sweep) -> str:
    """Of a Quick Win that is under a checkpoint."""
    quick_win = acts(city)
    swept(CLOSE + MINUTE)
    return quick_win.number


def test_the_public_key_is_printed_alone(quickwin: CommandLine) -> None:
    environ = {variable("ledger_key"): PRIVATE}
    assert quickwin("ledger-key", **environ).stdout == f"{KEY.public_key}\n"
    assert variable("ledger_key") in quickwin.refused("ledger-key")
    assert "32 bytes" in quickwin.refused("ledger-key", **{variable("ledger_key"): "short"})


def test_a_whole_ledger_says_its_last_checkpoint(quickwin: CommandLine, number: str) -> None:
    result = quickwin("verify", "--public-key", KEY.public_key)

    assert result.exit_code == 0, result.output
    assert "2 chains with 8 events are whole." in result.stdout
    assert f"2026-07-01 09:01 UTC, by the key {key_id(KEY.public_key)}; 0 events" in result.stdout
    assert result.stderr == "8 of 8 events\n"


def test_without_a_key_that_is_known_it_is_said_that_it_must_be_compared(
    quickwin: CommandLine, number: str
) -> None:
    assert f"came along, {KEY.public_key}" in quickwin("verify").stderr
    assert "came along" not in quickwin("verify", **{variable("ledger_key"): PRIVATE}).stderr


def test_a_wrong_key_is_refused_and_what_is_no_key_is_wrong_use(
    quickwin: CommandLine, number: str
) -> None:
    wrong = quickwin("verify", "--public-key", OTHER.public_key)
    assert (wrong.exit_code, wrong.stdout) == (1, "")
    assert "which is not trusted" in wrong.stderr
    assert quickwin("verify", "--public-key", "x").exit_code == 2


def test_a_bundle_is_checked_without_database_and_settings(
    quickwin: CommandLine, number: str, tmp_path: Path
) -> None:
    file = str(tmp_path / "bundle.json")
    assert quickwin("bundle", number, "--out", file).exit_code == 0
    nothing = {variable("database_url"): ""}

    alone = quickwin("verify", file, **nothing)
    assert (alone.exit_code, "it is the one that the city has published" in alone.stderr) == (
        0,
        True,
    )
    known = quickwin("verify", file, "--public-key", KEY.public_key, **nothing)
    assert (known.exit_code, known.stderr) == (0, "")
    assert known.stdout.startswith("1 chains with 7 events are whole, as of 2026-07-01 09:01 UTC")
    assert "not trusted" in quickwin.refused("verify", file, "--public-key", OTHER.public_key)


def test_a_bundle_opens_what_its_reader_may_see_and_leaves_out_salts_of_the_rest(
    quickwin: CommandLine, number: str, tmp_path: Path
) -> None:
    def opened(*words: str) -> list[dict[str, object]]:
        file = tmp_path / "bundle.json"
        assert quickwin("bundle", number, "--out", str(file), *words).exit_code == 0
        assert quickwin("verify", str(file)).exit_code == 0
        (chain,) = json.loads(file.read_text(encoding="utf-8"))["chains"]
        return [event["opened"] for event in chain["events"]]

    assert opened() == [{}] * 7
    assert {len(each) for each in opened("--for", "inspector@test.test")} == {5}
    judged = opened("--for", "submitter@test.test")[3]
    assert "actor" not in judged, "reviewers have no names to the OPD"
    assert "capacity" not in judged
    assert "note" in judged


def test_a_bundle_is_refused_where_there_is_nothing_to_prove(
    quickwin: CommandLine, city: World, tmp_path: Path
) -> None:
    file = str(tmp_path / "bundle.json")
    unsigned = acts(city).number
    assert "No checkpoint vouches" in quickwin.refused("bundle", unsigned, "--out", file)
    assert "no Quick Win QW-1" in quickwin.refused("bundle", "QW-1", "--out", file)
    assert quickwin("bundle", "--out", file).exit_code == 2
    (tmp_path / "other.json").write_text('{"format": "other"}', encoding="utf-8")
    assert "is not a bundle" in quickwin.refused("verify", str(tmp_path / "other.json"))


def test_a_copy_kept_elsewhere_finds_what_was_turned_back_and_names_it(
    quickwin: CommandLine, number: str, tmp_path: Path
) -> None:
    file = tmp_path / "checkpoints.json"
    assert quickwin("checkpoints", "--out", str(file)).stderr == "1 checkpoints.\n"
    assert quickwin("verify", "--checkpoints", str(file)).exit_code == 0
    owner = create_engine(quickwin.owner_url)
    with owner.begin() as connection:
        for table in ("events", "checkpoints", "signed_heads"):
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER written_once"))
        recompute(connection, 2, 3, note="Lain.")
        connection.execute(text("DELETE FROM signed_heads"))
        connection.execute(text("DELETE FROM checkpoints"))
    owner.dispose()

    assert "There is no checkpoint yet" in quickwin("verify").stderr
    found = quickwin("verify", "--checkpoints", str(file), "--public-key", KEY.public_key)
    assert found.exit_code == 1
    assert f"({number}), event 1: events 1 to 7 were computed anew" in found.stderr
    assert quickwin("verify", str(file), "--checkpoints", str(file)).exit_code == 2
