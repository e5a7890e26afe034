"""How far a run is, kept outside the database: while the rows are written, in one transaction, nobody sees into it."""

from __future__ import annotations

from django.core.cache import cache

_SECONDS = 3600


def report(run_id: int, share: float, step: str) -> None:
    """`share` is 0 to 1; `step` a code of crm.imports.messages.STEPS."""
    cache.set(f"imports.progress.{run_id}", (round(min(max(share, 0.0), 1.0), 3), step), _SECONDS)


def read(run_id: int) -> tuple[float, str]:
    """(0.0, "") when nothing has been said."""
    return cache.get(f"imports.progress.{run_id}") or (0.0, "")


def forget(run_id: int) -> None:
    cache.delete(f"imports.progress.{run_id}")
