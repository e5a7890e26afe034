"""The fields of a visit that a phone fills in: how each is read from a message, and how it is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from visits.choices import Means, Purpose, Result
from visits.models import Visit
from visits.sync.reading import Reader

Read = Callable[[Reader, str], Any]


def _text(most: int) -> Read:
    return lambda reader, name: reader.text(name, most)


def _whole(least: int, most: int) -> Read:
    return lambda reader, name: reader.whole(name, least, most)


FIELDS: dict[str, Read] = {
    "objective": _text(300),
    "purpose": lambda reader, name: reader.choice(name, Purpose),
    "means": lambda reader, name: reader.choice(name, Means, default=Means.IN_PERSON),
    "contact": _whole(1, 2**62),
    "summary": _text(20_000),
    "venting": lambda reader, name: reader.yes(name),
    "mood": _whole(-2, 2),
    "result": lambda reader, name: reader.choice(name, Result),
    "result_note": _text(500),
    "order_amount": lambda reader, name: reader.decimal(name, 2),
    "order_lines": _whole(0, 10_000),
    "main_brand": _text(120),
    "rivals": _text(1000),
    "display_score": _whole(1, 5),
    "next_step": _text(300),
    "next_on": lambda reader, name: reader.day(name),
    "conveyed": lambda reader, name: reader.texts(name, 200),
    "answers": lambda reader, name: reader.texts(name, 2000),
    "not_possible": lambda reader, name: reader.texts(name, 200),
}


def plain(value: Any) -> Any:
    """A value as JSON tells it."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value


def told(visit: Visit) -> dict[str, Any]:
    """What the phone is told of the fields, and holds its changes against."""
    return {name: plain(visit.contact_id if name == "contact" else getattr(visit, name)) for name in FIELDS}


def put(visit: Visit, name: str, value: Any) -> None:
    setattr(visit, "contact_id" if name == "contact" else name, value)
