"""The demo company's dealers: of every kind, with sub-dealers and outlets, each with a course its trade takes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from random import Random

from faker import Faker

from crm.base.periods import add_months, month_start
from crm.demo.names import company_name
from crm.demo.places import Gazetteer
from crm.demo.staff import PatchStaff
from dealers.choices import DealerKind, DealerStatus, LeadSource
from dealers.models import BusinessField, Dealer

K = DealerKind
# How many of each kind a patch has, its place in the channel, and how much one buys in a usual month (units).
_MIX: tuple[tuple[DealerKind, int, tuple[DealerKind, ...], float], ...] = (
    (K.AGENT, 1, (), 900.0),
    (K.DISTRIBUTOR, 2, (), 420.0),
    (K.KEY_ACCOUNT, 1, (), 520.0),
    (K.WHOLESALER, 1, (K.AGENT,), 240.0),
    (K.SECOND_WHOLESALER, 3, (K.DISTRIBUTOR, K.WHOLESALER), 85.0),
    (K.FRANCHISEE, 10, (K.AGENT,), 110.0),
    (K.DIRECT_STORE, 1, (), 150.0),
    (K.RETAILER, 6, (K.SECOND_WHOLESALER, K.DISTRIBUTOR), 28.0),
)

# Business scope: code, English, Chinese, Japanese, Korean.
_SCOPE = (
    ("AC", "Air conditioning", "空调", "エアコン", "에어컨"),
    ("FR", "Refrigeration", "冰箱与冷柜", "冷蔵・冷凍", "냉장·냉동"),
    ("LA", "Laundry", "洗衣", "洗濯", "세탁"),
    ("KI", "Kitchen", "厨房电器", "キッチン家電", "주방 가전"),
    ("TV", "Television", "电视", "テレビ", "텔레비전"),
    ("IN", "Installation and repair", "安装与维修", "設置・修理", "설치·수리"),
)


@dataclass(frozen=True, slots=True)
class Course:
    """How a dealer's trade runs: units in a usual month at `begins`, growth a year (0.12 is 12 %), and its end if any."""

    units: float
    growth: float
    begins: dt.date
    ends: dt.date | None
    loyalty: float
    cooperation: float


@dataclass(slots=True)
class Grown:
    dealer: Dealer
    course: Course
    staff: PatchStaff


def _course(random: Random, units: float, begins: dt.date, on: dt.date) -> Course:
    units *= random.lognormvariate(0, 0.55)
    fate = random.random()
    loyalty, cooperation = random.betavariate(5, 2.4), random.betavariate(5, 2.4)
    if fate < 0.30:
        return Course(
            units, random.uniform(0.13, 0.34), begins, None, min(1, loyalty + 0.12), min(1, cooperation + 0.12)
        )
    if fate < 0.68:
        return Course(units, random.uniform(-0.03, 0.09), begins, None, loyalty, cooperation)
    if fate < 0.86:
        return Course(units, random.uniform(-0.26, -0.06), begins, None, loyalty * 0.8, cooperation * 0.85)
    if fate < 0.92:
        end = add_months(month_start(on), -random.randint(2, 16))
        return Course(units, random.uniform(-0.3, 0.0), begins, end, loyalty * 0.6, cooperation * 0.6)
    started = add_months(month_start(on), -random.randint(2, 22))
    return Course(units, random.uniform(0.1, 0.6), max(started, begins), None, loyalty, cooperation)


def _status(random: Random, course: Course, on: dt.date) -> DealerStatus:
    if course.ends:
        silent_months = (on.year - course.ends.year) * 12 + on.month - course.ends.month
        return (
            DealerStatus.TERMINATED
            if silent_months > 5
            else random.choice((DealerStatus.PHASE_OUT, DealerStatus.AT_RISK))
        )
    if course.begins > add_months(on, -5):
        return DealerStatus.TRIAL
    if course.growth < -0.18:
        return random.choice((DealerStatus.AT_RISK, DealerStatus.ACTIVE, DealerStatus.SUSPENDED))
    return DealerStatus.RECOVERING if course.growth < -0.12 and random.random() < 0.2 else DealerStatus.ACTIVE


