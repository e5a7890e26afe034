"""Reading by prepared statements: the few that every page needs are parsed and planned once a connection.

Django puts parameters into the text of a statement, so the database takes each for a new one. Here they go beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.postgresql.base import ServerBindingCursor


def array(numbers: Iterable[int]) -> str:
    """Whole numbers for `%s::bigint[]`; psycopg would turn hundreds of them into an array one by one."""
    return "{" + ",".join(map(str, numbers)) + "}"


def read(sql: str, params: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """All rows. `sql` is one SELECT with `%s` (or `%(name)s`) for each parameter, whose type must follow from where it stands.

    From the second time on it is prepared (`prepare_threshold` of the settings), so its text must be one of few.
    """
    # Each look at `connection` asks which thread it is.
    ours: Any = connections[DEFAULT_DB_ALIAS]
    ours.close_if_health_check_failed()
    ours.ensure_connection()
    with ours.wrap_database_errors:
        raw: Any = ServerBindingCursor(ours.connection)  # type: ignore[call-arg]
    wrap = ours.make_debug_cursor if ours.queries_logged else ours.make_cursor
    with wrap(raw) as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()
