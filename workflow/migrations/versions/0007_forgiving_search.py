"""Mistyped words are told from the words in use; a dimension is looked up without the texts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_FIELDS = ("title", "title_expansion", "summary", "problem", "objective", "benefit", "uniqueness")
_TEXTS = ", ".join(f"content ->> '{field}'" for field in _FIELDS)
# Tokens 1 and 2 are words, 10 and 11 the parts of words with a hyphen.
_WORDS_OF = f"""
    CREATE FUNCTION words_of(content jsonb) RETURNS SETOF text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog AS $$
        SELECT DISTINCT lower(token) FROM ts_parse('default', concat_ws(' ', {_TEXTS}))
        WHERE tokid IN (1, 2, 10, 11) AND length(token) BETWEEN 3 AND 40
    $$
    """  # noqa: S608 - the names stand above


def upgrade() -> None:
    op.add_column(
        "quick_wins",
        sa.Column("dimension", sa.String(), sa.Computed("content ->> 'dimension'", persisted=True)),
    )
    op.create_table(
        "search_words",
        sa.Column("word", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_search_words")),
    )
    op.create_index(
        op.f("ix_search_words_word"),
        "search_words",
        ["word"],
        postgresql_using="gin",
        postgresql_ops={"word": "gin_trgm_ops"},
    )
    op.execute(_WORDS_OF)
    # As its owner, since the application may not write here. In one order, so that two who bring
    # the same new words wait for each other instead of for ever.
    op.execute(
        """
        CREATE FUNCTION keep_search_words() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
        BEGIN
            INSERT INTO search_words (word)
            SELECT brought FROM words_of(NEW.content) AS brought
            WHERE NOT EXISTS (SELECT FROM search_words WHERE word = brought)
            ORDER BY brought
            ON CONFLICT DO NOTHING;
            RETURN NULL;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER keep_search_words AFTER INSERT OR UPDATE OF content ON quick_wins "
        "FOR EACH ROW EXECUTE FUNCTION keep_search_words()"
    )
    op.execute(
        "INSERT INTO search_words "
        "SELECT DISTINCT brought FROM quick_wins, words_of(content) AS brought"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER keep_search_words ON quick_wins")
    op.execute("DROP FUNCTION keep_search_words()")
    op.execute("DROP FUNCTION words_of(jsonb)")
    op.drop_table("search_words")
    op.drop_column("quick_wins", "dimension")
