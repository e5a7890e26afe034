"""Who would move under another policy, on today's data, before it applies."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import connection, transaction

from accounts.models import User
from accounts.scope import scope_of
from crm.base.models import Company
from dealers.models import Dealer
from tiering.figures import figures_for
from tiering.models import TierPolicy
from tiering.runs import Question, cut_off, decide

_TARGET = "tier_preview"
# Visits a month that a tier is worth: docs/practice.md section 5.
VISITS_A_MONTH = {"A": 4, "B": 2, "C": 1}


@dataclass(frozen=True, slots=True)
class WouldMove:
    dealer: Dealer
    from_tier: str | None
    to_tier: str | None


@dataclass(frozen=True, slots=True)
class Preview:
    """`matrix`: from, to and how many. `moves`: the largest of them that the user sees. `visits`: more (or less) a month."""

    matrix: dict[tuple[str | None, str | None], int]
    moves: list[WouldMove]
    ranked_count: int
    places: int

    @property
    def count(self) -> int:
        return sum(self.matrix.values())

    @property
    def visits(self) -> int:
        return sum(
            count * (VISITS_A_MONTH.get(now or "", 0) - VISITS_A_MONTH.get(was or "", 0))
            for (was, now), count in self.matrix.items()
        )


def preview(policy: TierPolicy, *, on: dt.date, user: User, limit: int = 50) -> Preview:
    """Decide all dealers by a policy that need not be saved, and compare with what they are. Writes nothing."""
    with transaction.atomic(), connection.cursor() as cursor:
        question = Question(on, policy, Company.get().fiscal_year_start, figures_for(cursor, on))
        cut = cut_off(cursor, question)
        decide(cursor, question, cut, target=_TARGET)
        cursor.execute(
            f"SELECT was_tier, tier, count(*) FROM {_TARGET} WHERE was_tier IS DISTINCT FROM tier GROUP BY 1, 2"
        )
        matrix = {(was, now): count for was, now, count in cursor.fetchall()}
        scope = scope_of(user)
        cursor.execute(
            f"""
            SELECT p.dealer_id, p.was_tier, p.tier
              FROM {_TARGET} p JOIN sales_dealerfigures f ON f.dealer_id = p.dealer_id
             WHERE p.was_tier IS DISTINCT FROM p.tier AND (%s OR f.territory_id = ANY(%s))
             ORDER BY f.sales_12m_e4 DESC, p.dealer_id LIMIT %s
            """,
            [scope.everything, scope.territory_ids, limit],
        )
        rows = cursor.fetchall()
    dealers = Dealer.objects.in_bulk([pk for pk, _was, _now in rows])
    moves = [WouldMove(dealers[pk], was, now) for pk, was, now in rows if pk in dealers]
    return Preview(matrix, moves, cut.count, cut.places)
