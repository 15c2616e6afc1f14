"""The photo that was taken at an opening."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Apply."""
    op.add_column("openings", sa.Column("photo", sa.Text))
    op.create_index("ix_openings_agent_photo", "openings", ["agent", "photo"])
