"""Why a dealer was found when the row itself does not show it: by a contact, a telephone, a place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.html import escape, format_html
from django.utils.translation import gettext

from crm.base import prepared
from crm.base.text import joined, labelled
from dealers.folding import digits
from dealers.highlight import finds, highlighted
from dealers.search import Term

_BESIDE = """SELECT d.id, d.phone, d.city, d.region, c.name, c.name_kana, c.position, c.phone, c.mobile
  FROM unnest(%s::bigint[]) AS asked (id)
  JOIN dealers_dealer d ON d.id = asked.id
  LEFT JOIN dealers_contact c ON c.dealer_id = d.id AND c.active
 ORDER BY c.is_primary DESC, c.influence DESC, c.id"""
_SHOWN = ("name", "code", "name_romanised", "name_kana")


def hits_beside(rows: Sequence[dict[str, Any]], terms: Sequence[Term]) -> dict[int, str]:
    """For dealers whose row does not show all the terms, what does: safe HTML by id. One query, none when all do."""
    missing: dict[int, list[Term]] = {}
    for row in rows:
        seen = [text for field in _SHOWN if (text := row[field])]
        if unseen := [term for term in terms if not any(finds(text, term) for text in seen)]:
            missing[row["pk"]] = unseen
    if not missing:
        return {}
    found: dict[int, list[str]] = {}
    of_dealers: dict[int, tuple[str, str, str]] = {}
    for dealer_id, phone, city, region, name, kana, position, *numbers in prepared.read(
        _BESIDE, [prepared.array(missing)]
    ):
        of_dealers[dealer_id] = phone, city, region
        _explain(found, missing, dealer_id, (name, kana), numbers, position)
    for dealer_id, (phone, *places) in of_dealers.items():
        _explain(found, missing, dealer_id, (), (phone,), "")
        for place in places:
            if any(finds(place, term) for term in missing[dealer_id]):
                found.setdefault(dealer_id, []).append(highlighted(place, missing[dealer_id]))
    return {dealer_id: " · ".join(parts[:2]) for dealer_id, parts in found.items()}


def _explain(
    found: dict[int, list[str]],
    missing: dict[int, list[Term]],
    dealer_id: int,
    names: Sequence[str | None],
    numbers: Sequence[str | None],
    position: str | None,
) -> None:
    terms = missing[dealer_id]
    parts = [highlighted(name, terms) for name in names if name and any(finds(name, term) for term in terms)]
    if parts:
        who = position or gettext("Contact")
        found.setdefault(dealer_id, []).append(labelled(escape(who), parts[0]))
    for number in numbers:
        if number and any(wanted in digits(number) for term in terms for wanted in term.all if wanted.isdecimal()):
            words = labelled(escape(gettext("Telephone")), format_html("<mark>{}</mark>", number))
            found.setdefault(dealer_id, []).append(joined((escape(names[0]), words)) if names and names[0] else words)
