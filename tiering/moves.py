"""Who moved with a run, as a user may see it, with the reason of each."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.cache import cache
from django.db.models import Count, F

from accounts.models import User
from accounts.scope import scope_of
from crm.base.models import Company
from dealers.models import Dealer
from sales.models import DealerFigures
from tiering.choices import Basis, Reason
from tiering.models import DealerTier, TierChange, TierRun
from tiering.reasons import Background, sentence

# How long counts of a run are kept; they change only with another run or with the user's territories.
_KEPT_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Move:
    """A dealer that changed tier (None: it had or has none), and why."""

    dealer: Dealer
    from_tier: str | None
    to_tier: str | None
    reason: str
    change: TierChange


@dataclass(frozen=True, slots=True)
class LastNight:
    """`on` is None before the first run. `count` is of all moves, `moves` are the largest dealers among them."""

    on: dt.date | None
    count: int = 0
    moves: list[Move] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


def last_night(user: User, *, limit: int = 12) -> LastNight:
    """What the latest run moved among the user's dealers, largest first, and how many of each tier there are now.

    A dealer's first tier is no move. Four queries, fewer while the counts are kept.
    """
    run = TierRun.objects.select_related("policy").first()
    if run is None:
        return LastNight(None)
    changes = TierChange.objects.visible_to(user).of_run(run.on).moves().exclude(from_tier=None)
    found = list(
        changes.select_related("dealer", "override__decided_by").order_by(F("dealer__sales_12m").desc(), "pk")[:limit]
    )
    count = len(found) if len(found) < limit else changes.count()
    return LastNight(run.on, count, explained(found), counts_now(user, run))


def counts_now(user: User, run: TierRun) -> dict[str, int]:
    """Dealers of each tier that the user sees, A first."""
    scope = scope_of(user)
    if scope.everything:
        return {"A": run.count_a, "B": run.count_b, "C": run.count_c}
    key = f"tiering.counts.{run.on}.{run.times}.{hash(tuple(sorted(scope.territory_ids)))}"
    counts: dict[str, int] | None = cache.get(key)
    if counts is None:
        rows = Dealer.objects.visible_to(user).exclude(tier=None).order_by().values_list("tier").annotate(Count("pk"))
        found = dict(rows)
        counts = {tier: found.get(tier, 0) for tier in "ABC"}
        cache.set(key, counts, _KEPT_SECONDS)
    return counts


def matrix(user: User, run: TierRun) -> dict[tuple[str | None, str | None], int]:
    """How many of the user's dealers went from which tier to which with the run; None is no tier."""
    scope = scope_of(user)
    key = f"tiering.matrix.{run.on}.{run.times}.{scope.everything or hash(tuple(sorted(scope.territory_ids)))}"
    found: dict[tuple[str | None, str | None], int] | None = cache.get(key)
    if found is None:
        changes = TierChange.objects.visible_to(user).of_run(run.on).moves().order_by()
        found = {
            (was, now): count for was, now, count in changes.values_list("from_tier", "tier").annotate(Count("pk"))
        }
        cache.set(key, found, _KEPT_SECONDS)
    return found


def totals(found: dict[tuple[str | None, str | None], int]) -> Counter[str]:
    """Of a matrix: how many went up, down, in and out."""
    counted: Counter[str] = Counter()
    for (was, now), count in found.items():
        kind = "in" if was is None else "out" if now is None else "up" if now < was else "down"
        counted[kind] += count
    return counted


def explained(changes: Iterable[TierChange]) -> list[Move]:
    """The changes with their sentences; one query for all runs that decided them."""
    rows = list(changes)
    backgrounds = _backgrounds({change.decided_on for change in rows})
    return [
        Move(
            change.dealer, change.from_tier, change.tier,
            sentence(change, backgrounds[change.decided_on], change.rank) if change.decided_on in backgrounds else "",
            change,
        )
        for change in rows
    ]  # fmt: skip


def explain_now(row: DealerTier, run: TierRun) -> str:
    """The sentence for what the dealer is as of the latest run; one query more for who is A by rank.

    A row that later runs did not touch holds by their cut-off and policy, so it is the latest run's that is named.
    """
    return sentence(row, Background.of(run), _rank(row, run))


def _rank(row: DealerTier, run: TierRun) -> int | None:
    """The place among the ranked dealers, counted through the index; None for who is not A by rank."""
    if row.reason != Reason.RANK:
        return None
    column = "amount_e4" if run.basis == Basis.AMOUNT else "quantity_e3"
    ranked = DealerFigures.objects.filter(trading=True, kind__in=run.policy.kinds_ranked)
    return ranked.filter(**{f"{column}__gt": row.value}).count() + 1


def _backgrounds(dates: set[dt.date]) -> dict[dt.date, Background]:
    first_month = Company.get().fiscal_year_start
    runs = TierRun.objects.filter(on__in=dates).select_related("policy")
    return {run.on: Background.of(run, first_month) for run in runs}
