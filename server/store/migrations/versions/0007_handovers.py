"""Handovers with lines and signatures; a cooperative has one going on, can be frozen, and its mandate can end."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Apply."""
    _create_handovers()
    _create_handover_lines()
    _create_handover_signatures()
    op.add_column("cooperatives", sa.Column("revoked_on", sa.Date))
    op.add_column("cooperatives", sa.Column("handover", sa.Text))
    op.add_column("cooperatives", sa.Column("frozen_at_ms", sa.BigInteger))


def _create_handovers() -> None:
    op.create_table(
        "handovers",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("cooperative", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("salt", sa.Text, nullable=False),
        sa.Column("opened_by", sa.Text, nullable=False),
        sa.Column("opened_at_ms", sa.BigInteger, nullable=False),
        sa.Column("items", sa.Text, nullable=False),
        sa.Column("outgoing", sa.Text),
        sa.Column("incoming", sa.Text),
        sa.Column("begun_at_ms", sa.BigInteger),
        sa.Column("ended_at_ms", sa.BigInteger),
        sa.Column("is_demonstration", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_handovers"),
    )
    op.create_index("ix_handovers_cooperative_opened_at_ms_id", "handovers", ["cooperative", "opened_at_ms", "id"])
    op.create_index("ix_handovers_state_kind", "handovers", ["state", "kind"])


def _create_handover_lines() -> None:
    op.create_table(
        "handover_lines",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("handover", sa.Text, nullable=False),
        sa.Column("item", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("seal_type", sa.Text),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("book", sa.Text, nullable=False),
        sa.Column("is_expected", sa.Boolean, nullable=False),
        sa.Column("found", sa.Text),
        sa.Column("condition", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("counted_by", sa.Text),
        sa.Column("counted_at_ms", sa.BigInteger),
        sa.Column("at_cabinet", sa.Boolean, nullable=False),
        sa.Column("resolution", sa.Text),
        sa.Column("resolution_note", sa.Text, nullable=False),
        sa.Column("resolved_by", sa.Text),
        sa.Column("resolved_at_ms", sa.BigInteger),
        sa.Column("added_reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_handover_lines"),
    )
    op.create_index("ix_handover_lines_handover_number", "handover_lines", ["handover", "number"])
    op.create_index("ix_handover_lines_item", "handover_lines", ["item"])


def _create_handover_signatures() -> None:
    op.create_table(
        "handover_signatures",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("handover", sa.Text, nullable=False),
        sa.Column("part", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("signed_by", sa.Text, nullable=False),
        sa.Column("signed_at_ms", sa.BigInteger, nullable=False),
        sa.Column("voided_at_ms", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_handover_signatures"),
    )
    op.create_index("ix_handover_signatures_handover", "handover_signatures", ["handover"])
    op.create_index("ix_handover_signatures_person", "handover_signatures", ["person"])
