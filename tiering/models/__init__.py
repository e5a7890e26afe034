"""Policies, runs and what they decided, scores, quadrants and plans."""

from tiering.models.policy import TierPolicy
from tiering.models.quadrants import (
    DealerPlan,
    DealerPlanStep,
    DealerQuadrant,
    MatrixTerms,
    QuadrantChange,
    QuadrantCount,
)
from tiering.models.runs import DealerTier, TierChange, TierOverride, TierRun
from tiering.models.scores import DealerScore, ScoreJudgement, ScoreWeights

__all__ = [
    "DealerPlan",
    "DealerPlanStep",
    "DealerQuadrant",
    "DealerScore",
    "DealerTier",
    "MatrixTerms",
    "QuadrantChange",
    "QuadrantCount",
    "ScoreJudgement",
    "ScoreWeights",
    "TierChange",
    "TierOverride",
    "TierPolicy",
    "TierRun",
]
