"""The history after runs in any order of dates, and after runs that look at changed dealers only."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from crm.base.models import Company
from dealers.models import Dealer
from sales.models import DealerFigures, FiguresState
from tests.factories import TerritoryFactory, UserFactory
from tests.tiering.population import Population, all_rows, by_run
from tiering.choices import Mode, OverrideState
from tiering.models import DealerScore, DealerTier, TierChange, TierOverride, TierRun
from tiering.runs import run_tiers

State = tuple[str | None, bool]
NO_STATE: State = (None, False)


def states_now() -> dict[int, State]:
    return {pk: (d.tier, d.reason == "OVERRIDE") for pk, d in by_run().items()}


def states_of_rule(population: Population, run: TierRun) -> dict[int, State]:
    _cut, decisions = population.by_rule(run.policy, run.on)
    return {pk: (d.tier, d.reason == "OVERRIDE") for pk, d in decisions.items()}


def history() -> dict[int, list[tuple[dt.date, str | None, State]]]:
    found: dict[int, list[tuple[dt.date, str | None, State]]] = {}
    for change in TierChange.objects.order_by("dealer", "on"):
        state = (change.tier, change.reason == "OVERRIDE")
        found.setdefault(change.dealer_id, []).append((change.on, change.from_tier, state))
    return found


def history_of(states: dict[dt.date, dict[int, State]]) -> dict[int, list[tuple[dt.date, str | None, State]]]:
    """What the history must be when each date's run decided these states: an entry for each that differs from before."""
    expected: dict[int, list[tuple[dt.date, str | None, State]]] = {}
    last: dict[int, State] = {}
    for on in sorted(states):
        for pk, state in states[on].items():
            before = last.get(pk, NO_STATE)
            if state != before:
                expected.setdefault(pk, []).append((on, before[0], state))
            last[pk] = state
    return expected


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(6))
def test_runs_in_any_order_leave_the_history_of_their_dates(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each run sees other figures; what another date decided stays."""
    rng = random.Random(seed)
    population = Population(rng)
    dealers = population.make(40)
    director = UserFactory()
    # Every date is answered by the figures and scores that stand there now, so that the test decides what a date sees.
    monkeypatch.setattr("tiering.runs.figures_for", lambda cursor, on: "sales_dealerfigures")
    monkeypatch.setattr("tiering.runs.scores_as_of", lambda cursor, on, figures: "tiering_dealerscore")
    states: dict[dt.date, dict[int, State]] = {}
    for _run in range(14):
        on = dt.date(2026, 1, rng.randrange(1, 8))
        population.change(dealer.pk for dealer in rng.sample(dealers, 15))
        if rng.random() < 0.5:
            TierOverride.objects.create(
                dealer=rng.choice(dealers), tier=rng.choice("ABC"), reason="r", state=OverrideState.APPROVED,
                starts_on=on, expires_on=on + dt.timedelta(days=rng.randrange(1, 4)), requested_by=director,
                requested_at=timezone.now(), decided_by=director, decided_at=timezone.now(),
            )  # fmt: skip

        run = run_tiers(on=on)

        states[on] = states_of_rule(population, run)
        assert history() == history_of(states)
        latest = max(states)
        assert states_now() == states[latest]
        assert run.count_a == sum(tier == "A" for tier, _hand in states[on].values())
        for one in TierRun.objects.all():
            assert one.moved == TierChange.objects.of_run(one.on).moves().count()
        for dealer in Dealer.objects.select_related("tier_row"):
            since = max((day for day, was, state in history().get(dealer.pk, []) if was != state[0]), default=None)
            assert (dealer.tier, dealer.tier_since) == (states[latest][dealer.pk][0], since)
            if hasattr(dealer, "tier_row"):
                assert dealer.tier_row.since == since


@pytest.mark.django_db
def test_what_resumes_after_an_earlier_rerun_keeps_its_reason() -> None:
    population = Population(random.Random(1))
    (dealer,) = population.make(1)
    Dealer.objects.filter(pk=dealer.pk).update(kind="AGENT", status="ACTIVE")
    run_tiers(on=dt.date(2026, 1, 5))
    run_tiers(on=dt.date(2026, 1, 7))
    Dealer.objects.filter(pk=dealer.pk).update(kind="RETAILER")

    run_tiers(on=dt.date(2026, 1, 6))

    rows = list(
        TierChange.objects.order_by("on").values_list("on__day", "from_tier", "tier", "reason", "decided_on__day")
    )
    assert rows == [(5, None, "A", "AGENT", 5), (6, "A", "C", "REST", 6), (7, "C", "A", "AGENT", 5)]
    assert DealerTier.objects.get().since == dt.date(2026, 1, 7)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(5))
def test_looking_at_changed_dealers_only_gives_what_looking_at_all_gives(seed: int) -> None:
    """Over random histories: figures, scores, kinds, places, overrides that begin and end, months that fill up."""
    rng = random.Random(100 + seed)
    Company.objects.update_or_create(pk=1)
    on = dt.date(2026, 1, 5)
    population = Population(rng, on)
    territory = TerritoryFactory()
    director = UserFactory()
    dealers = population.make(120, territory)
    run_tiers(on=on)
    for step in range(6):
        on += dt.timedelta(days=rng.choice([0, 1, 1, 12, 40]))
        on = min(on, dt.date(2026, 12, 31))
        stir(rng, population, dealers, on, director)
        if step == 3:
            dealers += population.make(4, territory)
        # Figures that have moved on to another month are not measured anew here; they stand for the date.
        FiguresState.objects.update(on=on)

        run = run_tiers(on=on, mode=Mode.CHANGED)

        assert run.mode == Mode.CHANGED
        assert run.looked_at < len(dealers)
        _cut, expected = population.by_rule(run.policy, on)
        assert by_run() == expected
        assert (run.count_a, run.count_b, run.count_c) == tuple(
            sum(decision.tier == tier for decision in expected.values()) for tier in "ABC"
        )
        narrow = tables()
        # All of them, again: nothing is left to find.
        again = run_tiers(on=on, mode=Mode.FULL)
        assert again.looked_at >= len(dealers)
        assert tables() == narrow
        for dealer in Dealer.objects.all():
            assert dealer.tier == expected[dealer.pk].tier


def tables() -> list[list[tuple[object, ...]]]:
    return [all_rows(table) for table in ("tiering_dealertier", "tiering_tierchange", "dealers_dealer")]


def stir(rng: random.Random, population: Population, dealers: list[Dealer], on: dt.date, director: User) -> None:
    """A few things happen between two nights."""
    some: Callable[[int], list[Dealer]] = lambda count: rng.sample(dealers, count)  # noqa: E731
    population.change(dealer.pk for dealer in some(rng.randrange(0, 4)))
    if rng.random() < 0.4:
        # One dealer sells so much or so little that the cut-off moves over others.
        DealerFigures.objects.filter(pk=some(1)[0].pk).update(quantity_e3=rng.choice([0, 10_000]))
    if rng.random() < 0.4:
        Dealer.objects.filter(pk=some(1)[0].pk).update(kind=rng.choice(["AGENT", "FRANCHISEE", "RETAILER"]))
    if rng.random() < 0.5:
        for dealer in some(rng.randrange(1, 6)):
            Dealer.objects.filter(pk=dealer.pk).update(status=rng.choice(["ACTIVE", "TERMINATED", "PROSPECT"]))
    if rng.random() < 0.3:
        DealerScore.objects.filter(pk=some(1)[0].pk).update(cooperation=None)
    if rng.random() < 0.6:
        now = timezone.now()
        starts_on = on + dt.timedelta(days=rng.randrange(-3, 10))
        TierOverride.objects.create(
            dealer=some(1)[0], tier=rng.choice("ABC"), reason="r", state=OverrideState.APPROVED, starts_on=starts_on,
            expires_on=starts_on + dt.timedelta(days=rng.randrange(1, 30)), requested_by=director, requested_at=now,
            decided_by=director, decided_at=now,
        )  # fmt: skip
    if rng.random() < 0.3:
        TierOverride.objects.filter(dealer=some(1)[0]).update(state=OverrideState.WITHDRAWN)


@pytest.mark.django_db(transaction=True)
def test_an_unchanged_night_looks_at_nobody() -> None:
    population = Population(random.Random(9))
    population.make(50)
    run_tiers(on=dt.date(2026, 1, 10))
    run_tiers(on=dt.date(2026, 1, 11))

    run = run_tiers(on=dt.date(2026, 1, 12))

    # Those that stand at the cut-off itself.
    assert run.cut_off_value is not None
    border = DealerFigures.objects.filter(trading=True, kind="FRANCHISEE", quantity_e3=run.cut_off_value).count()
    assert (run.mode, run.looked_at, run.moved) == (Mode.CHANGED, border, 0)


@pytest.mark.django_db(transaction=True)
def test_a_run_in_another_database_looks_at_all() -> None:
    population = Population(random.Random(9))
    population.make(30)
    run_tiers(on=dt.date(2026, 1, 10))
    TierRun.objects.update(seen_in_cluster=1)

    assert run_tiers(on=dt.date(2026, 1, 11)).mode == Mode.FULL


@pytest.mark.django_db(transaction=True)
def test_what_commits_during_a_run_is_seen_by_the_next() -> None:
    """A transaction that began before the run and ended after it: its rows are older than the run and were not seen."""
    population = Population(random.Random(2))
    dealers = population.make(40)
    agent = next(dealer for dealer in dealers if dealer.status == "ACTIVE")
    run_tiers(on=dt.date(2026, 1, 10))
    stranger = connection.copy()
    with stranger.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("UPDATE dealers_dealer SET kind = 'AGENT' WHERE id = %s", [agent.pk])
        run_tiers(on=dt.date(2026, 1, 11))
        cursor.execute("COMMIT")
    stranger.close()

    run = run_tiers(on=dt.date(2026, 1, 12))

    assert run.mode == Mode.CHANGED
    assert DealerTier.objects.get(pk=agent.pk).reason == "AGENT"
