"""Indexes for lists, and for `verify`, which have to stay fast however long the log gets."""

from alembic import op

revision = "0019"
down_revision = "0018"

_NEW = (
    ("entry_people", "position"),
    ("entry_items", "position"),
    ("items", "cooperative", "id"),
    ("items", "cooperative", "kind", "state"),
    ("checkouts", "cooperative", "state", "filed_at_ms", "id"),
    ("checkouts", "holder", "state"),
    ("findings", "cooperative", "state"),
    ("objections", "answered_at_ms"),
    ("journal_breaks", "agent"),
    ("findings", "rule", "raised_at_ms", "id"),
    ("findings", "level", "raised_at_ms", "id"),
)


def upgrade() -> None:
    """Apply."""
    for table, *columns in _NEW:
        op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns)
