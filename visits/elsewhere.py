"""What a reader is told of somebody who also works where the reader may not look: that she is busy, and when; neither
where nor with whom."""

from __future__ import annotations

from collections.abc import Callable

from accounts.models import User
from accounts.scope import scope_of
from dealers.models import Dealer

Sees = Callable[[Dealer], bool]


def eyes_of(reader: User, person: User) -> Sees:
    """Whether the reader of somebody's plan may know a dealer on it; her own plan she reads as it stands. Without a query
    but the one for the reader's scope."""
    if reader.pk == person.pk:
        return lambda _dealer: True
    return lambda dealer: sees(reader, dealer)


def sees(reader: User, dealer: Dealer) -> bool:
    """Whether the dealer is one of `Dealer.objects.visible_to(reader)`; no query but the one for her scope."""
    scope = scope_of(reader)
    return dealer.deleted_at is None and (scope.everything or dealer.territory_id in scope.roles)
