"""A day's stops on one sheet of paper, for who has no working telephone: when, where, whom, what for, what is promised,
what is owed, and lines to write on (D-44)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from accounts.models import User
from accounts.rights import Right
from accounts.scope import scope_of
from dealers.models import Contact, Dealer
from visits import brief
from visits.choices import CommitmentState, VisitState
from visits.collections_summary import Owes, owed_by
from visits.models import Commitment, Visit
from visits.today import Reason, why_now

# People of a stop who stand on the sheet.
PEOPLE = 3
# What of the brief does not stand on the sheet otherwise.
PARTS = ("notices", "warnings", "promotions", "todo", "visits", "stock")


@dataclass(slots=True)
class SheetStop:
    """One stop. `owes` is None where the reader may not see credit."""

    visit: Visit
    reasons: list[Reason]
    people: list[Contact] = field(default_factory=list)
    ours: list[Commitment] = field(default_factory=list)
    theirs: list[Commitment] = field(default_factory=list)
    owes: Owes | None = None
    parts: list[brief.Part] = field(default_factory=list)


def stops_of(reader: User, person: User, on: dt.date) -> list[SheetStop]:
    """The person's open stops of the day in their order, as far as the reader sees the dealers; what was left out is not
    there. Some twenty statements, however many they are."""
    visits = (
        Visit.objects.visible_to(reader)
        .filter(user=person, on=on)
        .exclude(state__in=[VisitState.SKIPPED, VisitState.MISSED])
        .select_related("dealer", "companion")
        .order_by("sequence", "fixed_at", "pk")
    )
    found = list(visits)
    dealers: dict[int, Dealer] = {visit.dealer_id: visit.dealer for visit in found}
    reasons = why_now(dealers, user=reader, on=on)
    briefs = brief.of_dealers(dealers.values(), user=reader, on=on)
    people = _people(dealers)
    promised: dict[tuple[int, str], list[Commitment]] = defaultdict(list)
    for row in Commitment.objects.filter(dealer__in=dealers, state=CommitmentState.OPEN).order_by("due_on", "pk"):
        promised[row.dealer_id, row.side].append(row)
    scope = scope_of(reader)
    open_to = {pk for pk, dealer in dealers.items() if scope.may(Right.VIEW_CREDIT, dealer.territory_id)}
    owed = owed_by(open_to, on=on)
    return [
        SheetStop(
            visit, reasons.get(visit.dealer_id, []), people[visit.dealer_id], promised[visit.dealer_id, "OURS"],
            promised[visit.dealer_id, "THEIRS"], owed.get(visit.dealer_id),
            [part for part in briefs[visit.dealer_id] if part.key in PARTS],
        )
        for visit in found
    ]  # fmt: skip


def _people(dealers: dict[int, Dealer]) -> dict[int, list[Contact]]:
    found: dict[int, list[Contact]] = defaultdict(list)
    rows = Contact.objects.filter(dealer__in=dealers, active=True).order_by("dealer", "-is_primary", "-influence", "pk")
    for contact in rows:
        if len(found[contact.dealer_id]) < PEOPLE:
            found[contact.dealer_id].append(contact)
    return found
