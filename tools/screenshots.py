"""The pictures of README.md: `make screenshots` writes docs/screenshots/*.png.

Builds the demo company in a scratch database, serves it, photographs it with Chromium and drops the database again.
Needs Chromium and, for Chinese, Japanese and Korean names, fonts that have them (Debian: chromium, fonts-noto-cjk).
"""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import environ

from crm.local import loopback, postgres
from crm.local.places import ADDRESSES, CHECKOUT
from tools.progress import Step

if TYPE_CHECKING:
    from playwright.sync_api import Page

TARGET = CHECKOUT / "docs" / "screenshots"
DATABASE = "dealer_crm_screenshots"
# Beside the databases that the program (0) and the tests (from 1 on) use.
REDIS_NUMBER = 15
DESKTOP, PHONE = (1440, 900), (390, 844)
LARGEST_BYTES = 300_000
CHROMIUM_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"]
START_TIMEOUT_S = 60.0


class TooLarge(Exception):
    """A picture is larger than a README should make anybody load."""


@contextmanager
def scratch_database(media: Path) -> Iterator[None]:
    """Points this process and its children to an empty database of its own; drops it at the end."""
    environ.Env.read_env(ADDRESSES)
    server = os.environ["DATABASE_URL"].rpartition("/")[0]
    os.environ["DATABASE_URL"] = f"{server}/{DATABASE}"
    os.environ["REDIS_URL"] = f"{os.environ['REDIS_URL'].rpartition('/')[0]}/{REDIS_NUMBER}"
    os.environ["MEDIA_ROOT"] = str(media)
    # What a run that was killed left behind.
    postgres.drop_databases(os.environ["DATABASE_URL"], prefix=DATABASE)
    postgres.make_database(os.environ["DATABASE_URL"])
    try:
        yield
    finally:
        from django.core.cache import cache
        from django.db import connections

        cache.clear()
        connections.close_all()
        for connection in connections.all(initialized_only=True):
            getattr(connection, "close_pool", lambda: None)()
        postgres.drop_databases(os.environ["DATABASE_URL"], prefix=DATABASE)


def build_company() -> None:
    import django
    from django.core.cache import cache
    from django.core.management import call_command

    django.setup()
    cache.clear()
    with Step("Preparing the tables"):
        call_command("migrate", interactive=False, verbosity=0)
    with Step("Building the demo company"):
        call_command("demo", stdout=io.StringIO())
    from accounts.models import User

    # Names stay as their owners write them; what the program says is English in the README.
    User.objects.update(language="en", theme="LIGHT")


def checked_import(folder: Path) -> Any:
    """A dealer list from an ERP, checked but not loaded: some known, some changed, some new, some refused."""
    from django.utils import timezone

    from accounts.models import User
    from crm.imports import actions
    from dealers.models import Dealer

    director = User.objects.get(email="director@haiyue.example")
    known = Dealer.objects.filter(country="CN").select_related("territory").order_by("code")[:60]
    headers = ("客户编码", "客户名称", "客户类型", "销售区域", "国家", "城市", "电话")
    rows: list[tuple[str, ...]] = []
    for number, dealer in enumerate(known):
        phone = f"0512-6688{number:04}" if number % 9 == 4 else dealer.phone
        kind = "小卖部" if number % 23 == 7 else str(dealer.kind)
        rows.append((dealer.code, dealer.name, kind, dealer.territory.code, dealer.country, dealer.city, phone))
        if number % 6 == 1:
            code = f"CN{90001 + number}"
            rows.append(
                (code, f"海悦专卖店·新盛（{dealer.city}店）", "加盟商", dealer.territory.code, "CN", dealer.city, "")
            )
    path = folder / "客户资料-2026.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([headers, *rows])
    return actions.import_file(path, "dealers", user=director, at=timezone.now(), check_only=True)


def growing_dealer() -> Any:
    """A dealer that is B by growth and whose file is well kept: the sentence of its tier has the most to say."""
    from dealers.models import Dealer

    return Dealer.objects.filter(country="CN", tier="B", sales_12m__gt=0).order_by("-completeness", "-sales_12m")[0]


