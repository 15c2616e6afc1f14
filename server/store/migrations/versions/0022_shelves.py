"""An index by which one cooperative's things are found by their words."""

from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Apply."""
    op.create_index("ix_search_documents_cooperative_kind", "search_documents", ["cooperative", "kind"])
