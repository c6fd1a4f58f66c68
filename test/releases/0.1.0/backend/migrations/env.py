"""`alembic upgrade head`, the release step: runs before the new version serves."""

import logging.config

from alembic import context
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from app.database import DatabaseSettings
from app.logs import log_config
from app.models import Base

# Any number, as long as everyone who migrates this database uses the same one.
MIGRATION_LOCK = 7_268_374


def run_migrations() -> None:
    # No statement_timeout here: building an index may take its time.
    engine = create_engine(
        "postgresql+psycopg://",
        connect_args=DatabaseSettings().connection(),
        poolclass=NullPool,
        hide_parameters=True,
    )
    with engine.connect() as connection:
        # Two releases at once: the second waits here and then finds nothing left to do.
        # The lock goes with the connection, however this ends.
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
        # A migration that waits for a table makes every query behind it wait as well.
        connection.execute(text("SET lock_timeout = '10s'"))
        connection.commit()
        context.configure(connection=connection, target_metadata=Base.metadata)
        with context.begin_transaction():
            context.run_migrations()


logging.config.dictConfig(log_config("info"))
logging.getLogger("alembic").setLevel(logging.INFO)
if context.is_offline_mode():
    raise SystemExit("alembic --sql is not supported: migrations may depend on what they find")
run_migrations()
