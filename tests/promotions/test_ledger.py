"""The ledger: what the database refuses by itself, keys, and a machine of random steps beside a model."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from accounts.models import Territory
from promotions import ledger
from promotions.actions import budgets
from promotions.choices import AccountKind, PostingKind
from promotions.models import Account, Budget, Earmark, Entry, Posting
from promotions.refusals import PromotionRefused
from tests.factories import DealerFactory, TerritoryFactory
from tests.promotions.factories import PLANNED, about, budget_of, moment, sell_every_day

pytestmark = pytest.mark.django_db

RESERVE, RELEASE, COMMIT, UNCOMMIT, PAY = (
    PostingKind.RESERVE, PostingKind.RELEASE, PostingKind.COMMIT, PostingKind.UNCOMMIT, PostingKind.PAY,
)  # fmt: skip


def earmark_of(budget: Budget) -> Earmark:
    return ledger.open_earmark(budget=budget, title="Shelves", at=moment(PLANNED))


def held(budget: Budget) -> tuple[Decimal, ...]:
    found = ledger.of_budgets([budget])[budget.pk]
    return found.available, found.reserved, found.committed, found.paid


def test_money_goes_step_by_step(territories) -> None:
    budget = budget_of(territories["CN"], "100")
    earmark = earmark_of(budget)
    for kind, amount in ((RESERVE, 60), (COMMIT, 50), (UNCOMMIT, 10), (PAY, 30), (RELEASE, 15)):
        ledger.move(kind, earmark, Decimal(amount), about(f"{kind}"))
    assert held(budget) == (55, 5, 10, 30)
    assert ledger.check().holds


def test_a_part_takes_its_money_out_of_the_whole(territories) -> None:
    whole = budget_of(territories["CN"], "100")
    part = budget_of(territories["CN-EAST"], "70", parent=whole)
    assert (held(whole)[0], held(part)[0]) == (30, 70)
    with pytest.raises(ledger.NotEnough) as refused:
        ledger.grant(part, Decimal("30.01"), about("more"))
    assert (refused.value.there, refused.value.wanted) == (30, Decimal("30.01"))
    assert ledger.check().sum == 0


@pytest.mark.parametrize("kind", [RESERVE, RELEASE, COMMIT, UNCOMMIT, PAY])
def test_what_is_not_there_is_refused(kind, territories) -> None:
    budget = budget_of(territories["CN"], "10")
    earmark = earmark_of(budget)
    with pytest.raises(ledger.NotEnough):
        ledger.move(kind, earmark, Decimal("10.01"), about("too much"))
    assert held(budget) == (10, 0, 0, 0)
    assert not Posting.objects.filter(key="too much").exists()


def test_a_key_is_posted_once(territories) -> None:
    budget = budget_of(territories["CN"], "10")
    earmark = earmark_of(budget)
    first = ledger.move(RESERVE, earmark, Decimal(6), about("once"))
    again = ledger.move(RESERVE, earmark, Decimal(6), about("once"))
    assert (first.again, again.again, first.posting_id) == (False, True, again.posting_id)
    with pytest.raises(ledger.KeyUsedBefore):
        ledger.move(RESERVE, earmark, Decimal(5), about("once"))
    assert held(budget) == (4, 6, 0, 0)


@pytest.mark.parametrize("amount", ["0", "-1", "0.001"])
def test_amounts_that_nobody_can_pay(amount: str, territories) -> None:
    with pytest.raises(ledger.LedgerRefused):
        ledger.grant(budget_of(territories["CN"]), Decimal(amount), about("odd"))


# --- Past the program ------------------------------------------------------------------------------------------------------------

REFUSED_STATEMENTS = {
    "a balance moved by hand": "UPDATE promotions_account SET balance = balance + 1",
    "an account that begins with money": (
        "INSERT INTO promotions_account (kind, currency, balance) VALUES ('SOURCE', 'XXX', 5)"
    ),
    "an account deleted": "DELETE FROM promotions_account",
    "an entry changed": "UPDATE promotions_entry SET amount = amount + 1",
    "an entry deleted": "DELETE FROM promotions_entry",
    "a posting changed": "UPDATE promotions_posting SET amount = amount + 1",
    "a posting deleted": "DELETE FROM promotions_posting",
    "the ledger emptied": "TRUNCATE promotions_entry",
}


@pytest.mark.parametrize("statement", REFUSED_STATEMENTS.values(), ids=REFUSED_STATEMENTS)
def test_the_database_refuses(statement: str, territories) -> None:
    budget_of(territories["CN"], "10")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert ledger.check().holds


def _posting(budget: Budget, amount: str = "5") -> Posting:
    return Posting.objects.create(
        key=uuid.uuid4().hex, kind=PostingKind.GRANT, budget=budget, amount=Decimal(amount), currency=budget.currency, on=PLANNED,
        at=moment(PLANNED),
    )  # fmt: skip


def _at_commit() -> None:
    """What is checked at the end of a transaction, now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_entries_that_do_not_balance_are_refused(territories) -> None:
    budget = budget_of(territories["CN"], "10")
    account = Account.objects.get(budget=budget, kind=AccountKind.AVAILABLE)
    with pytest.raises(IntegrityError), transaction.atomic():  # noqa: PT012
        Entry.objects.create(posting=_posting(budget), account=account, amount=Decimal(5))
        _at_commit()
    with pytest.raises(IntegrityError), transaction.atomic():  # noqa: PT012
        _posting(budget)
        _at_commit()


