"""Moving money: postings with entries that sum to zero, each done once.

    source --grant--> available of a root --grant--> available of a child
    available --reserve--> reserved --commit--> committed --pay--> paid
              <--release--          <--uncommit--
              <--recover--                                 paid

The database refuses what is not there (docs/decisions/0012); what stands here says it in figures. A posting is known by its
key: sent again, it is found done; a key with other contents is refused. Amounts are in the budget's currency.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Q, Sum

from crm.base.money import round_money
from promotions.choices import AccountKind, PostingKind
from promotions.models import Account, Budget, Earmark, Posting

if TYPE_CHECKING:
    from accounts.models import User

NOTHING = Decimal(0)


class LedgerRefused(Exception):
    """Nothing was posted."""


class KeyUsedBefore(LedgerRefused):
    """The key belongs to another posting."""


@dataclass
class NotEnough(LedgerRefused):
    """An account holds less than was to be taken out of it."""

    budget: Budget
    kind: str
    wanted: Decimal
    there: Decimal
    currency: str

    def __post_init__(self) -> None:
        super().__init__(f"{self.kind} of {self.budget.code}: {self.there} {self.currency}, wanted {self.wanted}")


@dataclass(frozen=True, slots=True)
class Posted:
    """`again` when it had been done before."""

    posting_id: int
    again: bool


@dataclass(frozen=True, slots=True)
class About:
    """What every posting is told with."""

    key: str
    by: User | None
    at: dt.datetime
    on: dt.date
    note: str = ""


_POST = """
    WITH posted AS (
        INSERT INTO promotions_posting (key, kind, budget_id, earmark_id, amount, currency, "on", at, by_id, note)
        VALUES (%(key)s, %(kind)s, %(budget)s, %(earmark)s, %(amount)s, %(currency)s, %(on)s, %(at)s, %(by)s, %(note)s)
        ON CONFLICT (key) DO NOTHING
        RETURNING id
    )
    -- By account, so that two postings on the same accounts wait for each other instead of locking each other out.
    INSERT INTO promotions_entry (posting_id, account_id, amount)
    SELECT posted.id, entry.account_id, entry.amount
      FROM posted, (VALUES (%(out)s::bigint, -%(amount)s::numeric), (%(into)s::bigint, %(amount)s::numeric))
           AS entry (account_id, amount)
     ORDER BY entry.account_id
    RETURNING posting_id
"""


def _post(
    kind: PostingKind, budget: Budget, earmark: Earmark | None, amount: Decimal, out: int, into: int, about: About
) -> Posted:
    """One statement. Raises NotEnough, KeyUsedBefore, LedgerRefused for an amount that cannot be paid."""
    if amount <= 0 or amount != round_money(amount, budget.currency):
        raise LedgerRefused(f"{amount} {budget.currency} cannot be posted")
    parameters: dict[str, Any] = {
        "key": about.key, "kind": kind.value, "budget": budget.pk, "earmark": earmark.pk if earmark else None,
        "amount": amount, "currency": budget.currency, "on": about.on, "at": about.at,
        "by": about.by.pk if about.by else None, "note": about.note[:300], "out": out, "into": into,
    }  # fmt: skip
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_POST, parameters)
            row = cursor.fetchone()
    except IntegrityError as error:
        if "account_not_overdrawn" not in str(error):
            raise
        account = Account.objects.get(pk=out)
        raise NotEnough(budget, account.kind, amount, account.balance, budget.currency) from error
    if row is not None:
        return Posted(row[0], again=False)
    before = Posting.objects.get(key=about.key)
    same = (before.kind, before.budget_id, before.earmark_id, before.amount)
    if same != (kind, budget.pk, parameters["earmark"], amount):
        raise KeyUsedBefore(about.key)
    return Posted(before.pk, again=True)


# --- Accounts -------------------------------------------------------------------------------------------------------------


def open_budget(budget: Budget) -> None:
    """Give a new budget its account; nothing happens when it has one."""
    Account.objects.get_or_create(
        budget=budget, earmark=None, kind=AccountKind.AVAILABLE, defaults={"currency": budget.currency}
    )


def open_earmark(*, budget: Budget, title: str, at: dt.datetime) -> Earmark:
    """Something that money of the budget can be set aside for."""
    earmark = Earmark.objects.create(budget=budget, title=title[:200], created_at=at)
    Account.objects.bulk_create(
        Account(budget=budget, earmark=earmark, kind=kind, currency=budget.currency)
        for kind in (AccountKind.RESERVED, AccountKind.COMMITTED, AccountKind.PAID)
    )
    return earmark


def _available(budget: Budget) -> int:
    pk: int = Account.objects.values_list("pk", flat=True).get(
        budget=budget, earmark__isnull=True, kind=AccountKind.AVAILABLE
    )
    return pk


def _source(currency: str) -> int:
    """The company's purse of the currency, made when it is first needed."""
    account, _made = Account.objects.get_or_create(
        budget=None, earmark=None, kind=AccountKind.SOURCE, currency=currency
    )
    return account.pk


