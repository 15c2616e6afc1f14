"""A document says what it is."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """Apply."""
    op.add_column("attachments", sa.Column("kind", sa.Text, nullable=False, server_default="other"))
