import uvicorn
from fastapi import FastAPI

from app.logs import log_config
from app.settings import Settings


def server_config(app: FastAPI, settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host="0.0.0.0",  # noqa: S104  the container's only interface; its security group guards it
        port=settings.port,
        lifespan="on",
        ws="none",
        log_config=log_config(settings.log_level),
        # The app writes its own line for each request, with an id and without the query string.
        access_log=False,
        server_header=False,
        # Nothing here uses the client's address, so no header gets to claim one.
        proxy_headers=False,
        timeout_keep_alive=settings.keep_alive_seconds,
        timeout_graceful_shutdown=settings.shutdown_grace_seconds,
    )
