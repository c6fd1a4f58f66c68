from fastapi import APIRouter

from app import events, health, readiness, uploads

router = APIRouter()
for part in (health, readiness, uploads, events):
    router.include_router(part.router)
