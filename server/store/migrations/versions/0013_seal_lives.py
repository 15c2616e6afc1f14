"""A seal has a life of its own beside where it lies, and a successor."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Apply."""
    op.add_column("items", sa.Column("life", sa.Text, nullable=False, server_default="in_use"))
    op.add_column("items", sa.Column("successor", sa.Text))
