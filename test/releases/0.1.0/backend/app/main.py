from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import JSONResponse

from app.middleware import ErrorBoundary, RequestLog
from app.routes import router
from app.settings import Settings

# Files go straight to S3; what comes here is small JSON.
MAX_BODY_BYTES = 64 * 1024


def create_app(settings: Settings) -> FastAPI:
    middleware = [Middleware(RequestLog)]
    if settings.frontend_origin is not None:
        middleware.append(cors(settings.frontend_origin))
    middleware.append(Middleware(ErrorBoundary))

    app = FastAPI(
        title="Backend",
        version=settings.app_version,
        redoc_url=None,
        # A redirect would carry this container's address instead of the public one.
        redirect_slashes=False,
        max_body_size=MAX_BODY_BYTES,
        middleware=middleware,
    )
    app.exception_handler(RequestValidationError)(invalid_request)
    app.state.settings = settings
    app.include_router(router)
    return app


def cors(origin: str) -> Middleware:
    """One origin, and no credentials: nothing here reads a cookie."""
    return Middleware(
        CORSMiddleware,
        allow_origins=[origin],
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["Content-Type", "Last-Event-ID", "X-Request-Id"],
        expose_headers=["Retry-After", "X-Request-Id"],
        max_age=600,
    )


async def invalid_request(_request: Request, error: RequestValidationError) -> JSONResponse:
    """422 as FastAPI has it, less the input: that may be secret, or not even be encodable."""
    detail = [{key: item[key] for key in ("type", "loc", "msg")} for item in error.errors()]
    return JSONResponse({"detail": detail}, status_code=422)
