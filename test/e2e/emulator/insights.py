"""CloudWatch Logs Insights: moto stores a query and answers with every line. Here the query is run."""

import json
import re
from collections.abc import Callable
from typing import Any

import moto.logs.models as logs
from moto.logs.exceptions import InvalidParameterException

Row = dict[str, Any]


def execute(log_groups: list[Any], query: str, start_time: int, end_time: int) -> list[Row]:
    events = [event for group in log_groups for stream in group.streams.values() for event in stream.events]
    rows = [
        {"@timestamp": event.timestamp, "@message": event.message} | discovered(event.message)
        for event in events
        if start_time * 1000 <= event.timestamp <= end_time * 1000
    ]
    for command in split(query, "|"):
        name, _, rest = command.partition(" ")
        if name not in COMMANDS:
            raise InvalidParameterException(parameter=name, constraint="known command", value=query)
        rows = COMMANDS[name](rows, rest.strip())
    return [{key: str(value) for key, value in row.items() if value is not None} for row in rows]


def discovered(message: str) -> Row:
    """The fields that are found in a line of JSON by themselves: `httpRequest.uri`, `rules.0.id`."""
    try:
        return flat("", json.loads(message))
    except json.JSONDecodeError:
        return {}


def flat(path: str, value: Any) -> Row:
    if not isinstance(value, dict | list):
        return {path: value}
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    fields: Row = {}
    for key, one in inner:
        fields |= flat(f"{path}.{key}" if path else str(key), one)
    return fields


def split(text: str, separator: str) -> list[str]:
    """At the separators outside quotes and parentheses."""
    pattern = r'"(?:\\.|[^"\\])*"|\([^()]*\)|[^"(]'
    parts = [""]
    for piece in re.findall(pattern, text, re.DOTALL):
        if piece == separator:
            parts.append("")
        else:
            parts[-1] += piece
    return [re.sub(r"\s+", " ", part).strip() for part in parts]


def value_of(row: Row, expression: str) -> Any:
    if match := re.fullmatch(r"coalesce\((.*)\)", expression):
        values = (value_of(row, one) for one in split(match[1], ","))
        return next((value for value in values if value is not None), None)
    return row.get(expression)


def named(expression: str) -> tuple[str, str]:
    source, _, name = expression.partition(" as ")
    return source.strip(), name.strip() or source.strip()


def parse(rows: list[Row], rest: str) -> list[Row]:
    match = re.fullmatch(r'(\S+) "((?:\\.|[^"\\])*)" as (.+)', rest)
    if match is None:
        raise InvalidParameterException(parameter="parse", constraint="field, pattern and names", value=rest)
    field, glob, names = match[1], match[2].replace('\\"', '"'), split(match[3], ",")
    pattern = "(.*?)".join(re.escape(part) for part in glob.split("*"))
    for row in rows:
        if found := re.search(pattern, str(row.get(field, "")), re.DOTALL):
            row |= zip(names, found.groups(), strict=True)
    return rows


def fields(rows: list[Row], rest: str) -> list[Row]:
    wanted = [named(one) for one in split(rest, ",")]
    return [row | {name: value_of(row, source) for source, name in wanted} for row in rows]


AGGREGATES: dict[str, Callable[[list[Any]], Any]] = {
    "count": len,
    "count_distinct": lambda values: len({value for value in values if value is not None}),
}


def stats(rows: list[Row], rest: str) -> list[Row]:
    wanted, _, by = rest.partition(" by ")
    keys = split(by, ",")
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row.get(key) for key in keys), []).append(row)
    return [
        dict(zip(keys, key, strict=True)) | {name: aggregate(own, source) for source, name in map(named, split(wanted, ","))}
        for key, own in groups.items()
    ]


def aggregate(rows: list[Row], expression: str) -> Any:
    function, _, field = expression.rstrip(")").partition("(")
    return AGGREGATES[function]([row.get(field) for row in rows])


def sort(rows: list[Row], rest: str) -> list[Row]:
    field, _, direction = rest.partition(" ")
    return sorted(rows, key=lambda row: row[field], reverse=direction == "desc")


COMMANDS: dict[str, Callable[[list[Row], str], list[Row]]] = {
    "parse": parse,
    "fields": fields,
    "stats": stats,
    "sort": sort,
    "limit": lambda rows, rest: rows[: int(rest)],
}

logs.execute_query = execute
