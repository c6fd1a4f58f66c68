import base64
import binascii
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Query
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    WithJsonSchema,
)
from pydantic.alias_generators import to_camel
from sqlalchemy import delete, select

from app.database import Session
from app.models import Note

router = APIRouter(prefix="/api/notes", tags=["notes"])

MAX_ID = 2**63 - 1


def without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("PostgreSQL cannot store the character U+0000")
    return text


def encode_cursor(note_id: int) -> str:
    """Opaque, so that clients do not compute cursors and the order may change one day."""
    return base64.urlsafe_b64encode(str(note_id).encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> int:
    try:
        note_id = int(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError) as error:
        raise ValueError("not a cursor of this list") from error
    if not 0 < note_id <= MAX_ID:
        raise ValueError("not a cursor of this list")
    return note_id


Cursor = Annotated[int, BeforeValidator(decode_cursor), WithJsonSchema({"type": "string"})]


class NewNote(BaseModel):
    text: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=1000),
        AfterValidator(without_nul),
    ]


class NoteView(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True, from_attributes=True)

    id: int
    text: str
    created_at: datetime


class NotePage(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True)

    items: list[NoteView]
    next_cursor: str | None


@router.post("", status_code=201)
async def create_note(new: NewNote, session: Session) -> NoteView:
    note = Note(text=new.text)
    session.add(note)
    await session.commit()
    return NoteView.model_validate(note)


@router.get("")
async def list_notes(
    session: Session,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[Cursor | None, Query()] = None,
) -> NotePage:
    """The newest first. Pages start at a note and not at an offset: new notes shift nothing."""
    query = select(Note).order_by(Note.id.desc()).limit(limit + 1)
    if cursor is not None:
        query = query.where(Note.id < cursor)
    notes = (await session.scalars(query)).all()
    page = notes[:limit]
    return NotePage(
        items=[NoteView.model_validate(note) for note in page],
        next_cursor=encode_cursor(page[-1].id) if len(notes) > limit else None,
    )


@router.delete("/{note_id}", status_code=204)
async def delete_note(note_id: Annotated[int, Path(ge=1, le=MAX_ID)], session: Session) -> None:
    deleted = await session.scalar(delete(Note).where(Note.id == note_id).returning(Note.id))
    if deleted is None:
        raise HTTPException(404, "no such note")
    await session.commit()
