"""`python -m app`: serves until SIGTERM."""

import signal
import sys

import uvicorn

from app.main import create_app
from app.server import server_config
from app.settings import Settings


def main() -> None:
    settings = Settings()
    # uvicorn finishes what is in flight and then raises the signal once more, for this handler:
    # a stop that was asked for is a success.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    uvicorn.Server(server_config(create_app(settings), settings)).run()


if __name__ == "__main__":
    main()
