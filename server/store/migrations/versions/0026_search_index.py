"""SQLite narrows a search by a full-text index; what can be found is read from the log anew."""

from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Apply."""
    op.execute("DELETE FROM search_documents")
    op.execute("DELETE FROM bookmarks WHERE reader = 'search'")
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search_index "
            "USING fts5 (tokens, content = '', columnsize = 0, detail = none, tokenize = 'ascii')"
        )
