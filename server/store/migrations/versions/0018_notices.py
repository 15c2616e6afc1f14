"""Who was told what, what is carried outside, and how people want it."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Apply."""
    _inboxes()
    _deliveries()
    op.create_table(
        "contacts",
        *(sa.Column(name, sa.Text, nullable=False) for name in ("person", "email", "wish")),
        sa.PrimaryKeyConstraint("person", name="pk_contacts"),
    )


def _inboxes() -> None:
    op.create_table(
        "notices",
        *(sa.Column(name, sa.Text, nullable=False) for name in ("id", "recipient", "topic", "stage", "subject")),
        sa.Column("cooperative", sa.Text),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("told_at_ms", sa.BigInteger, nullable=False),
        sa.Column("read_at_ms", sa.BigInteger),
        sa.Column("delivery", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
    )
    op.create_index("ix_notices_recipient_told_at_ms_id", "notices", ["recipient", "told_at_ms", "id"])
    op.create_index("ix_notices_recipient_read_at_ms", "notices", ["recipient", "read_at_ms"])
    op.create_index("ix_notices_delivery", "notices", ["delivery"])


def _deliveries() -> None:
    op.create_table(
        "notice_deliveries",
        *(sa.Column(name, sa.Text, nullable=False) for name in ("id", "recipient", "channel", "state")),
        sa.Column("made_at_ms", sa.BigInteger, nullable=False),
        sa.Column("next_at_ms", sa.BigInteger, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("trouble", sa.Text),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("sent_at_ms", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_notice_deliveries"),
    )
    for columns in (["state", "next_at_ms"], ["recipient", "sent_at_ms"], ["made_at_ms", "id"]):
        op.create_index(f"ix_notice_deliveries_{'_'.join(columns)}", "notice_deliveries", columns)
