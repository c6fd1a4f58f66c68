from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.notes import encode_cursor


def create(client: TestClient, text: str) -> dict[str, Any]:
    response = client.post("/api/notes", json={"text": text})
    assert response.status_code == 201
    note: dict[str, Any] = response.json()
    return note


def test_creates_a_note(client: TestClient) -> None:
    note = create(client, "  buy milk\n")
    assert note.keys() == {"id", "text", "createdAt"}
    assert note["text"] == "buy milk"
    assert note["createdAt"].endswith("Z")
    assert client.get("/api/notes").json() == {"items": [note], "nextCursor": None}


@pytest.mark.parametrize("text", ["", "   ", "x" * 1001, "a\0b", 5, None, "\ud800"])
def test_refuses_a_text_that_is_none(client: TestClient, text: Any) -> None:
    body = b'{"text": "\\ud800"}' if text == "\ud800" else None
    response = (
        client.post("/api/notes", content=body, headers={"Content-Type": "application/json"})
        if body
        else client.post("/api/notes", json={"text": text})
    )
    assert response.status_code == 422
    assert response.json()["detail"][0]["loc"][0] == "body"


def test_takes_the_longest_text_that_is_allowed(client: TestClient) -> None:
    assert create(client, "ü" * 1000)["text"] == "ü" * 1000


def test_lists_in_pages_newest_first(client: TestClient) -> None:
    ids = [create(client, f"note {number}")["id"] for number in range(5)]
    seen: list[int] = []
    cursor: str | None = None
    sizes = []
    while True:
        params = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = client.get("/api/notes", params=params).json()
        seen += [note["id"] for note in page["items"]]
        sizes.append(len(page["items"]))
        # What is made meanwhile shifts no page.
        create(client, "new")
        if (cursor := page["nextCursor"]) is None:
            break
    assert seen == ids[::-1]
    assert sizes == [2, 2, 1]


def test_a_full_last_page_has_no_cursor(client: TestClient) -> None:
    for number in range(2):
        create(client, f"note {number}")
    assert client.get("/api/notes", params={"limit": 2}).json()["nextCursor"] is None


def test_a_page_has_twenty_notes_unless_told(client: TestClient) -> None:
    for number in range(21):
        create(client, f"note {number}")
    assert len(client.get("/api/notes").json()["items"]) == 20


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "101"},
        {"limit": "many"},
        {"cursor": "!"},
        {"cursor": "bm90aGluZw"},
        {"cursor": encode_cursor(0)},
        {"cursor": encode_cursor(2**63)},
    ],
)
def test_refuses_a_page_that_is_none(client: TestClient, query: dict[str, str]) -> None:
    response = client.get("/api/notes", params=query)
    assert response.status_code == 422
    assert response.json()["detail"][0]["loc"] == ["query", next(iter(query))]


def test_deletes_a_note_once(client: TestClient) -> None:
    note = create(client, "short-lived")
    assert client.delete(f"/api/notes/{note['id']}").status_code == 204
    assert client.delete(f"/api/notes/{note['id']}").status_code == 404
    assert client.get("/api/notes").json()["items"] == []


@pytest.mark.parametrize("note_id", ["0", "x", str(2**63)])
def test_refuses_an_id_that_is_none(client: TestClient, note_id: str) -> None:
    assert client.delete(f"/api/notes/{note_id}").status_code == 422
