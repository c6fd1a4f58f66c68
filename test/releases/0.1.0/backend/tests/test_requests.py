"""What holds for every request: its id, its log line, its errors, CORS."""

import json
import logging
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.logs import JsonFormatter
from app.main import create_app
from app.settings import Settings

ORIGIN = "https://shop.example"
PREFLIGHT = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}


@pytest.fixture
def app() -> FastAPI:
    app = create_app(Settings(frontend_origin=ORIGIN + "/"))

    @app.get("/broken")
    async def broken() -> None:
        raise RuntimeError("the password is swordfish")

    return app


@pytest.fixture
def client(app: FastAPI) -> TestClient:
    return TestClient(app)


@pytest.fixture
def log_lines(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """The lines as they would stand in the log; filled while the test runs."""
    lines: list[str] = []
    formatter = JsonFormatter()

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(formatter.format(record))

    collector = Collector()
    logger = logging.getLogger("app")
    logger.addHandler(collector)
    caplog.set_level(logging.INFO, "app")
    yield lines
    logger.removeHandler(collector)


def test_takes_over_a_sane_request_id(client: TestClient) -> None:
    response = client.get("/health", headers={"X-Request-Id": "Root=1-67891233-abcdef"})
    assert response.headers["X-Request-Id"] == "Root=1-67891233-abcdef"


@pytest.mark.parametrize("offered", ["", "x" * 129, "a b", 'a"b', "a\tb"])
def test_replaces_any_other_request_id(client: TestClient, offered: str) -> None:
    request_id = client.get("/health", headers={"X-Request-Id": offered}).headers["X-Request-Id"]
    assert request_id != offered
    assert len(request_id) == 32


@pytest.mark.parametrize("path", ["/health", "/nowhere", "/broken"])
def test_every_response_has_a_request_id(client: TestClient, path: str) -> None:
    assert client.get(path).headers["X-Request-Id"]


def test_a_preflight_has_a_request_id_too(client: TestClient) -> None:
    assert client.options("/api/uploads", headers=PREFLIGHT).headers["X-Request-Id"]


def test_logs_a_request_as_json_without_query_string_and_headers(
    client: TestClient, log_lines: list[str]
) -> None:
    client.get(
        "/nowhere?token=swordfish",
        headers={"X-Request-Id": "r1", "Authorization": "Bearer swordfish"},
    )
    assert len(log_lines) == 1
    entry = json.loads(log_lines[0])
    assert entry.pop("time").endswith("+00:00")
    assert entry.pop("durationMs") >= 0
    assert entry == {
        "level": "info",
        "msg": "request",
        "requestId": "r1",
        "method": "GET",
        "path": "/nowhere",
        "status": 404,
    }


def test_a_line_break_in_a_path_does_not_make_a_log_line(
    client: TestClient, log_lines: list[str]
) -> None:
    client.get("/%0A%7B%22forged%22")
    assert len(log_lines) == 1
    assert "\n" not in log_lines[0]


def test_health_is_not_logged(client: TestClient, log_lines: list[str]) -> None:
    client.get("/health")
    assert log_lines == []


def test_an_unexpected_error_is_logged_but_not_told(
    client: TestClient, log_lines: list[str]
) -> None:
    response = client.get("/broken", headers={"Origin": ORIGIN, "X-Request-Id": "r2"})
    assert response.status_code == 500
    assert response.json() == {"detail": "internal server error"}
    assert response.headers["Access-Control-Allow-Origin"] == ORIGIN
    error = json.loads(log_lines[0])
    assert error["requestId"] == "r2"
    assert "RuntimeError" in error["error"]


def test_a_validation_error_says_what_is_wrong_but_not_what_was_sent(client: TestClient) -> None:
    response = client.post("/api/uploads", json={"filename": "swordfish"})
    assert response.status_code == 422
    assert {"contentType", "size"} <= {item["loc"][-1] for item in response.json()["detail"]}
    assert "swordfish" not in response.text


def test_refuses_a_body_that_is_too_large(client: TestClient) -> None:
    assert client.post("/api/uploads", content=b"x" * 70_000).status_code == 413


def test_lets_the_front_end_in(client: TestClient) -> None:
    response = client.options("/api/uploads", headers=PREFLIGHT)
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "Access-Control-Allow-Credentials" not in response.headers


def test_lets_no_other_origin_in(client: TestClient) -> None:
    other = {**PREFLIGHT, "Origin": "https://evil.example"}
    assert (
        "Access-Control-Allow-Origin" not in client.options("/api/uploads", headers=other).headers
    )
    assert "Access-Control-Allow-Origin" not in client.get("/health", headers=other).headers


def test_no_cors_headers_without_a_front_end() -> None:
    client = TestClient(create_app(Settings(frontend_origin=None)))
    headers = client.get("/health", headers={"Origin": ORIGIN}).headers
    assert not [name for name in headers if name.startswith("access-control")]
