"""A company that works on its warnings: most of what would warn is in order, some of it is not, and people have begun to
treat what last night found."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from random import Random
from typing import NamedTuple

from django.db.models import F, Sum

from accounts.models import User
from alerts import actions
from alerts.choices import CaseState, MajorEventKind, TaskState
from alerts.models import Case, FigureHistory
from crm.base.periods import add_months
from dealers.choices import TRADING
from dealers.models import Agreement, CreditProfile, Dealer
from sales.choices import ReceivableKind, SalesKind
from sales.figures import rebuild_figures
from sales.models import DealerFigures, DealerMonth, Receivable, SalesTarget, StockCount
from sales.stock import pace_window

SEED = 7
# Of what would warn, this share is in order after all.
IN_ORDER = 0.9
_LATE_DAYS = (3, 7, 12, 20, 35, 70, 110)


class Words(NamedTuple):
    """What people write on their cases, in their language."""

    staff_left: str
    successor: str
    task: str
    done: str
    solved: str


_WORDS = {
    "zh-hans": Words(
        "销售经理带着两名柜员一起去了竞品。", "以后由儿子签字，银行已经知会。", "拜访老板，商定后续步骤", "已谈妥", "书面约定了三个步骤"
    ),
    "ja": Words(
        "営業課長と売場の二人がそろって競合に移った。", "今後は息子が署名する。銀行には連絡済み。", "社長を訪ね、次の手順を決める", "合意した", "三つの手順を書面で合意"
    ),
    "ko": Words(
        "영업부장과 매장 직원 둘이 함께 경쟁사로 옮김.", "앞으로 아들이 서명함. 은행에는 이미 알림.", "사장을 방문해 다음 단계를 합의", "합의함", "세 단계를 서면으로 합의"
    ),
}  # fmt: skip
_ENGLISH = Words(
    "The sales manager and two of the counter staff went over together.", "The son signs from now on; the bank was told already.",
    "Visit the owner and agree on the next steps", "Agreed", "Agreed on three steps in writing",
)  # fmt: skip


def settle(*, on: dt.date) -> None:
    """Before the nights: bring files, papers, credit, stock and targets of most dealers in order."""
    random = Random(SEED)
    trading = list(Dealer.objects.filter(status__in=TRADING).select_related("credit").order_by("pk"))
    lucky = {dealer.pk for dealer in trading if random.random() < IN_ORDER}
    _verify(random, trading, on)
    _renew(random, trading, on)
    _pay(random, trading, on)
    _history(random, trading, on)
    rebuild_figures(on)
    figures = DealerFigures.objects.in_bulk([dealer.pk for dealer in trading])
    _agree_on_credit(random, trading, figures, lucky)
    _agree_on_targets(random, trading, on)
    _fill_shelves(random, trading, figures, lucky, on)
    rebuild_figures(on)


def _verify(random: Random, trading: list[Dealer], on: dt.date) -> None:
    for dealer in trading:
        days = random.randint(5, 175) if random.random() < 0.97 else random.choice((190, 240, 300, 400))
        dealer.verified_on = on - dt.timedelta(days=days)
    Dealer.objects.bulk_update(trading, ["verified_on"], batch_size=500)


def _renew(random: Random, trading: list[Dealer], on: dt.date) -> None:
    """Most agreements that end soon are followed by another one of two years."""
    ending = Agreement.objects.filter(
        dealer__in=trading, ends_on__gt=on - dt.timedelta(days=95), ends_on__lte=on + dt.timedelta(days=100)
    ).order_by("pk")
    rows = []
    for agreement in ending:
        if agreement.ends_on is None or random.random() > 0.94:
            continue
        rows.append(
            Agreement(
                dealer_id=agreement.dealer_id, kind=agreement.kind, number=f"{agreement.number}-R",
                starts_on=agreement.ends_on, ends_on=add_months(agreement.ends_on, 24),
                signed_on=min(on, agreement.ends_on) - dt.timedelta(days=random.randint(3, 20)),
            )
        )  # fmt: skip
    Agreement.objects.bulk_create(rows)


def _pay(random: Random, trading: list[Dealer], on: dt.date) -> None:
    late = Receivable.objects.filter(dealer__in=trading, open_amount__gt=0, due_on__lt=on)
    debtors = sorted(set(late.values_list("dealer", flat=True)))
    payers = [pk for pk in debtors if random.random() < 0.82]
    late.filter(dealer__in=payers).update(open_amount=0)


def _history(random: Random, trading: list[Dealer], on: dt.date) -> None:
    """When closed invoices were paid, so that rules of debts can be tried out on the past."""
    spans: dict[int, list[tuple[dt.date, dt.date]]] = defaultdict(list)
    invoices = Receivable.objects.filter(dealer__in=trading, kind=ReceivableKind.INVOICE, due_on__lt=on)
    for dealer, due_on, open_amount in invoices.order_by("pk").values_list("dealer", "due_on", "open_amount"):
        if open_amount:
            spans[dealer].append((due_on, dt.date.max))
        elif random.random() < 0.08:
            spans[dealer].append((due_on, min(due_on + dt.timedelta(days=1 + random.choice(_LATE_DAYS)), on)))
    rows = []
    for dealer, owed in spans.items():
        days = {due + dt.timedelta(days=1) for due, _paid in owed} | {paid for _due, paid in owed if paid <= on}
        before: dt.date | None = None
        for day in sorted(day for day in days if day < on):
            oldest = min((due for due, paid in owed if due < day < paid), default=None)
            if oldest != before:
                rows.append(FigureHistory(dealer_id=dealer, on=day, oldest_due_on=oldest))
            before = oldest
    FigureHistory.objects.bulk_create(rows, batch_size=2000, ignore_conflicts=True)


def _agree_on_credit(random: Random, trading: list[Dealer], figures: dict[int, DealerFigures], lucky: set[int]) -> None:
    """Limits and terms that fit what the dealers owe."""
    changed = []
    for dealer in trading:
        credit: CreditProfile | None = getattr(dealer, "credit", None)
        row = figures.get(dealer.pk)
        if credit is None or row is None:
            continue
        owed = max(Decimal(row.balance_e4) / 10_000 - (credit.deposit or 0), Decimal(0))
        if credit.credit_limit and owed / credit.credit_limit > Decimal("0.75"):
            share = random.uniform(0.35, 0.74) if dealer.pk in lucky else random.choice((0.83, 0.88, 0.97, 1.1))
            credit.credit_limit = (owed / Decimal(str(share))).quantize(Decimal(1000)) + 1000
        if row.sales_12m_e4 > 0 and credit.credit_term_days is not None:
            days = row.balance_e4 * 365 // row.sales_12m_e4
            if days > credit.credit_term_days + 10 and random.random() < 0.95:
                credit.credit_term_days = min(120, 15 * (days // 15 + 1))
                if days > credit.credit_term_days:
                    credit.credit_term_days = None
        changed.append(credit)
    CreditProfile.objects.bulk_update(changed, ["credit_limit", "credit_term_days"], batch_size=500)


def _agree_on_targets(random: Random, trading: list[Dealer], on: dt.date) -> None:
    """Targets of shrinking dealers were agreed anew at the half of the year, with most of them."""
    gone = Decimal((on - dt.date(on.year, 1, 1)).days) / 365
    if gone <= 0:
        return
    sold = dict(
        DealerMonth.objects.filter(kind=SalesKind.SELL_IN, month__gte=dt.date(on.year, 1, 1), dealer__in=trading)
        .values_list("dealer")
        .annotate(Sum("amount_e4"))
        .order_by()
    )
    changed = []
    for target in SalesTarget.objects.filter(dealer__in=trading, period_start=dt.date(on.year, 1, 1)).order_by("pk"):
        likely = Decimal(sold.get(target.dealer_id, 0)) / 10_000 / gone
        if target.amount and likely / target.amount < Decimal("1.02") and random.random() < IN_ORDER:
            target.amount = max((likely / Decimal(str(random.uniform(1.03, 1.2)))).quantize(Decimal(100)), Decimal(100))
            changed.append(target)
    SalesTarget.objects.bulk_update(changed, ["amount"], batch_size=500)


def _fill_shelves(
    random: Random, trading: list[Dealer], figures: dict[int, DealerFigures], lucky: set[int], on: dt.date
) -> None:
    """Stock that lasts between 24 and 55 days, with a few exceptions."""
    window = pace_window(on)
    days = (window.end - window.start).days
    for dealer in trading:
        row = figures.get(dealer.pk)
        sold = (row.sold_on_3m_e3 or row.sell_in_3m_e3) if row else 0
        if row is None or not row.stock_e3 or sold <= 0 or dealer.pk not in lucky:
            continue
        cover = row.stock_e3 * days / sold
        if 22 <= cover <= 58:
            continue
        factor = Decimal(str(round(random.uniform(24, 55) / cover, 3)))
        StockCount.objects.filter(dealer=dealer).update(
            quantity=F("quantity") * factor, aged_quantity=F("aged_quantity") * factor
        )


def work(*, on: dt.date, at: dt.datetime) -> None:
    """After last night: two major events were told, and some cases are seen, treated, resolved, dismissed."""
    random = Random(SEED)
    people = User.objects.active()
    for kind, said in ((MajorEventKind.KEY_STAFF_LEFT, "staff_left"), (MajorEventKind.NEW_REPRESENTATIVE, "successor")):
        dealer = random.choice(list(Dealer.objects.filter(status="ACTIVE", tier__in=["A", "B"]).order_by("pk")))
        teller = people.filter(assignments__territory=dealer.territory_id).order_by("pk").first()
        if teller is not None:
            text = getattr(_WORDS.get(teller.language, _ENGLISH), said)
            actions.enter_major_event(dealer=dealer, kind=kind, happened_on=on, text=text, by=teller, at=at, on=on)
    causes = {
        "overdue": "CASH",
        "credit_use": "CASH",
        "churn": "COMPETITOR",
        "visit_overdue": "PEOPLE",
        "stock": "SEASON",
    }
    cases = Case.objects.filter(state=CaseState.OPEN, owner__isnull=False, kind__in=causes).select_related("owner")
    for number, case in enumerate(cases.order_by("kind", "pk")):
        owner = case.owner
        if owner is None or number % 3:
            continue
        words = _WORDS.get(owner.language, _ENGLISH)
        actions.acknowledge(case_id=case.pk, by=owner, at=at, on=on)
        if number % 2:
            continue
        actions.find_cause(case_id=case.pk, cause=causes[case.kind], by=owner, at=at, on=on)
        task = actions.plan_task(
            case_id=case.pk, title=words.task, owner=owner,
            due_on=on + dt.timedelta(days=random.randint(2, 9)), by=owner, at=at, on=on,
        )  # fmt: skip
        if number % 4 == 0:
            actions.end_task(task_id=task.pk, state=TaskState.DONE, result=words.done, by=owner, at=at, on=on)
            actions.resolve(case_id=case.pk, resolution=words.solved, by=owner, at=at, on=on)
