"""The card of the product on real orders that it was not fitted on: every third month's end of the years after.

`python -m bench churn` measures all of them and fits anew; the bars here are a little lower than what it finds.
"""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from alerts.churn.card import Figure
from alerts.churn.history import Terms, ask, month_ends
from alerts.churn.quality import area_under_curve, precision_at
from alerts.churn.scoring import shipped
from bench import churn, iowa


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.skipif(
    not iowa.ORDERS.is_file(), reason="the liquor sales of Iowa are not beside the repository (../shared/data)"
)
def test_losses_are_foretold_better_than_by_silence_or_volume_alone():
    # Part of the ends of months that the bench takes.
    last = iowa.LAST.replace(month=5, day=31)
    ends = month_ends(churn.TESTED_FROM, last)[::3]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off; SET LOCAL work_mem = '64MB'")
        iowa.load(cursor)
        asked = list(
            ask(cursor, ends, known_until=iowa.LAST, order_days=iowa.ORDER_DAYS, months=iowa.MONTHS, terms=Terms())
        )
    lost = [each.lost for each in asked]
    assert len(asked) == 12_341
    assert sum(lost) == 320
    scores = [shipped().score(each.by_figure()) for each in asked]
    auc, precision = area_under_curve(scores, lost), precision_at(scores, lost, 0.02)
    silence = [each.by_figure()[Figure.SILENCE] or 0 for each in asked]
    volume = [-(100 if (value := each.by_figure()[Figure.QUARTER]) is None else value) for each in asked]
    assert auc is not None
    assert auc > max(area_under_curve(silence, lost) or 0, area_under_curve(volume, lost) or 0) + 0.02
    assert auc >= 0.74
    assert precision >= 0.33
