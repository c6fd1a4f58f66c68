import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.hub import MAX_WAITING_EVENTS, Event, Hub, StreamEnd
from tests.serving import RunningServer, running_server
from tests.streams import open_stream


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    log_file = tmp_path_factory.mktemp("server") / "log"
    with running_server(log_file, EVENTS_HEARTBEAT_SECONDS="0.3") as server:
        yield server


def test_is_an_event_stream_that_no_proxy_holds_back(server: RunningServer) -> None:
    with open_stream(server.url) as stream:
        assert stream.status_code == 200
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        assert stream.headers["Cache-Control"] == "no-cache, no-transform"
        assert stream.headers["X-Accel-Buffering"] == "no"
        assert stream.headers["X-Request-Id"]
        assert next(stream.frames()).fields == {"retry": "3000"}


def test_a_comment_keeps_a_silent_stream_open(server: RunningServer) -> None:
    with open_stream(server.url) as stream:
        started = time.monotonic()
        comments = (frame for frame in stream.frames() if frame.comment)
        for _ in range(3):
            next(comments)
        assert 0.8 < time.monotonic() - started < 10


@pytest.mark.parametrize("last_event_id", ["", "x", "-1", "9" * 19])
def test_a_strange_last_event_id_is_ignored(server: RunningServer, last_event_id: str) -> None:
    with open_stream(server.url, last_event_id) as stream:
        assert stream.status_code == 200
        assert any(frame.comment for frame in stream.frames())


def test_a_stop_ends_the_streams_at_once(tmp_path: Path) -> None:
    with running_server(tmp_path / "log") as server, open_stream(server.url) as stream:
        frames = stream.frames()
        next(frames)
        server.terminate()
        started = time.monotonic()
        assert all("retry" not in frame.fields for frame in frames)
        assert server.exit_code(within=15) == 0
        assert time.monotonic() - started < 15
        entry = next(entry for entry in server.logs() if entry.get("path") == "/api/events")
        assert entry["status"] == 200


def test_a_client_that_goes_is_noticed_at_once(tmp_path: Path) -> None:
    with running_server(tmp_path / "log") as server:
        with open_stream(server.url) as stream:
            next(stream.frames())
        deadline = time.monotonic() + 10
        while not any(entry.get("path") == "/api/events" for entry in server.logs()):
            assert time.monotonic() < deadline
            time.sleep(0.05)


def is_cut_off(hub: Hub, events: int) -> bool:
    """Whether a client that has read nothing of so many events is cut off."""

    async def read() -> bool:
        with hub.subscribe() as subscription:
            for number in range(events):
                hub.publish(Event(number, "test", "{}"))
            try:
                await subscription.next()
            except StreamEnd:
                return True
            return False

    return asyncio.run(read())


def test_a_client_that_reads_too_slowly_is_cut_off() -> None:
    hub = Hub()
    assert not is_cut_off(hub, MAX_WAITING_EVENTS)
    assert is_cut_off(hub, MAX_WAITING_EVENTS + 1)
    assert is_cut_off(hub, MAX_WAITING_EVENTS + 2)
    assert len(hub) == 0


def test_no_stream_starts_during_the_stop() -> None:
    hub = Hub()
    hub.close()
    assert is_cut_off(hub, 0)
