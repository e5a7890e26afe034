"""What belongs to a dealer on a phone: the brief before a call, people, the last count, what is owed, what is open.

Stops take all of it along. Of the other dealers of a patch the phone has it too, so that nobody stands without a signal at
a counter knowing nothing: in full of those that are due, in short of the rest. That is a request of its own, made after
the first page is there.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from accounts.models import User
from accounts.rights import Right
from accounts.scope import scope_of
from dealers.choices import DealerStatus
from dealers.models import Contact, Dealer
from sales.models import Receivable, StockCount
from visits import brief
from visits.brief import Part
from visits.choices import AdviceResult, CommitmentState, FindingState
from visits.models import Advice, Commitment, Finding, VisitDue
from visits.today import planned, worked_for

DAYS = 4
# Due and not planned: listed on the first page, their briefs in full.
DUE = 12
# Briefs of other dealers of the patch at most: more is no longer one person's work.
BRIEFS = 150
INVOICES = 20
CONTACTS = 8
# Issues, promises and pieces of advice of one dealer that can be followed up on the phone.
OPEN_ENDS = 10
# A short brief: so much of each part, so many characters of what stands below.
SHORT_ITEMS, SHORT_CONTACTS, SHORT_INVOICES, SHORT_DETAIL = 2, 3, 5, 160

Package = dict[str, Any]


def packages(dealers: Mapping[int, Dealer], *, user: User, on: dt.date) -> dict[int, Package]:
    """By dealer: `brief`, `contacts`, `counted`, `owed`, `issues`, `promises`, `advice`, as plain data in the user's
    language. The dealers are those that `user` sees."""
    if not dealers:
        return {}
    briefs = brief.of_dealers(dealers.values(), user=user, on=on)
    contacts, counted, owed = _contacts(dealers), _counted(dealers), _owed(dealers, user)
    issues, promises, advice = _issues(dealers), _promises(dealers), _advice(dealers)
    return {
        pk: {
            "brief": [_part(part) for part in briefs[pk]], "contacts": contacts[pk], "counted": counted[pk],
            "owed": owed[pk], "issues": issues[pk], "promises": promises[pk], "advice": advice[pk],
        }
        for pk in dealers
    }  # fmt: skip


def shortened(package: Package) -> Package:
    """The same with the first items of each part only; the last count is left out, as it is written for its stocktaker."""
    cut = {
        "brief": [
            part | {"items": [_short(item) for item in part["items"][:SHORT_ITEMS]]} for part in package["brief"]
        ],
        "contacts": package["contacts"][:SHORT_CONTACTS],
        "counted": [],
        "owed": package["owed"][:SHORT_INVOICES],
        "short": True,
    }
    return package | cut


def _short(item: list[str]) -> list[str]:
    text, detail, *rest = item
    return [text, detail if len(detail) <= SHORT_DETAIL else f"{detail[: SHORT_DETAIL - 1]}…", *rest]


def of_patch(user: User, *, on: dt.date) -> dict[str, Package]:
    """By the dealers' ids: briefs of the dealers that the user looks after and has no stop at; what is due first."""
    stops = set(planned(user, first=on, days=DAYS).values_list("dealer", flat=True))
    rows = (
        VisitDue.objects.visible_to(user, rights=(Right.LOG_VISITS,))
        .filter(user__in=worked_for(user, on=on))
        .exclude(dealer__in=stops)
        .exclude(dealer__status=DealerStatus.TERMINATED)
        .select_related("dealer")
        .order_by(F("due_on").asc(nulls_last=True), "dealer")[:BRIEFS]
    )
    dealers = {row.dealer_id: row.dealer for row in rows}
    in_full = set(due_rows(user, on, besides=stops).values_list("dealer", flat=True))
    found = packages(dealers, user=user, on=on)
    return {str(pk): each if pk in in_full else shortened(each) for pk, each in found.items()}


def of_one(user: User, dealer: Dealer, *, on: dt.date) -> dict[str, Package]:
    """One dealer's, in full, by its id."""
    return {str(pk): each for pk, each in packages({dealer.pk: dealer}, user=user, on=on).items()}


