"""The quadrants as a page shows them: how many dealers and how much of the sales, and the dealers of one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum

from accounts.models import User
from tiering.choices import Quadrant
from tiering.models import DealerPlan, DealerQuadrant, DealerScore, QuadrantCount
from tiering.quadrants.playbook import PLAYBOOKS, Playbook

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Cell:
    """`sales` of twelve closed months in the company's currency; `share` (0..1) of those of all the dealers counted."""

    quadrant: str
    label: str
    playbook: Playbook | None
    dealers: int
    sales: Decimal
    share: Decimal | None


def cells(user: User) -> dict[str, Cell]:
    """The four quadrants, and under the empty key the dealers of whom too little is known; as of the last night. One
    query over the counts of the user's patches."""
    found: dict[str, Any] = {
        row["quadrant"]: row
        for row in QuadrantCount.objects.visible_to(user)
        .order_by()
        .values("quadrant")
        .annotate(number=Sum("dealers"), sold=Sum("sales_e4"))
    }
    total = sum(row["sold"] for row in found.values())
    shown = {}
    for key in (*Quadrant.values, ""):
        row = found.get(key) or {"number": 0, "sold": 0}
        shown[key] = Cell(
            key,
            str(Quadrant(key).label) if key else "",
            PLAYBOOKS.get(key),
            row["number"],
            Decimal(row["sold"]) / 10_000,
            Decimal(row["sold"]) / total if total > 0 else None,
        )
    return shown


@dataclass(frozen=True, slots=True)
class Placed:
    """A dealer in a quadrant with its scores and the plan that runs with it, if any."""

    row: DealerQuadrant
    score: DealerScore | None
    plan: DealerPlan | None


def dealers_of(user: User, quadrant: str, *, after: int | None = None) -> tuple[list[Placed], int | None]:
    """A page of the quadrant's dealers, the largest first, and the dealer to ask with for the next page; three queries."""
    rows = DealerQuadrant.objects.visible_to(user).filter(quadrant=quadrant).select_related("dealer__territory")
    pivot = rows.filter(pk=after).values_list("dealer__sales_12m", flat=True).first() if after else None
    if pivot is not None:
        rows = rows.filter(Q(dealer__sales_12m__lt=pivot) | Q(dealer__sales_12m=pivot, dealer__pk__lt=after))
    found = list(rows.order_by("-dealer__sales_12m", "-dealer__pk")[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    ids = [row.pk for row in shown]
    scores = DealerScore.objects.in_bulk(ids)
    plans = {plan.dealer_id: plan for plan in DealerPlan.objects.running().filter(dealer__in=ids).with_next_step()}
    placed = [Placed(row, scores.get(row.pk), plans.get(row.pk)) for row in shown]
    return placed, ids[-1] if len(found) > PAGE_SIZE else None


def plans_running(user: User, *, most: int) -> Sequence[DealerPlan]:
    """The plans that run, by the day of the step that is due next."""
    plans: Any = DealerPlan.objects.visible_to(user).running().select_related("dealer", "created_by").with_next_step()
    found: list[DealerPlan] = list(plans.order_by("next_due", "ends_on", "pk")[:most])
    return found
