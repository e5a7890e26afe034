from alerts.models.cases import (
    Case,
    CaseAction,
    CaseEvent,
    CaseWatcher,
    Cause,
    LossReview,
    MajorEvent,
)
from alerts.models.churn import ChurnCard, ChurnState, DealerChurn, SeasonalSignal
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
from alerts.models.trials import RuleTrial, SavedCaseList

__all__ = [
    "BEFORE_ALL",
    "AlertRule",
    "Case",
    "CaseAction",
    "CaseEvent",
    "CaseWatcher",
    "Cause",
    "ChurnCard",
    "ChurnState",
    "DealerChurn",
    "DealerStanding",
    "FigureHistory",
    "KindNight",
    "LimitExcess",
    "LossReview",
    "LossTerms",
    "MajorEvent",
    "QuietPeriod",
    "RuleGroup",
    "RuleTrial",
    "RuleVersion",
    "SavedCaseList",
    "SeasonalSignal",
    "StandingState",
    "TargetPeriod",
    "TouchedDealer",
]