def day_of_a_representative() -> tuple[str, str]:
    """Who has the fullest day ahead, and its page with the route."""
    from django.db.models import Count
    from django.urls import reverse
    from django.utils import timezone

    from visits.models import Visit

    ahead = Visit.objects.filter(on__gt=timezone.localdate(), user__email__startswith="rep.cn", state="PLANNED")
    fullest = ahead.values("user", "user__email", "on").annotate(stops=Count("pk")).order_by("-stops")[0]
    return fullest["user__email"], reverse("visits:day", args=[fullest["user"], fullest["on"]])


def worked_case() -> str:
    """The page of a warning that somebody works on, as severe as there is."""
    from django.urls import reverse

    from alerts.models import Case

    worked = Case.objects.filter(dealer__country="CN", state__in=("INVESTIGATING", "ACTION"))
    return reverse("alerts:case", args=[worked.order_by("-severity", "pk")[0].pk])


def judged_promotion() -> Any:
    from promotions.models import Promotion

    return Promotion.objects.filter(territory__code__startswith="CN", state__in=("EVALUATED", "CLOSED"))[0]


@contextmanager
def served() -> Iterator[str]:
    """The pages; yields their address."""
    port = loopback.free_port()
    address = f"http://{loopback.ADDRESS}:{port}"
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", loopback.ADDRESS, "--port", str(port)),
        *("--workers", "1", "--blocking-threads", "4", "--workers-kill-timeout", "5", "crm.wsgi:application"),
    ]
    server = subprocess.Popen(
        command,
        cwd=CHECKOUT,
        env=os.environ | {"SITE_URL": address},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
    )
    try:
        deadline = time.monotonic() + START_TIMEOUT_S
        while True:
            try:
                urllib.request.urlopen(f"{address}/health/live", timeout=2).close()
                break
            except OSError:
                if server.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=15)


def session_of(email: str) -> tuple[str, str]:
    """Name and value of the cookie by which somebody is signed in."""
    from django.conf import settings
    from django.test import Client

    from accounts.models import User

    client = Client()
    client.force_login(User.objects.get(email=email), backend="accounts.backends.RoleBackend")
    return settings.SESSION_COOKIE_NAME, client.cookies[settings.SESSION_COOKIE_NAME].value


def photograph(address: str, pictures: list[tuple[str, str, str, tuple[int, int]]]) -> None:
    """`pictures`: file name, who looks, path, size of the window."""
    from playwright.sync_api import sync_playwright

    cookies = {email: session_of(email) for _name, email, _path, _size in pictures}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=CHROMIUM_FLAGS)
        for name, email, path, (width, height) in pictures:
            context = browser.new_context(
                base_url=address, viewport={"width": width, "height": height}, reduced_motion="reduce", locale="en-GB"
            )
            cookie, value = cookies[email]
            context.add_cookies([{"name": cookie, "value": value, "url": address}])
            page = context.new_page()
            page.goto(path, wait_until="networkidle")
            save(page, TARGET / f"{name}.png")
            context.close()
        browser.close()


def save(page: Page, path: Path) -> None:
    """With a palette: a quarter of the bytes, and nobody sees the difference."""
    from PIL import Image

    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(path, optimize=True)
    if path.stat().st_size > LARGEST_BYTES:
        raise TooLarge(f"{path.name} has {path.stat().st_size:,} bytes")
    print(f"  {path.relative_to(CHECKOUT)}: {path.stat().st_size:,} bytes")


def _chromium() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if program := shutil.which(name):
            return program
    raise SystemExit("No Chromium on this machine; on Debian: apt install chromium fonts-noto-cjk")


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "crm.settings")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    _chromium()
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, scratch_database(Path(folder)):
        build_company()
        with Step("Checking a file of dealers"):
            imported = checked_import(Path(folder)).get_absolute_url()
        dealer = growing_dealer().get_absolute_url()
        representative, day = day_of_a_representative()
        case, promotion = worked_case(), judged_promotion().get_absolute_url()
        manager, director = "manager.cn@haiyue.example", "director@haiyue.example"
        with served() as address:
            photograph(
                address,
                [
                    ("home", manager, "/", DESKTOP),
                    ("list", manager, "/dealers/?sort=-sales", DESKTOP),
                    ("dealer", manager, dealer, DESKTOP),
                    ("import", director, imported, DESKTOP),
                    ("day", manager, day, DESKTOP),
                    ("warning", manager, case, DESKTOP),
                    ("promotion", manager, promotion, DESKTOP),
                    ("phone", representative, "/m/", PHONE),
                ],
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
