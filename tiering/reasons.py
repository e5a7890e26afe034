"""Why a dealer has its tier, as a sentence in the reader's language, with the figures that decided."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING

from django.utils import formats
from django.utils.translation import gettext, ngettext, pgettext

from crm.base.models import Company
from crm.base.money import from_e3, from_e4
from crm.base.text import joined, run_on
from dealers.choices import DealerKind
from tiering.choices import Basis, Reason
from tiering.rule import Missing, Terms, months_of_figures

if TYPE_CHECKING:
    from tiering.models import DealerTier, TierChange, TierOverride, TierRun


@dataclass(frozen=True, slots=True)
class Background:
    """What the sentence takes from the run that decided, not from the dealer."""

    on: dt.date
    terms: Terms
    basis: str
    ranked_count: int
    places: int
    cut_off_value: int | None
    first_month: int = 1

    @classmethod
    def of(cls, run: TierRun, first_month: int | None = None) -> Background:
        """`run` with its policy; the first month of the fiscal year is the company's when it is None."""
        return cls(
            run.on, run.policy.terms, run.basis, run.ranked_count, run.places, run.cut_off_value,
            first_month or Company.get().fiscal_year_start,
        )  # fmt: skip


def sentence(row: DealerTier | TierChange, background: Background, rank: int | None = None) -> str:
    """The reason in one or two sentences. `rank` is the place among the ranked dealers, for who is A by it."""
    match row.reason:
        case Reason.AGENT:
            return _always(row)
        case Reason.RANK:
            return _ranked(row, background, rank)
        case Reason.GROWTH:
            return _grown(row, background)
        case Reason.DAMPED:
            return gettext("%(tier)s: the rule says C, but a dealer goes down one class a year at most.") % {
                "tier": row.tier
            }
        case Reason.OVERRIDE:
            return _by_hand(row)
        case Reason.OUTSIDE:
            return gettext("No tier: the dealer does not trade with us.")
    return _rest(row, background)


def year_label(year: int, first_month: int) -> str:
    """2025, or 2025/26 where fiscal years are not calendar years."""
    return str(year) if first_month == 1 else f"{year}/{(year + 1) % 100:02}"


def growth(value: int, base: int) -> Decimal | None:
    """Growth in per cent with one digit, cut off: 9.96 must not read as the 10.0 that it did not reach. None without base."""
    if base <= 0:
        return None
    return (Decimal(value - base) * 100 / base).quantize(Decimal("0.1"), rounding=ROUND_FLOOR)


def _always(row: DealerTier | TierChange) -> str:
    if row.kind == DealerKind.AGENT:
        return gettext("A: agents are always A.")
    return gettext("A: dealers of the kind “%(kind)s” are always A.") % {"kind": _kind(row.kind)}


def _ranked(row: DealerTier | TierChange, background: Background, rank: int | None) -> str:
    values = {
        "rank": _number(rank), "count": _number(background.ranked_count), "places": _number(background.places),
        "year": year_label(row.year, background.first_month), "value": _value(row.value, background.basis),
    }  # fmt: skip
    quantity = background.basis == Basis.QUANTITY
    if rank is None:
        if quantity:
            text = gettext("A: %(value)s sold in %(year)s; the first %(places)s of %(count)s are A.")
        else:
            text = gettext("A: sales of %(value)s in %(year)s; the first %(places)s of %(count)s are A.")
    elif background.terms.ranked == {DealerKind.FRANCHISEE.value}:
        if quantity:
            text = gettext(
                "A: rank %(rank)s of %(count)s franchisees by quantity of %(year)s; the first %(places)s are A."
            )
        else:
            text = gettext(
                "A: rank %(rank)s of %(count)s franchisees by amount of %(year)s; the first %(places)s are A."
            )
    elif quantity:
        text = gettext(
            "A: rank %(rank)s of %(count)s ranked dealers by quantity of %(year)s; the first %(places)s are A."
        )
    else:
        text = gettext(
            "A: rank %(rank)s of %(count)s ranked dealers by amount of %(year)s; the first %(places)s are A."
        )
    return text % values


