"""A dealer's rebate explained: the calculation line by line, what is missing of the next band, and how long is left."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.base.models import Company
from crm.base.money import minor_units
from crm.base.text import run_on
from promotions.models import RebateAccrual, RebateProgramme
from promotions.rebates.accrual import START_SCALE, terms_of
from promotions.rebates.arithmetic import Band, Figures, Part, Terms, Worked, work_out
from promotions.rebates.choices import Basis


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the calculation: what, by which rule, and what it brings (None: a remark)."""

    label: str
    rule: str
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Statement:
    """`headline`: what is owed; `next_step`: what is missing of the next band, empty above the last."""

    programme: RebateProgramme
    accrual: RebateAccrual | None
    worked: Worked
    rows: list[Row]
    headline: str
    next_step: str
    days_left: int
    settled: Decimal
    total: Decimal

    @property
    def open(self) -> Decimal:
        return self.total - self.settled


def statement(programme: RebateProgramme, accrual: RebateAccrual | None, *, on: dt.date) -> Statement:
    """The statement of one dealer as of the last night; without an accrual that of a dealer that bought nothing."""
    terms = terms_of(programme)
    figures = figures_of(accrual)
    worked = work_out(terms, figures)
    total = Decimal(worked.accrued_e4).scaleb(-4)
    days_left = max(0, (programme.ends_on - on).days)
    return Statement(
        programme, accrual, worked, _rows(terms, figures, worked), _headline(total, figures), _next_step(terms, worked, days_left),
        days_left, accrual.settled if accrual else Decimal(0), total,
    )  # fmt: skip


def figures_of(accrual: RebateAccrual | None) -> Figures:
    if accrual is None:
        return Figures()
    return Figures(
        accrual.amount_e4, accrual.quantity_e3, accrual.before_e4, accrual.reached_e4, accrual.points, accrual.pay_days
    )


def money(value: Decimal | int) -> str:
    """An amount in the reader's notation with the company's currency; an int is hundredths."""
    amount = value if isinstance(value, Decimal) else Decimal(value).scaleb(-2)
    currency = Company.get().currency
    return f"{number_format(amount, minor_units(currency), force_grouping=True)} {currency}"


def _headline(total: Decimal, figures: Figures) -> str:
    return _("%(amount)s so far, for %(bought)s bought.") % {"amount": money(total), "bought": money(figures.amount_e2)}


def _next_step(terms: Terms, worked: Worked, days_left: int) -> str:
    if worked.short is None or worked.short <= 0 or not days_left:
        return ""
    match terms.basis:
        case "AMOUNT" | "GROWTH":
            missing = _("%(figure)s short of the next step.") % {"figure": money(worked.short)}
        case "QUANTITY":
            missing = _("%(figure)s units short of the next step.") % {
                "figure": _plain(Decimal(worked.short).scaleb(-3))
            }
        case _:
            missing = ngettext(
                "%(figure)s point short of the next step.", "%(figure)s points short of the next step.", worked.short
            ) % {"figure": worked.short}
    left = ngettext("%(count)s day left.", "%(count)s days left.", days_left) % {"count": days_left}
    return run_on([missing, left])


def _rows(terms: Terms, figures: Figures, worked: Worked) -> list[Row]:
    rows = [_band_row(terms, part) for part in worked.parts]
    earned = Decimal(worked.earned_e7).scaleb(-7)
    if not rows:
        rows.append(Row(_("No step was reached"), _first_step(terms), Decimal(0)))
    if terms.gate_e4 is not None:
        rows.append(_gate_row(terms.gate_e4, figures, worked, earned))
    if terms.speeds and worked.gate_met and worked.speed != 100:
        counted = Decimal(worked.earned_e7 * worked.speed // 100).scaleb(-7)
        rule = _("Paid after %(days)s days: %(share)s per cent counts.") % {
            "days": figures.pay_days,
            "share": worked.speed,
        }
        rows.append(Row(_("Speed of payment"), rule, counted - earned))
    if worked.capped and worked.gate_met and worked.cap_e7 is not None:
        over = Decimal(worked.earned_e7 * worked.speed // 100 - worked.cap_e7).scaleb(-7)
        rule = _("At most %(amount)s.") % {"amount": money(Decimal(worked.cap_e7).scaleb(-7))}
        rows.append(Row(_("Cap"), rule, -over))
    return rows


def _band_row(terms: Terms, part: Part) -> Row:
    start, end = band_start(terms, part.band), None if part.end is None else _start(terms, part.end)
    label = (
        _("from %(start)s to %(end)s") % {"start": start, "end": end} if end else _("from %(start)s") % {"start": start}
    )
    if terms.basis == Basis.QUANTITY:
        values = {"base": _plain(Decimal(part.base).scaleb(-3)), "rate": money(_rate(terms, part.band))}
        rule = _("%(base)s units at %(rate)s each") % values
    else:
        rule = _("%(base)s at %(rate)s per cent") % {
            "base": money(part.base),
            "rate": _plain(_rate(terms, part.band) * 100),
        }
    return Row(label, rule, Decimal(part.earned_e7).scaleb(-7))


def _gate_row(gate_e4: int, figures: Figures, worked: Worked, earned: Decimal) -> Row:
    asked = _plain(Decimal(gate_e4).scaleb(-2))
    if figures.reached_e4 is None:
        rule = _("%(asked)s per cent of the target is asked for, and no target is set for this period.") % {
            "asked": asked
        }
    else:
        reached = _plain(Decimal(figures.reached_e4).scaleb(-2))
        values = {"asked": asked, "reached": reached}
        rule = _("%(asked)s per cent of the target is asked for, %(reached)s per cent is reached.") % values
    return Row(_("Gate"), rule, None if worked.gate_met else -earned)


def _first_step(terms: Terms) -> str:
    return (
        _("The first step begins at %(start)s.") % {"start": band_start(terms, terms.bands[0])} if terms.bands else ""
    )


def band_start(terms: Terms, band: Band) -> str:
    """Where a band begins, in words of its basis."""
    return _start(terms, band.start)


def _start(terms: Terms, start: int) -> str:
    value = Decimal(start) / START_SCALE[Basis(terms.basis)]
    match terms.basis:
        case "AMOUNT":
            return money(value)
        case "QUANTITY":
            return _("%(figure)s units") % {"figure": _plain(value)}
        case "GROWTH":
            return _("%(figure)s per cent of growth") % {"figure": _plain(value * 100)}
    return ngettext("%(figure)s point", "%(figure)s points", start) % {"figure": start}


def _rate(terms: Terms, band: Band) -> Decimal:
    return Decimal(band.rate) / (10_000 if terms.basis == Basis.QUANTITY else 100_000)


def band_rate(terms: Terms, band: Band) -> str:
    """What a band pays."""
    rate = _rate(terms, band)
    if terms.basis == Basis.QUANTITY:
        return _("%(amount)s for each unit") % {"amount": money(rate)}
    return _("%(share)s per cent") % {"share": _plain(rate * 100)}


def _plain(value: Decimal) -> str:
    """Without noughts at the end."""
    text = value.normalize()
    digits = max(0, -int(text.as_tuple().exponent))
    return str(number_format(text, digits, force_grouping=True))


def period_of(programme: RebateProgramme) -> str:
    """Its first and its last day."""
    first, last = programme.starts_on, programme.ends_on - dt.timedelta(days=1)
    values = {"first": date_format(first, "SHORT_DATE_FORMAT"), "last": date_format(last, "SHORT_DATE_FORMAT")}
    return _("%(first)s – %(last)s") % values
