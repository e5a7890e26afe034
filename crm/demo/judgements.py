"""What the demo's people think of their dealers where no figures exist yet: dated judgements, as the scores want them."""

from __future__ import annotations

import datetime as dt
from random import Random

from crm.demo.network import Grown
from dealers.choices import DealerKind
from tiering.choices import Component
from tiering.models import ScoreJudgement

# Which side of the dealer each component shows; the market is what it is.
_SHOWS = {
    Component.EXECUTION: "cooperation",
    Component.PARTICIPATION: "cooperation",
    Component.SURVEY: "loyalty",
    Component.MARKET_ORDER: "loyalty",
    Component.MARKET_SIZE: "",
}


def _judgement(random: Random, g: Grown, component: Component, on: dt.date, shift: float = 0.0) -> ScoreJudgement:
    side = _SHOWS[component]
    likely = getattr(g.course, side) if side else random.uniform(0.3, 0.9)
    value = round(100 * min(1.0, max(0.0, likely + shift + random.gauss(0.04, 0.06))))
    return ScoreJudgement(
        dealer=g.dealer, component=component, value=value, judged_on=on, judged_by=g.staff.representative
    )


def judge(*, random: Random, grown: list[Grown], on: dt.date) -> None:
    """Judgements of the last two Decembers and of this year, for every dealer that trades."""
    rows = []
    for g in grown:
        if not g.course.units:
            continue
        recent = on - dt.timedelta(days=random.randint(20, 300))
        for day in (dt.date(on.year - 2, 12, 10), dt.date(on.year - 1, 12, 10), recent):
            if day >= g.course.begins and day < on:
                shift = -0.4 if _was_doubted(g) else 0.0
                rows += [
                    _judgement(random, g, component, day, shift if _SHOWS[component] else 0.0) for component in _SHOWS
                ]
    ScoreJudgement.objects.bulk_create(rows, batch_size=2000, ignore_conflicts=True)


def judge_anew(*, random: Random, grown: list[Grown], on: dt.date) -> None:
    """Some growing franchisees are seen in a new light today, so that tonight's run moves them."""
    growing = [
        g for g in grown if g.dealer.kind == DealerKind.FRANCHISEE and g.course.growth > 0.12 and not g.course.ends
    ]
    doubted = [g for g in growing if _was_doubted(g)]
    trusted = [g for g in growing if not _was_doubted(g)]
    rows = []
    for number, g in enumerate(doubted + random.sample(trusted, min(len(trusted), 30))):
        shift = 0.6 if number < len(doubted) else -0.6
        rows += [_judgement(random, g, component, on, shift) for component in _SHOWS if _SHOWS[component]]
    ScoreJudgement.objects.bulk_create(rows, ignore_conflicts=True)


def _was_doubted(g: Grown) -> bool:
    """One in five was thought little of until today."""
    return int(g.dealer.code[2:]) % 5 == 0