def _grown(row: DealerTier | TierChange, background: Background) -> str:
    terms = background.terms
    values = {
        "growth": _number(growth(row.value, row.value_1), 1), "year": year_label(row.year, background.first_month),
        "growth_before": _number(growth(row.value_1, row.value_2), 1),
        "year_before": year_label(row.year - 1, background.first_month), "asked": _percent(terms.b_growth),
        "cooperation": row.cooperation, "loyalty": row.loyalty, "min": terms.b_min_cooperation,
        "min_cooperation": terms.b_min_cooperation, "min_loyalty": terms.b_min_loyalty,
    }  # fmt: skip
    quantity = background.basis == Basis.QUANTITY
    if terms.b_years == 1:
        if quantity:
            grown = gettext("quantity grew %(growth)s %% in %(year)s (at least %(asked)s %%)")
        else:
            grown = gettext("sales grew %(growth)s %% in %(year)s (at least %(asked)s %%)")
    elif quantity:
        grown = gettext(
            "quantity grew %(growth_before)s %% in %(year_before)s and %(growth)s %% in %(year)s"
            " (at least %(asked)s %% each)"
        )
    else:
        grown = gettext(
            "sales grew %(growth_before)s %% in %(year_before)s and %(growth)s %% in %(year)s"
            " (at least %(asked)s %% each)"
        )
    if terms.b_min_cooperation == terms.b_min_loyalty:
        scores = gettext("cooperation %(cooperation)s, loyalty %(loyalty)s (at least %(min)s each)")
    else:
        scores = gettext(
            "cooperation %(cooperation)s (at least %(min_cooperation)s), loyalty %(loyalty)s (at least %(min_loyalty)s)"
        )
    return gettext("B: %(growth)s, %(scores)s.") % {"growth": grown % values, "scores": scores % values}


def _rest(row: DealerTier | TierChange, background: Background) -> str:
    """What is missing for B, the nearest first; for ranked dealers also how far the first ranks are."""
    clauses = [clause for _gap, clause in sorted(_missing(row, background))]
    if len(clauses) == 1:
        text = gettext("C: only one thing is missing for B: %(what)s.") % {"what": clauses[0]}
    else:
        text = gettext("C: %(what)s.") % {"what": pgettext("between the clauses of a sentence", "; ").join(clauses)}
    if row.kind in background.terms.ranked and background.cut_off_value is not None:
        values = {
            "cut_off": _value(background.cut_off_value, background.basis),
            "value": _value(row.value, background.basis),
            "year": year_label(row.year, background.first_month),
        }
        if Missing.PROFILE in Missing(row.missing) and row.value >= background.cut_off_value:
            more = gettext("Its rank would make it A.")
        else:
            more = gettext("A by rank begins at %(cut_off)s; this dealer had %(value)s in %(year)s.") % values
        return run_on((text, more))
    return text


