"""Growth plans: their steps as one types them, and what came of each year."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from crm.base.money import from_e4
from crm.base.periods import add_months
from sales.choices import SalesKind
from sales.models import DealerMonth
from visits.models import GrowthPlan, GrowthStep

YEARS = 3
MOST_MONTHS, MOST_STEPS = 60, 40
_STEP = re.compile(r"(\d{1,3})[\s.:)]+(\S.*)")


class StepUnclear(ValueError):
    """A line that is no step: the line."""


@dataclass(frozen=True, slots=True)
class Step:
    """`after_months` the plan's start."""

    after_months: int
    text: str


def steps_of(typed: str) -> list[Step]:
    """One step a line, "3 Train two salespeople": three months after the start; without a number with the step before. In
    order of their months. Raises StepUnclear for one that is too long or too late."""
    found: list[Step] = []
    for line in filter(None, map(str.strip, typed.splitlines())):
        match = _STEP.fullmatch(line)
        months = int(match[1]) if match else found[-1].after_months if found else 0
        step = Step(months, match[2] if match else line)
        if months > MOST_MONTHS or len(step.text) > 300 or len(found) == MOST_STEPS:
            raise StepUnclear(line)
        found.append(step)
    return sorted(found, key=lambda step: step.after_months)


def as_typed(steps: Iterable[GrowthStep]) -> str:
    """The text that steps_of reads."""
    return "\n".join(f"{step.after_months} {step.text}" for step in steps)


@transaction.atomic
def keep(plan: GrowthPlan, steps: Sequence[Step]) -> None:
    """Write a plan with its steps; a step whose words stay keeps the day on which it was done."""
    plan.save()
    done: dict[str, list[dt.date | None]] = {}
    for step in plan.steps.filter(done_on__isnull=False):
        done.setdefault(step.text, []).append(step.done_on)
    plan.steps.all().delete()
    GrowthStep.objects.bulk_create(
        [
            GrowthStep(
                plan=plan, number=number, after_months=step.after_months, text=step.text,
                done_on=done[step.text].pop(0) if done.get(step.text) else None,
            )
            for number, step in enumerate(steps, start=1)
        ]
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Year:
    """Twelve months of a plan. `came` is None before they begin; `share` of the target, None without one."""

    number: int
    starts_on: dt.date
    target: Decimal | None
    came: Decimal | None
    is_over: bool

    @property
    def share(self) -> Decimal | None:
        return self.came / self.target if self.came is not None and self.target else None


def years_of(plan: GrowthPlan, *, on: dt.date) -> list[Year]:
    """The plan's years against the dealer's sell-in; three statements."""
    found = []
    for number in range(1, YEARS + 1):
        start = add_months(plan.starts_on, 12 * (number - 1))
        end = add_months(start, 12)
        came = None
        if start <= on:
            rows = DealerMonth.objects.filter(
                dealer=plan.dealer_id, kind=SalesKind.SELL_IN, month__gte=start, month__lt=end
            )
            came = from_e4(rows.aggregate(sum=Sum("amount_e4"))["sum"] or 0)
        found.append(Year(number, start, getattr(plan, f"target_{number}"), came, end <= on))
    return found
