"""`python -m app`: serves until SIGTERM."""

import signal
import sys
from socket import socket

import uvicorn
from fastapi import FastAPI

from app.main import create_app
from app.server import server_config
from app.settings import Settings


class StreamingServer(uvicorn.Server):
    """Ends the streams first: uvicorn waits for open responses before it tells the app to stop,
    and a stream would hold it there until the grace is over."""

    def __init__(self, app: FastAPI, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.app = app

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        self.app.state.hub.close()
        await super().shutdown(sockets)


def main() -> None:
    settings = Settings()
    app = create_app(settings)
    # uvicorn finishes what is in flight and then raises the signal once more, for this handler:
    # a stop that was asked for is a success.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    StreamingServer(app, server_config(app, settings)).run()


if __name__ == "__main__":
    main()
