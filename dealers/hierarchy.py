"""Who supplies whom, to any depth."""

from __future__ import annotations

from django.db import connection
from django.utils.translation import gettext as _

from crm.base.sql import load
from dealers.models import Dealer


class SuppliesItself(Exception):
    """The chain of suppliers would come back to the dealer. Its text names the chain."""


def ancestors(dealer_id: int) -> list[tuple[int, str]]:
    """The dealers above, nearest first: id and name."""
    with connection.cursor() as cursor:
        load("dealers", "ancestors").run(cursor, params={"dealer_id": dealer_id})
        return [(pk, name) for pk, name in cursor.fetchall()]


def descendants(dealer_id: int, *, limit: int = 2000) -> list[tuple[int, int]]:
    """The dealers below, in the order of the tree, as id and depth (1 for those supplied directly).

    Leaves out what lies in the bin, but not what hangs below it.
    """
    with connection.cursor() as cursor:
        load("dealers", "descendants").run(cursor, params={"dealer_id": dealer_id, "limit": limit})
        return [(pk, depth) for pk, depth in cursor.fetchall()]


def check_no_cycle(*, dealer: Dealer, parent: Dealer) -> None:
    """Raise SuppliesItself when `parent` is the dealer or gets its goods from it."""
    if dealer.pk is None:
        return
    if parent.pk == dealer.pk:
        raise SuppliesItself(_("A dealer cannot supply itself."))
    above = ancestors(parent.pk)
    names = [parent.name]
    for pk, name in above:
        names.append(name)
        if pk == dealer.pk:
            raise SuppliesItself(
                _("That would be a circle: %(chain)s.") % {"chain": " ← ".join([dealer.name, *names][:8])}
            )
