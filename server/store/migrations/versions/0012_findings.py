"""Findings, unpermitted openings, and how far readers of the log have come."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Apply."""
    _create_findings()
    _create_emergencies()
    _create_bookmarks()


def _create_findings() -> None:
    op.create_table(
        "findings",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("cooperative", sa.Text),
        sa.Column("checkout", sa.Text),
        sa.Column("compartment", sa.Text),
        sa.Column("items", sa.Text, nullable=False),
        sa.Column("persons", sa.Text, nullable=False),
        sa.Column("entries", sa.Text, nullable=False),
        sa.Column("numbers", sa.Text, nullable=False),
        sa.Column("raised_at_ms", sa.BigInteger, nullable=False),
        sa.Column("due_at_ms", sa.BigInteger, nullable=False),
        sa.Column("explained_by", sa.Text),
        sa.Column("answered_by", sa.Text),
        sa.Column("ended_at_ms", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_findings"),
    )
    op.create_index("ix_findings_raised_at_ms_id", "findings", ["raised_at_ms", "id"])
    op.create_index("ix_findings_state_raised_at_ms_id", "findings", ["state", "raised_at_ms", "id"])
    op.create_index("ix_findings_cooperative_raised_at_ms_id", "findings", ["cooperative", "raised_at_ms", "id"])
    op.create_index("ix_findings_checkout", "findings", ["checkout"])


def _create_emergencies() -> None:
    op.create_table(
        "emergencies",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("compartment", sa.Text),
        sa.Column("cooperative", sa.Text),
        sa.Column("opened_at_ms", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("cause", sa.Text),
        sa.Column("officer", sa.Text),
        sa.Column("attester", sa.Text),
        sa.Column("approver", sa.Text),
        sa.Column("decided_at_ms", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_emergencies"),
    )
    op.create_index("ix_emergencies_state_opened_at_ms", "emergencies", ["state", "opened_at_ms"])


def _create_bookmarks() -> None:
    op.create_table(
        "bookmarks",
        sa.Column("reader", sa.Text, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("reader", name="pk_bookmarks"),
    )
