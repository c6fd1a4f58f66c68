"""GET /api/events: server-sent events, for the browser's EventSource."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import APIRouter, FastAPI, Header, Request
from fastapi.sse import format_sse_event
from pydantic import Field
from pydantic_settings import SettingsConfigDict
from starlette.responses import StreamingResponse

from app.feed import Feed
from app.hub import Hub, StreamEnd
from app.settings import EnvironmentSettings

RETRY_MILLISECONDS = 3000


class EventStream(StreamingResponse):
    """Not FastAPI's EventSourceResponse, whose headers and heartbeat are fixed."""

    media_type = "text/event-stream"


HEADERS = {
    # no-transform and X-Accel-Buffering keep proxies from collecting events before they pass them.
    "Cache-Control": "no-cache, no-transform",
    "X-Accel-Buffering": "no",
}


class EventSettings(EnvironmentSettings):
    model_config = SettingsConfigDict(env_prefix="EVENTS_")

    # Load balancers and proxies cut a connection that is silent for too long.
    heartbeat_seconds: float = Field(default=15, gt=0)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.events = EventSettings()
    app.state.hub = Hub()
    app.state.feed = Feed(app)
    async with app.state.feed.running():
        yield


router = APIRouter(prefix="/api/events", tags=["events"], lifespan=lifespan)


def parse_event_id(header: str | None) -> int | None:
    """What is no id of ours is ignored: EventSource gives up for good on an error status."""
    return int(header) if header and header.isdecimal() and len(header) <= 18 else None


@router.get("", response_class=EventStream)
async def events(
    request: Request, last_event_id: Annotated[str | None, Header()] = None
) -> EventStream:
    """Missed events first, if Last-Event-ID says which; then each new one as it happens."""
    state = request.app.state
    frames = stream(
        state.hub, state.feed, parse_event_id(last_event_id), state.events.heartbeat_seconds
    )
    return EventStream(frames, headers=HEADERS)


async def stream(
    hub: Hub, feed: Feed, last_event_id: int | None, heartbeat_seconds: float
) -> AsyncIterator[bytes]:
    yield format_sse_event(retry=RETRY_MILLISECONDS)
    clock = asyncio.get_running_loop().time
    next_heartbeat = clock() + heartbeat_seconds
    sent = last_event_id or 0
    # Subscribed before the replay starts: an event of that moment comes twice rather than never,
    # and the second time it is left out.
    with hub.subscribe() as subscription:
        try:
            async for event in feed.replay(last_event_id):
                yield event.encode()
                sent = event.id
            while True:
                try:
                    async with asyncio.timeout_at(next_heartbeat):
                        event = await subscription.next()
                except TimeoutError:
                    yield format_sse_event(comment="heartbeat")
                    next_heartbeat = clock() + heartbeat_seconds
                    continue
                if event.id > sent:
                    yield event.encode()
                    sent = event.id
        except StreamEnd:
            return
