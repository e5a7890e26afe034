"""Many at once, sent again, and killed on the way: nothing is spent twice, nothing that is not there."""

from __future__ import annotations

import random
import threading
import uuid
from decimal import Decimal

import pytest
from django.db import InterfaceError, OperationalError, close_old_connections, connection

from promotions import ledger
from promotions.choices import ClaimState, PostingKind
from promotions.models import Posting
from promotions.refusals import PromotionRefused
from tests.cast import hire, plant_territories
from tests.factories import TerritoryFactory
from tests.promotions import factories
from tests.promotions.factories import about, budget_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

THREADS = 32
# Of these postings 20 % are sent twice, and some are killed and sent again.
EACH = 12


def in_threads(count: int, work) -> list[BaseException]:
    """Run `work(number)` in so many threads at once; what they failed with."""
    failed: list[BaseException] = []
    gate = threading.Barrier(count)

    def run(number: int) -> None:
        try:
            gate.wait()
            work(number)
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


def test_thirty_two_at_once_with_replays_and_kills() -> None:
    """384 reservations of 10 from a budget of 2,000: exactly 200 succeed, whatever is sent twice or killed."""
    budget = budget_of(TerritoryFactory(), "2000")
    earmark = ledger.open_earmark(budget=budget, title="All", at=factories.moment(factories.PLANNED))
    done: set[str] = set()
    killed: list[str] = []
    lock = threading.Lock()

    def post(number: int) -> None:
        rng = random.Random(number)
        for step in range(EACH):
            key = f"{number}:{step}"
            sends = 2 if rng.random() < 0.2 else 1
            if rng.random() < 0.08:
                _kill_within(budget, earmark, key)
                with lock:
                    killed.append(key)
            for _ in range(sends):
                if _sent(earmark, key):
                    with lock:
                        done.add(key)

    assert in_threads(THREADS, post) == []
    assert killed
    assert len(done) == 200
    assert set(Posting.objects.filter(kind=PostingKind.RESERVE).values_list("key", flat=True)) == done
    found = ledger.of_budgets([budget])[budget.pk]
    assert (found.available, found.reserved) == (0, 2000)
    assert ledger.check().holds


def _sent(earmark, key: str) -> bool:
    while True:
        try:
            ledger.move(PostingKind.RESERVE, earmark, Decimal(10), about(key))
            return True
        except ledger.NotEnough:
            return False
        except (OperationalError, InterfaceError):
            connection.close()
            close_old_connections()


def _kill_within(budget, earmark, key: str) -> None:
    """Post, and lose the connection before the end of the transaction."""
    from django.db import transaction

    try:
        with transaction.atomic():
            ledger.move(PostingKind.RESERVE, earmark, Decimal(10), about(key))
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    except (OperationalError, InterfaceError, ledger.NotEnough):
        pass
    connection.close()


@pytest.fixture
def stage():
    """Alice's running promotion over 1,000, with Bob and Fay to decide and settle."""
    territories = plant_territories()
    people = {name: hire(name, territories) for name in ("alice", "bob", "dora", "fay")}
    promotion = factories.running(approver=people["bob"], territory=territories["CN-EAST-1"], by=people["alice"])
    return promotion, people


def test_two_approve_one_claim_at_once(stage) -> None:
    promotion, people = stage
    claim = factories.claimed(promotion, people["alice"], "600")

    def decide(number: int) -> None:
        factories.decided(claim, people["bob"] if number % 2 else people["dora"])

    failed = in_threads(8, decide)
    assert len(failed) == 7
    assert all(isinstance(error, PromotionRefused) for error in failed)
    found = ledger.of_earmarks([promotion.lines.get().earmark_id])
    assert next(iter(found.values())).committed == 600


def test_claims_beyond_the_line_at_once(stage) -> None:
    """Ten claims of 300 on a line of 1,000, approved at once: three."""
    promotion, people = stage
    waiting = [factories.claimed(promotion, people["alice"], "300") for _ in range(10)]
    failed = in_threads(10, lambda number: factories.decided(waiting[number], people["bob"]))
    assert len(failed) == 7
    assert all("are left" in str(error) for error in failed)
    line = promotion.lines.get()
    assert line.claimed == 900
    assert promotion.claims.filter(state=ClaimState.APPROVED).count() == 3


def test_one_settled_by_two_and_one_sent_twice(stage) -> None:
    promotion, people = stage
    claim = factories.decided(factories.claimed(promotion, people["alice"], "600"), people["bob"])
    in_threads(6, lambda _number: factories.settled(claim, people["fay"]))
    key = uuid.uuid4()
    sent = in_threads(6, lambda _number: factories.claimed(promotion, people["alice"], "100", key=key))
    assert sent == []
    assert promotion.claims.count() == 2
    found = next(iter(ledger.of_earmarks([promotion.lines.get().earmark_id]).values()))
    assert (found.committed, found.paid, found.reserved) == (0, 600, 400)
    assert ledger.check().holds
