"""A run: decide every dealer's tier for a date and write down what changed. docs/algorithms/tiering.md explains it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from crm.base.jobs import Progress, Silent
from crm.base.models import Company
from crm.base.periods import fiscal_year_period, last_closed_fiscal_year
from crm.base.sql import load
from sales.figures import lock
from tiering import changed
from tiering.choices import Basis, Mode
from tiering.figures import FIGURES, figures_for
from tiering.models import TierChange, TierPolicy, TierRun
from tiering.rule import CutOff, enough_history_since, places_among
from tiering.scores import scores_as_of

SCORES = "tiering_dealerscore"
CURRENT = "tiering_dealertier"
DECIDED = "tier_decided"


@dataclass(frozen=True, slots=True)
class Question:
    """By which policy, as of which day, from which tables, and against which earlier state."""

    on: dt.date
    policy: TierPolicy
    first_month: int = 1
    figures: str = FIGURES
    scores: str = SCORES
    current: str = CURRENT

    @property
    def year(self) -> int:
        return last_closed_fiscal_year(self.on, self.first_month)

    @property
    def by_amount(self) -> bool:
        return self.policy.basis == Basis.AMOUNT

    def parameters(self, cut: CutOff) -> dict[str, Any]:
        """What decide.sql asks for."""
        terms = self.policy.terms
        over, under = terms.growth_ratio
        return {
            "on": self.on, "by_amount": self.by_amount, "always_a": sorted(terms.always_a),
            "ranked": sorted(terms.ranked), "cut_off": cut.value, "growth_over": over, "growth_under": under,
            "b_years": terms.b_years, "b_min_cooperation": terms.b_min_cooperation,
            "b_min_loyalty": terms.b_min_loyalty, "history_since": enough_history_since(self.on, terms),
            "min_completeness": terms.min_completeness, "damping": terms.damping,
            "year_start": fiscal_year_period(self.year + 1, self.first_month).start,
        }  # fmt: skip


@transaction.atomic
def run_tiers(*, on: dt.date, job: Progress | None = None, mode: Mode | None = None) -> TierRun:
    """Decide the tiers for the date `on`, write what changed, and return the run.

    The same date again gives the same rows. A date before the latest run changes the history from there to the next
    run and nothing later. `mode` forces all dealers or changed ones only; None takes what is quicker.
    """
    job = job or Silent()
    with connection.cursor() as cursor:
        # No import changes the figures between the cut-off and the comparison with it.
        lock(cursor)
        latest = TierRun.objects.first()
        horizon = changed.horizon(cursor)
        job.progress(0.05, gettext_noop("Reading figures"))
        question = _question(cursor, on, latest)
        cut = cut_off(cursor, question)
        job.progress(0.2, gettext_noop("Deciding tiers"))
        looked_in, mode = _dealers_to_look_at(cursor, question, cut, latest, horizon, mode)
        decide(cursor, question, cut, looked_in=looked_in)
        job.progress(0.6, gettext_noop("Writing what changed"))
        _write(cursor, question, cut, latest)
        cursor.execute(f'SELECT count(*) FROM "{looked_in}"')
        (looked_at,) = cursor.fetchone()
        run = _record(question, cut, horizon, mode, looked_at, _counts(cursor, question, latest, mode))
    job.figures.update(mode=mode.value, looked_at=run.looked_at, moved=run.moved)
    return run


def cut_off(cursor: Any, question: Question) -> CutOff:
    """Where A by rank begins: from the index, without sorting anything."""
    script = load("tiering", "decide")
    terms = question.policy.terms
    ranked = sorted(terms.ranked)
    if not ranked:
        return CutOff()
    script.run(cursor, "count_ranked", {"ranked": ranked}, figures=question.figures)
    (count,) = cursor.fetchone()
    places = places_among(count, terms)
    if places == 0:
        return CutOff(count, 0, None)
    step = "value_at_place_of_one_kind" if len(ranked) == 1 else "value_at_place"
    parameters = {"ranked": ranked, "kind": ranked[0], "by_amount": question.by_amount, "skip": places - 1}
    script.run(cursor, step, parameters, figures=question.figures)
    (value,) = cursor.fetchone()
    return CutOff(count, places, max(value, 1))


def decide(
    cursor: Any, question: Question, cut: CutOff, *, looked_in: str | None = None, target: str = DECIDED
) -> None:
    """Put what differs from the earlier state into the temporary table `target`."""
    cursor.execute(f'DROP TABLE IF EXISTS pg_temp."{target}"')
    # One pass of which hardly a row remains: the planner expects all of them, shuns workers for the cost of handing rows
    # over, and compiles expressions for longer than they run. The narrow tables lie in memory, where an index is cheap.
    # All this until the transaction ends.
    cursor.execute(
        "SET LOCAL work_mem = '64MB'; SET LOCAL parallel_tuple_cost = 0; SET LOCAL jit = off;"
        "SET LOCAL random_page_cost = 1.1"
    )
    load("tiering", "decide").run(
        cursor, "decide", question.parameters(cut), target=target, figures=looked_in or question.figures,
        scores=question.scores, current=question.current,
    )  # fmt: skip
    load("tiering", "write").run(cursor, "analyze", target=target)


def _question(cursor: Any, on: dt.date, latest: TierRun | None) -> Question:
    company = Company.get()
    policy = TierPolicy.at(on)
    figures = figures_for(cursor, on)
    if latest is None or on >= latest.on:
        return Question(on, policy, company.fiscal_year_start, figures)
    cursor.execute("DROP TABLE IF EXISTS pg_temp.tier_past")
    load("tiering", "past").run(cursor, "was", {"on": on})
    cursor.execute("ANALYZE tier_past")
    scores = scores_as_of(cursor, on, figures=figures)
    return Question(on, policy, company.fiscal_year_start, figures, scores, "tier_past")


def _dealers_to_look_at(
    cursor: Any, question: Question, cut: CutOff, latest: TierRun | None, horizon: changed.Horizon, mode: Mode | None
) -> tuple[str, Mode]:
    """The table of figures to decide from: of all dealers, or of the changed ones where that is exact and quicker."""
    exact = (
        latest is not None
        and question.on >= latest.on
        and question.figures == FIGURES
        and latest.policy_id == question.policy.pk
        and latest.year == question.year
        # The profile stands in the wide row, which changes for many reasons.
        and not question.policy.min_completeness
        and horizon.reaches(latest)
    )
    if mode == Mode.FULL or not exact or latest is None:
        return question.figures, Mode.FULL
    if mode is None and not changed.are_few(cursor, latest, latest.count_a + latest.count_b + latest.count_c):
        return question.figures, Mode.FULL
    table = changed.changed_figures(
        cursor, last=latest, on=question.on, terms=question.policy.terms, cut=cut, by_amount=question.by_amount
    )
    return table, Mode.CHANGED


def _write(cursor: Any, question: Question, cut: CutOff, latest: TierRun | None) -> None:
    script = load("tiering", "write")
    next_on = TierRun.objects.filter(on__gt=question.on).order_by("on").values_list("on", flat=True).first()
    parameters = {**question.parameters(cut), "next_on": next_on}

    def step(name: str) -> None:
        script.run(cursor, name, parameters, target=DECIDED, figures=question.figures)

    if next_on is None:
        step("current_changed")
        step("current_new")
    if latest is None or question.on > latest.on:
        step("add")
        step("dealers")
        return
    if next_on is not None:
        step("resume_at_next")
        step("drop_at_next")
        step("correct_at_next")
    step("drop")
    step("put")
    step("refresh")
    step("since")
    step("dealers_again")
    if next_on is not None:
        TierRun.objects.filter(on=next_on).update(moved=TierChange.objects.of_run(next_on).moves().count())


def _counts(cursor: Any, question: Question, latest: TierRun | None, mode: Mode) -> Counter[str]:
    """How many dealers of each tier there are as of the run; after a run over changed dealers, from what moved."""
    if mode == Mode.CHANGED and latest is not None:
        cursor.execute(f'SELECT was_tier, tier, count(*) FROM "{DECIDED}" WHERE moved GROUP BY was_tier, tier')
        counts = Counter({"A": latest.count_a, "B": latest.count_b, "C": latest.count_c})
        for was, now, count in cursor.fetchall():
            counts.update({now: count})
            counts.subtract({was: count})
        return counts
    if question.current == CURRENT:
        cursor.execute("SELECT tier, count(*) FROM tiering_dealertier WHERE tier IS NOT NULL GROUP BY tier")
    else:
        load("tiering", "past").run(cursor, "counts", {"on": question.on})
    return Counter(dict(cursor.fetchall()))


def _record(
    question: Question,
    cut: CutOff,
    horizon: changed.Horizon,
    mode: Mode,
    looked_at: int,
    counts: Counter[str],
) -> TierRun:
    run = TierRun.objects.filter(on=question.on).first() or TierRun(on=question.on, times=0)
    run.policy = question.policy
    run.mode = mode
    run.ran_at = timezone.now()
    run.times += 1
    run.year = question.year
    run.basis = question.policy.basis
    run.ranked_count, run.places, run.cut_off_value = cut.count, cut.places, cut.value
    run.count_a, run.count_b, run.count_c = (counts[tier] for tier in "ABC")
    run.looked_at = looked_at
    run.moved = TierChange.objects.of_run(question.on).moves().count()
    run.seen_before_xid, run.seen_in_cluster = horizon.xid, horizon.cluster
    run.save()
    return run
