"""Ten thousand Quick Wins more in the demo city, each with the past of one that the demo has.

Made by SQL as the owner of the tables, in seconds. Texts are mixed from those of the demo and from
words that few have. Units, days and titles differ; a third waits for the verifiers, and what is
established stands in decrees of a hundred.
"""

from __future__ import annotations

from sqlalchemy import create_engine, text

ROWS, FIRST = 10_000, 100_000
WAITING = "verification"
IN_A_DECREE = 100

# (n, original): every third is a copy of what waits, the others are copies of the rest in turn.
_COPIES = f"""
    CREATE TEMP TABLE copies ON COMMIT DROP AS
    SELECT {FIRST} + n AS id, n, original
    FROM generate_series(1, {ROWS}) n
    JOIN (
        SELECT id AS original, state = '{WAITING}' AS many,
            row_number() OVER (PARTITION BY state = '{WAITING}' ORDER BY id) - 1 AS place,
            count(*) OVER (PARTITION BY state = '{WAITING}') AS kinds
        FROM quick_wins
    ) one ON many = (n % 10 IN (0, 3, 6)) AND place = n / 10 % kinds
"""
_KEPT = (
    "period_id, definition_id, created_by_id, created_at, state, visit, came_from, version, "
    "digest, material_digest, parameters, revision, submitted_at, submitted_material_digest, "
    "reported_percent, circulated_at, clock_from, clock_days, due_before, paused_days"
)
# Each field from another Quick Win, so that no two texts are alike.
_QUICK_WINS = f"""
    WITH texts AS (SELECT content AS c, row_number() OVER (ORDER BY id) AS place FROM quick_wins),
    places AS (SELECT array_agg(id ORDER BY id) AS units FROM units)
    INSERT INTO quick_wins (id, number, unit_id, since, due_at, content, {_KEPT})
    OVERRIDING SYSTEM VALUE
    SELECT copies.id, left(number, 8) || {FIRST} + n, units[1 + n % cardinality(units)],
        since - n % 90 * interval '1 hour', due_at + (n % 60 - 20) * interval '1 day',
        content || jsonb_build_object(
            'title', named.c ->> 'title' || ' ' || rare[1] || ' ' || n,
            'summary', told.c ->> 'summary' || ' ' || array_to_string(rare, ' '),
            'problem', told.c ->> 'problem',
            'objective', meant.c ->> 'objective',
            'benefit', meant.c ->> 'benefit'
        ), {_KEPT}
    FROM copies
    JOIN quick_wins ON quick_wins.id = original
    CROSS JOIN places
    CROSS JOIN LATERAL (
        SELECT array_agg(translate(left(md5((n * w % 20000)::text), 7), '0123456789', 'ghijklmnop'))
            AS rare
        FROM generate_series(1, 8) w
    ) words
    CROSS JOIN (SELECT count(*) AS kinds FROM texts) every
    JOIN texts named ON named.place = 1 + n % kinds
    JOIN texts told ON told.place = 1 + n / 7 % kinds
    JOIN texts meant ON meant.place = 1 + n / 31 % kinds
"""
# What the trigger does for each row, for all of them at once.
_WORDS = """
    INSERT INTO search_words SELECT DISTINCT words_of(content) FROM quick_wins
    ON CONFLICT DO NOTHING
"""
_CHAINS = f"""
    INSERT INTO chains (id, quick_win_id, head_seq, head_hash) OVERRIDING SYSTEM VALUE
    SELECT id, id, 0, '' FROM copies WHERE id > {FIRST}
"""
_ACTED = (
    "action, actor_id, actor_name, role, capacity, on_behalf_of, source, target, visit, note, "
    "data, digest, salts"
)
_EVENTS = f"""
    INSERT INTO events (id, chain_id, quick_win_id, seq, at, text, hash, {_ACTED})
    OVERRIDING SYSTEM VALUE
    SELECT copies.id * 1000 + seq, copies.id, copies.id, seq, at - n % 90 * interval '1 hour', '',
        '', {_ACTED}
    FROM copies JOIN events ON quick_win_id = original
    WHERE actor_id IS NOT NULL OR source <> target  -- no reminders
"""
_JUDGED = (
    "reviewer_id, place_of_id, judgments.role, judgments.visit, judgments.digest, material_digest, "
    "verdict, scores, judgments.note, judgments.at, rescinded_at"
)
_JUDGMENTS = f"""
    INSERT INTO judgments (quick_win_id, event_id, {_JUDGED.replace("judgments.", "")})
    SELECT copies.id, copies.id * 1000 + seq, {_JUDGED}
    FROM copies JOIN judgments ON judgments.quick_win_id = original
    JOIN events ON events.id = event_id
"""
_AUTHORSHIPS = """
    INSERT INTO authorships (quick_win_id, person_id, field, revision, at)
    SELECT DISTINCT ON (copies.id, person_id) copies.id, person_id, field, revision, at
    FROM copies JOIN authorships ON quick_win_id = original
"""
_DECREES = f"""
    INSERT INTO decrees (id, period_id, number, date, year, status, code, text, digest,
        created_by_id, created_at, issued_at)
    OVERRIDING SYSTEM VALUE
    SELECT {FIRST} + k, period_id, '400/Kep.' || k, date, year, status, 'COPY' || k, text, digest,
        created_by_id, created_at, issued_at
    FROM decrees JOIN generate_series(1, {ROWS // IN_A_DECREE}) k ON id = 1 + k % 5
    WHERE k <= (SELECT count(*) FROM copies JOIN decree_lines ON quick_win_id = original)
        / {IN_A_DECREE}
"""
_LINES = f"""
    INSERT INTO decree_lines (decree_id, quick_win_id, effect, position)
    SELECT decrees.id, one.id, effect, 1 + place % {IN_A_DECREE}
    FROM (
        SELECT copies.id, effect, row_number() OVER (ORDER BY effect, n) AS place
        FROM copies JOIN decree_lines ON quick_win_id = original
    ) one JOIN decrees ON decrees.id = {FIRST} + place / {IN_A_DECREE}
"""
_ALL = (
    _COPIES,
    "ALTER TABLE quick_wins DISABLE TRIGGER keep_search_words",
    _QUICK_WINS,
    _WORDS,
    "ALTER TABLE quick_wins ENABLE TRIGGER keep_search_words",
    _CHAINS,
    _EVENTS,
    _JUDGMENTS,
    _AUTHORSHIPS,
    _DECREES,
    _LINES,
)


def multiply(owner_url: str) -> None:
    """Add them to the database of a demo city, and let PostgreSQL know what it has now."""
    engine = create_engine(owner_url)
    with engine.begin() as connection:
        for statement in _ALL:
            connection.execute(text(statement))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    engine.dispose()
