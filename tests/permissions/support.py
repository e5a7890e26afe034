"""Support: everybody sees the requests of her dealers; who visits them asks, who leads there decides."""

from __future__ import annotations

from accounts.models import Territory
from promotions.models import SupportRequest
from tests.factories import DealerFactory, UserFactory
from tests.permissions import EVERYBODY, Row
from tests.promotions.support.factories import wanted

ASKS = "alice bob charlie dora ada"
DECIDES = "bob dora ada"


def request_of(place: Territory) -> SupportRequest:
    return wanted(DealerFactory(territory=place, name=f"Wants support in {place.code}"), UserFactory())


THINGS = {"support_request": request_of, "supported_dealer": lambda place: DealerFactory(territory=place)}

ROWS = {
    "promotions:support": Row(get=EVERYBODY),
    "promotions:support_panel": Row(get=EVERYBODY, args=("supported_dealer",)),
    "promotions:support_calendar": Row(get=EVERYBODY),
    "promotions:support_ask": Row(get=ASKS, post=ASKS, args=("supported_dealer",), post_status=422),
    "promotions:support_request": Row(get=EVERYBODY, args=("support_request",)),
    "promotions:support_decide": Row(
        post=DECIDES, args=("support_request",), body={"decision": "refuse", "reason": "None is free"}
    ),
    "promotions:support_withdraw": Row(post=ASKS, args=("support_request",)),
    # It is not out, so the page says that nothing can come back.
    "promotions:support_back": Row(post=ASKS, args=("support_request",), body={"result": "Done"}, post_status=422),
}
