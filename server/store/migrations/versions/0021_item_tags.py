"""Things may bear radio tags."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Apply."""
    op.add_column("items", sa.Column("tag", sa.Text))
    op.create_index("ix_items_tag", "items", ["tag"])
