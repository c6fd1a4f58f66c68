from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

router = APIRouter(tags=["health"])


class Readiness(BaseModel):
    status: Literal["ready"] = "ready"


@router.get("/ready")
async def ready() -> Readiness:
    """The backend depends on nothing that could be away."""
    return Readiness()
