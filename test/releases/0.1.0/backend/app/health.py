from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from app.dependencies import current_settings
from app.settings import Settings

router = APIRouter(tags=["health"])


class Health(BaseModel):
    status: Literal["ok"] = "ok"
    version: str


@router.get("/health")
async def health(settings: Annotated[Settings, Depends(current_settings)]) -> Health:
    """The process is alive. Touches nothing: a database that is away is no reason to restart it."""
    return Health(version=settings.app_version)
