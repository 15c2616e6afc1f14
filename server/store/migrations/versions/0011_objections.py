"""What villagers object to."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "objections",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("cooperative", sa.Text, nullable=False),
        sa.Column("month", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("phone", sa.Text, nullable=False),
        sa.Column("raised_at_ms", sa.BigInteger, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("answered_by", sa.Text),
        sa.Column("answered_at_ms", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_objections"),
    )
    op.create_index("ix_objections_raised_at_ms_id", "objections", ["raised_at_ms", "id"])
    op.create_index("ix_objections_cooperative_month", "objections", ["cooperative", "month"])
