"""The life cycle of a dealer: which step may follow which, who may take it, and what has to be true first.

Pure: facts in, verdict out. `dealers.actions.status` reads the facts under a lock and writes the step.

    prospect -> trial -> active <-> at risk -> suspended -> recovering -> active
                             \\___________________________/-> phase-out -> terminated -> prospect (won back)
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from dealers.choices import DealerStatus as S


class Guard(enum.Enum):
    """What has to be true before a step. Some a director may set aside with a reason."""

    CONTACT_KNOWN = "CONTACT_KNOWN"
    CONTRACT_RUNNING = "CONTRACT_RUNNING"
    BALANCE_SETTLED = "BALANCE_SETTLED"
    NO_TRADING_SUB_DEALERS = "NO_TRADING_SUB_DEALERS"


# Without somebody to call there is no trade to speak of; nobody can set that aside.
NEVER_SET_ASIDE = frozenset({Guard.CONTACT_KNOWN})


@dataclass(frozen=True, slots=True)
class Step:
    """`by_manager`: needs the right MOVE_STATUS; otherwise EDIT_DEALER is enough."""

    to: S
    by_manager: bool = True
    needs_reason: bool = True
    guards: tuple[Guard, ...] = ()


_TERMINATE = Step(S.TERMINATED, guards=(Guard.BALANCE_SETTLED, Guard.NO_TRADING_SUB_DEALERS))
_ACTIVATE = Step(S.ACTIVE, needs_reason=False, guards=(Guard.CONTACT_KNOWN, Guard.CONTRACT_RUNNING))

STEPS: dict[S, tuple[Step, ...]] = {
    S.PROSPECT: (
        Step(S.TRIAL, by_manager=False, needs_reason=False, guards=(Guard.CONTACT_KNOWN,)),
        _ACTIVATE,
        Step(S.TERMINATED, by_manager=False),
    ),
    S.TRIAL: (_ACTIVATE, Step(S.SUSPENDED), _TERMINATE),
    S.ACTIVE: (Step(S.AT_RISK, by_manager=False), Step(S.SUSPENDED), Step(S.PHASE_OUT)),
    S.AT_RISK: (Step(S.ACTIVE), Step(S.RECOVERING), Step(S.SUSPENDED), Step(S.PHASE_OUT)),
    S.SUSPENDED: (Step(S.RECOVERING), Step(S.PHASE_OUT), _TERMINATE),
    S.RECOVERING: (Step(S.ACTIVE), Step(S.AT_RISK, by_manager=False), Step(S.SUSPENDED), Step(S.PHASE_OUT)),
    S.PHASE_OUT: (Step(S.RECOVERING), _TERMINATE),
    S.TERMINATED: (Step(S.PROSPECT),),
}


@dataclass(frozen=True, slots=True)
class Facts:
    """How the dealer stands at the moment of the step. `open_balance` in the company's currency."""

    has_contact: bool
    has_running_contract: bool
    open_balance: Decimal
    trading_sub_dealers: int

    def unmet(self, guards: Iterable[Guard]) -> tuple[Guard, ...]:
        met = {
            Guard.CONTACT_KNOWN: self.has_contact,
            Guard.CONTRACT_RUNNING: self.has_running_contract,
            Guard.BALANCE_SETTLED: self.open_balance <= 0,
            Guard.NO_TRADING_SUB_DEALERS: self.trading_sub_dealers == 0,
        }
        return tuple(guard for guard in guards if not met[guard])


class Refusal(enum.Enum):
    NO_SUCH_STEP = "NO_SUCH_STEP"
    NEEDS_MANAGER = "NEEDS_MANAGER"
    NEEDS_REASON = "NEEDS_REASON"
    GUARD = "GUARD"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`refusal` is None when the step may be taken. `set_aside`: guards that only a director's reason let pass."""

    refusal: Refusal | None = None
    unmet: tuple[Guard, ...] = ()
    set_aside: tuple[Guard, ...] = ()

    @property
    def allowed(self) -> bool:
        return self.refusal is None


def step(from_status: str, to_status: str) -> Step | None:
    """The step between two statuses; None when there is none."""
    return next((each for each in STEPS[S(from_status)] if each.to == to_status), None)


def judge(
    *, from_status: str, to_status: str, reason: str, facts: Facts, is_manager: bool, is_director: bool
) -> Verdict:
    """Whether somebody with these rights may take the step now."""
    wanted = step(from_status, to_status)
    if wanted is None:
        return Verdict(Refusal.NO_SUCH_STEP)
    if wanted.by_manager and not is_manager:
        return Verdict(Refusal.NEEDS_MANAGER)
    given = bool(reason.strip())
    if wanted.needs_reason and not given:
        return Verdict(Refusal.NEEDS_REASON)
    unmet = facts.unmet(wanted.guards)
    if not unmet:
        return Verdict()
    if is_director and not NEVER_SET_ASIDE.intersection(unmet):
        return Verdict(set_aside=unmet) if given else Verdict(Refusal.NEEDS_REASON, unmet=unmet)
    return Verdict(Refusal.GUARD, unmet=unmet)


def offered(from_status: str, *, is_manager: bool) -> tuple[Step, ...]:
    """The steps that somebody with these rights may choose from, before any guard is looked at."""
    return tuple(each for each in STEPS[S(from_status)] if is_manager or not each.by_manager)
