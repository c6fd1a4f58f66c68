from fastapi.testclient import TestClient

from app.main import create_app
from app.settings import Settings


def test_health_names_the_version_that_runs() -> None:
    # Not entered, so nothing has been started: /health must not need it.
    client = TestClient(create_app(Settings(app_version="1f2e3d4")))
    response = client.get("/health")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "version": "1f2e3d4"}


def test_ready_when_everything_it_needs_is_there(client: TestClient) -> None:
    response = client.get("/ready")
    assert response.status_code == 200
    assert response.json() == {"status": "ready"}


def test_describes_itself(client: TestClient) -> None:
    assert "swagger" in client.get("/docs").text
    assert "/api/uploads" in client.get("/openapi.json").json()["paths"]
