from fastapi import APIRouter

from app import database, health, notes, readiness, uploads

router = APIRouter(lifespan=database.lifespan)
for part in (health, readiness, notes, uploads):
    router.include_router(part.router)
