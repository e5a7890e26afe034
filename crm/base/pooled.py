"""The connections of the pool. Before each use the pool asks whether the server is still there; mostly the socket knows."""

from __future__ import annotations

import select
from typing import Any

import psycopg


class PooledConnection(psycopg.Connection[Any]):
    """Answers the pool's question, an empty statement, by itself as long as nothing has arrived from the server.

    A server that ends says so, and its end closes the socket: both are something to read. Then it is really asked.
    """

    def execute(self, query: Any, params: Any = None, **options: Any) -> psycopg.Cursor[Any]:
        if query == "" and params is None and self._is_quiet():
            return self.cursor()
        return super().execute(query, params, **options)

    def _is_quiet(self) -> bool:
        if self.closed:
            return False
        waiting = select.poll()
        waiting.register(self.fileno(), select.POLLIN | select.POLLERR | select.POLLHUP)
        return not waiting.poll(0)
