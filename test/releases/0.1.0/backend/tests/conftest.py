import os
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest
from fastapi.testclient import TestClient
from psycopg import sql

from app.database import DatabaseSettings
from app.main import create_app
from app.settings import Settings
from tests.serving import BACKEND

# What a developer has set for running the app is not what the tests are about.
for name in ("FRONTEND_ORIGIN", "ASSETS_BUCKET", "LOG_LEVEL", "KEEP_ALIVE_SECONDS"):
    os.environ.pop(name, None)

# The database of compose.yaml, unless the environment names another one.
os.environ.setdefault("DATABASE_HOST", "localhost")
os.environ.setdefault("DATABASE_PASSWORD", "app")
os.environ.setdefault("DATABASE_SSLMODE", "disable")


def alembic(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "alembic", *arguments], cwd=BACKEND, check=True)


@pytest.fixture(scope="session", autouse=True)
def database() -> Iterator[DatabaseSettings]:
    """A database of the tests' own, on the same server: they delete what they find."""
    server = DatabaseSettings()
    name = f"{server.name}_test"
    recreate = [
        sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)),
        sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)),
    ]
    try:
        with psycopg.connect(**server.connection(), autocommit=True) as connection:
            for statement in recreate:
                connection.execute(statement)
    except psycopg.OperationalError as error:
        pytest.exit(
            f"The tests need PostgreSQL at {server.host}:{server.port}: {error}\n"
            "Start one with `docker compose up -d database` in the root of the repository, "
            "or set the DATABASE_* variables.",
            returncode=1,
        )
    os.environ["DATABASE_NAME"] = name
    alembic("upgrade", "head")
    yield DatabaseSettings()
    os.environ["DATABASE_NAME"] = server.name


@pytest.fixture
def no_notes(database: DatabaseSettings) -> None:
    with psycopg.connect(**database.connection(), autocommit=True) as connection:
        connection.execute("TRUNCATE notes")


@pytest.fixture
def client(no_notes: None) -> Iterator[TestClient]:
    with TestClient(create_app(Settings())) as client:
        yield client
