"""Messages as a phone sends them."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any

from accounts.models import User
from dealers.models import Dealer
from visits.models import Visit

AT = dt.datetime(2026, 3, 11, 9, 30, tzinfo=dt.UTC)


def moment(minutes: int = 0) -> str:
    return (AT + dt.timedelta(minutes=minutes)).isoformat()


def visit_data(dealer: Dealer, visit: Visit | None = None, **changes: Any) -> dict[str, Any]:
    """A visit that was made, of the plan when `visit` is given; `changes` go into the message, `fields` into its fields."""
    fields = {
        "objective": "Win the spring order", "purpose": "SELL", "result": "MET", "summary": "Margins are too thin",
        **changes.pop("fields", {}),
    }  # fmt: skip
    return {
        "key": str(visit.key if visit else uuid.uuid4()),
        "dealer": dealer.pk,
        "state": "DONE",
        "version": visit.version if visit else None,
        "on": "2026-03-11",
        "base": {},
        "fields": fields,
        "started_at": moment(-60),
        "ended_at": moment(-20),
        **changes,
    }


def message(user: User, data: dict[str, Any], *, kind: str = "visit", key: uuid.UUID | None = None) -> bytes:
    return json.dumps(
        {"key": str(key or uuid.uuid4()), "kind": kind, "user": user.pk, "happened_at": moment(), "data": data}
    ).encode()