def _of(earmark: Earmark) -> dict[str, int]:
    """Accounts of the earmark and of its budget, by kind; one query."""
    both = Q(earmark=earmark) | Q(budget_id=earmark.budget_id, earmark__isnull=True)
    return dict(Account.objects.filter(both).values_list("kind", "pk"))


# --- Movements ------------------------------------------------------------------------------------------------------------


def grant(budget: Budget, amount: Decimal, about: About) -> Posted:
    """More money for the budget: out of its parent, for a root out of the company."""
    out = _available(budget.parent) if budget.parent else _source(budget.currency)
    return _post(PostingKind.GRANT, budget, None, amount, out, _available(budget), about)


def accrue(budget: Budget, amount: Decimal, about: About) -> Posted:
    """What purchases have earned the fund; like a grant, and told apart from it."""
    out = _available(budget.parent) if budget.parent else _source(budget.currency)
    return _post(PostingKind.ACCRUE, budget, None, amount, out, _available(budget), about)


def expire(budget: Budget, amount: Decimal, about: About) -> Posted:
    """Unused money goes back to where it came from."""
    into = _available(budget.parent) if budget.parent else _source(budget.currency)
    return _post(PostingKind.EXPIRE, budget, None, amount, _available(budget), into, about)


def transfer(source: Budget, target: Budget, amount: Decimal, about: About) -> Posted:
    """From one budget to another of the same currency."""
    return _post(PostingKind.TRANSFER, source, None, amount, _available(source), _available(target), about)


# Out of which account of an earmark, into which.
_STEPS = {
    PostingKind.RESERVE: (AccountKind.AVAILABLE, AccountKind.RESERVED),
    PostingKind.RELEASE: (AccountKind.RESERVED, AccountKind.AVAILABLE),
    PostingKind.COMMIT: (AccountKind.RESERVED, AccountKind.COMMITTED),
    PostingKind.UNCOMMIT: (AccountKind.COMMITTED, AccountKind.RESERVED),
    PostingKind.PAY: (AccountKind.COMMITTED, AccountKind.PAID),
    PostingKind.RECOVER: (AccountKind.PAID, AccountKind.AVAILABLE),
}


def move(kind: PostingKind, earmark: Earmark, amount: Decimal, about: About) -> Posted:
    """Reserve, release, commit, uncommit, pay or recover money of an earmark."""
    out, into = _STEPS[kind]
    accounts = _of(earmark)
    return _post(kind, earmark.budget, earmark, amount, accounts[out], accounts[into], about)


# --- Reading --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Balances:
    """How money stands, in one currency."""

    available: Decimal = NOTHING
    reserved: Decimal = NOTHING
    committed: Decimal = NOTHING
    paid: Decimal = NOTHING

    @property
    def used(self) -> Decimal:
        """Set aside, promised or gone."""
        return self.reserved + self.committed + self.paid

    @property
    def total(self) -> Decimal:
        return self.available + self.used

    @property
    def share(self) -> Decimal:
        """Used, of all; 0 of nothing."""
        return self.used / self.total if self.total else NOTHING

    def __add__(self, other: Balances) -> Balances:
        return Balances(
            self.available + other.available, self.reserved + other.reserved, self.committed + other.committed,
            self.paid + other.paid,
        )  # fmt: skip


def _balances(rows: Iterable[tuple[Any, str, Decimal]]) -> dict[Any, Balances]:
    found: dict[Any, dict[str, Decimal]] = {}
    for key, kind, balance in rows:
        found.setdefault(key, {})[kind.lower()] = balance
    return {key: Balances(**kinds) for key, kinds in found.items()}


def of_budgets(budgets: Iterable[Budget]) -> dict[int, Balances]:
    """What each budget holds itself, without its children; one query."""
    rows = Account.objects.filter(budget__in=list(budgets)).values_list("budget", "kind").annotate(Sum("balance"))
    return _balances(rows.order_by())


def of_earmarks(earmarks: Iterable[Earmark | int]) -> Mapping[int, Balances]:
    """What is reserved, committed and paid for each; one query."""
    return _balances(Account.objects.filter(earmark__in=list(earmarks)).values_list("earmark", "kind", "balance"))


@dataclass(frozen=True, slots=True)
class Check:
    """`off`: accounts whose balance is not the sum of their entries; `sum`: of all balances, which is zero."""

    off: list[int]
    sum: Decimal
    unbalanced: list[int]

    @property
    def holds(self) -> bool:
        return not self.off and not self.unbalanced and self.sum == 0


def check() -> Check:
    """Derive every balance from the entries, and compare; three queries over everything."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.id FROM promotions_account a LEFT JOIN promotions_entry e ON e.account_id = a.id"
            " GROUP BY a.id HAVING a.balance <> coalesce(sum(e.amount), 0) ORDER BY a.id"
        )
        off = [row[0] for row in cursor.fetchall()]
        cursor.execute(
            "SELECT posting_id FROM promotions_entry GROUP BY posting_id HAVING sum(amount) <> 0 ORDER BY posting_id"
        )
        unbalanced = [row[0] for row in cursor.fetchall()]
    total = Account.objects.aggregate(sum=Sum("balance"))["sum"] or NOTHING
    return Check(off, total, unbalanced)
