"""The three-part file of every demo dealer: owner, traits, business status; brands, credit, people, contacts, agreements."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from django.db import connection
from django.db.models import Model
from django.utils import timezone
from faker import Faker

from crm.base.periods import add_months
from crm.demo.names import BRAND, RIVALS, PersonName, person_name
from crm.demo.network import Grown
from dealers.choices import (
    AgreementKind,
    Attitude,
    Channel,
    ConsentState,
    CreditRating,
    DealerKind,
    DealerStatus,
    DecisionRole,
    EducationLevel,
    MoneyBand,
    Positioning,
    SpecialDateKind,
)
from dealers.models import (
    Agreement,
    BasicInfo,
    BrandShare,
    BusinessStatus,
    Connection,
    Consent,
    Contact,
    CreditProfile,
    Dealer,
    Interaction,
    SpecialDate,
    StatusChange,
    TraitObservation,
    Traits,
)


@dataclass(frozen=True, slots=True)
class Phrases:
    """What people of one country write into a file. Tuples are drawn from."""

    occupations: tuple[str, ...]
    careers: tuple[str, ...]
    families: tuple[str, ...]
    personalities: tuple[str, ...]
    preferences: tuple[str, ...]
    characters: tuple[str, ...]
    styles: tuple[str, ...]
    observations: tuple[str, ...]
    positions: dict[DecisionRole, str]
    interests: tuple[str, ...]
    relations: tuple[str, ...]
    talks: tuple[str, ...]
    next_steps: tuple[str, ...]
    consent_purpose: str
    reasons: tuple[str, ...]


R = DecisionRole
PHRASES: dict[str, Phrases] = {
    "CN": Phrases(
        ("家电经销", "五金建材批发", "个体零售", "工程安装"),
        ("原国营百货家电柜组长，2003年自己开店", "从安装队起家，后转做零售", "接手父亲的批发生意", "曾任某品牌区域业务员"),
        ("夫妻共同经营，儿子在读大学", "与兄弟合伙，家人负责财务", "三代经商，女儿准备接班"),
        ("稳重、重承诺", "热情、好客", "精明、看重利润", "谨慎、决定较慢"),
        ("喝茶", "书法", "钓鱼", "羽毛球", "川菜", "象棋"),
        ("为人正直，说到做到", "讲义气，重视老关系", "对数字敏感，谈判强硬"),
        ("谨慎", "进取", "亲力亲为", "喜欢当面谈", "拖延"),
        ("旺季前主动备货，付款及时", "对新品政策反应快，要求更多样机", "对竞品返利很敏感，需提前沟通", "店员培训后现场讲解明显改善"),
        {R.OWNER: "总经理", R.BUYER: "采购经理", R.FINANCE: "财务", R.SALES: "销售主管", R.STORE_MANAGER: "店长", R.WAREHOUSE: "仓库主管"},
        ("钓鱼", "篮球", "旅游", "摄影", "养花", "足球"),
        ("商会会员", "同乡", "老同学", "供货商", "亲戚"),
        ("确认旺季空调备货量", "说明新的价格政策", "核对对账单", "讨论门店陈列调整", "了解竞品促销情况", "安排店员培训"),
        ("寄送新品样机", "下周确认订单", "提交门头改造方案", "跟进回款"),
        "维护经销合作关系（拜访与问候）",
        ("销量持续下滑", "恢复正常进货", "逾期款已结清", "老板换人，重新评估"),
    ),
    "JP": Phrases(
        ("家電販売業", "電気工事業", "住宅設備卸", "小売業"),
        ("大手量販店に15年勤務後、独立", "父の電器店を継承", "電気工事会社から販売へ転換"),
        ("妻が経理を担当、長男が店を手伝う", "兄弟で経営、母が会長", "後継者は娘婿の予定"),
        ("誠実で慎重", "社交的で行動が早い", "職人気質、口数は少ない"),
        ("ゴルフ", "将棋", "日本酒", "釣り", "野球観戦", "鉄道"),
        ("約束を守り、報告も早い", "地域の信頼が厚い", "数字に厳しく交渉は粘り強い"),
        ("慎重", "計画的", "現場主義", "対面を好む", "決定が遅い"),
        ("決算前に在庫を絞る傾向がある", "新製品の展示に積極的", "支払いは常に期日どおり", "他社の条件を必ず確認してから返答する"),
        {R.OWNER: "代表取締役", R.BUYER: "仕入担当", R.FINANCE: "経理", R.SALES: "営業課長", R.STORE_MANAGER: "店長", R.WAREHOUSE: "倉庫責任者"},
        ("ゴルフ", "野球", "温泉", "カメラ", "園芸", "釣り"),
        ("商店会", "同級生", "取引先", "親戚", "工業会"),
        ("夏物エアコンの仕入計画を確認", "新しい取引条件を説明", "売掛残高の照合", "売場レイアウトの相談", "競合の販促状況を聞き取り", "販売員研修の日程調整"),
        ("見本機を手配", "来週注文を確認", "売場提案書を提出", "入金予定を確認"),
        "取引関係の維持（訪問・ご挨拶）",
        ("販売の減少が続く", "仕入が回復", "延滞分が入金済み", "代表者交代のため再評価"),
    ),
    "KR": Phrases(
        ("가전 판매업", "전기 설비업", "도매업", "소매업"),
        ("대형 유통사 근무 12년 후 창업", "부친의 전파상을 물려받음", "설치 기사로 시작해 대리점 개설"),
        ("부부가 함께 운영, 아들 대학생", "형제 공동 경영", "딸이 온라인 판매를 담당"),
        ("신중하고 약속을 잘 지킴", "사교적이고 추진력 있음", "꼼꼼하고 이익에 민감"),
        ("등산", "골프", "바둑", "낚시", "야구", "커피"),
        ("정직하고 책임감이 강함", "지역 상인회에서 신망이 높음", "협상에 강하고 숫자에 밝음"),
        ("신중형", "적극형", "현장 중심", "대면 선호", "결정이 느림"),
        ("성수기 전에 미리 발주함", "신제품 진열에 협조적", "경쟁사 조건을 자주 언급함", "직원 교육 이후 판매 설명이 좋아짐"),
        {R.OWNER: "대표", R.BUYER: "구매 담당", R.FINANCE: "경리", R.SALES: "영업 팀장", R.STORE_MANAGER: "점장", R.WAREHOUSE: "창고 책임자"},
        ("등산", "축구", "캠핑", "사진", "낚시", "골프"),
        ("상인회", "동창", "거래처", "친척", "동호회"),
        ("여름 에어컨 발주량 확인", "새 거래 조건 설명", "미수금 잔액 대조", "매장 진열 협의", "경쟁사 판촉 현황 파악", "판매 교육 일정 조율"),
        ("견본품 발송", "다음 주 주문 확인", "진열 제안서 제출", "입금 일정 확인"),
        "거래 관계 유지(방문 및 인사)",
        ("판매 감소 지속", "매입 회복", "연체 금액 입금 완료", "대표 변경으로 재평가"),
    ),
    "US": Phrases(
        ("Appliance retailer", "Electrical contractor", "Wholesale merchant", "Store owner"),
        ("Ran the appliance floor of a department store, then opened her own", "Took over the family store", "Started as an installer"),
        ("Runs the store with his wife; two children at school", "Family business in the third generation", "Partner handles the books"),
        ("Steady, keeps his word", "Outgoing, decides fast", "Careful, asks for everything in writing"),
        ("Golf", "Fishing", "Baseball", "Barbecue", "Hiking", "Jazz"),
        ("Straightforward and reliable", "Well liked in the local chamber of commerce", "Hard bargainer, fair once agreed"),
        ("cautious", "aggressive", "hands-on", "prefers to meet in person", "procrastinating"),
        ("Orders ahead of the season and pays on time", "Quick to try new lines, asks for more floor samples", "Compares every rebate with the competition", "Staff explain the range much better since the training"),
        {R.OWNER: "Owner", R.BUYER: "Buyer", R.FINANCE: "Accounts", R.SALES: "Sales manager", R.STORE_MANAGER: "Store manager", R.WAREHOUSE: "Warehouse lead"},
        ("Golf", "Football", "Camping", "Photography", "Gardening", "Fishing"),
        ("Chamber of commerce", "Former colleague", "Supplier", "Relative", "Classmate"),
        ("Agreed the air-conditioner stock for the season", "Explained the new price terms", "Went through the statement of account", "Talked about the floor display", "Asked about competing promotions", "Set a date for staff training"),
        ("Send floor sample", "Confirm the order next week", "Submit display proposal", "Follow up on the payment"),
        "Keeping up the dealer relationship (visits and greetings)",
        ("Sales keep falling", "Buying again as before", "Overdue amount paid", "New owner, to be judged anew"),
    ),
}  # fmt: skip

_ROLES = (R.OWNER, R.BUYER, R.FINANCE, R.SALES, R.STORE_MANAGER, R.WAREHOUSE)
_LARGE = {DealerKind.AGENT, DealerKind.DISTRIBUTOR, DealerKind.KEY_ACCOUNT, DealerKind.WHOLESALER}


def _rating(random: Random, loyalty: float) -> CreditRating:
    order = [CreditRating.AAA, CreditRating.AA, CreditRating.A, CreditRating.B, CreditRating.C]
    return order[min(4, max(0, round((1 - loyalty) * 5 + random.uniform(-1, 0.6))))]


def fill(*, random: Random, fakers: dict[str, Faker], grown: list[Grown], unit_price: Decimal, on: dt.date) -> None:
    """Write the file of every dealer; `unit_price` is what a unit sells for on average, to size money by."""
    rows: dict[type[Model], list] = {model: [] for model in _ORDER}
    dealers = [g.dealer for g in grown]
    for g in grown:
        _file(random, fakers[g.staff.country.code], g, dealers, unit_price, on, rows)
    for model in _ORDER:
        model._default_manager.bulk_create(rows[model], batch_size=2000)
    _special_dates(random, rows[Contact], on)
    with connection.cursor() as cursor:
        cursor.execute(_LAST_CONTACT_SQL)


_LAST_CONTACT_SQL = """
    UPDATE dealers_dealer d
       SET last_contact_on = said.on_day
      FROM (SELECT dealer_id, max(happened_at)::date AS on_day FROM dealers_interaction GROUP BY dealer_id) said
     WHERE said.dealer_id = d.id
