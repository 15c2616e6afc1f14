"""Machines become agents with keys of their own making, and one out of service may be heard again."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Apply."""
    op.add_column("agents", sa.Column("unheard_at_ms", sa.BigInteger))
    _create_enrolments()


def _create_enrolments() -> None:
    op.create_table(
        "enrolments",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("cabinets", sa.Text, nullable=False),
        sa.Column("trust", sa.Text, nullable=False),
        sa.Column("policy", sa.Text),
        sa.Column("server_url", sa.Text, nullable=False),
        sa.Column("broker_host", sa.Text, nullable=False),
        sa.Column("broker_port", sa.Integer, nullable=False),
        sa.Column("authority", sa.Text, nullable=False),
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("opened_by", sa.Text),
        sa.Column("opened_at_ms", sa.BigInteger, nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("epoch", sa.Integer),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("broker_password", sa.Text, nullable=False),
        sa.Column("tls_key", sa.Text, nullable=False),
        sa.Column("permit", sa.Text, nullable=False),
        sa.Column("log", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("presented_at_ms", sa.BigInteger),
        sa.Column("closed_for", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_enrolments"),
    )
    op.create_index("ix_enrolments_state", "enrolments", ["state"])
    op.create_index("ix_enrolments_agent", "enrolments", ["agent"])
