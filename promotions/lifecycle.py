"""The life of a promotion: which step may follow which, who may take it, what has to be true first. Pure.

draft -> submitted -> approved -> running -> ended -> evaluated -> closed
  ^          |-> rejected -> draft
  '----------'      (returned, withdrawn)      cancelled: from draft to running
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from promotions.choices import PromotionState as S


class Doer(enum.Enum):
    """Who takes a step: who planned it, who leads there, or the night."""

    PLANNER = "PLANNER"
    APPROVER = "APPROVER"
    NIGHT = "NIGHT"


class Guard(enum.Enum):
    """What has to be true before a step."""

    COMPLETE = "COMPLETE"
    IN_TIME = "IN_TIME"
    NO_EVALUATION_OVERDUE = "NO_EVALUATION_OVERDUE"
    BEGUN = "BEGUN"
    OVER = "OVER"
    NO_CLAIM_WAITS = "NO_CLAIM_WAITS"
    PERIODS_OVER = "PERIODS_OVER"
    POOR_IS_DECIDED = "POOR_IS_DECIDED"


@dataclass(frozen=True, slots=True)
class Step:
    to: S
    doers: tuple[Doer, ...]
    guards: tuple[Guard, ...] = ()
    needs_reason: bool = False


_P, _A, _N = Doer.PLANNER, Doer.APPROVER, Doer.NIGHT
_CANCEL = Step(S.CANCELLED, (_P, _A), needs_reason=True)

STEPS: dict[S, tuple[Step, ...]] = {
    S.DRAFT: (
        Step(S.SUBMITTED, (_P,), (Guard.COMPLETE, Guard.IN_TIME, Guard.NO_EVALUATION_OVERDUE)),
        _CANCEL,
    ),
    S.SUBMITTED: (
        Step(S.APPROVED, (_A,)),
        Step(S.REJECTED, (_A,), needs_reason=True),
        Step(S.DRAFT, (_P, _A)),
        _CANCEL,
    ),
    S.REJECTED: (Step(S.DRAFT, (_P,)), _CANCEL),
    S.APPROVED: (Step(S.RUNNING, (_P, _A, _N), (Guard.BEGUN,)), Step(S.CANCELLED, (_P, _A), (Guard.NO_CLAIM_WAITS,), needs_reason=True)),
    S.RUNNING: (Step(S.ENDED, (_P, _A, _N), (Guard.OVER,)), Step(S.CANCELLED, (_A,), (Guard.NO_CLAIM_WAITS,), needs_reason=True)),
    S.ENDED: (Step(S.EVALUATED, (_P, _A), (Guard.PERIODS_OVER,)),),
    S.EVALUATED: (Step(S.CLOSED, (_P, _A), (Guard.NO_CLAIM_WAITS, Guard.POOR_IS_DECIDED)),),
    S.CLOSED: (),
    S.CANCELLED: (),
}  # fmt: skip


def step(from_state: str, to_state: str) -> Step | None:
    """The step between two states; None when there is none."""
    return next((each for each in STEPS[S(from_state)] if each.to == to_state), None)


class Refusal(enum.Enum):
    NO_SUCH_STEP = "NO_SUCH_STEP"
    NOT_HERS = "NOT_HERS"
    NEEDS_REASON = "NEEDS_REASON"
    GUARD = "GUARD"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`refusal` is None when the step may be taken; `unmet` are the guards that stand against it."""

    refusal: Refusal | None = None
    unmet: tuple[Guard, ...] = ()

    @property
    def allowed(self) -> bool:
        return self.refusal is None


def judge(*, from_state: str, to_state: str, doer: frozenset[Doer], met: frozenset[Guard], reason: str = "") -> Verdict:
    """Whether somebody who is all of `doer` may take the step, with these guards met."""
    wanted = step(from_state, to_state)
    if wanted is None:
        return Verdict(Refusal.NO_SUCH_STEP)
    if not doer.intersection(wanted.doers):
        return Verdict(Refusal.NOT_HERS)
    if wanted.needs_reason and not reason.strip():
        return Verdict(Refusal.NEEDS_REASON)
    unmet = tuple(guard for guard in wanted.guards if guard not in met)
    return Verdict(Refusal.GUARD, unmet) if unmet else Verdict()
