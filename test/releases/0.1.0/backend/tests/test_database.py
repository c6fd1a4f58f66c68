import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import create_engine

from app.database import DatabaseSettings
from app.main import create_app
from app.models import Base
from app.settings import Settings
from tests.conftest import alembic
from tests.outage import relay
from tests.serving import run_module, running_server


def becomes(condition: Callable[[], bool], within: float = 10) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


def test_a_database_that_is_away_is_503_and_comes_back_by_itself(
    database: DatabaseSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with relay(database.host, database.port) as line:
        monkeypatch.setenv("DATABASE_HOST", "127.0.0.1")
        monkeypatch.setenv("DATABASE_PORT", str(line.port))
        with TestClient(create_app(Settings())) as client:
            assert client.get("/api/notes").status_code == 200

            line.cut()
            for response in (
                client.get("/api/notes"),
                client.post("/api/notes", json={"text": "lost"}),
                client.delete("/api/notes/1"),
                client.get("/ready"),
            ):
                assert response.status_code == 503
                assert response.json() == {"detail": "database unavailable"}
                assert int(response.headers["Retry-After"]) > 0
                assert response.headers["X-Request-Id"]
            assert client.get("/health").status_code == 200

            line.restore()
            assert becomes(lambda: client.get("/ready").status_code == 200)
            assert client.get("/api/notes").status_code == 200


def test_a_lost_connection_is_replaced_before_anyone_notices(
    client: TestClient, database: DatabaseSettings
) -> None:
    assert client.get("/ready").status_code == 200
    with psycopg.connect(**database.connection(), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert client.get("/ready").status_code == 200


def test_starts_without_its_database_and_keeps_the_password_to_itself(
    tmp_path: Path,
) -> None:
    away = {"DATABASE_HOST": "127.0.0.1", "DATABASE_PORT": "1", "DATABASE_PASSWORD": "swordfish"}
    with running_server(tmp_path / "log", LOG_LEVEL="debug", **away) as server:
        assert httpx2.get(f"{server.url}/ready").status_code == 503
        server.terminate()
        assert server.exit_code(within=15) == 0
        assert "swordfish" not in server.log_file.read_text()


def test_a_missing_setting_is_named_but_the_others_are_not_shown() -> None:
    result = run_module("app", DATABASE_PASSWORD="swordfish")
    assert result.returncode != 0
    assert "host" in result.stdout
    assert "swordfish" not in result.stdout + result.stderr


def test_checks_the_certificate_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_SSLMODE", raising=False)
    connection = DatabaseSettings(host="db", password=SecretStr("x")).connection()
    assert connection["sslmode"] == "verify-full"
    assert connection["sslrootcert"] == "/app/rds-ca.pem"


def test_the_migrations_make_what_the_models_describe(database: DatabaseSettings) -> None:
    engine = create_engine("postgresql+psycopg://", connect_args=database.connection())
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_migrations_go_down_and_up_again_and_two_at_once_wait_for_each_other(
    database: DatabaseSettings, no_notes: None
) -> None:
    alembic("downgrade", "base")
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    with psycopg.connect(**database.connection()) as blocker, ThreadPoolExecutor() as pool:
        # Holds up the first in the middle of its migration, while the second starts.
        blocker.execute("LOCK TABLE alembic_version")
        releases = [pool.submit(alembic, "upgrade", "head") for _ in range(2)]
        assert becomes(lambda: blocker.execute(waiting).fetchone() == (1,))
        blocker.rollback()
        for release in releases:
            release.result()
