"""Why a dealer has its churn score, in the reader's language: each figure, what is usual, and its points."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.utils import formats
from django.utils.translation import gettext, ngettext

from alerts.churn.card import Card, Figure
from alerts.churn.scoring import LEAST_ORDER_DAYS, LOST_AFTER_DAYS
from alerts.models import ChurnState, DealerChurn
from crm.base.models import Company
from crm.base.money import from_e4
from crm.base.text import labelled


@dataclass(frozen=True, slots=True)
class Reason:
    """`text` is a clause without a full stop, `points` what it adds to the score. `figure` is None for all the rest."""

    figure: Figure | None
    text: str
    points: int

    def __str__(self) -> str:
        return labelled(self.text, points_of_100(self.points))


def points_of_100(points: int) -> str:
    return ngettext("%(points)s of 100 points.", "%(points)s of 100 points.", points) % {"points": points}


def reasons(row: DealerChurn, card: Card, *, on: dt.date, state: ChurnState) -> list[Reason]:
    """What gave points, most first: together the score, or more than 100. `on` is the day that silence is counted to.

    One by one stands what is worse than with most dealers; the rest, and what cannot be told, is one reason at the end.
    """
    found = []
    rest = 0
    for figure in Figure:
        points = getattr(row, f"p_{figure}")
        scale = card.scales.get(figure)
        text = _CLAUSES[figure](row, on, state) if points > (scale.unknown if scale else 0) else None
        if text:
            found.append(Reason(figure, text, points))
        else:
            rest += points
    found.sort(key=lambda reason: -reason.points)
    if rest:
        found.append(Reason(None, gettext("All other figures, no worse than those of most dealers"), rest))
    return found


def headline(row: DealerChurn | None, card: Card, *, on: dt.date) -> str:
    """The score in a sentence, or why there is none."""
    if row is None or row.order_days < LEAST_ORDER_DAYS:
        return gettext("No churn score: the dealer has not ordered often enough to have a rhythm.")
    if row.score is None:
        return gettext("No churn score: without an order for more than %(days)s days the dealer counts as lost.") % {
            "days": LOST_AFTER_DAYS
        }
    return gettext(
        "Churn score %(score)s of 100: of a hundred dealers with such a score about %(lost)s were lost within three months."
    ) % {"score": row.score, "lost": _number(Decimal(str(100 * card.chance(row.score))))}


def _silence(row: DealerChurn, on: dt.date, state: ChurnState) -> str | None:
    if not row.usual_gap_e1:
        return None
    days = (on - row.last_order_on).days
    return ngettext(
        "No order for %(days)s day; usually one every %(usual)s (%(times)s times)",
        "No order for %(days)s days; usually one every %(usual)s (%(times)s times)",
        days,
    ) % {"days": days, "usual": _tenths(row.usual_gap_e1), "times": _times(days * 10, row.usual_gap_e1)}


def _break(row: DealerChurn, on: dt.date, state: ChurnState) -> str | None:
    if not row.longest_gap:
        return None
    days = (on - row.last_order_on).days
    return ngettext(
        "No order for %(days)s day; the longest interval of a year was %(usual)s (%(times)s times)",
        "No order for %(days)s days; the longest interval of a year was %(usual)s (%(times)s times)",
        days,
    ) % {"days": days, "usual": row.longest_gap, "times": _times(days, row.longest_gap)}


def _pace(row: DealerChurn, on: dt.date, state: ChurnState) -> str | None:
    if not row.usual_gap_e1:
        return None
    days = Decimal((on - row.last_order_on).days + row.recent_gap_days) / (row.recent_gaps + 1)
    return gettext("The last intervals between orders, with the open one, take %(days)s days each; usually %(usual)s") % {
        "days": _number(days, 1), "usual": _tenths(row.usual_gap_e1)
    }  # fmt: skip


def _spread(row: DealerChurn, on: dt.date, state: ChurnState) -> str | None:
    if row.spread_e2 is None:
        return None
    return gettext("Irregular orders: the intervals vary by %(spread)s %% of their mean") % {"spread": row.spread_e2}


def _value(row: DealerChurn, on: dt.date, state: ChurnState) -> str:
    return gettext("The last three orders were worth %(value)s each; usually %(usual)s") % {
        "value": _money(row.value_e4), "usual": _money(row.usual_value_e4)
    }  # fmt: skip


def _lines(row: DealerChurn, on: dt.date, state: ChurnState) -> str:
    return gettext("The last six orders had %(value)s lines each; usually %(usual)s") % {
        "value": _number(Decimal(row.lines_e2) / 100, 1), "usual": _number(Decimal(row.usual_lines_e2) / 100, 1)
    }  # fmt: skip


def _month(row: DealerChurn, on: dt.date, state: ChurnState) -> str | None:
    if row.month_expected_e4 is None:
        return None
    return gettext("Bought %(value)s in the last closed month; usually %(usual)s in such a month") % {
        "value": _money(row.month_e4), "usual": _money(row.month_expected_e4)
    }  # fmt: skip


def _quarter(row: DealerChurn, on: dt.date, state: ChurnState) -> str | None:
    if row.quarter_before_e4 is None:
        return None
    return gettext("Bought %(value)s in three months; %(usual)s in the same months a year before") % {
        "value": _money(row.quarter_e4), "usual": _money(row.quarter_before_e4)
    }  # fmt: skip


def _half(row: DealerChurn, on: dt.date, state: ChurnState) -> str | None:
    if row.half_before_e4 is None:
        return None
    return gettext("Bought %(value)s in six months; %(usual)s in the six before") % {
        "value": _money(row.half_e4), "usual": _money(row.half_before_e4)
    }  # fmt: skip


def _year(row: DealerChurn, on: dt.date, state: ChurnState) -> str | None:
    if row.year_before_e4 is None:
        return None
    return gettext("Bought %(value)s in twelve months; %(usual)s in the twelve before") % {
        "value": _money(row.year_e4), "usual": _money(row.year_before_e4)
    }  # fmt: skip


def _size(row: DealerChurn, on: dt.date, state: ChurnState) -> str:
    return gettext("Buys %(value)s a year; a dealer buys %(usual)s on average, and smaller ones leave more often") % {
        "value": _money(row.year_e4), "usual": _money(state.mean_year_e4)
    }  # fmt: skip


def _tenure(row: DealerChurn, on: dt.date, state: ChurnState) -> str | None:
    if row.first_sale_month is None:
        return None
    months = (state.month.year - row.first_sale_month.year) * 12 + state.month.month - row.first_sale_month.month
    return ngettext(
        "Has bought from us for %(months)s month; newer dealers leave more often",
        "Has bought from us for %(months)s months; newer dealers leave more often",
        months,
    ) % {"months": months}


_CLAUSES: dict[Figure, Callable[[DealerChurn, dt.date, ChurnState], str | None]] = {
    Figure.SILENCE: _silence, Figure.BREAK: _break, Figure.PACE: _pace, Figure.SPREAD: _spread, Figure.VALUE: _value,
    Figure.LINES: _lines, Figure.MONTH: _month, Figure.QUARTER: _quarter, Figure.HALF: _half, Figure.YEAR: _year,
    Figure.SIZE: _size, Figure.TENURE: _tenure,
}  # fmt: skip


def _number(value: Decimal, digits: int = 0) -> str:
    return formats.number_format(round(value, digits), digits, use_l10n=True, force_grouping=True)


def _tenths(days_e1: int) -> str:
    """Days without a needless digit: 12, 10.5."""
    return _number(Decimal(days_e1) / 10, 0 if days_e1 % 10 == 0 else 1)


def _times(part: int, whole: int) -> str:
    return _number(Decimal(part) / whole, 1)


def _money(value_e4: int) -> str:
    return f"{_number(from_e4(value_e4) or Decimal(0))} {Company.get().currency}"
