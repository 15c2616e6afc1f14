"""How many copies were really stamped."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Apply."""
    op.add_column("checkouts", sa.Column("stamped", sa.Integer))
