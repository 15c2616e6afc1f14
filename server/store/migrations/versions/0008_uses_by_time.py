"""Registers are read by the time things were taken."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Apply."""
    op.create_index("ix_checkouts_taken_at_ms_id", "checkouts", ["taken_at_ms", "id"])
    op.create_index("ix_checkouts_cooperative_taken_at_ms_id", "checkouts", ["cooperative", "taken_at_ms", "id"])
