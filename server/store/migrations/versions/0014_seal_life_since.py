"""Since when a seal's life is as it is."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Apply."""
    op.add_column("items", sa.Column("life_since_ms", sa.BigInteger))
    op.create_index("ix_items_life", "items", ["life"])
