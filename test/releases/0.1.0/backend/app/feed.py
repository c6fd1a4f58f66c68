"""What /api/events sends: each new note, on whichever task it was made."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from typing import Any

import psycopg
from fastapi import FastAPI
from sqlalchemy import Connection, event, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from app.database import UNAVAILABLE, DatabaseSettings
from app.hub import MAX_WAITING_EVENTS, Event, Hub, StreamEnd
from app.models import Note
from app.notes import NoteView

logger = logging.getLogger(__name__)

CHANNEL = "notes"
# Any number that no other advisory lock of this database uses.
INSERT_LOCK = 7_268_375
# Less than a stream may have waiting: catching up must not cut off those who keep up.
PAGE = MAX_WAITING_EVENTS // 2
FIRST_DELAY_SECONDS, LAST_DELAY_SECONDS = 0.5, 10.0


@event.listens_for(Note, "before_insert")
def queue_for_an_id(_mapper: Any, connection: Connection, _note: Note) -> None:
    """Notes become visible in the order of their ids.

    Otherwise 6 could be committed before 5, and who has seen 6 would never be told of 5.
    """
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": INSERT_LOCK})


@event.listens_for(Note, "after_insert")
def announce(_mapper: Any, connection: Connection, note: Note) -> None:
    """Part of the insert's transaction: sent if it commits, and never before."""
    connection.execute(
        text("SELECT pg_notify(:channel, :id)"), {"channel": CHANNEL, "id": str(note.id)}
    )


class Feed:
    def __init__(self, app: FastAPI) -> None:
        self._hub: Hub = app.state.hub
        self._sessions: async_sessionmaker[AsyncSession] = app.state.sessions
        self._published: int | None = None
        self._first_attempt_made = asyncio.Event()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self._listen_for_ever())
        try:
            await self._first_attempt_made.wait()
            yield
        finally:
            task.cancel()
            await asyncio.wait({task})

    async def replay(self, last_event_id: int | None) -> AsyncIterator[Event]:
        """What a client has missed that says which note it got last.

        Page by page, and no connection is held while a slow client reads one.
        """
        if self._published is None:
            # Nobody listens yet: what is made between this replay and that moment would be lost.
            raise StreamEnd
        if last_event_id is None:
            return
        try:
            while page := await self._notes_after(last_event_id):
                for note in page:
                    yield note
                last_event_id = page[-1].id
                if self._hub.closed:
                    raise StreamEnd
        except UNAVAILABLE as error:
            logger.warning("no replay, database unavailable: %s", error)
            raise StreamEnd from error

    async def _listen_for_ever(self) -> None:
        delay = FIRST_DELAY_SECONDS
        while True:
            try:
                async with await self._connect() as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    # Also what was missed while nobody listened.
                    await self._publish_new()
                    self._first_attempt_made.set()
                    delay = FIRST_DELAY_SECONDS
                    async for _ in connection.notifies():
                        await self._publish_new()
            # Whatever it is: without this task the streams would be silent for ever.
            except Exception as error:  # noqa: BLE001
                logger.warning("listens for notes again in %s s: %s", delay, error)
            self._first_attempt_made.set()
            await asyncio.sleep(delay)
            delay = min(delay * 2, LAST_DELAY_SECONDS)

    async def _connect(self) -> psycopg.AsyncConnection[Any]:
        """Outside the pool, whose ten connections are for requests."""
        parameters = DatabaseSettings().connection()
        return await psycopg.AsyncConnection.connect(**parameters, autocommit=True)

    async def _publish_new(self) -> None:
        if self._published is None:
            async with self._sessions() as session:
                self._published = await session.scalar(select(func.max(Note.id))) or 0
        while page := await self._notes_after(self._published):
            for note in page:
                self._hub.publish(note)
            self._published = page[-1].id

    async def _notes_after(self, note_id: int) -> list[Event]:
        query = select(Note).where(Note.id > note_id).order_by(Note.id).limit(PAGE)
        async with self._sessions() as session:
            notes = (await session.scalars(query)).all()
        return [
            Event(note.id, "note", NoteView.model_validate(note).model_dump_json(by_alias=True))
            for note in notes
        ]
