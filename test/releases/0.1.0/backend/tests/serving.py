"""The server as the image runs it: a process of its own, which can be sent signals."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

BACKEND = Path(__file__).parent.parent
START_SECONDS = 20


@dataclass
class RunningServer:
    process: subprocess.Popen[str]
    url: str
    port: int
    log_file: Path

    def logs(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log_file.read_text().splitlines()]

    def terminate(self) -> None:
        self.process.terminate()

    def exit_code(self, within: float) -> int:
        return self.process.wait(within)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def run_module(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs `python -m …` with nothing but this environment."""
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=BACKEND,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@contextmanager
def running_server(log_file: Path, **environment: str) -> Iterator[RunningServer]:
    port = free_port()
    with log_file.open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "app"],
            cwd=BACKEND,
            env={**os.environ, "PORT": str(port), **environment},
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
        )
    server = RunningServer(process, f"http://127.0.0.1:{port}", port, log_file)
    try:
        wait_until_healthy(server)
        yield server
    finally:
        process.kill()
        process.wait()


def wait_until_healthy(server: RunningServer) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.process.poll() is None:
        try:
            httpx2.get(f"{server.url}/health").raise_for_status()
            return
        except httpx2.TransportError:
            time.sleep(0.05)
    raise AssertionError(f"the server did not start:\n{server.log_file.read_text()}")
