"""The bell, the inbox by keys, and a notice on the phone, in a real browser."""

from __future__ import annotations

import json
import re
from typing import Any

from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import Notice, Territory, User
from accounts.notices import outbox
from tests.alerts.factories import open_case


def tell(user: User, case: Any) -> Notice:
    outbox.tell(
        users=[user.pk], kind="warnings.opened", key=f"test:{Notice.objects.count()}", at=timezone.now(), subject="case",
        about_id=case.pk, severity=1,
    )  # fmt: skip
    return Notice.objects.latest("pk")


def test_the_bell_counts_without_a_reload_and_keys_read(
    open_as: Any, alice: User, territories: dict[str, Territory]
) -> None:
    case = open_case(territories["CN-EAST-1"], owner=alice)
    page = open_as(alice)
    page.goto("/dealers/")
    bell = page.locator(".sidebar-bell")
    expect(bell.locator("[data-bell-count]")).to_be_hidden()
    tell(alice, case)
    # As when somebody comes back to the tab.
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(bell.locator("[data-bell-count]")).to_have_text("1")
    expect(bell).to_have_attribute("aria-label", "Inbox, 1 unread notice")

    page.keyboard.press("i")
    expect(page).to_have_url(re.compile("/inbox/$"))
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/warnings/{case.pk}/$"))
    page.goto("/inbox/")
    expect(page.locator(".empty-state-title")).to_have_text("You have read everything")
    expect(bell.locator("[data-bell-count]")).to_be_hidden()


def test_a_push_message_is_shown_by_the_worker(open_as: Any, alice: User) -> None:
    page = open_as(alice, size=(390, 844))
    page.goto("/m/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    origin = page.evaluate("location.origin")
    page.context.grant_permissions(["notifications"], origin=origin)
    devtools, workers = page.context.new_cdp_session(page), []
    devtools.on("ServiceWorker.workerRegistrationUpdated", lambda event: workers.extend(event["registrations"]))
    devtools.send("ServiceWorker.enable")
    for _try in range(50):
        if workers:
            break
        page.wait_for_timeout(100)
    said = {"title": "A red warning needs you", "body": "", "url": "/inbox/", "tag": "notices", "urgent": True}
    devtools.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": origin, "registrationId": workers[-1]["registrationId"], "data": json.dumps(said)},
    )
    shown: list[str] = []
    for _try in range(100):
        shown = page.evaluate(
            "navigator.serviceWorker.getRegistration('/m/').then((r) => r.getNotifications())"
            ".then((all) => all.map((each) => each.title))"
        )
        if shown:
            break
        page.wait_for_timeout(100)
    assert shown == ["A red warning needs you"]
