"""The demo company's promotions: budgets, plans of every state, claims, results. Made by the actions that pages call."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import uuid
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from PIL import Image, ImageDraw

from accounts.choices import Role
from accounts.models import Territory, TerritoryAssignment, User
from crm.base.money import round_money
from crm.base.periods import Period
from dealers.choices import TRADING
from dealers.models import Dealer
from dealers.uploads import Upload
from promotions import planning
from promotions.actions import approval, budgets, claims, evaluation, plan
from promotions.actions.claims import Proof
from promotions.choices import CostKind, Decision, EvidenceKind, Mechanic, PromotionState, Purpose, Side
from promotions.models import Budget, ExchangeRate, ProfitTerms, Promotion, PromotionTerms
from promotions.refusals import PromotionRefused
from promotions.results import results_of
from sales.models import Product
from sales.records import Line, record_sales

SEED = 12
CENT = Decimal("0.01")
# Promotions are for shops: neither agents nor the smallest.
LEAST_SALES, MOST_SALES = 40_000, 320_000
# What comes back of one unit of money: most pay, some do not.
_RETURNS = ("0.4", "0.7", "1.1", "1.3", "1.5", "1.7", "2.0", "2.4", "2.8", "3.3")
# Of the money of a line so much is claimed and approved in the end: see _claims.
_CLAIMED = Decimal("0.8")
RATES = (("CNY", "0.1385"), ("JPY", "0.00662"), ("KRW", "0.000718"))


@dataclass(frozen=True, slots=True)
class Idea:
    """A promotion as it is to be: `starts` days from the day of the demo (below zero: before), for so many days."""

    title: str
    mechanic: Mechanic
    cost: CostKind
    starts: int
    days: int
    until: PromotionState
    category: str
    uplift: str
    share: str
    goal: str


_IDEAS = (
    Idea("Summer weeks", Mechanic.DISPLAY, CostKind.DISPLAY, -150, 28, PromotionState.CLOSED, "", "0.35", "0.05", "A third more than usual in four weeks"),
    Idea("Buy one, get a kettle", Mechanic.BUY_GIFT, CostKind.GIFT, -128, 21, PromotionState.EVALUATED, "", "0.25", "0.06", "A quarter more than usual"),
    Idea("Washing days with the shop", Mechanic.JOINT_ACTIVITY, CostKind.EVENT, -52, 28, PromotionState.ENDED, "Laundry", "0.30", "0.06", "Each shop holds two washing days and sells a third more"),
    Idea("Kitchen window", Mechanic.DISPLAY, CostKind.DISPLAY, -12, 35, PromotionState.RUNNING, "Kitchen", "0.30", "0.05", "A window of its own in each shop and a third more sold"),
    Idea("Television before the cup", Mechanic.CASHBACK, CostKind.CASHBACK, 14, 21, PromotionState.APPROVED, "Television", "0.40", "0.07", "Two fifths more television sets in three weeks"),
    Idea("Winter dryers", Mechanic.ADVERTISING, CostKind.ADVERTISING, 20, 28, PromotionState.SUBMITTED, "Laundry", "0.30", "0.05", "The new dryers are known in town"),
    Idea("New shop opening", Mechanic.LISTING_FEE, CostKind.LISTING_FEE, 30, 14, PromotionState.DRAFT, "", "0.20", "0.03", "Listed at the new branch with all groups"),
)  # fmt: skip


def _at(day: dt.date, hour: int = 2) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), dt.UTC)


def make(*, on: dt.date) -> int:
    """Budgets of the year, and for each country promotions of every state as of the day; how many."""
    random = Random(SEED)
    director = User.objects.get(assignments__role=Role.DIRECTOR)
    finance = User.objects.get(assignments__role=Role.FINANCE)
    for currency, rate in RATES:
        ExchangeRate.objects.create(
            currency=currency, into="USD", rate=Decimal(rate), valid_from=dt.date(on.year - 1, 1, 1)
        )
    PromotionTerms.objects.create(active_from=dt.date(on.year - 1, 1, 1))
    ProfitTerms.objects.create(
        active_from=dt.date(on.year - 1, 1, 1), visit_cost=Decimal(45), capital_rate=Decimal("0.06")
    )
    root = Territory.objects.get(parent=None)
    company = _budget("PROMO", "Promotions", root, None, Decimal(400_000), director, on)
    brand = {"purpose": Purpose.BRAND}
    _budget("BRAND", "Brand advertising", root, None, Decimal(80_000), director, on, **brand)
    made = 0
    for country in Territory.objects.filter(parent=root).order_by("path"):
        of_country = _budget(
            f"PROMO-{country.code}", f"Promotions {country.name}", country, company, Decimal(80_000), director, on
        )
        leader = held_by(country, Role.MANAGER, on)
        for patch in Territory.objects.filter(parent=country).order_by("path")[: 2 if country.code == "CN" else 1]:
            rep = held_by(patch, Role.REPRESENTATIVE, on)
            of_patch = _budget(
                f"PROMO-{patch.code}", f"Promotions {patch.name}", patch, of_country, Decimal(26_000), director, on
            )
            for idea in _IDEAS:
                if leader and rep and _carry_out(idea, patch, of_patch, rep, leader, finance, random, on):
                    made += 1
    return made


def held_by(territory: Territory, role: Role, on: dt.date) -> User | None:
    row = (
        TerritoryAssignment.objects.running(on)
        .filter(territory=territory, role=role, covers_for=None)
        .order_by("pk")
        .first()
    )
    return row.user if row else None


def _budget(
    code: str, name: str, territory: Territory, parent: Budget | None, amount: Decimal, by: User, on: dt.date, **values: object
) -> Budget:  # fmt: skip
    """For fifteen months around the day, so that what was planned in winter is paid out of it, too."""
    period = Period(dt.date(on.year - 1, 10, 1), dt.date(on.year + 1, 7, 1))
    budget = budgets.create_budget(
        values={
            "code": code, "name": name, "territory": territory, "parent": parent, "currency": "USD", "starts_on": period.start,
            "ends_on": period.end, "owner": by, "expires_on": period.end, **values,
        },
        by=by,
    )  # fmt: skip
    budgets.grant(budget=budget, amount=amount, note="", key=code, by=by, at=_at(period.start), on=period.start)
    return budget


def _carry_out(
    idea: Idea, patch: Territory, budget: Budget, rep: User, leader: User, finance: User, random: Random, on: dt.date
) -> bool:
    """Plan it and take it as far as it is to come; False where nobody there sells such goods."""
    starts = on + dt.timedelta(days=idea.starts)
    planned = min(starts - dt.timedelta(days=12), on)
    dealers = list(
        Dealer.objects.filter(
            territory=patch, status__in=TRADING, sales_12m__gte=LEAST_SALES, sales_12m__lt=MOST_SALES
        ).order_by("-sales_12m", "pk")[:5]
    )  # fmt: skip
    if len(dealers) < 2:
        return False
    values = {
        "title": f"{idea.title}, {patch.name}", "mechanic": idea.mechanic, "goal": idea.goal, "place": f"Shops in {patch.name}",
        "territory": patch, "starts_on": starts, "ends_on": starts + dt.timedelta(days=idea.days), "currency": "USD",
        "margin_share": Decimal("0.30"), "dealer_margin_share": Decimal("0.18"), "owner": rep,
        "people": f"{rep.name} and two shop assistants",
        "low_return_reason": "The shops are to keep the window afterwards",
    }  # fmt: skip
    products = Product.objects.filter(category=idea.category) if idea.category else []
    promotion = plan.create(values=values, products=products, by=rep, at=_at(planned))
    plan.add_dealers(
        promotion_id=promotion.pk, dealer_ids=[d.pk for d in dealers], uplift=Decimal(idea.uplift), by=rep, on=planned
    )
    usual = sum((row.baseline for row in promotion.participants.all()), Decimal(0))
    if usual < 500:
        promotion.delete()
        return False
    money = max(round_money(usual * Decimal(idea.share), "USD").quantize(Decimal(10)), Decimal(100))
    plan.add_line(
        promotion_id=promotion.pk, kind=idea.cost, budget=budget, amount=money, dealer_id=None, note="", by=rep
    )
    for side, item, value in (
        (Side.COMPANY, "Posters and price tags", None),
        (Side.DEALER, "Space in the window", Decimal(120)),
    ):
        plan.add_provision(promotion_id=promotion.pk, values={"side": side, "item": item, "value": value}, by=rep)
    _live(promotion, idea, rep, leader, finance, random, planned, on)
    return True


def _live(
    promotion: Promotion, idea: Idea, rep: User, leader: User, finance: User, random: Random, planned: dt.date, on: dt.date
) -> None:  # fmt: skip
    order = (
        PromotionState.DRAFT, PromotionState.SUBMITTED, PromotionState.APPROVED, PromotionState.RUNNING, PromotionState.ENDED,
        PromotionState.EVALUATED, PromotionState.CLOSED,
    )  # fmt: skip
    far = order.index(idea.until)
    pk = promotion.pk
    try:
        if far >= 1:
            promotion = plan.submit(promotion_id=pk, by=rep, at=_at(planned, 3), on=planned)
        if far >= 2:
            decided = planned + dt.timedelta(days=2) if planned < on else on
            approval.decide(
                promotion_id=pk, version=promotion.version, decision=Decision.APPROVED, note="", by=leader, at=_at(decided, 4), on=decided
            )  # fmt: skip
    except PromotionRefused:
        # A season that does not pay stays a draft, as it would with anybody.
        return
    if far < 3:
        return
    plan.begin(promotion_id=pk, at=_at(promotion.starts_on), on=promotion.starts_on)
    _sell_more(promotion, rep, random, on)
    _claims(promotion, idea, rep, leader, finance, random, on)
    if far >= 4:
        plan.end(promotion_id=pk, at=_at(promotion.ends_on), on=promotion.ends_on)
    if far >= 5:
        judged = min(planning.compared_until(promotion, planning.terms_of(promotion)) + dt.timedelta(days=4), on)
        evaluation.evaluate(
            promotion_id=pk, lessons="Shops that put the goods into the window sold twice what the others did.",
            explanation="Two weeks of rain, and a competitor with the same offer.", by=rep, at=_at(judged), on=judged,
        )  # fmt: skip
    if far >= 6:
        if promotion.evaluation.poor:
            evaluation.decide_consequence(
                promotion_id=pk, consequence="IMPROVE", note="Only with shops that have a window", by=leader, at=_at(judged, 5), on=judged
            )  # fmt: skip
        evaluation.close(promotion_id=pk, by=rep, at=_at(judged, 6), on=judged)


def _sell_more(promotion: Promotion, rep: User, random: Random, on: dt.date) -> None:
    """What the promotion brings, in three orders a dealer."""
    products = list(promotion.products.order_by("pk")) or list(Product.objects.order_by("pk"))
    lines = []
    wanted = _wanted(promotion, random, on)
    for row in promotion.participants.order_by("pk"):
        each = wanted[row.dealer_id] / 3
        for order in range(3):
            day = promotion.starts_on + dt.timedelta(days=(order * promotion.days) // 3)
            product = random.choice(products)
            if day < on and product.list_price:
                price = product.list_price * Decimal("0.7")
                pieces = round(each / price)
                if not pieces:
                    continue
                reference = f"PR-{promotion.pk}-{row.pk}-{order + 1}"
                lines.append(Line(row.dealer_id, day, Decimal(pieces), (price * pieces).quantize(CENT), product.pk, reference=reference, sold_by_id=rep.pk))  # fmt: skip
    record_sales(lines)


def _wanted(promotion: Promotion, random: Random, on: dt.date) -> dict[int, Decimal]:
    """What each dealer buys in addition, so that the whole comes to one of the returns: what its sales are above the usual
    anyhow is taken off, and nobody buys less than nothing."""
    rows = list(promotion.participants.all())
    money = sum((line.amount for line in promotion.lines.all()), Decimal(0)) * _CLAIMED
    gain = Decimal(random.choice(_RETURNS)) * money / (promotion.margin_share or 1)
    terms = planning.terms_of(promotion)
    if planning.compared_until(promotion, terms) <= on:
        gain -= results_of(promotion, terms).whole.net
    usual = sum((row.baseline for row in rows), Decimal(0))
    return {row.dealer_id: max(gain, Decimal(0)) * row.baseline / usual for row in rows}


def _claims(
    promotion: Promotion, idea: Idea, rep: User, leader: User, finance: User, random: Random, on: dt.date
) -> None:
    """Each dealer claims its part; those of what runs wait for somebody, the others are settled."""
    line = promotion.lines.get()
    dealers = [row.dealer for row in promotion.participants.select_related("dealer").order_by("pk")]
    part = (line.amount / (len(dealers) + 1)).quantize(CENT)
    for number, dealer in enumerate(dealers):
        day = min(promotion.starts_on + dt.timedelta(days=4 + 3 * number), promotion.ends_on - dt.timedelta(days=1))
        if day > on:
            continue
        proofs = [
            Proof(
                EvidenceKind.PHOTO, _photo(random.randrange(10_000)), place=f"{dealer.city or dealer.name}, shop window"
            )
            for _ in range(3)
        ]
        claim = claims.submit_claim(
            key=uuid.UUID(int=random.getrandbits(128), version=4), line_id=line.pk, dealer=dealer, amount=part, done_on=day,
            invoice_number=f"R-{promotion.pk}-{number + 1}", note="Window fitted as agreed", proofs=proofs, by=rep, at=_at(day), on=day,
        )  # fmt: skip
        waits = idea.until == PromotionState.RUNNING
        if waits and number >= 2:
            continue
        cut = number == 1
        approved = (part * Decimal("0.8")).quantize(CENT) if cut else part
        note = "One of five windows was empty" if cut else ""
        claims.decide_claim(claim_id=claim.pk, approved=approved, note=note, by=leader, at=_at(day, 5), on=day)
        if waits and number == 1:
            continue
        claims.settle_claim(
            claim_id=claim.pk, how="CREDIT_NOTE", number=f"CN-{promotion.pk:03d}-{number + 1}", by=finance, at=_at(day, 6), on=day
        )  # fmt: skip


def _photo(seed: int) -> Upload:
    """A drawn shop window, another one for each seed."""
    random = Random(seed)
    image = Image.new("RGB", (640, 480), tuple(random.randrange(120, 240) for _ in range(3)))
    draw = ImageDraw.Draw(image)
    for _ in range(26):
        x, y = random.randrange(600), random.randrange(440)
        colour = tuple(random.randrange(256) for _ in range(3))
        draw.rectangle((x, y, x + random.randrange(30, 180), y + random.randrange(30, 160)), fill=colour)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=80)
    content = buffer.getvalue()
    return Upload(content, "image/jpeg", f"window-{seed}.jpg", hashlib.sha256(content).hexdigest())
