"""Rebates in the ledger. A debt to dealers is not limited by a budget, so each programme has a fund that follows it:

    what is owed and open      available (accrued each night, taken back where sales were)
    approved, to be credited   committed
    credited                   paid

What dealers owe back is no money of ours before it is credited back: then it goes from paid to the company.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Q, Sum

from accounts.models import Territory, User
from crm.base.models import Company
from crm.base.money import from_e4
from promotions import ledger
from promotions.choices import PostingKind, Purpose
from promotions.models import (
    Budget,
    Posting,
    RebateAccrual,
    RebateProgramme,
    RebateSettlement,
    RebateSettlementLine,
)
from promotions.rebates.choices import SettlementState

NOTHING = Decimal(0)


@transaction.atomic
def bring_up(programme_id: int, *, at: dt.datetime, on: dt.date) -> Decimal:
    """Let the fund hold what is owed and open; what was added or (below nought) taken out."""
    programme = RebateProgramme.objects.select_for_update(of=("self",)).get(pk=programme_id)
    owed = _open([programme_id]).get(programme_id, NOTHING)
    if programme.earmark_id is None:
        if not owed:
            return NOTHING
        _open_fund(programme, at)
    assert programme.earmark is not None
    fund = programme.earmark.budget
    change = owed - ledger.of_budgets([fund])[fund.pk].available
    about = ledger.About(_key(fund), None, at, on)
    if change > 0:
        ledger.accrue(fund, change, about)
    elif change < 0:
        ledger.expire(fund, -change, about)
    return change


def bring_up_all(programmes: Iterable[int], *, at: dt.datetime, on: dt.date) -> int:
    """How many funds changed."""
    return sum(bool(bring_up(pk, at=at, on=on)) for pk in programmes)


def commit(settlement: RebateSettlement, *, by: User, at: dt.datetime, on: dt.date) -> None:
    """What an approved settlement credits is promised from here on; the fund was brought up in this transaction."""
    _move(settlement, (PostingKind.RESERVE, PostingKind.COMMIT), _credits(settlement), by, at, on)


def pay(settlement: RebateSettlement, *, by: User, at: dt.datetime, on: dt.date) -> None:
    """The credit notes are written, also those that take back. Raises ledger.NotEnough where more is taken back than was
    credited before."""
    _move(settlement, (PostingKind.PAY,), _credits(settlement), by, at, on)
    back = -_taken_back(settlement)
    if back:
        fund = _move(settlement, (PostingKind.RECOVER,), back, by, at, on)
        ledger.expire(fund, back, ledger.About(f"settlement:{settlement.pk}:{PostingKind.EXPIRE}", by, at, on))


# --- Does it agree? -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reconciled:
    """A programme's debts as rebates tell them, and as its fund holds them. `owed_back`: by dealers, from 0 down; it stands
    in no account."""

    programme: RebateProgramme
    owed: Decimal
    owed_back: Decimal
    approved: Decimal
    credited: Decimal
    fund: ledger.Balances

    @property
    def agrees(self) -> bool:
        held = self.fund.available, self.fund.reserved, self.fund.committed, self.fund.paid
        return held == (self.owed, NOTHING, self.approved, self.credited)


def reconciled(programmes: Iterable[RebateProgramme]) -> list[Reconciled]:
    """All dealers of each programme; five queries."""
    those = list(programmes)
    keys = [programme.pk for programme in those]
    owed, owed_back = _open(keys), _open(keys, back=True)
    lines = RebateSettlementLine.objects.filter(settlement__programme__in=keys, amount__gt=0)
    approved = _sums(lines.filter(settlement__state=SettlementState.APPROVED), "settlement__programme", "amount")
    paid = RebateSettlement.objects.filter(programme__in=keys, state=SettlementState.PAID)
    credited = _sums(paid, "programme", "total")
    funds = ledger.of_budgets([row.earmark.budget for row in those if row.earmark is not None])
    return [
        Reconciled(
            row, owed.get(row.pk, NOTHING), owed_back.get(row.pk, NOTHING), approved.get(row.pk, NOTHING),
            credited.get(row.pk, NOTHING),
            funds.get(row.earmark.budget_id, ledger.Balances()) if row.earmark else ledger.Balances(),
        )
        for row in those
    ]  # fmt: skip


def _open(programmes: list[int], *, back: bool = False) -> dict[int, Decimal]:
    """What is owed and not settled; with `back` what was settled beyond what is owed, below nought."""
    side = Q(accrued_e4__lt=F("settled_e4")) if back else Q(accrued_e4__gt=F("settled_e4"))
    rows = RebateAccrual.objects.filter(side, programme__in=programmes).values("programme").order_by()
    sums = rows.annotate(sum=Sum(F("accrued_e4") - F("settled_e4"))).values_list("programme", "sum")
    return {pk: from_e4(int(amount)) or NOTHING for pk, amount in sums}


def _sums(rows: object, key: str, amount: str) -> Mapping[int, Decimal]:
    return dict(rows.order_by().values(key).annotate(sum=Sum(amount)).values_list(key, "sum"))  # type: ignore[attr-defined]


# --- The fund -----------------------------------------------------------------------------------------------------------------


def _open_fund(programme: RebateProgramme, at: dt.datetime) -> None:
    place = programme.territory or Territory.objects.filter(parent=None).order_by("path").first()
    assert place is not None
    fund = Budget.objects.create(
        code=f"REBATE-{programme.pk}", name=programme.name, territory=place, brand=programme.brand, purpose=Purpose.REBATE,
        starts_on=programme.starts_on, ends_on=programme.ends_on, currency=Company.get().currency,
        owner=programme.published_by,
    )  # fmt: skip
    ledger.open_budget(fund)
    programme.earmark = ledger.open_earmark(budget=fund, title=programme.name, at=at)
    programme.save(update_fields=["earmark"])


def _key(fund: Budget) -> str:
    """The next of the fund, whose programme is locked."""
    return f"rebate:{fund.pk}:{Posting.objects.filter(budget=fund).count() + 1}"


def _credits(settlement: RebateSettlement) -> Decimal:
    found = settlement.lines.filter(amount__gt=0).aggregate(sum=Sum("amount"))["sum"]
    return found or NOTHING


def _taken_back(settlement: RebateSettlement) -> Decimal:
    found = settlement.lines.filter(amount__lt=0).aggregate(sum=Sum("amount"))["sum"]
    return found or NOTHING


def _move(
    settlement: RebateSettlement, kinds: Iterable[PostingKind], amount: Decimal, by: User, at: dt.datetime, on: dt.date
) -> Budget:
    """Move the amount, if any, by each kind once; the fund."""
    programme = RebateProgramme.objects.select_for_update(of=("self",)).get(pk=settlement.programme_id)
    if programme.earmark is None:
        _open_fund(programme, at)
    assert programme.earmark is not None
    if amount:
        for kind in kinds:
            ledger.move(kind, programme.earmark, amount, ledger.About(f"settlement:{settlement.pk}:{kind}", by, at, on))
    return programme.earmark.budget
