"""The openings of every door, newest first."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Apply."""
    op.create_index("ix_openings_intended_at_ms_id", "openings", ["intended_at_ms", "id"])
