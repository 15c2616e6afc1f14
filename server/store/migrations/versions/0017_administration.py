"""Roles have terms, cards somebody who handed them out; administrators have settings, and propose changes."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Apply."""
    op.add_column("grants", sa.Column("since", sa.Date))
    op.add_column("grants", sa.Column("until", sa.Date))
    op.create_index("ix_grants_until", "grants", ["until"])
    op.add_column("people", sa.Column("card_by", sa.Text))
    op.add_column("people", sa.Column("card_at_ms", sa.BigInteger))
    op.create_index("ix_people_unit_name_id", "people", ["unit", "name", "id"])
    op.create_index("ix_sign_ins_person", "sign_ins", ["person"])
    _create_changes()
    _create_settings()


def _create_changes() -> None:
    op.create_table(
        "changes",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("wanted", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("proposed_by", sa.Text, nullable=False),
        sa.Column("proposed_at_ms", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("decided_by", sa.Text),
        sa.Column("decided_at_ms", sa.BigInteger),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_changes"),
    )
    op.create_index("ix_changes_proposed_at_ms_id", "changes", ["proposed_at_ms", "id"])
    op.create_index("ix_changes_state", "changes", ["state"])


def _create_settings() -> None:
    op.create_table(
        "settings",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("value", sa.Integer, nullable=False),
        sa.Column("set_by", sa.Text, nullable=False),
        sa.Column("set_at_ms", sa.BigInteger, nullable=False),
        sa.Column("confirmed_by", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_settings"),
    )
