from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _

from crm.base.jobs import Progress, nightly
from tiering.pareto import run_pareto
from tiering.quadrants.night import run_quadrants
from tiering.runs import run_tiers
from tiering.scores import run_scores


@nightly("scores", _("Scores of dealers"), order=15, needs=("figures",))
def scores(*, on: dt.date, job: Progress) -> int:
    """Cooperation, loyalty, strength and potential of every dealer."""
    return run_scores(on=on)


@nightly("quadrants", _("Loyalty against strength"), order=17, needs=("figures", "scores"))
def quadrants(*, on: dt.date, job: Progress) -> int:
    """Core, develop, negotiate or phase out; the rows are the dealers that came, moved or left."""
    return run_quadrants(on=on)


@nightly("tiers", _("Tiers"), order=20, needs=("figures", "scores"))
def tiers(*, on: dt.date, job: Progress) -> int:
    """A, B or C for every dealer; the rows are the dealers that moved."""
    return run_tiers(on=on, job=job).moved


@nightly("pareto", _("Classes by share of sales"), order=25, needs=("tiers",))
def pareto(*, on: dt.date, job: Progress) -> int:
    """The second opinion that is shown beside the tiers."""
    return run_pareto(on=on)
