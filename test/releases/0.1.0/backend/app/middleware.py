"""Plain ASGI: Starlette's BaseHTTPMiddleware would sit between a stream and its client."""

import logging
import re
import time
import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.logs import request_id

logger = logging.getLogger(__name__)

# Anything else could be used to forge log lines or to fill them.
SANE_REQUEST_ID = re.compile(r"[A-Za-z0-9._:=-]{1,128}")


class RequestLog:
    """Gives every request an id and one log line, without the query string: it may hold tokens."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        offered = Headers(scope=scope).get("X-Request-Id", "")
        current = offered if SANE_REQUEST_ID.fullmatch(offered) else uuid.uuid4().hex
        token = request_id.set(current)
        started = time.perf_counter()
        status: int | None = None

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = current
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        finally:
            fields = {
                "method": scope["method"],
                "path": scope["path"],
                "status": status,
                "durationMs": round((time.perf_counter() - started) * 1000, 1),
            }
            # The load balancer asks every few seconds.
            level = logging.DEBUG if scope["path"] == "/health" else logging.INFO
            logger.log(level, "request", extra={"fields": fields})
            request_id.reset(token)


class ErrorBoundary:
    """Turns an unexpected exception into a 500 that says nothing about its cause.

    Starlette's own handler does so outside of all middleware, where the response would get
    neither its request id nor the CORS headers without which a browser cannot read it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response_started = False

        async def watched_send(message: Message) -> None:
            nonlocal response_started
            response_started = response_started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched_send)
        except Exception:
            if response_started or scope["type"] != "http":
                raise
            logger.exception("unhandled error")
            response = JSONResponse({"detail": "internal server error"}, status_code=500)
            await response(scope, receive, send)
