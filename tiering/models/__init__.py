"""Policies, runs and what they decided, scores."""

from tiering.models.policy import TierPolicy
from tiering.models.runs import DealerTier, TierChange, TierOverride, TierRun
from tiering.models.scores import DealerScore, ScoreJudgement, ScoreWeights

__all__ = [
    "DealerScore",
    "DealerTier",
    "ScoreJudgement",
    "ScoreWeights",
    "TierChange",
    "TierOverride",
    "TierPolicy",
    "TierRun",
]