def due_rows(user: User, on: dt.date, *, besides: Iterable[int]) -> QuerySet[VisitDue]:
    """Dealers of the user's that are due within the days of the phone, or overdue, and not among the stops; the latest
    first."""
    return (
        VisitDue.objects.visible_to(user, rights=(Right.LOG_VISITS,))
        .filter(user=user, due_on__lte=on + dt.timedelta(days=DAYS - 1))
        .exclude(dealer__in=list(besides))
        .order_by("due_on", "dealer")[:DUE]
    )


def _part(part: Part) -> dict[str, Any]:
    items = [[item.text, item.detail, item.tone, item.tick] for item in part.items]
    return {"key": part.key, "label": part.label, "items": items}


def _contacts(dealers: Mapping[int, Dealer]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = Contact.objects.filter(dealer__in=dealers, active=True).order_by("dealer", "-is_primary", "-influence", "pk")
    for contact in rows:
        if len(found[contact.dealer_id]) < CONTACTS:
            found[contact.dealer_id].append(
                {"id": contact.pk, "name": str(contact), "phone": contact.mobile or contact.phone}
            )
    return found


def _counted(dealers: Mapping[int, Dealer]) -> dict[int, list[list[Any]]]:
    """Products and quantities of each dealer's last count; one query."""
    found: dict[int, list[list[Any]]] = defaultdict(list)
    last = StockCount.objects.filter(dealer=OuterRef("dealer")).order_by("-on").values("on")[:1]
    rows = StockCount.objects.filter(dealer__in=dealers, on=Subquery(last)).order_by(
        "dealer", "product__name", "product"
    )
    for dealer, product, name, quantity in rows.values_list("dealer", "product", "product__name", "quantity"):
        found[dealer].append([product, name, format(quantity.normalize(), "f")])
    return found


def _owed(dealers: Mapping[int, Dealer], user: User) -> dict[int, list[list[str]]]:
    """Number, due day and open amount of invoices, the oldest first, for who may see credit."""
    scope = scope_of(user)
    allowed = [pk for pk, dealer in dealers.items() if scope.may(Right.VIEW_CREDIT, dealer.territory_id)]
    found: dict[int, list[list[str]]] = defaultdict(list)
    rows = Receivable.objects.filter(dealer__in=allowed, open_amount__gt=0).order_by("due_on", "pk")
    for dealer, number, due_on, amount in rows.values_list("dealer", "number", "due_on", "open_amount"):
        if len(found[dealer]) < INVOICES:
            found[dealer].append([number, due_on.isoformat(), format(amount.normalize(), "f")])
    return found


def _issues(dealers: Mapping[int, Dealer]) -> dict[int, list[list[str]]]:
    """Key, text and state of what the dealer has not confirmed as solved, the oldest first."""
    found: dict[int, list[list[str]]] = defaultdict(list)
    rows = Finding.objects.filter(dealer__in=dealers).exclude(state=FindingState.CONFIRMED).order_by("created_at", "pk")
    for dealer, key, text, state in rows.values_list("dealer", "key", "text", "state"):
        if len(found[dealer]) < OPEN_ENDS:
            found[dealer].append([str(key), text, state])
    return found


def _promises(dealers: Mapping[int, Dealer]) -> dict[int, list[list[str]]]:
    """Key, text, side and day of what is promised and open, the earliest first."""
    found: dict[int, list[list[str]]] = defaultdict(list)
    rows = Commitment.objects.filter(dealer__in=dealers, state=CommitmentState.OPEN).order_by("due_on", "pk")
    for dealer, key, text, side, due_on in rows.values_list("dealer", "key", "text", "side", "due_on"):
        if len(found[dealer]) < OPEN_ENDS:
            found[dealer].append([str(key), text, side, due_on.isoformat()])
    return found


def _advice(dealers: Mapping[int, Dealer]) -> dict[int, list[list[str]]]:
    """Key, topic and text of advice of which nobody has said yet what came of it, the latest first."""
    found: dict[int, list[list[str]]] = defaultdict(list)
    rows = Advice.objects.filter(dealer__in=dealers, result=AdviceResult.OPEN).order_by("-created_at", "-pk")
    for dealer, key, topic, text in rows.values_list("dealer", "key", "topic", "text"):
        if len(found[dealer]) < OPEN_ENDS:
            found[dealer].append([str(key), topic, text])
    return found
