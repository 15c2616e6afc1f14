"""What alembic runs: the migrations, on the connection and in the transaction it was handed."""

from alembic import context

from server.store import log_tables, notice_tables, search_tables, tables, watch_tables  # noqa: F401 - importing them declares the schema

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.metadata,
    render_as_batch=True,
    transactional_ddl=False,
)
context.run_migrations()
