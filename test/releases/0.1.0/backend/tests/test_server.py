"""The process itself: how it starts, logs and stops."""

import socket
import subprocess
from pathlib import Path

import pytest

from app.main import create_app
from app.server import server_config
from app.settings import Settings
from tests.serving import RunningServer, run_module, running_server

BODY = b'{"filename": "a.png", "contentType": "image/png", "size": 1}'


def start_of_a_request(server: RunningServer) -> socket.socket:
    """All of a request but its body: from here on it is in flight."""
    connection = socket.create_connection(("127.0.0.1", server.port), timeout=10)
    connection.sendall(
        b"POST /api/uploads HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\nExpect: 100-continue\r\n\r\n" % len(BODY)
    )
    assert connection.recv(1000).startswith(b"HTTP/1.1 100")
    return connection


def test_a_stop_is_a_success_and_ends_idle_connections(tmp_path: Path) -> None:
    with (
        running_server(tmp_path / "log") as server,
        socket.create_connection(("127.0.0.1", server.port)),
    ):
        server.terminate()
        assert server.exit_code(within=15) == 0


def test_a_request_in_flight_is_answered_before_the_process_ends(tmp_path: Path) -> None:
    with running_server(tmp_path / "log") as server, start_of_a_request(server) as connection:
        server.terminate()
        with pytest.raises(subprocess.TimeoutExpired):
            server.exit_code(within=0.5)
        connection.sendall(BODY)
        assert connection.recv(1000).startswith(b"HTTP/1.1 503")
        assert server.exit_code(within=15) == 0


def test_a_request_that_never_ends_is_given_up_after_the_grace(tmp_path: Path) -> None:
    grace = {"SHUTDOWN_GRACE_SECONDS": "1"}
    with running_server(tmp_path / "log", **grace) as server, start_of_a_request(server):
        server.terminate()
        assert server.exit_code(within=15) == 0


def test_everything_it_prints_is_json_and_no_secret(tmp_path: Path) -> None:
    environment = {"LOG_LEVEL": "debug", "AWS_SECRET_ACCESS_KEY": "swordfish"}
    with running_server(tmp_path / "log", **environment) as server:
        server.terminate()
        server.exit_code(within=15)
        messages = [entry["msg"] for entry in server.logs()]
        assert any("running on" in message for message in messages)
        assert "swordfish" not in server.log_file.read_text()


def test_the_health_check_of_the_image(tmp_path: Path) -> None:
    with running_server(tmp_path / "log") as server:
        assert run_module("app.healthcheck", PORT=str(server.port)).returncode == 0
        server.terminate()
        server.exit_code(within=15)
        assert run_module("app.healthcheck", PORT=str(server.port)).returncode == 1


def test_keeps_connections_longer_than_the_load_balancer() -> None:
    settings = Settings()
    config = server_config(create_app(settings), settings)
    assert config.timeout_keep_alive == 3605
    assert config.timeout_graceful_shutdown == 30


def test_a_wrong_setting_is_named_but_its_value_is_not_shown() -> None:
    result = run_module("app", PORT="swordfish")
    assert result.returncode != 0
    assert "port" in result.stderr
    assert "swordfish" not in result.stderr
