"""`INSERT … ON CONFLICT DO UPDATE`, for which SQLAlchemy has one word per engine."""

from functools import cache
from importlib import import_module

from sqlalchemy import Table
from sqlalchemy.sql.dml import Insert


@cache
def upsert(table: Table, dialect: str) -> Insert:
    """Write whole rows; a row with the same primary key is replaced. `dialect` is `sqlite` or `postgresql`.

    The other engine's dialect is not imported: it would be a twentieth of the time it takes to start.
    """
    insert = import_module(f"sqlalchemy.dialects.{dialect}").insert(table)
    rest = {column.name: insert.excluded[column.name] for column in table.c if not column.primary_key}
    statement: Insert = insert.on_conflict_do_update(index_elements=list(table.primary_key), set_=rest)
    return statement
