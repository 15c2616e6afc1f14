"""What can be found across everything."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
_POSITION = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "search_documents",
        sa.Column("id", _POSITION, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("ref", sa.Text, nullable=False),
        sa.Column("cooperative", sa.Text),
        sa.Column("words", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_search_documents"),
        sa.UniqueConstraint("kind", "ref", name="uq_search_documents_kind_ref"),
    )
    op.create_index("ix_search_documents_kind_id", "search_documents", ["kind", "id"])
