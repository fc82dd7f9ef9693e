"""Ten thousand Quick Wins: PostgreSQL does for a list once what can be done once.

Its plans are looked at, not the clock: a busy machine makes no plan worse.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, Select, create_engine, event, select, text
from sqlalchemy.orm import Session
from world import NOW, World, gather

from quickwin.servers import Postgres
from workflow import keyset, queries
from workflow.document import shipped
from workflow.listing import Filters, Order, listing
from workflow.models import QuickWin
from workflow.pace import RECENT, usual
from workflow.similar import similar
from workflow.working_days import load_calendar

pytestmark = pytest.mark.timed
ROWS, UNITS = 10_000, 80
STATES = ("draft", "endorsement", "verification", "review", "decision", "implementation")

MORE_UNITS = text(
    "INSERT INTO units (id, code, name, abbreviation, kind, agency, path) OVERRIDING SYSTEM VALUE "
    "SELECT 1000 + n, 'U' || n, 'Unit ' || n, 'U' || n, 'dinas', true, ARRAY[1000 + n] "
    "FROM generate_series(1, :units) n"
)
COLUMNS = (
    "period_id, definition_id, created_by_id, created_at, state, visit, since, due_at, version, "
    "digest, material_digest, revision, circulated_at, clock_from, paused_days"
)
MORE_QUICK_WINS = text(
    f"INSERT INTO quick_wins (number, unit_id, content, {COLUMNS}) "
    "SELECT 'QW-2026-' || 10000 + n, 1001 + n % :units, "
    "content || jsonb_build_object('title', 'Judul ' || n, 'summary', "
    "(SELECT string_agg(md5(n % 500 || '-' || w), ' ') FROM generate_series(1, 25) w)), "
    f"{COLUMNS} FROM (SELECT *, row_number() OVER (ORDER BY id) - 1 AS place FROM quick_wins) one "
    "JOIN generate_series(1, :rows) n ON place = n % :kinds"
)

# Each with the past of the one it is a copy of.
MORE_CHAINS = text(
    "INSERT INTO chains (quick_win_id, head_seq, head_hash) "
    "SELECT id, 0, '' FROM quick_wins WHERE number > 'QW-2026-1'"
)
PAST = (
    "seq, at, action, actor_id, actor_name, role, capacity, on_behalf_of, source, target, visit, "
    "note, data, digest, salts, text, hash"
)
MORE_EVENTS = text(
    f"INSERT INTO events (quick_win_id, chain_id, {PAST}) "
    f"SELECT copy.id, chain, {PAST} FROM events JOIN (SELECT id AS original, "
    "row_number() OVER (ORDER BY id) - 1 AS place FROM quick_wins WHERE number < 'QW-2026-1') one "
    "ON original = quick_win_id JOIN (SELECT quick_wins.id, chains.id AS chain, "
    "right(number, 4)::int % :kinds AS place FROM quick_wins JOIN chains ON quick_win_id = "
    "quick_wins.id WHERE number > 'QW-2026-1') copy USING (place)"
)


@pytest.fixture
def crowd(committing: Engine, postgres: Postgres, database: str) -> Iterator[World]:
    with Session(committing) as session, session.begin():
        world = gather(session)
        for state in STATES:
            world.bring_to(state)
        session.flush()
        session.execute(MORE_UNITS, {"units": UNITS})
        session.execute(MORE_QUICK_WINS, {"rows": ROWS, "units": UNITS, "kinds": len(STATES)})
        session.execute(MORE_CHAINS)
        session.execute(MORE_EVENTS, {"kinds": len(STATES)})
    owner = create_engine(postgres.url("quickwin_owner", database), isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text("VACUUM ANALYZE"))
    owner.dispose()
    with Session(committing) as session:
        yield gather(session)


@pytest.mark.parametrize("who", ["submitter", "head", "verifier", "reviewer", "chair", "inspector"])
def test_whose_own_units_are_is_found_out_once_for_a_list(crowd: World, who: str) -> None:
    person = crowd[who]
    for statement in (
        listing(crowd.session, person, Filters(), at=NOW).ids.limit(51),
        listing(crowd.session, person, Filters(waiting=True), at=NOW).ids.limit(51),
        listing(crowd.session, person, Filters(own=True), at=NOW).ids.limit(51),
        queries.inbox(person, at=NOW).limit(101),
    ):
        whole = [
            node["Actual Loops"]
            for node in _nodes(crowd.session, statement)
            if (node["Node Type"], node.get("Relation Name")) == ("Seq Scan", "units")
        ]
        assert max(whole, default=0) <= 2, statement


def test_a_search_looks_words_up_and_unpacks_no_text_that_it_only_counts(crowd: World) -> None:
    read_through: list[str] = []
    asked: list[str] = []

    def note(connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "quick_wins.search" in statement and not statement.startswith("EXPLAIN"):
            asked.append(statement)
            explained = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
            filters = (node.get("Filter", "") for node in _of(explained.scalar_one()[0]["Plan"]))
            read_through.extend(each for each in filters if "search @@" in each)

    event.listen(crowd.session.get_bind(), "before_cursor_execute", note)
    for who in ("chair", "submitter"):
        for order in ("best", "newest", "title"):
            for typed in ("balita", "balitta", "balita sehat", "sehat -padi", "14565"):
                filters = Filters(q=typed)
                listed = listing(crowd.session, crowd[who], filters, order=order, at=NOW)
                page = listed.page(crowd.session, 50)
                page.of.count(crowd.session)

                assert bool(page.rows) == (who == "chair" or "alit" in typed or "sehat" in typed)
                assert read_through == [], (who, typed)
    assert asked


def test_every_page_of_a_list_in_every_order_is_read_in_one_pass(crowd: World) -> None:
    for order in (*Order, *(f"-{order}" for order in Order)):
        listed = listing(crowd.session, crowd["chair"], Filters(), order=order, at=NOW)
        first = listed.page(crowd.session, 50)
        second = listed.page(crowd.session, 50, after=first.next)

        back = listed.page(crowd.session, 50, before=second.previous)

        assert [row.id for row in back.rows] == [row.id for row in first.rows]
        assert {row.id for row in first.rows}.isdisjoint(row.id for row in second.rows)
        statement = keyset.ordered(listed.ids, listed.keys).limit(51)
        loops = [node["Actual Loops"] for node in _nodes(crowd.session, statement)]
        assert max(loops) <= ROWS + 10, order


def test_what_resembles_one_is_looked_up_word_by_word(crowd: World) -> None:
    one = crowd.session.scalars(select(QuickWin).where(QuickWin.number == "QW-2026-14567")).one()
    same = (10000 + n for n in range(ROWS + 1) if n % 500 == 4567 % 500 and n != 4567)
    texts: list[tuple[str, Any]] = []
    engine = crowd.session.get_bind()
    event.listen(engine, "before_cursor_execute", lambda *given: texts.append(given[2:4]))
    taken = []
    for _ in range(5):
        begin = time.perf_counter()
        found = similar(crowd.session, one, crowd["chair"], at=NOW, limit=5)
        taken.append(1000 * (time.perf_counter() - begin))

    assert {each.quick_win.number for each in found} <= {f"QW-2026-{number}" for number in same}
    assert len(found) == 5
    assert min(taken) < 100, taken  # the quickest: a busy machine makes none quicker
    lookup, given = max(texts, key=lambda each: len(each[0]))
    explained = crowd.session.connection().exec_driver_sql(
        f"EXPLAIN (ANALYZE, FORMAT JSON) {lookup}", given
    )
    nodes = list(_of(explained.scalar_one()[0]["Plan"]))
    assert "ix_quick_wins_search" in {node.get("Index Name") for node in nodes}
    read = [
        node["Actual Rows"] * node["Actual Loops"]
        for node in nodes
        if node.get("Relation Name") == "quick_wins"
    ]
    assert max(read) <= ROWS + 10  # all their titles are alike


def test_what_is_usual_is_read_from_the_latest_stays_alone(crowd: World) -> None:
    moving = [code for code in STATES if code != "implementation"]
    draft = crowd.session.scalars(select(QuickWin).where(QuickWin.state == "draft").limit(1)).one()
    calendar = load_calendar(crowd.session)
    texts: list[tuple[str, Any]] = []
    event.listen(
        crowd.session.get_bind(), "before_cursor_execute", lambda *given: texts.append(given[2:4])
    )

    found = usual(crowd.session, draft.definition_id, shipped(), moving, calendar)

    assert {state: one.cases for state, one in found.items()} == dict.fromkeys(moving, RECENT)
    explained = crowd.session.connection().exec_driver_sql(
        f"EXPLAIN (ANALYZE, FORMAT JSON) {texts[-1][0]}", texts[-1][1]
    )
    plan = explained.scalar_one()[0]
    read = [
        node["Actual Rows"] * node["Actual Loops"]
        for node in _of(plan["Plan"])
        if node.get("Relation Name") == "events"
    ]
    assert sum(read) <= 2 * RECENT * len(moving)


def _nodes(session: Session, statement: Select[QuickWin]) -> Iterator[dict[str, Any]]:
    """Every node of the plan, with how often it ran."""
    connection = session.connection()
    compiled = statement.compile(connection)
    explained = connection.exec_driver_sql(
        f"EXPLAIN (ANALYZE, FORMAT JSON) {compiled}", compiled.params
    )
    yield from _of(explained.scalar_one()[0]["Plan"])


def _of(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    unseen = [plan]
    while unseen:
        node = unseen.pop()
        unseen += node.get("Plans", [])
        yield node
