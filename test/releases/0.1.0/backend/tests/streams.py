"""Reads /api/events as a browser's EventSource does."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx2


@dataclass
class Frame:
    fields: dict[str, str]
    comment: bool

    @property
    def id(self) -> int:
        return int(self.fields["id"])

    @property
    def data(self) -> Any:
        return json.loads(self.fields["data"])


class Stream:
    def __init__(self, response: httpx2.Response) -> None:
        self.headers = response.headers
        self.status_code = response.status_code
        self._lines = response.iter_lines()

    def frames(self) -> Iterator[Frame]:
        """Until the server ends the stream."""
        fields: dict[str, str] = {}
        comment = False
        for line in self._lines:
            if line == "":
                yield Frame(fields, comment)
                fields, comment = {}, False
            elif line.startswith(":"):
                comment = True
            else:
                name, _, value = line.partition(": ")
                fields[name] = value

    def events(self) -> Iterator[Frame]:
        return (frame for frame in self.frames() if "event" in frame.fields)


@contextmanager
def open_stream(url: str, last_event_id: int | str | None = None) -> Iterator[Stream]:
    headers = {} if last_event_id is None else {"Last-Event-ID": str(last_event_id)}
    with httpx2.stream("GET", f"{url}/api/events", headers=headers, timeout=10) as response:
        yield Stream(response)
