"""The table of the search across everything: what can be found, in the words it is found by."""

from sqlalchemy import BigInteger, Index, Integer, Text, UniqueConstraint
from sqlmodel import Field

from server.store.tables import Table

_POSITION = BigInteger().with_variant(Integer, "sqlite")  # only INTEGER is SQLite's own row number


class SearchDocuments(Table, table=True):
    """One thing that can be found. `id` is the position of the entry that said it last: newer ones sort higher."""

    __tablename__ = "search_documents"
    __table_args__ = (UniqueConstraint("kind", "ref"), Index(None, "kind", "id"), Index(None, "cooperative", "kind"))
    id: int = Field(primary_key=True, sa_type=_POSITION, sa_column_kwargs={"autoincrement": False})
    kind: str = Field(sa_type=Text)
    ref: str = Field(sa_type=Text)
    cooperative: str | None = Field(sa_type=Text)
    words: str = Field(sa_type=Text)
