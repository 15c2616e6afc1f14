"""The log, and what stands beside it."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
_POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply."""
    _create_bodies()
    _create_entries()
    _create_entry_items()
    _create_entry_people()
    _create_log_heads()
    _create_roster_documents()
    _create_secrets()
    _create_sources()
    _create_throttles()
    _create_visits()
    _found_the_log()
    _forbid_changes()


def _create_bodies() -> None:
    op.create_table(
        "bodies",
        sa.Column("position", _POSITION, autoincrement=False, nullable=False),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_bodies"),
    )


def _create_entries() -> None:
    op.create_table(
        "entries",
        sa.Column("position", _POSITION, autoincrement=False, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("event_group", sa.Text, nullable=False),
        sa.Column("cooperative", sa.Text),
        sa.Column("checkout", sa.Text),
        sa.Column("leaf_hash", sa.LargeBinary, nullable=False),
        sa.Column("note", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_entries"),
        sa.UniqueConstraint("by", "epoch", "seq", name="uq_entries_by_epoch_seq"),
    )
    op.create_index("ix_entries_at_ms_position", "entries", ["at_ms", "position"])
    op.create_index("ix_entries_checkout_position", "entries", ["checkout", "position"])
    op.create_index("ix_entries_cooperative_at_ms_position", "entries", ["cooperative", "at_ms", "position"])
    op.create_index(
        "ix_entries_cooperative_event_group_at_ms_position",
        "entries",
        ["cooperative", "event_group", "at_ms", "position"],
    )
    op.create_index("ix_entries_event_group_at_ms_position", "entries", ["event_group", "at_ms", "position"])


def _create_entry_items() -> None:
    op.create_table(
        "entry_items",
        sa.Column("item", sa.Text, nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("item", "at_ms", "position", name="pk_entry_items"),
        sqlite_with_rowid=False,
    )


def _create_entry_people() -> None:
    op.create_table(
        "entry_people",
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("person", "at_ms", "position", name="pk_entry_people"),
        sqlite_with_rowid=False,
    )


def _create_log_heads() -> None:
    op.create_table(
        "log_heads",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("frontier", sa.LargeBinary, nullable=False),
        sa.Column("checkpoint", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_log_heads"),
    )


def _create_roster_documents() -> None:
    op.create_table(
        "roster_documents",
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("agent", name="pk_roster_documents"),
    )


def _create_secrets() -> None:
    op.create_table(
        "secrets",
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("phc", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_secrets"),
    )


def _create_sources() -> None:
    op.create_table(
        "sources",
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("epoch", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("prev", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("by", "epoch", name="pk_sources"),
    )


def _create_throttles() -> None:
    op.create_table(
        "throttles",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("failed_at_ms", sa.BigInteger, nullable=False),
        sa.Column("until_ms", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_throttles"),
    )


def _create_visits() -> None:
    op.create_table(
        "visits",
        sa.Column("sign_in", sa.Text, nullable=False),
        sa.Column("seen_at_ms", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("sign_in", name="pk_visits"),
    )


def _found_the_log() -> None:
    empty = {"id": 1, "size": 0, "frontier": b"", "checkpoint": b""}
    heads = sa.table("log_heads", *(sa.column(name) for name in empty))
    op.bulk_insert(heads, [empty])


def _forbid_changes() -> None:
    """A belt, not the proof: a mistake in a program or at a prompt stops here; who means it is found by `verify`."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_POSTGRES_REFUSAL)
    for table in ("entries", "bodies"):
        for verb in ("UPDATE", "DELETE"):
            op.execute(_trigger(table, verb))


_POSTGRES_REFUSAL = """
CREATE OR REPLACE FUNCTION the_log_only_grows() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the log only grows'; END $$
"""


def _trigger(table: str, verb: str) -> str:
    head = f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} FOR EACH ROW"
    if op.get_bind().dialect.name == "postgresql":
        return f"{head} EXECUTE FUNCTION the_log_only_grows()"
    return f"{head} BEGIN SELECT RAISE(ABORT, 'the log only grows'); END"
