from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy import text

from app.database import Session

router = APIRouter(tags=["health"])


class Readiness(BaseModel):
    status: Literal["ready"] = "ready"


@router.get("/ready")
async def ready(session: Session) -> Readiness:
    """200 once the database answers, 503 while it is away."""
    await session.execute(text("SELECT 1"))
    return Readiness()
