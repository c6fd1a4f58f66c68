from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import httpx2
import psycopg
import pytest

from app.database import DatabaseSettings
from tests.outage import relay
from tests.serving import RunningServer, running_server
from tests.streams import Stream, open_stream


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[RunningServer]]:
    """Two tasks of the same service."""
    logs = tmp_path_factory.mktemp("servers")
    with running_server(logs / "1") as first, running_server(logs / "2") as second:
        yield [first, second]


def create(server: RunningServer, text: str) -> dict[str, object]:
    response = httpx2.post(f"{server.url}/api/notes", json={"text": text})
    assert response.status_code == 201
    note: dict[str, object] = response.json()
    return note


def note_ids(stream: Stream, count: int) -> list[int]:
    return [event.id for event in islice(stream.events(), count)]


def test_a_note_reaches_the_streams_of_every_task(servers: list[RunningServer]) -> None:
    with open_stream(servers[0].url) as first, open_stream(servers[1].url) as second:
        next(first.frames()), next(second.frames())
        note = create(servers[0], "for everyone")
        for stream in (first, second):
            event = next(stream.events())
            assert event.fields["event"] == "note"
            assert event.id == note["id"]
            assert event.data == note


def test_a_note_that_is_rolled_back_is_never_announced(
    servers: list[RunningServer], database: DatabaseSettings
) -> None:
    with open_stream(servers[0].url) as stream:
        next(stream.frames())
        with psycopg.connect(**database.connection()) as connection:
            connection.execute("INSERT INTO notes (text) VALUES ('gone'); NOTIFY notes")
            connection.rollback()
        note = create(servers[0], "stays")
        assert next(stream.events()).id == note["id"]


def test_missed_notes_come_first(servers: list[RunningServer]) -> None:
    ids = [create(servers[number % 2], f"missed {number}")["id"] for number in range(5)]
    with open_stream(servers[1].url, str(ids[1])) as stream:
        assert note_ids(stream, 3) == ids[2:]
        live = create(servers[0], "live")
        assert note_ids(stream, 1) == [live["id"]]


def test_no_gap_and_no_duplicate_while_notes_keep_coming(servers: list[RunningServer]) -> None:
    """Streams that break all the time, as on a bad mobile network, under parallel writers."""
    start = create(servers[0], "start")["id"]
    assert isinstance(start, int)
    total = 120
    with ThreadPoolExecutor(6) as pool:
        made = [pool.submit(create, servers[n % 2], f"note {n}") for n in range(total)]
        seen = [start]
        while len(seen) <= total:
            with open_stream(servers[len(seen) % 2].url, seen[-1]) as stream:
                seen += note_ids(stream, min(7, total + 1 - len(seen)))
    assert seen[1:] == sorted(note.result()["id"] for note in made)  # type: ignore[type-var]


def test_notes_made_while_the_listener_was_cut_off_still_arrive(
    servers: list[RunningServer], database: DatabaseSettings, tmp_path: Path
) -> None:
    with relay(database.host, database.port) as line:
        through_the_line = {"DATABASE_HOST": "127.0.0.1", "DATABASE_PORT": str(line.port)}
        with (
            running_server(tmp_path / "log", **through_the_line) as cut_off,
            open_stream(cut_off.url) as stream,
        ):
            next(stream.frames())
            line.cut()
            missed = [create(servers[0], f"missed {number}")["id"] for number in range(150)]
            line.restore()
            assert note_ids(stream, 150) == missed
            live = create(servers[0], "live again")
            assert note_ids(stream, 1) == [live["id"]]


def test_a_stream_ends_while_there_is_no_database_to_replay_from(tmp_path: Path) -> None:
    away = {"DATABASE_HOST": "127.0.0.1", "DATABASE_PORT": "1"}
    with running_server(tmp_path / "log", **away) as server, open_stream(server.url, 1) as stream:
        assert [frame.fields for frame in stream.frames()] == [{"retry": "3000"}]


def test_a_long_replay_comes_in_pages(
    servers: list[RunningServer], database: DatabaseSettings
) -> None:
    start = create(servers[0], "start")["id"]
    with psycopg.connect(**database.connection()) as connection:
        connection.execute("INSERT INTO notes (text) SELECT 'many' FROM generate_series(1, 450)")
    with open_stream(servers[0].url, str(start)) as stream:
        ids = note_ids(stream, 450)
    assert ids == sorted(set(ids))


def test_starts_before_the_first_migration_has_run(tmp_path: Path) -> None:
    with running_server(tmp_path / "log", DATABASE_NAME="postgres") as server:
        assert httpx2.get(f"{server.url}/ready").status_code == 200
