from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from app.uploads import s3_client

PNG = {"filename": "my cat.png", "contentType": "image/png", "size": 1234}


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    s3_client.cache_clear()
    yield TestClient(
        create_app(Settings(assets_bucket="shop-dev-assets", aws_region="eu-central-1"))
    )
    s3_client.cache_clear()


def test_signs_a_put_of_this_type_and_length(client: TestClient) -> None:
    response = client.post("/api/uploads", json=PNG)
    assert response.status_code == 201
    upload = response.json()
    assert upload["method"] == "PUT"
    assert upload["headers"] == {"Content-Type": "image/png", "Content-Length": "1234"}

    url = urlsplit(upload["url"])
    query = parse_qs(url.query)
    assert url.scheme == "https"
    assert url.netloc == "shop-dev-assets.s3.eu-central-1.amazonaws.com"
    assert url.path == "/" + upload["key"]
    assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert query["X-Amz-SignedHeaders"] == ["content-length;content-type;host"]
    assert query["X-Amz-Expires"] == [str(upload["expiresIn"])]


def test_the_key_is_random_and_free_of_the_filename(client: TestClient) -> None:
    keys = {client.post("/api/uploads", json=PNG).json()["key"] for _ in range(3)}
    assert len(keys) == 3
    for key in keys:
        assert key.startswith("uploads/")
        assert key.endswith(".png")
        assert "cat" not in key


@pytest.mark.parametrize(
    "change",
    [
        {"contentType": "text/html"},
        {"contentType": "image/svg+xml"},
        {"size": 0},
        {"size": 10 * 1024 * 1024 + 1},
        {"filename": " "},
        {"filename": "x" * 256},
    ],
)
def test_refuses_other_types_and_sizes(client: TestClient, change: dict[str, Any]) -> None:
    assert client.post("/api/uploads", json=PNG | change).status_code == 422


def test_takes_the_largest_file_that_is_allowed(client: TestClient) -> None:
    assert client.post("/api/uploads", json=PNG | {"size": 10 * 1024 * 1024}).status_code == 201


def test_says_what_is_missing_without_credentials(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    response = client.post("/api/uploads", json=PNG)
    assert response.status_code == 503
    assert "credentials" in response.json()["detail"]


def test_says_what_is_missing_without_a_bucket() -> None:
    client = TestClient(create_app(Settings(assets_bucket=None)))
    response = client.post("/api/uploads", json=PNG)
    assert response.status_code == 503
    assert "ASSETS_BUCKET" in response.json()["detail"]
