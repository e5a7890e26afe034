"""What a programme comes to for one dealer, worked out line by line: docs/algorithms/rebates.md has the numbers.

Everything is whole numbers. Amounts come in ten-thousandths of the currency and are rounded to hundredths before a rate
is applied; quantities are thousandths of the unit; rates of amounts are hundred-thousandths of them, rates of quantities
ten-thousandths of the currency for a unit. Either product is ten-millionths of the currency, and is rounded once, at the
end, to what the currency is paid in. The night does the same for all dealers by promotions.rebates.statement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

# Ten-millionths of the currency in a whole, and the ten-thousandths that rollups are kept in.
WHOLE_E7, E7_IN_E4 = 10_000_000, 1_000


class Way(Enum):
    """How bands pay: MARGINAL pays each part of the figure at the rate of its band; REACHED pays the whole amount at the
    rate of the highest band that was reached."""

    MARGINAL = auto()
    REACHED = auto()


@dataclass(frozen=True, slots=True)
class Band:
    """From `start` on (in the unit of the basis) the rate counts, up to the next band."""

    start: int
    rate: int


@dataclass(frozen=True, slots=True)
class Terms:
    """A programme in numbers.

    `basis` is AMOUNT (bands in hundredths), QUANTITY (thousandths), GROWTH (ten-thousandths of the year before) or POINTS.
    `gate_e4`: without this share of the target there is nothing. `speeds`: (days, per cent) in rising order, what is paid
    that soon counts so much, later nothing; empty: not asked. `cap_e4`: at most so much; `cap_rate_e5`: at most this share
    of the amount bought. `digits`: what the currency is paid in.
    """

    basis: str
    bands: tuple[Band, ...]
    gate_e4: int | None = None
    speeds: tuple[tuple[int, int], ...] = ()
    cap_e4: int | None = None
    cap_rate_e5: int | None = None
    digits: int = 2

    @property
    def way(self) -> Way:
        return Way.MARGINAL if self.basis in ("AMOUNT", "QUANTITY") else Way.REACHED

    @property
    def rounded_to_e7(self) -> int:
        """The smallest amount that is paid, in ten-millionths."""
        return WHOLE_E7 // 10**self.digits


@dataclass(frozen=True, slots=True)
class Figures:
    """What a dealer did in the period. `before_e4`: bought in the same months a year earlier; `reached_e4`: share of the
    target, None without one; `points`: None when nobody gave any; `pay_days`: None when nothing is owed or known."""

    amount_e4: int = 0
    quantity_e3: int = 0
    before_e4: int = 0
    reached_e4: int | None = None
    points: int | None = None
    pay_days: int | None = None

    @property
    def amount_e2(self) -> int:
        """Returns beyond what was bought count as nothing."""
        return max(0, (self.amount_e4 + 50) // 100)

    @property
    def growth_e4(self) -> int | None:
        """None without sales a year before."""
        if self.before_e4 <= 0:
            return None
        return (self.amount_e4 - self.before_e4) * 10_000 // self.before_e4


@dataclass(frozen=True, slots=True)
class Part:
    """One line: so much of the figure fell into a band and brought so much (ten-millionths)."""

    band: Band
    end: int | None
    base: int
    earned_e7: int


@dataclass(frozen=True, slots=True)
class Worked:
    """The whole calculation. `step`: how many bands were reached. `short`: what is missing of the next band in the unit of
    the basis, for growth in hundredths of the currency; None above the last."""

    parts: tuple[Part, ...]
    step: int
    short: int | None
    earned_e7: int
    gate_met: bool
    speed: int
    cap_e7: int | None
    accrued_e4: int

    @property
    def capped(self) -> bool:
        return self.cap_e7 is not None and self.earned_e7 * self.speed // 100 > self.cap_e7


def work_out(terms: Terms, figures: Figures) -> Worked:
    """Bands, gate, speed of payment, caps, rounding; in this order."""
    measured = measured_by(terms, figures)
    step = sum(measured is not None and measured >= band.start for band in terms.bands)
    parts = _parts(terms, figures, measured or 0, step)
    earned = sum(part.earned_e7 for part in parts)
    gate_met = terms.gate_e4 is None or (figures.reached_e4 is not None and figures.reached_e4 >= terms.gate_e4)
    speed = _speed(terms.speeds, figures.pay_days)
    cap = _cap(terms, figures)
    counted = earned * speed // 100 if gate_met else 0
    if cap is not None:
        counted = min(counted, cap)
    return Worked(
        parts, step, _short(terms, figures, measured, step), earned, gate_met, speed, cap,
        rounded_e4(counted, terms.rounded_to_e7),
    )  # fmt: skip


def measured_by(terms: Terms, figures: Figures) -> int | None:
    """The figure that the bands are held against; None where there is none."""
    match terms.basis:
        case "AMOUNT":
            return figures.amount_e2
        case "QUANTITY":
            return max(0, figures.quantity_e3)
        case "GROWTH":
            return figures.growth_e4
    return figures.points


def rounded_e4(value_e7: int, unit_e7: int) -> int:
    """Ten-millionths, rounded to what can be paid (halves up), in ten-thousandths."""
    return (value_e7 + unit_e7 // 2) // unit_e7 * unit_e7 // E7_IN_E4


def _parts(terms: Terms, figures: Figures, measured: int, step: int) -> tuple[Part, ...]:
    reached = terms.bands[:step]
    ends = [band.start for band in terms.bands[1:]] + [None]
    if terms.way is Way.REACHED:
        if not reached:
            return ()
        band = reached[-1]
        return (Part(band, ends[step - 1], figures.amount_e2, figures.amount_e2 * band.rate),)
    parts = []
    for band, end in zip(reached, ends[:step], strict=True):
        base = (measured if end is None else min(measured, end)) - band.start
        parts.append(Part(band, end, base, base * band.rate))
    return tuple(parts)


def _short(terms: Terms, figures: Figures, measured: int | None, step: int) -> int | None:
    if step == len(terms.bands):
        return None
    start = terms.bands[step].start
    if terms.basis != "GROWTH":
        return start - (measured or 0)
    if figures.before_e4 <= 0:
        return None
    needed_e4 = -(-figures.before_e4 * (10_000 + start) // 10_000)
    return -(-(needed_e4 - figures.amount_e4) // 100)


def _speed(speeds: Sequence[tuple[int, int]], pay_days: int | None) -> int:
    """The share in per cent that the speed of payment leaves. Who owes nothing has paid at once."""
    if not speeds or pay_days is None:
        return 100
    return next((share for days, share in speeds if pay_days <= days), 0)


def _cap(terms: Terms, figures: Figures) -> int | None:
    caps = []
    if terms.cap_e4 is not None:
        caps.append(terms.cap_e4 * E7_IN_E4)
    if terms.cap_rate_e5 is not None:
        caps.append(figures.amount_e2 * terms.cap_rate_e5)
    return min(caps, default=None)
