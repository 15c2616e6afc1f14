"""Whether a PIN was blocked until its person sets another."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Apply."""
    op.add_column("credentials", sa.Column("is_blocked", sa.Boolean, nullable=False, server_default=sa.false()))
