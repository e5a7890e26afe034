"""Cordeau's instances: close to the best value published, after a number of rounds that any machine has time for."""

import pytest

from bench import cordeau
from visits.routing.check import faults_of_plan
from visits.routing.period import plan_period

INSTANCES = cordeau.names()


@pytest.mark.skipif(not INSTANCES, reason="the instances are not beside the checkout: ../shared/data/pvrp")
@pytest.mark.parametrize("name", INSTANCES or ["none"])
def test_close_to_the_best_value_published(name):
    problem = cordeau.read(name)
    plan = plan_period(problem, seed=1, seconds=60, iterations=15_000)
    assert faults_of_plan(problem, plan) == []
    assert plan.findings == ()
    assert plan.travel_min / cordeau.best_known(name) - 1 < 0.05
    # Nothing published is better than this value by more than its rounding to two places.
    assert plan.travel_min > cordeau.best_known(name) - 0.02
