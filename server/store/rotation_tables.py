"""The table of keys that have successors, declared as in `tables`."""

from sqlalchemy import BigInteger, Text
from sqlmodel import Field

from server.store.tables import Table


class Rotations(Table, table=True):
    """`custody.rotations.Rotation`."""

    __tablename__ = "rotations"
    id: str = Field(primary_key=True, sa_type=Text)
    role: str = Field(sa_type=Text)
    succession: str = Field(sa_type=Text)
    rotated_at_ms: int = Field(sa_type=BigInteger)
    until_ms: int = Field(sa_type=BigInteger)
    ended_at_ms: int | None = Field(sa_type=BigInteger)
