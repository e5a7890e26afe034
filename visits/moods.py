"""How a dealer has been disposed to us from visit to visit (D-52)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dealers.models import Dealer
from visits.models import Visit

WORDS = {
    -2: gettext_lazy("angry"),
    -1: gettext_lazy("reserved"),
    0: gettext_lazy("matter of fact"),
    1: gettext_lazy("friendly"),
    2: gettext_lazy("delighted"),
}
# Visits of the trend, and how many of them are each half that is compared at least.
VISITS, HALF = 12, 2
# Half a step of the five is a change; less is chance.
CHANGE = 0.5


@dataclass(frozen=True, slots=True)
class Moods:
    """The last visits at which a mood was written down, the oldest first; `vented` of them let the dealer let off steam."""

    moods: tuple[int, ...]
    last_on: dt.date
    vented: int

    @property
    def last(self) -> str:
        return str(WORDS[self.moods[-1]])

    @property
    def change(self) -> float | None:
        """Mean of the later half against the earlier one; None for too few visits."""
        half = len(self.moods) // 2
        if half < HALF:
            return None
        return sum(self.moods[-half:]) / half - sum(self.moods[:half]) / half

    @property
    def trend(self) -> str:
        """In words; empty for too few visits."""
        if self.change is None:
            return ""
        if self.change >= CHANGE:
            return _("better than before")
        if self.change <= -CHANGE:
            return _("worse than before")
        return _("as before")

    @property
    def is_worse(self) -> bool:
        return self.change is not None and self.change <= -CHANGE

    @property
    def spoken(self) -> str:
        """The course for who does not see the line."""
        return ", ".join(str(WORDS[mood]) for mood in self.moods)


def moods_of(dealer: Dealer) -> Moods | None:
    """None where no visit has one; one query."""
    rows = list(
        Visit.objects.filter(dealer=dealer, mood__isnull=False)
        .made()
        .order_by("-on", "-pk")
        .values_list("mood", "on", "venting")[:VISITS]
    )
    if not rows:
        return None
    moods = tuple(mood for mood, *_rest in reversed(rows) if mood is not None)
    return Moods(moods, rows[0][1], sum(vented for _mood, _on, vented in rows))
