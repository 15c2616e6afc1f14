"""Who printed a one-time code."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Apply."""
    op.add_column("one_time_codes", sa.Column("issued_by", sa.Text))
