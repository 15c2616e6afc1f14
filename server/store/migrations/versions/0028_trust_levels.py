"""What a permit needs at an agent is known of the agent too, not only of its enrolment."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Apply. Agents of before have the usual level: their entries do not say which."""
    op.add_column("agents", sa.Column("trust", sa.Text, nullable=False, server_default="log"))
