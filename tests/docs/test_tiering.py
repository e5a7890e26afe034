"""docs/algorithms/tiering.md tells the weights that the program begins with. No database.

The worked numbers of the rule are held by tests/tiering/test_rule.py.
"""

from pathlib import Path

from django.utils.translation import override

from tiering.choices import Component, Score
from tiering.models.policy import TierPolicy
from tiering.models.scores import DEFAULT_WEIGHTS
from tiering.score import DISSATISFIED, LOYALTY_CAP

DOCUMENT = (Path(__file__).parents[2] / "docs" / "algorithms" / "tiering.md").read_text(encoding="utf-8")


def test_the_table_of_components_has_the_default_weights() -> None:
    lines = DOCUMENT.partition("| component | measured as |")[2].splitlines()[2:]
    scores = (Score.COOPERATION, Score.LOYALTY, Score.STRENGTH, Score.POTENTIAL)
    found: dict[str, dict[str, int]] = {score: {} for score in scores}
    with override("en"):
        components = {str(component.label): component for component in Component}
    named = []
    for line in lines:
        if not line.startswith("|"):
            break
        label, _measured, *weights = (cell.strip() for cell in line.strip("|").split("|"))
        component = components[label]
        named.append(component)
        for score, weight in zip(scores, weights, strict=True):
            if weight:
                found[score][component] = int(weight)
    assert sorted(named) == sorted(Component)
    assert found == {score: dict(DEFAULT_WEIGHTS[score]) for score in scores}


def test_the_limits_are_those_of_the_first_policy() -> None:
    policy = TierPolicy()
    for said in (
        f"the first {policy.a_top_share * 100:.0f} % of the franchisees",
        f"by at least {policy.b_growth * 100:.0f} % in each",
        f"high cooperation ({policy.b_min_cooperation} of 100 or more)",
        f"high loyalty ({policy.b_min_loyalty} or more)",
        f"At least {policy.min_months} closed months",
        f"{DISSATISFIED} or less caps loyalty at {LOYALTY_CAP}",
    ):
        assert said in DOCUMENT, said
