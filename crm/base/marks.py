"""Whether anything of a kind has changed: what was made from it may be kept for as long as its mark is the same.

A trigger on each table adds a random number to its topic with every statement that writes (`marked_by`); the mark is all
numbers that one sees, combined by exclusive or. It changes with each commit and is never what it was before, and nobody
waits for anybody, as a row that counts changes would make them. A mark is read before what is kept under it, so that what
is kept is never older than its mark says.

While a page is only read, its marks are read once: they come with the user, whom every page asks for first.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

import pgtrigger
from django.db import connection

from crm.base import prepared

# Territories, assignments, and people's names.
PEOPLE: Final = "people"
# Saved views of the dealer list.
VIEWS: Final = "views"
# Sales by month.
SUMS: Final = "sums"

Marks = Mapping[str, int]

# One value: what `read` reads, for a statement that asks for something else besides.
COLUMN: Final = """(SELECT coalesce(json_object_agg(topic, mark), '{}')
  FROM (SELECT topic, bit_xor(mark) AS mark FROM base_changemark GROUP BY topic) AS marks)"""

FUNCTION: Final = """
    CREATE OR REPLACE FUNCTION base_mark_change(changed text) RETURNS void LANGUAGE sql AS $$
        -- The rows of before go into the new one, except those that somebody else is about to do this with.
        WITH before AS (
            DELETE FROM base_changemark
             WHERE id IN (SELECT id FROM base_changemark WHERE topic = changed FOR UPDATE SKIP LOCKED)
            RETURNING mark
        )
        INSERT INTO base_changemark (topic, mark)
        SELECT changed, coalesce(bit_xor(mark), 0) # hashtextextended(gen_random_uuid()::text, 0) FROM before
    $$
"""


def marked_by(topic: str, *columns: str) -> pgtrigger.Trigger:
    """The trigger of a table whose changes belong to the topic; with columns, updates of others do not."""
    updates = pgtrigger.UpdateOf(*columns) if columns else pgtrigger.Update
    return pgtrigger.Trigger(
        name=f"mark_{topic}",
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert | updates | pgtrigger.Delete | pgtrigger.Truncate,
        func=f"PERFORM base_mark_change('{topic}'); RETURN NULL;",
    )


class _Reading(threading.local):
    """What this thread knows: nothing, unless it answers a request that only reads."""

    only = False
    marks: Marks | None = None


_reading = _Reading()


@contextmanager
def only_reading(*, reads: bool) -> Iterator[None]:
    """Within, marks that were read once hold until the end, if `reads` says that nothing will be written."""
    _reading.only, _reading.marks = reads, None
    try:
        yield
    finally:
        _reading.only, _reading.marks = False, None


def change(topic: str) -> None:
    """Note a change that no trigger sees, in its own transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT base_mark_change(%s)", [topic])


def note(marks: Marks) -> None:
    """Somebody has just read COLUMN."""
    if _reading.only:
        _reading.marks = marks


def mark_of(topic: str) -> int | None:
    """The topic's mark; `None` when there is none, and nothing may be kept."""
    if _reading.marks is None:
        ((marks,),) = prepared.read(f"SELECT {COLUMN}", [])
        note(marks)
        return marks.get(topic)
    return _reading.marks.get(topic)
