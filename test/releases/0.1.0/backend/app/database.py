import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import Depends, FastAPI, HTTPException, Request
from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from app.settings import EnvironmentSettings

logger = logging.getLogger(__name__)

# Away, restarting, out of connections, or no free connection in the pool: all pass by themselves.
UNAVAILABLE = (OperationalError, InterfaceError, PoolTimeoutError)


class DatabaseSettings(EnvironmentSettings):
    model_config = SettingsConfigDict(env_prefix="DATABASE_")

    host: str
    port: int = 5432
    name: str = "app"
    user: str = "app"
    password: SecretStr
    # verify-full proves that this is our database; anything less only encrypts.
    sslmode: Literal["disable", "require", "verify-ca", "verify-full"] = "verify-full"
    ca_file: Path = Path("/app/rds-ca.pem")

    def connection(self) -> dict[str, Any]:
        """libpq's parameters. Not a URL: one with a password in it ends up in a log some day."""
        return {
            "host": self.host,
            "port": self.port,
            "dbname": self.name,
            "user": self.user,
            "password": self.password.get_secret_value(),
            "sslmode": self.sslmode,
            "sslrootcert": str(self.ca_file),
            "connect_timeout": 5,
            # A host that vanishes sends no goodbye; without these the kernel waits a quarter
            # of an hour for its answer.
            "tcp_user_timeout": 10_000,
            "keepalives_idle": 30,
            "keepalives_interval": 5,
            "keepalives_count": 3,
        }


def create_engine(settings: DatabaseSettings) -> AsyncEngine:
    return create_async_engine(
        "postgresql+psycopg://",
        connect_args={
            **settings.connection(),
            "options": "-c statement_timeout=10000 -c timezone=UTC",
        },
        # Old and new tasks run side by side during a deployment: ten connections each leave
        # room for all of them on the smallest instance.
        pool_size=10,
        max_overflow=0,
        pool_timeout=5,
        # A connection that died with a restart of the database is replaced before it is used.
        pool_pre_ping=True,
        # Errors and logs name the statement, never what people wrote.
        hide_parameters=True,
    )


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Connects to nothing yet: the app starts, and says so, while the database is still away."""
    engine = create_engine(DatabaseSettings())
    app.state.sessions = async_sessionmaker(engine, expire_on_commit=False)
    try:
        yield
    finally:
        await engine.dispose()


async def open_session(request: Request) -> AsyncIterator[AsyncSession]:
    sessions: async_sessionmaker[AsyncSession] = request.app.state.sessions
    try:
        async with sessions() as session:
            yield session
    except UNAVAILABLE as error:
        logger.warning("database unavailable: %s", error)
        raise HTTPException(503, "database unavailable", {"Retry-After": "5"}) from error


# Function scope gives the connection back before the response goes out to a slow client.
Session = Annotated[AsyncSession, Depends(open_session, scope="function")]