"""


def _file(
    random: Random,
    fake: Faker,
    g: Grown,
    dealers: list[Dealer],
    unit_price: Decimal,
    on: dt.date,
    rows: dict[type[Model], list],
) -> None:
    dealer, course, phrases = g.dealer, g.course, PHRASES[g.staff.country.code]
    prospect = dealer.status == DealerStatus.PROSPECT
    large = dealer.kind in _LARGE
    owner = person_name(fake, g.staff.country)
    year_money = Decimal(round(course.units * 12)) * unit_price
    # A fifth of the owners gave no consent: their personal fields stay empty, as they would.
    consent = not prospect and random.random() < 0.8
    if consent:
        decided = on - dt.timedelta(days=random.randint(10, 600))
        rows[Consent].append(
            Consent(
                dealer=dealer, state=ConsentState.GIVEN, purpose=phrases.consent_purpose, given_by=owner.native,
                decided_on=decided, keep_until=add_months(decided, 24), recorded_by=g.staff.representative,
            )
        )  # fmt: skip
        rows[BasicInfo].append(
            BasicInfo(
                dealer=dealer, owner_name=owner.native, family_background=random.choice(phrases.families),
                occupation=random.choice(phrases.occupations), career_history=random.choice(phrases.careers),
                personality=random.choice(phrases.personalities), preferences=random.sample(phrases.preferences, 2),
                annual_income_band=random.choice(MoneyBand.values), personal_funds_band=random.choice(MoneyBand.values),
                education_level=random.choice(EducationLevel.values),
            )
        )  # fmt: skip
        if random.random() < 0.5:
            rows[Connection].append(
                Connection(
                    dealer=dealer, person=person_name(fake, g.staff.country).native, relation=random.choice(phrases.relations),
                    influence=random.randint(2, 5), other_dealer=random.choice(dealers) if random.random() < 0.2 else None,
                )
            )  # fmt: skip
    else:
        rows[BasicInfo].append(BasicInfo(dealer=dealer, owner_name=owner.native))

    checks = [key for key, _label in Traits.MANAGEMENT_CHECKS if random.random() < 0.35 + course.cooperation * 0.55]
    rows[Traits].append(
        Traits(
            dealer=dealer, character_notes=random.choice(phrases.characters), integrity=min(5, max(1, round(1.5 + course.loyalty * 4))),
            working_style=random.sample(phrases.styles, 2), management_checks=checks,
            management_level=1 + round(len(checks) / len(Traits.MANAGEMENT_CHECKS) * 4),
        )
    )  # fmt: skip
    for _index in range(0 if prospect else random.randint(1, 3)):
        rows[TraitObservation].append(
            TraitObservation(
                dealer=dealer, observed_on=on - dt.timedelta(days=random.randint(5, 500)),
                text=random.choice(phrases.observations), observed_by=g.staff.representative,
            )
        )  # fmt: skip
    _people(random, fake, g, owner, rows, prospect=prospect)
    if prospect:
        return
    _business(random, g, year_money, on, rows)
    _dealings(random, g, phrases, on, rows, large=large)


def _people(
    random: Random, fake: Faker, g: Grown, owner: PersonName, rows: dict[type[Model], list], *, prospect: bool
) -> None:
    phrases = PHRASES[g.staff.country.code]
    count = 1 if prospect else random.choice((2, 3, 3, 4) if g.dealer.kind in _LARGE else (1, 1, 2, 3))
    for index, role in enumerate(_ROLES[:count]):
        name = owner if index == 0 else person_name(fake, g.staff.country)
        line = random.randint(1000, 9999)
        rows[Contact].append(
            Contact(
                dealer=g.dealer, name=name.native, name_kana=name.kana, position=phrases.positions[role], role=role,
                influence=5 if index == 0 else random.randint(2, 4), attitude=random.choice(Attitude.values[:4]),
                phone=g.dealer.phone, mobile=g.dealer.phone[:-4] + f"{line}", is_primary=index == 0,
                email=f"{role.value.lower()}.{g.dealer.code.lower()}@dealers.example",
                interests=random.sample(phrases.interests, 2), preferred_channel=random.choice(Channel.values[:3]),
                preferred_every_days=random.choice((7, 14, 14, 30, 30, 60)), preferred_time=random.choice(("", "10:00-11:30", "14:00-16:00")),
            )
        )  # fmt: skip


def _business(random: Random, g: Grown, year_money: Decimal, on: dt.date, rows: dict[type[Model], list]) -> None:
    dealer, course = g.dealer, g.course
    share = Decimal(str(round(min(0.9, 0.15 + course.loyalty * 0.6 + random.uniform(-0.08, 0.08)), 4)))
    all_brands = (year_money / share).quantize(Decimal(1))
    strength = min(5, max(1, round(random.gauss(3, 1))))
    for months_ago, factor in ((13, Decimal("0.94")), (random.randint(1, 5), Decimal(1))):
        budget = (all_brands * Decimal("0.11") * factor).quantize(Decimal(1))
        rows[BusinessStatus].append(
            BusinessStatus(
                dealer=dealer, on=add_months(on, -months_ago), registered_capital=(all_brands * Decimal("0.2")).quantize(Decimal(1000)),
                working_capital=(all_brands * Decimal("0.16") * factor).quantize(Decimal(100)), capital_strength=strength,
                cost_budget=budget, cost_actual=(budget * Decimal(str(round(random.uniform(0.88, 1.14), 3)))).quantize(Decimal(1)),
                cost_control=random.randint(2, 5), annual_sales_all_brands=(all_brands * factor).quantize(Decimal(1)),
                gross_profit_with_us=(year_money * Decimal("0.31") * factor).quantize(Decimal(1)),
                investment_in_us=(year_money * Decimal("0.36")).quantize(Decimal(1)), warehouse_m2=random.randint(30, 2400),
                vehicles=random.randint(0, 9), sales_staff=max(1, round(course.units / 25)), recorded_by=g.staff.representative,
            )
        )  # fmt: skip
    country = g.staff.country.code
    snapshot = add_months(on, -random.randint(1, 6))
    funds = Decimal(str(round(min(0.95, float(share) * random.uniform(0.7, 1.3)), 4)))
    rivals = random.sample(RIVALS[country], 2)
    first_rival = ((1 - share) * Decimal("0.6")).quantize(Decimal("0.0001"))
    for brand, ours, sales_share, fund_share, positioning in (
        (BRAND[country], True, share, funds, Positioning.MAIN if share > Decimal("0.45") else Positioning.SECONDARY),
        (rivals[0], False, first_rival, ((1 - funds) * Decimal("0.55")).quantize(Decimal("0.0001")), Positioning.SECONDARY if share > Decimal("0.45") else Positioning.MAIN),
        (rivals[1], False, (1 - share - first_rival) * Decimal("0.8"), ((1 - funds) * Decimal("0.3")).quantize(Decimal("0.0001")), Positioning.TRAFFIC),
    ):  # fmt: skip
        rows[BrandShare].append(
            BrandShare(
                dealer=dealer, on=snapshot, brand=brand, ours=ours, positioning=positioning, fund_share=fund_share,
                sales_share=sales_share.quantize(Decimal("0.0001")),
                planned_investment=(all_brands * fund_share * Decimal("0.1")).quantize(Decimal(100)),
            )
        )  # fmt: skip
    rating = _rating(random, course.loyalty)
    factor = {"AAA": Decimal("1.5"), "AA": Decimal(1), "A": Decimal("0.8"), "B": Decimal("0.6"), "C": Decimal(0)}[
        rating
    ]
    suspended = dealer.status == DealerStatus.SUSPENDED
    rows[CreditProfile].append(
        CreditProfile(
            dealer=dealer, credit_limit=(year_money / 12 * 2 * factor).quantize(Decimal(1000)), rating=rating,
            credit_term_days=random.choice((30, 30, 45, 60)), deposit=(year_money * Decimal("0.02")).quantize(Decimal(100)),
            on_hold=suspended, hold_reason=PHRASES[country].reasons[0] if suspended else "",
            review_on=dt.date(on.year + (on.month >= 10), 4 if on.month >= 10 or on.month < 4 else 10, 15),
        )
    )  # fmt: skip


def _dealings(
    random: Random, g: Grown, phrases: Phrases, on: dt.date, rows: dict[type[Model], list], *, large: bool
) -> None:
    dealer = g.dealer
    starts = dealer.customer_since or on
    term_start = add_months(starts, 24 * max(0, (on.year - starts.year) // 2))
    if term_start > on:
        term_start = add_months(term_start, -24)
    rows[Agreement].append(
        Agreement(
            dealer=dealer, kind=AgreementKind.DEALER_CONTRACT, number=f"DC-{term_start.year}-{dealer.code}", starts_on=term_start,
            ends_on=add_months(term_start, 24), signed_on=term_start,
        )
    )  # fmt: skip
    if large:
        rows[Agreement].append(
            Agreement(
                dealer=dealer, kind=AgreementKind.MARKET_CONTROL, number=f"MC-{on.year}-{dealer.code}",
                starts_on=dt.date(on.year, 1, 1), ends_on=dt.date(on.year + 1, 1, 1), signed_on=dt.date(on.year, 1, 8),
            )
        )  # fmt: skip
    # Some are called every week, some were forgotten for months: the manager's home shows the latter.
    day = (
        random.choice((1, 3, 7, 12, 18, 26, 38, 70, 120)) + random.randint(0, 6)
        if not g.course.ends
        else random.randint(40, 200)
    )
    gap = random.choice((12, 20, 30, 45))
    for _index in range(random.randint(3, 9)):
        at = timezone.make_aware(
            dt.datetime.combine(
                on - dt.timedelta(days=day), dt.time(random.randint(9, 17), random.choice((0, 15, 30, 45)))
            )
        )
        step = random.random() < 0.4
        rows[Interaction].append(
            Interaction(
                dealer=dealer, channel=random.choice((Channel.PHONE, Channel.PHONE, Channel.MESSAGE, Channel.VISIT, Channel.EMAIL)),
                happened_at=at, summary=random.choice(phrases.talks), next_step=random.choice(phrases.next_steps) if step else "",
                next_step_on=on - dt.timedelta(days=day) + dt.timedelta(days=10) if step else None, two_way=random.random() < 0.85,
                by=g.staff.representative,
            )
        )  # fmt: skip
        day += random.randint(gap // 2, gap * 2)
    if dealer.status not in (DealerStatus.ACTIVE, DealerStatus.TRIAL):
        rows[StatusChange].append(
            StatusChange(
                dealer=dealer, from_status=DealerStatus.ACTIVE, to_status=dealer.status,
                reason=phrases.reasons[1] if dealer.status == DealerStatus.RECOVERING else phrases.reasons[0],
                changed_at=timezone.make_aware(dt.datetime.combine(on - dt.timedelta(days=random.randint(3, 200)), dt.time(10))),
                changed_by=g.staff.manager,
            )
        )  # fmt: skip


def _special_dates(random: Random, contacts: list[Contact], on: dt.date) -> None:
    dates = []
    for contact in contacts:
        if random.random() > 0.6:
            continue
        lunar = contact.dealer.country in ("CN", "KR") and random.random() < 0.5
        dates.append(
            SpecialDate(
                contact=contact, kind=SpecialDateKind.BIRTHDAY, lunar=lunar, month=random.randint(1, 12), day=random.randint(1, 28),
                year=on.year - random.randint(28, 63),
            )
        )  # fmt: skip
    SpecialDate.objects.bulk_create(dates, batch_size=2000)


# Written in this order; each is one multi-row insert.
_ORDER: tuple[type[Model], ...] = (
    BasicInfo, Traits, TraitObservation, Connection, Consent, BusinessStatus, BrandShare, CreditProfile, Contact, Interaction,
    Agreement, StatusChange,
)  # fmt: skip