def test_money_does_not_change_its_currency_on_the_way(territories) -> None:
    dollars, yuan = budget_of(territories["CN"], "10"), budget_of(territories["CN"], "10", currency="CNY")
    with pytest.raises(IntegrityError), transaction.atomic():  # noqa: PT012
        ledger.transfer(dollars, yuan, Decimal(5), about("mixed"))
        _at_commit()


def test_an_entry_past_the_program_cannot_overspend(territories) -> None:
    budget = budget_of(territories["CN"], "10")
    account = Account.objects.get(budget=budget, kind=AccountKind.AVAILABLE)
    with pytest.raises(IntegrityError, match="account_not_overdrawn"), transaction.atomic():
        Entry.objects.create(posting=_posting(budget, "11"), account=account, amount=Decimal(-11))


# --- Funds -----------------------------------------------------------------------------------------------------------------------


def test_a_fund_accrues_and_follows_corrections(territories) -> None:
    """2 % of the purchases of closed months, once a day; what comes back is taken back as far as it is there."""
    place = territories["CN-EAST-1"]
    dealer = DealerFactory(territory=place)
    fund = budget_of(place, "0", accrual_share=Decimal("0.02"))
    sell_every_day(dealer, first=dt.date(2026, 1, 1), until=dt.date(2026, 3, 10), amount=100)
    at = moment(PLANNED)
    assert budgets.accrue(fund, at=at, on=dt.date(2026, 2, 10)) == 62
    assert budgets.accrue(fund, at=at, on=dt.date(2026, 2, 10)) == 0
    assert budgets.accrue(fund, at=at, on=dt.date(2026, 3, 10)) == 56
    sell_every_day(dealer, first=dt.date(2026, 1, 1), until=dt.date(2026, 1, 11), amount=50)
    assert budgets.accrue(fund, at=at, on=dt.date(2026, 3, 11)) == -10
    assert held(fund)[0] == 108


def test_unused_money_expires(territories) -> None:
    whole = budget_of(territories["CN"], "100")
    part = budget_of(
        territories["CN"], "70", parent=whole, ends_on=dt.date(2026, 6, 1), expires_on=dt.date(2026, 6, 15)
    )
    earmark = earmark_of(part)
    ledger.move(RESERVE, earmark, Decimal(20), about("kept"))
    assert budgets.expire(part.pk, at=moment(PLANNED), on=dt.date(2026, 6, 14)) == 0
    assert budgets.expire(part.pk, at=moment(PLANNED), on=dt.date(2026, 6, 15)) == 50
    assert (held(part), held(whole)[0]) == ((0, 20, 0, 0), 80)
    part.refresh_from_db()
    assert part.expired_at is not None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"currency": "CNY"}, "currency of the whole"),
        ({"ends_on": "2027-02-01"}, "period"),
        ({"territory": "JP"}, "territory"),
    ],
)
def test_a_part_lies_within_the_whole(changes, said: str, territories, dora) -> None:
    whole = budget_of(territories["CN"], "100")
    values = {
        "code": "PART", "name": "Part", "parent": whole, "territory": territories["CN-EAST"], "purpose": "PROMOTION", "currency": "USD",
        "starts_on": dt.date(2026, 1, 1), "ends_on": dt.date(2026, 7, 1),
    }  # fmt: skip
    if "territory" in changes:
        changes = {"territory": territories[changes["territory"]]}
    if "ends_on" in changes:
        changes = {"ends_on": dt.date.fromisoformat(changes["ends_on"])}
    with pytest.raises(PromotionRefused, match=said):
        budgets.create_budget(values={**values, **changes}, by=dora)


