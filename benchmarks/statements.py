"""The SQL of an act by hand: what is general in the product is fixed here, and no more is asked
than these two rows of the table need."""

LOCK = """
SELECT q.id, q.state, q.visit, q.digest, q.since, q.due_at, q.due_before, q.clock_days,
    q.paused_days, c.id AS chain, c.head_seq, c.head_hash
FROM quick_wins q JOIN chains c ON c.quick_win_id = q.id
WHERE q.id = %s FOR NO KEY UPDATE OF q, c
"""
STANDING = """
WITH today AS (SELECT (%(at)s AT TIME ZONE zone)::date AS day, zone, close_of_business FROM city),
held AS (
    SELECT posts.* FROM posts, today
    WHERE person_id = %(person)s AND valid_from <= day AND (valid_to IS NULL OR valid_to >= day)
),
who AS (
    SELECT %(person)s::bigint AS id
    UNION ALL SELECT delegator_id FROM delegations, today
    WHERE delegate_id = %(person)s AND ended_at IS NULL AND valid_from <= day AND valid_to >= day
)
SELECT today.*, u.path,
    (SELECT jsonb_object_agg(day, working) FROM calendar_days) AS overlay,
    (SELECT jsonb_build_object('capacity', capacity, 'on_behalf_of', on_behalf_of) FROM held
     WHERE role = 'verifier' AND (unit_id IS NULL OR unit_id = ANY (u.path))
     ORDER BY delegation_id, assignment_id LIMIT 1) AS post,
    EXISTS (SELECT FROM held JOIN defined_roles r ON r.code = role
            WHERE r.definition_id = q.definition_id
            AND (sees = 'all' OR sees = 'circulated' AND q.circulated_at IS NOT NULL)) AS sees,
    EXISTS (SELECT FROM units near
            WHERE (near.id = ANY (u.path) OR u.id = ANY (near.path))
            AND (near.id IN (SELECT unit_id FROM held)
                 OR near.id IN (SELECT home_unit_id FROM people JOIN who USING (id))))
    OR EXISTS (SELECT FROM authorships w JOIN who ON w.person_id = who.id
               WHERE w.quick_win_id = q.id)
    OR EXISTS (SELECT FROM recusals r JOIN who ON r.person_id = who.id
               WHERE r.quick_win_id = q.id)
    OR EXISTS (SELECT FROM held WHERE role = 'admin') AS barred
FROM quick_wins q JOIN units u ON u.id = q.unit_id, today
WHERE q.id = %(quick_win)s
"""
EVENT = """
INSERT INTO events (chain_id, seq, at, action, quick_win_id, actor_id, actor_name, role, capacity,
    on_behalf_of, source, target, visit, note, data, digest, salts, text, hash)
VALUES (%(chain)s, %(seq)s, %(at)s, %(action)s, %(quick_win)s, %(actor)s, %(name)s, %(role)s,
    %(capacity)s, %(on_behalf_of)s, %(source)s, %(target)s, %(visit)s, %(note)s, %(data)s,
    %(digest)s, %(salts)s, %(text)s, %(hash)s)
RETURNING id
"""
TOLD = """
SELECT person_id, 'mail', bool_or(role = %(turn)s) IS TRUE,
    CASE WHEN bool_or(role = %(turn)s) THEN 'turn' ELSE 'news' END
FROM posts
WHERE role IN ('submitter', 'head')
AND valid_from <= %(day)s AND (valid_to IS NULL OR valid_to >= %(day)s)
AND (unit_id IS NULL OR unit_id = ANY (%(path)s)) AND person_id <> %(actor)s
GROUP BY person_id
"""
NOTIFY = f"""
INSERT INTO notifications (event_id, recipient_id, channel, your_turn, kind)
SELECT %(event)s, told.* FROM ({TOLD}) told
"""  # noqa: S608 - no value of anybody's
DROP = "DELETE FROM due_rows WHERE quick_win_id = %(quick_win)s AND done_at IS NULL"
DUE = """
INSERT INTO due_rows (quick_win_id, visit, action, cycle, threshold, due_at, done_at)
SELECT %(quick_win)s, %(visit)s + 1, step.action, step.cycle, step.threshold, step.due_at,
    done.done_at
FROM unnest(%(actions)s::text[], %(cycles)s::text[], %(thresholds)s::bigint[],
    %(dates)s::timestamptz[]) AS step (action, cycle, threshold, due_at)
LEFT JOIN due_rows done ON done.quick_win_id = %(quick_win)s AND done.visit = %(visit)s - 1
    AND done.cycle = %(stopped)s::text AND step.cycle = %(goes_on)s AND done.action = step.action
    AND done.threshold = step.threshold AND done.done_at IS NOT NULL
WHERE done.id IS NOT NULL OR step.threshold >= 0 OR step.due_at > %(at)s
"""
HEAD = "UPDATE chains SET head_seq = %(seq)s, head_hash = %(hash)s WHERE id = %(chain)s"
MOVE = """
UPDATE quick_wins SET state = %(target)s, came_from = %(source)s, since = %(at)s,
    due_at = %(due_at)s, clock_from = %(at)s, clock_days = %(clock_days)s,
    due_before = %(due_before)s, paused_days = %(paused_days)s,
    visit = visit + 1, version = version + 1
WHERE id = %(quick_win)s
"""
