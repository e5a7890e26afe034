"""The churn score on the dealer page."""

from __future__ import annotations

import pytest
from django.urls import reverse

from alerts.churn import scoring
from alerts.models import DealerChurn
from alerts.seasonal.signals import run_seasonal
from dealers.choices import DealerStatus
from dealers.models import Dealer
from tests.alerts.churn.histories import write
from tests.alerts.churn.test_worked_numbers import ON, example


@pytest.mark.django_db
def test_score_reasons_and_month_stand_on_the_page(client_of, alice, territories, django_assert_max_num_queries):
    dealer, lines = example()
    Dealer.objects.filter(pk=dealer).update(territory=territories["CN-EAST-1"])
    write(lines, on=ON)
    address = reverse("alerts:churn", args=[dealer])
    client = client_of(alice)
    assert "first night" in client.get(address).content.decode()
    scoring.run_churn(on=ON)
    run_seasonal(on=ON)
    score = DealerChurn.objects.get(pk=dealer).score
    with django_assert_max_num_queries(12):
        text = client.get(address).content.decode()
    assert f"Churn score {score} of 100" in text
    assert "No order for 41 days; usually one every 12 (3.4 times)" in text
    assert "season in February 2026: bought 150" in text
    Dealer.objects.filter(pk=dealer).update(status=DealerStatus.TERMINATED)
    assert "does not trade with us" in client.get(address).content.decode()
