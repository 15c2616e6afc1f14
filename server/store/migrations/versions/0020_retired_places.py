"""Cabinets and compartments can be taken out of service."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Apply."""
    op.add_column("cabinets", sa.Column("out_of_service", sa.Text, nullable=False, server_default="[]"))
    op.add_column("cabinets", sa.Column("retired_at_ms", sa.BigInteger))
