"""Promotions for tests, made by the same actions that pages call."""

from __future__ import annotations

import datetime as dt
import io
import random
import uuid
from decimal import Decimal
from typing import Any

from django.utils import timezone
from PIL import Image, ImageDraw

from accounts.models import Territory, User
from crm.base.models import Company
from dealers.models import Dealer
from dealers.uploads import Upload
from promotions import ledger
from promotions.actions import approval, claims, plan
from promotions.actions.claims import Proof
from promotions.choices import CostKind, Decision, EvidenceKind, Mechanic, Side
from promotions.models import Budget, Claim, Promotion
from sales.records import Line, record_sales
from tests.factories import DealerFactory

START = dt.date(2026, 3, 2)
END = dt.date(2026, 3, 30)
# Early enough to submit, and when the evaluation's periods are over.
PLANNED = dt.date(2026, 2, 10)
JUDGED = dt.date(2026, 5, 25)
YEAR = (dt.date(2026, 1, 1), dt.date(2027, 1, 1))


def moment(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), dt.UTC)


def about(key: str, on: dt.date = PLANNED) -> ledger.About:
    return ledger.About(key, None, moment(on), on)


def budget_of(territory: Territory, amount: str = "10000", *, parent: Budget | None = None, **fields: Any) -> Budget:
    """A budget of 2026 that holds `amount`; 0 for an empty one."""
    values = {
        "code": f"B-{uuid.uuid4().hex[:8]}", "name": "Spring", "territory": territory, "currency": "USD",
        "starts_on": YEAR[0], "ends_on": YEAR[1], "parent": parent, **fields,
    }  # fmt: skip
    budget = Budget.objects.create(**values)
    ledger.open_budget(budget)
    if Decimal(amount):
        ledger.grant(budget, Decimal(amount), about(f"grant:{uuid.uuid4()}"))
    return budget


def sell_every_day(dealer: Dealer, *, first: dt.date, until: dt.date, amount: Any, product: Any = None) -> None:
    """Sell-in from `first`, before `until`: `amount` a day, or what `amount(day)` says."""
    days = [first + dt.timedelta(days=number) for number in range((until - first).days)]
    record_sales(
        Line(
            dealer_id=dealer.pk, on=day, quantity=Decimal(1), amount=Decimal(amount(day) if callable(amount) else amount),
            product_id=product.pk if product else None, reference=f"{day}",
        )
        for day in days
    )  # fmt: skip


def drafted(
    *, territory: Territory, by: User, budget: Budget | None = None, amount: str = "1000", dealers: list[Dealer] | None = None,
    estimate: str = "6000", **fields: Any,
) -> Promotion:  # fmt: skip
    """A complete draft of one budget line."""
    values = {
        "title": "Spring shelves", "mechanic": Mechanic.DISPLAY, "goal": "Sell 6,000 more", "place": "All shops",
        "territory": territory, "starts_on": START, "ends_on": END, "currency": "USD", "margin_share": Decimal("0.30"),
        "owner": by, **fields,
    }  # fmt: skip
    promotion = plan.create(values=values, products=[], by=by, at=moment(PLANNED))
    dealers = dealers if dealers is not None else [DealerFactory(territory=territory)]
    plan.add_dealers(
        promotion_id=promotion.pk, dealer_ids=[d.pk for d in dealers], uplift=Decimal(0), by=by, on=PLANNED
    )
    share = (Decimal(estimate) / max(len(dealers), 1)).quantize(Decimal("0.01"))
    rows = {row.pk: share for row in promotion.participants.all()}
    plan.estimate(promotion_id=promotion.pk, estimates=rows, consents={}, by=by)
    budget = budget or budget_of(territory)
    plan.add_line(
        promotion_id=promotion.pk, kind=CostKind.DISPLAY, budget=budget, amount=Decimal(amount), dealer_id=None,
        note="", by=by,
    )  # fmt: skip
    plan.add_provision(promotion_id=promotion.pk, values={"side": Side.DEALER, "item": "Space in the window"}, by=by)
    promotion.refresh_from_db()
    return promotion


def submitted(**options: Any) -> Promotion:
    promotion = drafted(**options)
    return plan.submit(promotion_id=promotion.pk, by=options["by"], at=moment(PLANNED), on=PLANNED)


def approve(promotion: Promotion, by: User, on: dt.date = PLANNED) -> Promotion:
    return approval.decide(
        promotion_id=promotion.pk, version=promotion.version, decision=Decision.APPROVED, note="", by=by, at=moment(on),
        on=on,
    )  # fmt: skip


def running(*, approver: User, **options: Any) -> Promotion:
    promotion = approve(submitted(**options), approver)
    return plan.begin(promotion_id=promotion.pk, at=moment(START), on=START)


def picture(seed: int, *, size: tuple[int, int] = (320, 240)) -> bytes:
    """A made-up place: the same for the same seed."""
    rng = random.Random(seed)
    image = Image.new("RGB", (320, 240), tuple(rng.randrange(256) for _ in range(3)))
    draw = ImageDraw.Draw(image)
    for _ in range(40):
        x, y = rng.randrange(320), rng.randrange(240)
        draw.rectangle(
            (x, y, x + rng.randrange(20, 120), y + rng.randrange(20, 90)),
            fill=tuple(rng.randrange(256) for _ in range(3)),
        )
    buffer = io.BytesIO()
    image.resize(size).save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def upload_of(content: bytes, name: str = "photo.jpg") -> Upload:
    import hashlib

    return Upload(content, "image/jpeg", name, hashlib.sha256(content).hexdigest())


def photos(first: int, count: int = 3) -> list[Proof]:
    return [Proof(EvidenceKind.PHOTO, upload_of(picture(first + number)), place="Window") for number in range(count)]


def claimed(
    promotion: Promotion, by: User, amount: str = "400", *, on: dt.date = START, proofs: list[Proof] | None = None, **fields: Any
) -> Claim:  # fmt: skip
    """A claim of the first participant on the first line."""
    line = promotion.lines.order_by("pk").first()
    dealer = promotion.participants.order_by("pk").first().dealer
    values = {
        "key": uuid.uuid4(), "line_id": line.pk, "dealer": dealer, "amount": Decimal(amount), "done_on": START,
        "invoice_number": "", "note": "", "proofs": proofs or [], "by": by, "at": moment(on), "on": on, **fields,
    }  # fmt: skip
    return claims.submit_claim(**values)


def decided(claim: Claim, by: User, approved: str | None = None, note: str = "", on: dt.date = START) -> Claim:
    amount = claim.amount if approved is None else Decimal(approved)
    return claims.decide_claim(claim_id=claim.pk, approved=amount, note=note, by=by, at=moment(on), on=on)


def settled(claim: Claim, by: User, on: dt.date = START) -> Claim:
    return claims.settle_claim(
        claim_id=claim.pk, how="CREDIT_NOTE", number=f"CN-{claim.pk}", by=by, at=moment(on), on=on
    )


def today() -> dt.date:
    return Company.get().today()


def now() -> dt.datetime:
    return timezone.now()