def _missing(row: DealerTier | TierChange, background: Background) -> list[tuple[float, str]]:
    """How far away each missing condition is (0 near, 1 far) and the words for it."""
    terms, missing = background.terms, Missing(row.missing)
    quantity = background.basis == Basis.QUANTITY
    year, before = (year_label(row.year - back, background.first_month) for back in (0, 1))
    found: list[tuple[float, str]] = []
    if Missing.BASE in missing:
        gone = [
            year_label(row.year - back, background.first_month)
            for back, value in ((2, row.value_2), (1, row.value_1))
            if value <= 0 and back <= terms.b_years
        ]
        text = gettext("no sales in %(years)s to grow from")
        found.append((2.0, text % {"years": joined(gone)}))
    for flag, label, value, base in (
        (Missing.GROWTH_BEFORE, before, row.value_1, row.value_2),
        (Missing.GROWTH, year, row.value, row.value_1),
    ):
        percent = growth(value, base)
        if flag in missing and value <= 0:
            # Less than nothing are returns; a fall of more than 100 % would puzzle.
            found.append((1.0, gettext("no sales in %(year)s") % {"year": label}))
        elif flag in missing and percent is not None:
            gap = float(terms.b_growth) - float(percent) / 100
            found.append((gap, _growth_clause(percent, label, terms, quantity=quantity)))
    if Missing.COOPERATION_SCORE in missing:
        found.append((1.0, gettext("no cooperation score yet")))
    if Missing.LOYALTY_SCORE in missing:
        found.append((1.0, gettext("no loyalty score yet")))
    if Missing.COOPERATION in missing and row.cooperation is not None:
        text = gettext("cooperation %(score)s (%(asked)s needed)")
        words = text % {"score": row.cooperation, "asked": terms.b_min_cooperation}
        found.append(((terms.b_min_cooperation - row.cooperation) / 100, words))
    if Missing.LOYALTY in missing and row.loyalty is not None:
        text = gettext("loyalty %(score)s (%(asked)s needed)")
        words = text % {"score": row.loyalty, "asked": terms.b_min_loyalty}
        found.append(((terms.b_min_loyalty - row.loyalty) / 100, words))
    if Missing.HISTORY in missing:
        months = months_of_figures(row.first_sale_month, background.on)
        text = ngettext(
            "%(months)s month of figures (%(asked)s needed)", "%(months)s months of figures (%(asked)s needed)", months
        )
        found.append(
            (
                (terms.min_months - months) / max(terms.min_months, 1),
                text % {"months": months, "asked": terms.min_months},
            )
        )
    if Missing.PROFILE in missing:
        text = gettext("profile filled in to less than %(asked)s %%")
        found.append((0.5, text % {"asked": terms.min_completeness}))
    return found


def _growth_clause(percent: Decimal, year: str, terms: Terms, *, quantity: bool) -> str:
    values = {"percent": _number(abs(percent), 1), "year": year, "asked": _percent(terms.b_growth)}
    if percent >= 0:
        text = (
            gettext("quantity grew %(percent)s %% in %(year)s (%(asked)s %% needed)")
            if quantity
            else gettext("sales grew %(percent)s %% in %(year)s (%(asked)s %% needed)")
        )
    else:
        text = (
            gettext("quantity fell %(percent)s %% in %(year)s (growth of %(asked)s %% needed)")
            if quantity
            else gettext("sales fell %(percent)s %% in %(year)s (growth of %(asked)s %% needed)")
        )
    return text % values


def _by_hand(row: DealerTier | TierChange) -> str:
    override: TierOverride | None = row.override
    computed = row.computed or "–"
    if override is None:
        return gettext("%(tier)s: set by hand; the rule says %(computed)s.") % {"tier": row.tier, "computed": computed}
    return gettext(
        "%(tier)s: set by hand until %(until)s (%(why)s), approved by %(who)s; the rule says %(computed)s."
    ) % {
        "tier": row.tier, "until": formats.date_format(override.expires_on, "DATE_FORMAT"), "why": override.reason,
        "who": override.decided_by, "computed": computed,
    }  # fmt: skip


def _kind(kind: str) -> str:
    return str(DealerKind(kind).label) if kind in DealerKind.values else kind


def _number(value: int | Decimal | None, digits: int = 0) -> str:
    return "–" if value is None else formats.number_format(value, digits, use_l10n=True, force_grouping=True)


def _percent(share: Decimal) -> str:
    """A share as a bare number of per cent, without needless digits: 0.125 is 12.5."""
    percent = (share * 100).normalize()
    return _number(percent, max(0, -int(percent.as_tuple().exponent)))


def _value(value: int, basis: str) -> str:
    """A quantity without needless digits, or an amount with the company's currency."""
    if basis == Basis.AMOUNT:
        return f"{_number(from_e4(value), 0)} {Company.get().currency}"
    quantity = (from_e3(value) or Decimal(0)).normalize()
    return _number(quantity, max(0, -int(quantity.as_tuple().exponent)))
