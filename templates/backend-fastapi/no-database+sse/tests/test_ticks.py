import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from app.feed import MAX_REPLAYED, SECONDS_PER_TICK
from tests.serving import RunningServer, running_server
from tests.streams import open_stream


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    log_file: Path = tmp_path_factory.mktemp("server") / "log"
    with running_server(log_file) as server:
        yield server


def newest() -> int:
    return int(time.time() // SECONDS_PER_TICK)


def test_ticks_go_on_where_the_clock_is(server: RunningServer) -> None:
    before = newest()
    with open_stream(server.url) as stream:
        event = next(stream.events())
    assert event.fields["event"] == "tick"
    assert event.id in (before + 1, before + 2)
    assert event.data == {"time": event.id * SECONDS_PER_TICK}


def test_missed_ticks_come_first_and_none_comes_twice(server: RunningServer) -> None:
    last_event_id = newest() - 3
    with open_stream(server.url, last_event_id) as stream:
        ids = [event.id for event in islice(stream.events(), 5)]
    assert ids == list(range(last_event_id + 1, last_event_id + 6))


def test_a_replay_is_bounded(server: RunningServer) -> None:
    before = newest()
    with open_stream(server.url, 1) as stream:
        first = next(stream.events())
    assert first.id in (before - MAX_REPLAYED + 1, before - MAX_REPLAYED + 2)