def grow(
    *, random: Random, fakers: dict[str, Faker], staff: list[PatchStaff], first_month: dt.date, on: dt.date
) -> list[Grown]:
    """Write some 600 dealers and their parents; `first_month` is the first month with sales. Returns them with courses."""
    gazetteer = Gazetteer()
    fields = {
        field.code: field
        for field in BusinessField.objects.bulk_create(
            [
                BusinessField(code=code, name=english, name_zh_hans=chinese, name_ja=japanese, name_ko=korean)
                for code, english, chinese, japanese, korean in _SCOPE
            ]
        )
    }
    grown: list[Grown] = []
    wishes: list[tuple[Grown, tuple[DealerKind, ...]]] = []
    used: set[tuple[str, str]] = set()
    number = 0
    for row in staff:
        fake = fakers[row.country.code]
        for kind, count, parents, units in _MIX:
            for _index in range(count):
                number += 1
                city = random.choice(row.patch.cities)
                place = gazetteer.place(random, row.country, city)
                name = company_name(random, fake, row.country, city, kind, place.district)
                for _try in range(40):
                    if (row.country.code, name.native) not in used:
                        break
                    name = company_name(random, fake, row.country, city, kind, place.district)
                used.add((row.country.code, name.native))
                course = _course(random, units, first_month, on)
                years = random.randint(0, 14)
                since = (
                    course.begins
                    if course.begins > first_month
                    else dt.date(first_month.year - years, random.randint(1, 12), random.randint(1, 28))
                )
                since = min(since, course.begins)
                dealer = Dealer(
                    code=f"{row.country.code}{number:05d}",
                    name=name.native,
                    name_romanised=name.roman,
                    name_kana=name.kana,
                    kind=kind,
                    status=_status(random, course, on),
                    territory=row.territory,
                    country=row.country.code,
                    region=place.region,
                    city=place.city,
                    address=place.address,
                    postal_code=place.postal_code,
                    latitude=place.latitude,
                    longitude=place.longitude,
                    phone=place.phone,
                    email=f"dealer{number}@dealers.example",
                    founded_year=since.year - random.randint(0, 18),
                    employees=max(1, round(units / 12 * random.lognormvariate(0, 0.5))),
                    customer_since=since,
                    lead_source=random.choice(LeadSource.values),
                    opening_hours=random.choice(("09:00-18:00", "10:00-20:00", "10:00-21:00", "08:30-17:30")),
                    verified_on=on - dt.timedelta(days=random.choice((20, 60, 90, 150, 240, 400))),
                )
                grown.append(Grown(dealer, course, row))
                if parents:
                    wishes.append((grown[-1], parents))
        # Two a patch are not dealers yet.
        for _index in range(1 if random.random() < 0.5 else 2):
            number += 1
            city = random.choice(row.patch.cities)
            place = gazetteer.place(random, row.country, city)
            name = company_name(random, fake, row.country, city, K.FRANCHISEE, place.district)
            grown.append(
                Grown(
                    Dealer(
                        code=f"{row.country.code}{number:05d}", name=name.native, name_romanised=name.roman, name_kana=name.kana,
                        kind=K.FRANCHISEE, status=DealerStatus.PROSPECT, territory=row.territory, country=row.country.code,
                        region=place.region, city=place.city, address=place.address, postal_code=place.postal_code,
                        latitude=place.latitude, longitude=place.longitude, phone=place.phone,
                        lead_source=random.choice((LeadSource.REFERRAL, LeadSource.EXHIBITION, LeadSource.FIELD)),
                    ),
                    Course(0, 0, on, None, 0.5, 0.5),
                    row,
                )
            )  # fmt: skip
    Dealer.objects.bulk_create([g.dealer for g in grown])

    by_patch: dict[tuple[str, DealerKind], list[Dealer]] = {}
    for g in grown:
        by_patch.setdefault((g.staff.patch.code, DealerKind(g.dealer.kind)), []).append(g.dealer)
    supplied = []
    for g, parents in wishes:
        options = [d for kind in parents for d in by_patch.get((g.staff.patch.code, kind), [])]
        if options and random.random() < 0.85:
            g.dealer.parent = random.choice(options)
            supplied.append(g.dealer)
    Dealer.objects.bulk_update(supplied, ["parent"], batch_size=500)

    links = Dealer.business_scope.through
    links.objects.bulk_create(
        [
            links(dealer_id=g.dealer.pk, businessfield_id=fields[code].pk)
            for g in grown
            for code in random.sample(sorted(fields), random.randint(1, 4))
        ]
    )
    return grown
