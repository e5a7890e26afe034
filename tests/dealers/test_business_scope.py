"""Business scope is the company's own list: it says how each language calls what is in it."""

from __future__ import annotations

import pytest
from django.utils import translation

from dealers.models import BusinessField
from tests.factories import DealerFactory

pytestmark = pytest.mark.django_db


def test_everybody_reads_it_in_her_language(client_of, territories, alice) -> None:
    field = BusinessField.objects.create(code="LA", name="Laundry", name_zh_hans="洗衣", name_ja="洗濯")
    names = {}
    for language in ("en", "zh-hans", "ja", "ko"):
        with translation.override(language):
            names[language] = str(field)
    # Nobody has said what Koreans call it.
    assert names == {"en": "Laundry", "zh-hans": "洗衣", "ja": "洗濯", "ko": "Laundry"}

    dealer = DealerFactory(territory=territories["CN-EAST-1"])
    dealer.business_scope.add(field)
    alice.language = "zh-hans"
    alice.save()
    page = client_of(alice).get(dealer.get_absolute_url()).content.decode()
    assert "洗衣" in page
    assert "Laundry" not in page
