from fastapi import APIRouter

from app import health, readiness, uploads

router = APIRouter()
for part in (health, readiness, uploads):
    router.include_router(part.router)
