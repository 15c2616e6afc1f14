"""What a request needs: the policy, what is stated and demanded under it, who stands in, and the calendar."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_NOTHING_DEMANDED = (
    '{"due":{"minutes":0,"working_days":0},"evidence":[],"extension":{"minutes":0,"working_days":0},"is_major":false,'
    '"meetings":[],"needs_transaction":false,"presence":[],"steps":[],"tier":"t0"}'
)


def upgrade() -> None:
    """Apply."""
    _extend_checkouts()
    _create_policies()
    _create_delegations()
    _create_holiday_calendars()


def _extend_checkouts() -> None:
    op.drop_column("checkouts", "off_site")
    texts = {"mode": "on_site", "matter": "routine", "transaction": "", "companion": "", "reader": "", "letter": ""}
    for name, usual in {**texts, "demands": _NOTHING_DEMANDED}.items():
        op.add_column("checkouts", sa.Column(name, sa.Text, nullable=False, server_default=usual))
    for name, usual in {"policy": "0", "revision": "1"}.items():
        op.add_column("checkouts", sa.Column(name, sa.Integer, nullable=False, server_default=usual))
    for name in ("term_months", "pages"):
        op.add_column("checkouts", sa.Column(name, sa.Integer))
    for name in ("meeting", "step"):
        op.add_column("checkouts", sa.Column(name, sa.Text))
    for name in ("expected_at_ms", "waiting_since_ms", "late_at_ms", "extended_at_ms"):
        op.add_column("checkouts", sa.Column(name, sa.BigInteger))


def _create_policies() -> None:
    op.create_table(
        "policies",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("proposed_by", sa.Text),
        sa.Column("proposed_at_ms", sa.BigInteger, nullable=False),
        sa.Column("decided_by", sa.Text),
        sa.Column("decided_at_ms", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_policies"),
    )
    op.create_index("ix_policies_state", "policies", ["state"])


def _create_delegations() -> None:
    op.create_table(
        "delegations",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("giver", sa.Text, nullable=False),
        sa.Column("substitute", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("cooperative", sa.Text),
        sa.Column("first_day", sa.Date, nullable=False),
        sa.Column("last_day", sa.Date, nullable=False),
        sa.Column("given_at_ms", sa.BigInteger, nullable=False),
        sa.Column("ended_at_ms", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_delegations"),
    )
    for column in ("giver", "substitute", "last_day"):
        op.create_index(f"ix_delegations_{column}", "delegations", [column])


def _create_holiday_calendars() -> None:
    op.create_table(
        "holiday_calendars",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("holidays", sa.Text, nullable=False),
        sa.Column("exchanged", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_holiday_calendars"),
    )
