import os
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.settings import Settings

# What a developer has set for running the app is not what the tests are about.
for name in ("FRONTEND_ORIGIN", "ASSETS_BUCKET", "LOG_LEVEL", "KEEP_ALIVE_SECONDS"):
    os.environ.pop(name, None)


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(create_app(Settings())) as client:
        yield client
