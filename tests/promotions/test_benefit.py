"""What a promotion brings one dealer, on one page in the dealer's language."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from promotions.actions import plan
from promotions.benefit import benefit, language_of
from promotions.choices import CostKind
from promotions.models import Promotion
from promotions.planning import Plan
from tests.factories import DealerFactory
from tests.promotions.factories import budget_of, drafted

pytestmark = pytest.mark.django_db


@pytest.fixture
def planned(territories, alice) -> Promotion:
    """Two dealers, 4,500 and 1,500 in addition; 1,000 for all and 300 for the smaller; windows worth 400 of the dealers."""
    place = territories["CN-EAST-1"]
    dealers = [DealerFactory(territory=place, country="CN"), DealerFactory(territory=place, country="JP")]
    budget = budget_of(place)
    promotion = drafted(territory=place, by=alice, dealers=dealers, budget=budget, dealer_margin_share=Decimal("0.20"))
    large, small = promotion.participants.order_by("pk")
    plan.estimate(
        promotion_id=promotion.pk, estimates={large.pk: Decimal(4500), small.pk: Decimal(1500)}, consents={}, by=alice
    )
    plan.add_line(
        promotion_id=promotion.pk, kind=CostKind.GUIDE, budget=budget, amount=Decimal(300), dealer_id=small.dealer_id,
        note="", by=alice,
    )  # fmt: skip
    values = {"side": "DEALER", "item": "Windows", "quantity": Decimal(4), "unit": "m", "value": Decimal(400)}
    plan.add_provision(promotion_id=promotion.pk, values=values, by=alice)
    promotion.refresh_from_db()
    return promotion


def test_each_dealer_has_its_part(planned: Promotion) -> None:
    whole = Plan.of(planned)
    large, small = (benefit(whole, row) for row in planned.participants.order_by("pk"))
    assert large is not None
    assert small is not None
    assert (large.part, large.paid, large.outlook.provides) == (Decimal("0.75"), [("DISPLAY", 750)], 300)
    assert (large.outlook.gross_profit, large.outlook.gain, large.outlook.roi) == (900, 600, 3)
    assert large.break_even == 1500
    assert dict(small.paid) == {"DISPLAY": 250, "GUIDE": 300}
    assert (small.outlook.gain, small.seen) == (200, 550)
    planned.dealer_margin_share = None
    assert benefit(Plan.of(planned), small.participant) is None


def test_the_sheet_is_a_page_in_each_language(client_of, planned: Promotion, alice, charlie) -> None:
    large, small = planned.participants.order_by("pk")
    client = client_of(alice)
    addresses = [reverse("promotions:benefit", args=[planned.pk, row.dealer_id]) for row in (large, small)]
    assert addresses[0] in client.get(planned.get_absolute_url()).content.decode()
    sheets = [client.get(addresses[0], {"lang": language}) for language in ("en", "zh-hans", "ja", "ko")]
    assert all(sheet.content.startswith(b"%PDF-") and sheet.content.count(b"/Type /Page\n") == 1 for sheet in sheets)
    # The dealer's own language unless another is asked for.
    assert b"STSong-Light" in client.get(addresses[0]).content
    assert client.get(addresses[0], {"lang": "xx"}).status_code == 200
    assert [language_of(country) for country in ("CN", "JP", "KR", "US")] == ["zh-hans", "ja", "ko", "en"]
    other = DealerFactory(territory=planned.territory)
    assert client.get(reverse("promotions:benefit", args=[planned.pk, other.pk])).status_code == 404
    Promotion.objects.filter(pk=planned.pk).update(dealer_margin_share=None)
    assert client.get(addresses[0]).status_code == 404
