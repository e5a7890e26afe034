"""Whether a run may look at changed dealers only, and which those are: tiering/sql/changed.sql."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from crm.base.sql import load
from tiering.models import TierRun
from tiering.rule import CutOff, Terms, enough_history_since

# Above this share of changed dealers, looking at all of them in parallel is quicker.
FEW = 0.15
# Transaction ids are compared within half their range; further back nothing is known.
LONGEST_LOOK_BACK = 1_500_000_000


@dataclass(frozen=True, slots=True)
class Horizon:
    """`xid`: what transactions from this one on write, this run may not have seen. `cluster`: where xid counts."""

    xid: int
    cluster: int

    def reaches(self, run: TierRun) -> bool:
        """Whether the changes since `run` can be told."""
        return self.cluster == run.seen_in_cluster and 0 <= self.xid - run.seen_before_xid <= LONGEST_LOOK_BACK


def horizon(cursor: Any) -> Horizon:
    """Taken before anything else is read."""
    load("tiering", "changed").run(cursor, "horizon")
    return Horizon(*cursor.fetchone())


def are_few(cursor: Any, last: TierRun, dealers: int) -> bool:
    """Whether few enough of the figures of so many dealers changed since the run `last`."""
    load("tiering", "changed").run(cursor, "count", {"seen_before": last.seen_before_xid})
    (changed,) = cursor.fetchone()
    return changed <= FEW * dealers


def changed_figures(cursor: Any, *, last: TierRun, on: dt.date, terms: Terms, cut: CutOff, by_amount: bool) -> str:
    """Put the figures of the dealers to look at into a temporary table; its name."""
    values = [value for value in (last.cut_off_value, cut.value) if value is not None]
    low, high = (min(values), max(values)) if values else (1, 0)
    if len(values) == 1:
        # Nobody could be A by rank before, or nobody can now: all from there on move.
        high = 2**63 - 1
    cursor.execute("DROP TABLE IF EXISTS pg_temp.tier_some_figures")
    load("tiering", "changed").run(
        cursor,
        "figures",
        {
            "seen_before": last.seen_before_xid, "since": last.on, "on": on, "by_amount": by_amount,
            "ranked": sorted(terms.ranked), "low": low, "high": high,
            "history_since": enough_history_since(on, terms), "history_was": enough_history_since(last.on, terms),
        },
    )  # fmt: skip
    cursor.execute("ANALYZE tier_some_figures")
    return "tier_some_figures"
