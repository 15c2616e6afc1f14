"""The lists of a handover that were opened together."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Apply."""
    op.add_column("handovers", sa.Column("bundle", sa.Text))
    op.create_index("ix_handovers_bundle", "handovers", ["bundle"])
