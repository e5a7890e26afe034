from alerts.models.cases import (
    Case,
    CaseAction,
    CaseEvent,
    CaseWatcher,
    Cause,
    LossReview,
    MajorEvent,
)
from alerts.models.rules import BEFORE_ALL, AlertRule, LossTerms, QuietPeriod, RuleVersion
from alerts.models.standing import (
    DealerStanding,
    FigureHistory,
    KindNight,
    LimitExcess,
    RuleGroup,
    StandingState,
    TargetPeriod,
    TouchedDealer,
)

__all__ = [
    "BEFORE_ALL",
    "AlertRule",
    "Case",
    "CaseAction",
    "CaseEvent",
    "CaseWatcher",
    "Cause",
    "DealerStanding",
    "FigureHistory",
    "KindNight",
    "LimitExcess",
    "LossReview",
    "LossTerms",
    "MajorEvent",
    "QuietPeriod",
    "RuleGroup",
    "RuleVersion",
    "StandingState",
    "TargetPeriod",
    "TouchedDealer",
]