# --- Random lives beside a model ----------------------------------------------------------------------------------------------------

AMOUNTS = st.integers(1, 60).map(Decimal)
WHICH = st.integers(0, 2)


def test_random_lives_agree_with_a_model() -> None:
    """Two roots and a part, three earmarks, replays of old keys: every balance as the model says, the sum always zero."""
    place: Territory = TerritoryFactory()

    class Life(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.save = transaction.atomic()
            self.save.__enter__()
            self.budgets = [budget_of(place, "0"), budget_of(place, "0")]
            self.budgets.append(budget_of(place, "0", parent=self.budgets[0]))
            self.earmarks = [earmark_of(budget) for budget in self.budgets]
            self.free = [Decimal(0)] * 3
            self.kept = [[Decimal(0)] * 3 for _ in range(3)]
            self.done: list = []
            self.number = 0

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.save.__exit__(None, None, None)

        def _try(self, enough: bool, post) -> bool:
            self.number += 1
            key = about(f"life:{self.number}")
            try:
                post(key)
            except ledger.NotEnough:
                assert not enough
                return False
            assert enough
            self.done.append((post, key))
            return True

        @rule(which=WHICH, amount=AMOUNTS)
        def grant(self, which: int, amount: Decimal) -> None:
            enough = which != 2 or self.free[0] >= amount
            if self._try(enough, lambda key: ledger.grant(self.budgets[which], amount, key)):
                self.free[which] += amount
                if which == 2:
                    self.free[0] -= amount

        @rule(which=WHICH, amount=AMOUNTS)
        def expire(self, which: int, amount: Decimal) -> None:
            if self._try(self.free[which] >= amount, lambda key: ledger.expire(self.budgets[which], amount, key)):
                self.free[which] -= amount
                if which == 2:
                    self.free[0] += amount

        @rule(amount=AMOUNTS, back=st.booleans())
        def transfer(self, amount: Decimal, back: bool) -> None:
            out, into = (1, 0) if back else (0, 1)
            post = lambda key: ledger.transfer(self.budgets[out], self.budgets[into], amount, key)  # noqa: E731
            if self._try(self.free[out] >= amount, post):
                self.free[out] -= amount
                self.free[into] += amount

        @rule(which=WHICH, amount=AMOUNTS, kind=st.sampled_from([RESERVE, RELEASE, COMMIT, UNCOMMIT, PAY]))
        def move(self, which: int, amount: Decimal, kind: PostingKind) -> None:
            out, into = {RESERVE: (-1, 0), RELEASE: (0, -1), COMMIT: (0, 1), UNCOMMIT: (1, 0), PAY: (1, 2)}[kind]
            there = self.free[which] if out < 0 else self.kept[which][out]
            if self._try(there >= amount, lambda key: ledger.move(kind, self.earmarks[which], amount, key)):
                for place_, change in ((out, -amount), (into, amount)):
                    if place_ < 0:
                        self.free[which] += change
                    else:
                        self.kept[which][place_] += change

        @rule(number=st.integers(0, 50))
        def replay(self, number: int) -> None:
            if self.done:
                post, key = self.done[number % len(self.done)]
                post(key)

        @invariant()
        def agrees(self) -> None:
            found = ledger.of_budgets(self.budgets)
            for number, budget in enumerate(self.budgets):
                expected = (self.free[number], *self.kept[number])
                each = found[budget.pk]
                assert (each.available, each.reserved, each.committed, each.paid) == expected
            assert ledger.check().holds

    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        ),
    )
