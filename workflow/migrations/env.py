"""Alembic's entry: the connection comes from `upgrade`, or from --x url=... for a new step."""

from __future__ import annotations

from alembic import context
from sqlalchemy import create_engine

from workflow.models import Base

connection = context.config.attributes.get("connection")
if connection is None:
    connection = create_engine(context.get_x_argument(as_dictionary=True)["url"]).connect()

context.configure(connection=connection, target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
