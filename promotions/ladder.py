"""Whose approval an amount needs. Pure; the rules are dated rows that the back office edits.

Of each role the rule that is closest to the promotion counts: for its territory before a larger one's, then for its
mechanics before one for all. Beyond the rule's amount the role has to approve. Who approves at a higher rank settles the
lower ones, too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from accounts.choices import Role


@dataclass(frozen=True, slots=True)
class Rung:
    """`path`: of the rule's territory, empty for everywhere; `mechanic`: empty for all. `above` in the company's currency."""

    role: str
    above: Decimal
    path: str = ""
    mechanic: str = ""


# docs/practice.md section 10; the first rung is anybody's who leads there.
DEFAULT = (Rung(Role.MANAGER, Decimal(0)), Rung(Role.DIRECTOR, Decimal(20_000)))


def needed(rungs: Iterable[Rung], *, path: str, mechanic: str, amount: Decimal) -> frozenset[str]:
    """The roles that have to approve so much for a promotion of the territory `path`; never empty: somebody always has to."""
    closest: dict[str, Rung] = {}
    for rung in rungs:
        if not path.startswith(rung.path) or rung.mechanic not in ("", mechanic):
            continue
        held = closest.get(rung.role)
        if held is None or _closeness(rung) > _closeness(held):
            closest[rung.role] = rung
    roles = frozenset(role for role, rung in closest.items() if amount > rung.above)
    return roles or frozenset({Role.MANAGER})


def _closeness(rung: Rung) -> tuple[int, bool]:
    return len(rung.path), bool(rung.mechanic)
