from __future__ import annotations

from tests.permissions import Row

ROWS: dict[str, Row] = {}
