import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from fastapi.sse import format_sse_event

# A client that is this far behind is cut off; it comes back and catches up by Last-Event-ID.
MAX_WAITING_EVENTS = 100


@dataclass(frozen=True)
class Event:
    id: int
    name: str
    data: str

    def encode(self) -> bytes:
        return format_sse_event(id=str(self.id), event=self.name, data_str=self.data)


class StreamEnd(Exception):
    """This stream is over; its client connects again with its Last-Event-ID."""


class Subscription:
    def __init__(self) -> None:
        self._waiting: asyncio.Queue[Event] = asyncio.Queue(MAX_WAITING_EVENTS)

    async def next(self) -> Event:
        try:
            return await self._waiting.get()
        except asyncio.QueueShutDown as error:
            raise StreamEnd from error

    def offer(self, event: Event) -> None:
        try:
            self._waiting.put_nowait(event)
        except asyncio.QueueFull:
            self.end()
        except asyncio.QueueShutDown:
            pass  # cut off a moment ago, its stream has not noticed yet

    def end(self) -> None:
        self._waiting.shutdown(immediate=True)


class Hub:
    """Hands each event to every stream of this process."""

    def __init__(self) -> None:
        self.closed = False
        self._subscriptions: set[Subscription] = set()

    def __len__(self) -> int:
        return len(self._subscriptions)

    @contextmanager
    def subscribe(self) -> Iterator[Subscription]:
        subscription = Subscription()
        if self.closed:
            subscription.end()
        self._subscriptions.add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions.remove(subscription)

    def publish(self, event: Event) -> None:
        for subscription in self._subscriptions:
            subscription.offer(event)

    def close(self) -> None:
        self.closed = True
        for subscription in self._subscriptions:
            subscription.end()
