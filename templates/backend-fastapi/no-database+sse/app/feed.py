"""What /api/events sends: a tick every five seconds. A starting point, for your own events."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator

from fastapi import FastAPI

from app.hub import Event, Hub

SECONDS_PER_TICK = 5
MAX_REPLAYED = 100


def newest_number() -> int:
    return int(time.time() // SECONDS_PER_TICK)


def tick(number: int) -> Event:
    """The number comes from the clock, so that every task gives a moment the same id."""
    return Event(number, "tick", json.dumps({"time": number * SECONDS_PER_TICK}))


class Feed:
    def __init__(self, app: FastAPI) -> None:
        self._hub: Hub = app.state.hub

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self._tick())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait({task})

    async def replay(self, last_event_id: int | None) -> AsyncIterator[Event]:
        """What a client has missed that says which event it got last; bounded."""
        if last_event_id is None:
            return
        newest = newest_number()
        for number in range(max(last_event_id, newest - MAX_REPLAYED) + 1, newest + 1):
            yield tick(number)

    async def _tick(self) -> None:
        number = newest_number()
        while True:
            # After a jump of the clock, or of a laptop that slept, no burst of old ticks.
            number = max(number + 1, newest_number())
            await asyncio.sleep(max(0, number * SECONDS_PER_TICK - time.time()))
            self._hub.publish(tick(number))
