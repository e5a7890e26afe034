"""What follows every change of a dealer's file: how complete it is, and the words it is found by."""

from __future__ import annotations

from collections.abc import Iterable

from crm.base.models import Company
from dealers import completeness
from dealers.search import refresh_search_text


def refresh(dealer_ids: Iterable[int], *, searchable: bool = False) -> None:
    """Compute anew what hangs on these files. `searchable`: names, places, contacts or telephones changed too."""
    company = Company.get()
    ids = list(dealer_ids)
    completeness.refresh(on=company.today(), dealer_ids=ids, company=company)
    if searchable:
        refresh_search_text(ids)
