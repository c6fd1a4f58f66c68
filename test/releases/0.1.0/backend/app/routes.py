from fastapi import APIRouter

from app import database, events, health, notes, readiness, uploads

router = APIRouter(lifespan=database.lifespan)
for part in (health, readiness, notes, uploads, events):
    router.include_router(part.router)
