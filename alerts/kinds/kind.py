"""What a kind of warning is: what it measures, from which limits on, by which SQL, and how it says so.

A kind's level of a dealer is the highest that one of its measures gives: 0, 1 yellow, 2 orange, 3 red. There are two ways
to measure, and a kind may use both.

- **Narrow**: a measure reads columns of the narrow row (`s`, alerts_dealerstanding). Those of all kinds and all dealers
  are decided in one pass.
- **Listed**: the kind's own statement lists the dealers that have something to tell, with the figure of each measure
  that has no `figure` of its own. For what few dealers have, and for figures of other apps.

Figures are compared as whole numbers: a limit is multiplied by the measure's scale.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from accounts.choices import Role
from alerts.choices import OwnedBy
from crm.base.text import StrPromise

Text = str | StrPromise
# Yellow, orange, red; None: this level is never reached.
Limits = tuple[Decimal | None, Decimal | None, Decimal | None]


class Unit(enum.Enum):
    """What limits of a measure are given in. SHARE is 0..1 and shown in per cent; TIMES is shown as 1.5 x."""

    SHARE = "SHARE"
    TIMES = "TIMES"
    DAYS = "DAYS"
    COUNT = "COUNT"
    POINTS = "POINTS"


class Turn(enum.Enum):
    """How a figure is held against a limit."""

    AT_LEAST = ">="
    ABOVE = ">"
    AT_MOST = "<="
    BELOW = "<"

    @property
    def rises(self) -> bool:
        """Whether more is worse."""
        return self in (Turn.AT_LEAST, Turn.ABOVE)


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure of a kind and its limits.

    `figure` is SQL over the narrow row `s`, a whole number: the value times `scale`; NULL: nothing to tell. It may name
    parameters of the kind as `{name}` and the day as `%(on)s`. `per` (SQL, tenths of a day) makes it a multiple: then
    `figure` is in days, and the limit says how many times `per`. `when` is a condition that must hold for the row.
    Of a listed kind the statement gives the figures, and `figure` is empty.

    `sentence` is a whole sentence with %(figure)s and %(limit)s, and what `shows` adds: SQL over `s` by name, of dates
    (names that end in _on) and whole days or numbers.
    """

    key: str
    label: Text
    unit: Unit
    limits: Limits
    sentence: Text
    turn: Turn = Turn.AT_LEAST
    # Where red is held against its limit another way.
    turn_red: Turn | None = None
    figure: str = ""
    scale: int = 1
    per: str = ""
    when: str = ""
    shows: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number that a kind reads besides limits, whole or with two digits."""

    key: str
    label: Text
    unit: Unit
    default: Decimal


@dataclass(frozen=True, slots=True)
class Listed:
    """`sql` gives rows (dealer_id, measure, figure, detail): figures as numeric in the measure's unit, detail as jsonb of
    what the sentence shows, or NULL. Parameters: on, month (the first of its month), the kind's own by the rule that
    counts everywhere, and least_<measure>, the limit that nobody else gets past. `table`: without it the kind sleeps.
    """

    sql: str
    table: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """`place` is where its level stands among the bits, for ever (0 to 30). `entered`: people enter it, nothing is
    measured. `dormant`: nothing gives its figures yet; `waits_for` says what will. `evidence` names what a case page shows
    beside the sentence.
    `past`: the step of sql/past.sql that tells its figures of a past day, for the try-out; empty: nothing does.
    """

    code: str
    place: int
    label: Text
    about: Text
    measures: tuple[Measure, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    listed: Listed | None = None
    entered: bool = False
    dormant: bool = False
    owned_by: OwnedBy = OwnedBy.REPRESENTATIVE
    watchers: tuple[Role, ...] = (Role.MANAGER,)
    margin: Decimal = Decimal("0.05")
    recovery_days: int = 14
    evidence: str = ""
    past: str = ""
    waits_for: Text = ""

    @property
    def shift(self) -> int:
        """By how many bits its level stands to the left in `levels`."""
        return 2 * self.place

    @property
    def narrow(self) -> tuple[Measure, ...]:
        """The measures that read the narrow row."""
        return tuple(measure for measure in self.measures if measure.figure)

    def measure(self, key: str) -> Measure | None:
        return next((each for each in self.measures if each.key == key), None)
