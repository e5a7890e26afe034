"""The load of territories, which the page of territories loads as a panel."""

from __future__ import annotations

from tests.permissions import EVERYBODY, Row

ROWS = {
    "dealers:territory_load": Row(get=EVERYBODY, lists=("patch", "territory")),
    "dealers:territory_points": Row(get=EVERYBODY, lists=("patch", "territory")),
}
