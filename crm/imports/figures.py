"""What operators see of imports at /metrics."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count

from crm.imports.choices import BUSY
from crm.imports.models import ImportRun


def imports_waiting() -> Iterator[tuple[tuple[str, ...], float]]:
    """Number of files that are to be checked, loaded or undone and are not finished, by state; 0 where there is none."""
    counted = ImportRun.objects.filter(state__in=BUSY).values_list("state").annotate(files=Count("pk")).order_by()
    files = dict(counted)
    for state in sorted(BUSY):
        yield (str(state),), float(files.get(state, 0))
