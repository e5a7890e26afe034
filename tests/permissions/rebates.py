"""Rebates: everybody sees what counts in her territories; directors and administrators write programmes, finance settles."""

from __future__ import annotations

from django.utils import timezone

from accounts.models import Territory
from promotions.models import RebateProgramme, RebateSettlement
from tests.factories import DealerFactory, UserFactory
from tests.permissions import EVERYBODY, Id, Row
from tests.promotions.rebates.factories import programme

WRITES = "dora ada"
SETTLES = "dora fay ada"


def programme_of(place: Territory) -> RebateProgramme:
    return programme(territory=place, name=f"Programme of {place.code}", basis="POINTS")


def settlement_of(place: Territory) -> RebateSettlement:
    return RebateSettlement.objects.create(
        programme=programme(territory=place), territory=place, proposed_by=UserFactory(), proposed_at=timezone.now(), total=1,
        dealers=1,
    )  # fmt: skip


def draft_of(place: Territory) -> RebateProgramme:
    return programme(territory=place, draft=True, name=f"Draft of {place.code}")


THINGS = {
    "rebate": programme_of, "rebate_draft": draft_of, "settlement": settlement_of,
    "rebate_place": lambda place: place, "rebated_dealer": lambda place: DealerFactory(territory=place),
}  # fmt: skip

ROWS = {
    "promotions:rebates": Row(get=EVERYBODY, lists=("rebate",)),
    "promotions:rebate_new": Row(get=WRITES, post=WRITES, post_status=422),
    "promotions:rebate_liability": Row(get=EVERYBODY),
    "promotions:rebate": Row(get=EVERYBODY, args=("rebate",)),
    "promotions:rebate_edit": Row(get=WRITES, post=WRITES, args=("rebate_draft",), post_status=422),
    "promotions:rebate_publish": Row(post=WRITES, args=("rebate_draft",)),
    "promotions:rebate_tryout": Row(get=WRITES, args=("rebate",)),
    "promotions:rebate_propose": Row(post=SETTLES, args=("rebate",), body={"territory": Id("rebate_place")}),
    "promotions:rebate_panel": Row(get=EVERYBODY, args=("rebated_dealer",)),
    "promotions:rebate_statement": Row(get=EVERYBODY, args=("rebate", "rebated_dealer")),
    "promotions:rebate_pdf": Row(get=EVERYBODY, args=("rebate", "rebated_dealer")),
    "promotions:rebate_points": Row(
        post="bob dora ada", args=("rebate", "rebated_dealer"), body={"points": "70", "note": "Display checked"}
    ),
    "promotions:rebate_settlement": Row(get=EVERYBODY, args=("settlement",)),
    "promotions:rebate_settlement_decide": Row(post=SETTLES, args=("settlement",), body={"decision": "approve"}),
    "promotions:rebate_settlement_paid": Row(post=SETTLES, args=("settlement",)),
    "promotions:rebate_settlement_export": Row(post=SETTLES, args=("settlement",), post_status=200),
}
