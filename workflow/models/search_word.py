"""The words that Quick Wins are written in, so that a mistyped one can be told from them."""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from workflow.models.declarative import Base


class SearchWord(Base):
    """A word that stands in some Quick Win, in small letters. A trigger keeps them, and the
    application only reads; none is taken out, since a word that nobody uses finds nothing."""

    __tablename__ = "search_words"
    __table_args__ = (
        Index(None, "word", postgresql_using="gin", postgresql_ops={"word": "gin_trgm_ops"}),
    )

    word: Mapped[str] = mapped_column(primary_key=True)
