"""A permit knows when it was taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """Apply."""
    op.add_column("permits", sa.Column("revoked_at_ms", sa.BigInteger))
