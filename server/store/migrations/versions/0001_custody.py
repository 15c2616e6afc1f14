"""The tables of custody's facts."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Apply."""
    _create_agents()
    _create_cabinets()
    _create_checkouts()
    _create_compartments()
    _create_cooperatives()
    _create_credentials()
    _create_deposits()
    _create_grants()
    _create_items()
    _create_one_time_codes()
    _create_openings()
    _create_people()
    _create_permits()
    _create_revocation_lists()
    _create_sign_ins()
    _create_townships()


def _create_agents() -> None:
    op.create_table(
        "agents",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("is_active", sa.Boolean, nullable=False),
        sa.Column("broker_password", sa.Text, nullable=False),
        sa.Column("roster_version", sa.Integer, nullable=False),
        sa.Column("roster_document", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_agents"),
    )


def _create_cabinets() -> None:
    op.create_table(
        "cabinets",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("compartments", sa.Integer, nullable=False),
        sa.Column("board", sa.Text, nullable=False),
        sa.Column("port", sa.Text, nullable=False),
        sa.Column("baud", sa.Integer),
        sa.Column("board_addresses", sa.Text, nullable=False),
        sa.Column("lock_feedback", sa.Text, nullable=False),
        sa.Column("agent", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_cabinets"),
    )


def _create_checkouts() -> None:
    op.create_table(
        "checkouts",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("cooperative", sa.Text, nullable=False),
        sa.Column("applicant", sa.Text, nullable=False),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("items", sa.Text, nullable=False),
        sa.Column("off_site", sa.Boolean, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("counterparty", sa.Text, nullable=False),
        sa.Column("amount_cents", sa.BigInteger),
        sa.Column("copies", sa.Integer),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("filed_at_ms", sa.BigInteger, nullable=False),
        sa.Column("decisions", sa.Text, nullable=False),
        sa.Column("permit", sa.Text),
        sa.Column("taken", sa.Text, nullable=False),
        sa.Column("taken_at_ms", sa.BigInteger),
        sa.Column("due_at_ms", sa.BigInteger),
        sa.Column("ended_at_ms", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_checkouts"),
    )
    op.create_index("ix_checkouts_applicant_filed_at_ms_id", "checkouts", ["applicant", "filed_at_ms", "id"])
    op.create_index("ix_checkouts_cooperative_filed_at_ms_id", "checkouts", ["cooperative", "filed_at_ms", "id"])
    op.create_index("ix_checkouts_filed_at_ms_id", "checkouts", ["filed_at_ms", "id"])
    op.create_index("ix_checkouts_holder_filed_at_ms_id", "checkouts", ["holder", "filed_at_ms", "id"])
    op.create_index("ix_checkouts_state_filed_at_ms_id", "checkouts", ["state", "filed_at_ms", "id"])


def _create_compartments() -> None:
    op.create_table(
        "compartments",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("cooperative", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_compartments"),
    )


def _create_cooperatives() -> None:
    op.create_table(
        "cooperatives",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("village", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("short_name", sa.Text, nullable=False),
        sa.Column("credit_code", sa.Text),
        sa.Column("members", sa.Integer),
        sa.Column("cabinet", sa.Text, nullable=False),
        sa.Column("compartment", sa.Integer, nullable=False),
        sa.Column("resolved_on", sa.Date),
        sa.Column("expires_on", sa.Date),
        sa.PrimaryKeyConstraint("id", name="pk_cooperatives"),
        sa.UniqueConstraint("code", name="uq_cooperatives_code"),
    )


def _create_credentials() -> None:
    op.create_table(
        "credentials",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("set_at_ms", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_credentials"),
    )


def _create_deposits() -> None:
    op.create_table(
        "deposits",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("cooperative", sa.Text, nullable=False),
        sa.Column("items", sa.Text, nullable=False),
        sa.Column("arranged_by", sa.Text, nullable=False),
        sa.Column("arranged_at_ms", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("permit", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_deposits"),
    )
    op.create_index("ix_deposits_cooperative_state", "deposits", ["cooperative", "state"])
    op.create_index("ix_deposits_state_arranged_at_ms_id", "deposits", ["state", "arranged_at_ms", "id"])


def _create_grants() -> None:
    op.create_table(
        "grants",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("cooperative", sa.Text),
        sa.Column("is_active", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_grants"),
    )
    op.create_index("ix_grants_cooperative_role", "grants", ["cooperative", "role"])
    op.create_index("ix_grants_person", "grants", ["person"])
    op.create_index("ix_grants_role_person", "grants", ["role", "person"])


def _create_items() -> None:
    op.create_table(
        "items",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("cooperative", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("seal_type", sa.Text),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("checkout", sa.Text),
        sa.Column("holder", sa.Text),
        sa.Column("since_ms", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_items"),
        sa.UniqueConstraint("cooperative", "kind", "key", name="uq_items_cooperative_kind_key"),
    )
    op.create_index("ix_items_holder", "items", ["holder"])
    op.create_index("ix_items_state_since_ms_id", "items", ["state", "since_ms", "id"])


def _create_one_time_codes() -> None:
    op.create_table(
        "one_time_codes",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger, nullable=False),
        sa.Column("used_at_ms", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_one_time_codes"),
    )
    op.create_index("ix_one_time_codes_person", "one_time_codes", ["person"])


def _create_openings() -> None:
    op.create_table(
        "openings",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("permit", sa.Text, nullable=False),
        sa.Column("checkout", sa.Text),
        sa.Column("deposit", sa.Text),
        sa.Column("persons", sa.Text, nullable=False),
        sa.Column("intended_at_ms", sa.BigInteger, nullable=False),
        sa.Column("opened_at_ms", sa.BigInteger),
        sa.Column("closed_at_ms", sa.BigInteger),
        sa.Column("outcome", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_openings"),
    )
    op.create_index("ix_openings_checkout", "openings", ["checkout"])
    op.create_index("ix_openings_place_intended_at_ms_id", "openings", ["place", "intended_at_ms", "id"])


def _create_people() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("phone", sa.Text, nullable=False),
        sa.Column("unit", sa.Text, nullable=False),
        sa.Column("is_active", sa.Boolean, nullable=False),
        sa.Column("card", sa.Text),
        sa.Column("card_blocked", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sa.UniqueConstraint("card", name="uq_people_card"),
        sa.UniqueConstraint("phone", name="uq_people_phone"),
    )


def _create_permits() -> None:
    op.create_table(
        "permits",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("checkout", sa.Text),
        sa.Column("deposit", sa.Text),
        sa.Column("issued_at_ms", sa.BigInteger, nullable=False),
        sa.Column("not_after_ms", sa.BigInteger, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("slip", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("burned", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_permits"),
    )
    op.create_index("ix_permits_agent_state_not_after_ms", "permits", ["agent", "state", "not_after_ms"])
    op.create_index("ix_permits_state_not_after_ms", "permits", ["state", "not_after_ms"])


def _create_revocation_lists() -> None:
    op.create_table(
        "revocation_lists",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_revocation_lists"),
    )


def _create_sign_ins() -> None:
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("opened_at_ms", sa.BigInteger, nullable=False),
        sa.Column("expires_at_ms", sa.BigInteger, nullable=False),
        sa.Column("closed_at_ms", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_sign_ins"),
    )


def _create_townships() -> None:
    op.create_table(
        "townships",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("card_salt", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_townships"),
    )
