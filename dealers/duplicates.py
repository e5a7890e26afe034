"""Is this dealer there already? Found by a similar name, the same telephone, or a similar name at the same address.

Similar is decided by trigrams (pg_trgm), which work for names of any script. A dealer in a territory that the reader does
not see is counted, never named.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import FloatField, Q, Value
from django.db.models.functions import Greatest

from accounts.models import User
from accounts.scope import scope_of
from dealers.models import Dealer, DealerSpelling
from dealers.models.dealer import PHONE_DIGITS

# From this likeness (0 to 1) on a name counts as similar; in the same town less is enough.
NAME_LIKENESS = 0.45
NAME_LIKENESS_IN_TOWN = 0.3
# At the same address a common word is enough.
NAME_LIKENESS_NEXT_DOOR = 0.1
ADDRESS_LIKENESS = 0.6
MOST = 5
_CANDIDATES = 200
_FEWEST_DIGITS = 6
_SHORTEST_NAME = 2


@dataclass(frozen=True, slots=True)
class Similar:
    """`by_phone`, `by_address`: what else than the name speaks for it."""

    dealer: Dealer
    likeness: float
    by_phone: bool
    by_address: bool


@dataclass(frozen=True, slots=True)
class Findings:
    """`elsewhere`: how many more stand in territories that the reader does not see. False when there is nothing."""

    seen: list[Similar]
    elsewhere: int

    def __bool__(self) -> bool:
        return bool(self.seen or self.elsewhere)


def find_similar(*, reader: User, name: str, phone: str = "", address: str = "", city: str = "") -> Findings:
    """The likeliest twins of a dealer that is about to be created."""
    name, address, city = name.strip(), address.strip(), city.strip()
    phone_digits = re.sub(r"\D", "", phone)[-9:]
    if len(name) < _SHORTEST_NAME:
        name = ""
    ids = _spelled_alike(name, address)
    if len(phone_digits) >= _FEWEST_DIGITS:
        ids += _reached_by(phone_digits)
    if not ids:
        return Findings([], 0)
    candidates = (
        Dealer.objects.annotate(
            phone_tail=PHONE_DIGITS,
            likeness=Greatest(TrigramSimilarity("name", name), TrigramSimilarity("name_romanised", name))
            if name
            else Value(0.0, output_field=FloatField()),
            address_likeness=TrigramSimilarity("address", address)
            if address
            else Value(0.0, output_field=FloatField()),
        )
        .filter(pk__in=ids)
        .order_by("pk")
    )
    found = []
    for dealer in candidates:
        by_phone = len(phone_digits) >= _FEWEST_DIGITS and dealer.phone_tail == phone_digits
        by_address = dealer.address_likeness >= ADDRESS_LIKENESS
        same_town = bool(city) and dealer.city.casefold() == city.casefold()
        enough = NAME_LIKENESS_NEXT_DOOR if by_address else NAME_LIKENESS_IN_TOWN if same_town else NAME_LIKENESS
        if by_phone or dealer.likeness >= enough:
            found.append(Similar(dealer, dealer.likeness, by_phone, by_address))
    found.sort(key=lambda each: (each.by_phone, each.likeness), reverse=True)
    scope = scope_of(reader)
    seen = [each for each in found if scope.everything or each.dealer.territory_id in scope.roles]
    return Findings(seen[:MOST], len(found) - len(seen))


def _spelled_alike(name: str, address: str) -> list[int]:
    """Ids of the likeliest by name or address. The operators take the trigram indexes; the exact limit is drawn later."""
    wanted, likeness = Q(), []
    if name:
        wanted |= Q(name__trigram_similar=name)
        likeness.append(TrigramSimilarity("name", name))
    if address:
        wanted |= Q(address__trigram_similar=address) & ~Q(address="")
        likeness.append(TrigramSimilarity("address", address))
    if not wanted:
        return []
    rows = DealerSpelling.objects.filter(wanted, dealer__deleted_at=None)
    likeliest = (Greatest(*likeness) if len(likeness) > 1 else likeness[0]).desc()
    return list(rows.order_by(likeliest, "pk").values_list("pk", flat=True)[:_CANDIDATES])


def _reached_by(phone_digits: str) -> list[int]:
    """Ids of those with this telephone."""
    rows = Dealer.objects.annotate(phone_tail=PHONE_DIGITS).filter(phone_tail=phone_digits).exclude(phone="")
    return list(rows.order_by("pk").values_list("pk", flat=True)[:_CANDIDATES])
