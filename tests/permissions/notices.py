"""Notices: everybody her own, nobody another's; webhooks are for administrators of the whole company."""

from __future__ import annotations

from django.utils import timezone

from accounts.models import Notice, PushDevice, Territory, Webhook
from accounts.notices import sealed
from accounts.notices.choices import Channel, DeliveryState
from accounts.notices.models import Delivery
from tests.factories import UserFactory
from tests.permissions import EVERYBODY, Row


def someones_notice(place: Territory) -> Notice:
    return Notice.objects.create(
        user=UserFactory(), kind="warnings.rule_failed", key=f"of {place.code}", at=timezone.now(), facts={"kinds": []}
    )


def someones_device(place: Territory) -> PushDevice:
    return PushDevice.objects.create(
        user=UserFactory(),
        endpoint=f"https://push.example.com/{place.code}",
        p256dh="x",
        auth="x",
        added_at=timezone.now(),
    )


def webhook(place: Territory) -> Webhook:
    return Webhook.objects.create(
        name=f"ERP {place.code}", url="https://example.com/", secret=sealed.seal("whsec_eA=="), active=False
    )


def delivery(place: Territory) -> Delivery:
    notice = Notice.objects.create(kind="warnings.rule_failed", key=f"told {place.code}", at=timezone.now())
    return Delivery.objects.create(
        notice=notice, channel=Channel.WEBHOOK, webhook=webhook(place), state=DeliveryState.FAILED,
        next_at=timezone.now(), ended_at=timezone.now(),
    )  # fmt: skip


THINGS = {
    "someones_notice": someones_notice, "someones_device": someones_device, "webhook": webhook, "delivery": delivery,
}  # fmt: skip
# Webhooks belong to the company; notices and devices to a person: nobody finds another's.
UNSCOPED = set(THINGS)

TYPED = {"name": "ERP", "url": "https://erp.example.com/hook", "active": "0"}
HOURS = {"quiet_from": "20:00", "quiet_until": "07:00", "digest_hour": "8", "digest": "1"}

ROWS = {
    "notices:inbox": Row(get=EVERYBODY),
    "notices:count": Row(get=EVERYBODY),
    "notices:read_all": Row(post=EVERYBODY, body={"until": "1"}),
    "notices:open": Row(get=EVERYBODY, args=("someones_notice",), get_status=404),
    "notices:read": Row(post=EVERYBODY, args=("someones_notice",), post_status=404),
    "notices:preferences": Row(get=EVERYBODY, post=EVERYBODY, body=HOURS),
    "notices:device_add": Row(post=EVERYBODY, post_status=422),
    "notices:device_remove": Row(post=EVERYBODY, args=("someones_device",), post_status=404),
    # A link that was not signed by us; signed ones: tests/notices/test_mails.py.
    "notices:unsubscribe": Row(
        get=EVERYBODY, post=EVERYBODY, args=("nosign",), get_status=404, post_status=404, public=True
    ),
    "notices:webhooks": Row(get="ada"),
    "notices:webhook_create": Row(get="ada", post="ada", body=TYPED, post_status=200),
    "notices:webhook": Row(get="ada", args=("webhook",)),
    "notices:webhook_edit": Row(get="ada", post="ada", args=("webhook",), body=TYPED),
    "notices:webhook_secret": Row(post="ada", args=("webhook",), post_status=200),
    "notices:webhook_remove": Row(post="ada", args=("webhook",)),
    "notices:webhook_again": Row(post="ada", args=("delivery",)),
}
