"""What the demo's representatives did in the last two months, and where they go in the coming two weeks."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

from django.db import connection

from crm.demo.network import Grown
from crm.demo.staff import PatchStaff
from crm.demo.week import weekdays
from dealers.choices import TRADING, DealerKind
from dealers.models import Contact
from visits import choices as c
from visits.models import Advice, Collection, Commitment, Finding, Task, TimeEntry, Visit

DAYS_BACK, DAYS_AHEAD = 60, 14
# Apart from the rest of the demo, so that what is written here moves nothing there.
SEED = 20_260_311


@dataclass(frozen=True, slots=True)
class Words:
    """What people of a country write on their phones: (problem, area), what they noticed, what was said, promises."""

    stated: tuple[tuple[str, str], ...]
    latent: tuple[tuple[str, str], ...]
    said: tuple[str, ...]
    objectives: tuple[tuple[str, str], ...]
    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    steps: tuple[str, ...]
    advice: tuple[tuple[str, str], ...]


_ENGLISH = Words(
    stated=(("Deliveries came three days late twice this month", "SUPPLY"), ("Margin on small appliances is too thin", "PRICE"), ("Waits for the refund of a faulty dryer", "SERVICE")),
    latent=(("Oldest washing machines stand at the back, nobody rotates them", "STOCK"), ("New sales staff cannot explain the heat pump", "PEOPLE"), ("A competitor took the end of the aisle", "COMPETITION")),
    said=("Autumn is slower than hoped, but customers ask for the larger refrigerators.", "Content with the service, wants faster deliveries before the holidays.", "Two new shops opened across the street; prices are under pressure."),
    objectives=(("Win the order for next month", "SELL"), ("Collect the oldest invoice", "COLLECT"), ("Check stock and display", "STOCK"), ("Agree on the targets of the quarter", "PLAN"), ("Tell about the new terms", "CONVEY")),
    ours=("Find out why deliveries are late", "Send the trainer for half a day"),
    theirs=("Takes twenty more units", "Pays the oldest invoice"),
    steps=("Bring samples of the new hob", "Look at the shelf again", "Come with the service manager"),
    advice=(("Display", "Put the heat pump dryer beside the washing machines"), ("Stock", "Order smaller lots twice a month")),
)  # fmt: skip
_CHINESE = Words(
    stated=(("本月两次晚到三天", "SUPPLY"), ("小家电利润太薄", "PRICE"), ("一台故障干衣机还没退款", "SERVICE")),
    latent=(("最早的洗衣机压在里面,没有人倒库", "STOCK"), ("新导购讲不清热泵的卖点", "PEOPLE"), ("竞品占了端头位置", "COMPETITION")),
    said=("秋季比预想的淡,但大容量冰箱问的人多。", "对服务满意,希望节前送货快一点。", "对面新开了两家店,价格压力大。"),
    objectives=(("拿下下月订单", "SELL"), ("收回最早一笔货款", "COLLECT"), ("检查库存和陈列", "STOCK"), ("谈定季度目标", "PLAN"), ("传达新政策", "CONVEY")),
    ours=("查清送货延误原因", "安排培训师来半天"),
    theirs=("再进二十台", "付清最早一张发票"),
    steps=("带新灶具样机来", "再看一次货架", "和售后经理一起来"),
    advice=(("陈列", "把热泵干衣机放到洗衣机旁边"), ("库存", "改成每月两次小批量进货")),
)  # fmt: skip
_JAPANESE = Words(
    stated=(("今月は納品が二度も三日遅れた", "SUPPLY"), ("小型家電の利益が薄い", "PRICE"), ("故障した乾燥機の返金待ち", "SERVICE")),
    latent=(("古い洗濯機が奥に残り、入れ替えがない", "STOCK"), ("新人がヒートポンプを説明できない", "PEOPLE"), ("競合がエンドを取っている", "COMPETITION")),
    said=("秋は思ったより静かだが、大型冷蔵庫の問い合わせが多い。", "サービスには満足、年末前の納品を早くしてほしい。", "向かいに二店舗できて価格が厳しい。"),
    objectives=(("来月の受注", "SELL"), ("最も古い売掛の回収", "COLLECT"), ("在庫と陳列の確認", "STOCK"), ("四半期目標の合意", "PLAN"), ("新しい条件の説明", "CONVEY")),
    ours=("納品遅れの原因を調べる", "講師を半日派遣する"),
    theirs=("二十台追加で仕入れる", "最も古い請求書を支払う"),
    steps=("新しいコンロの見本を持参", "棚をもう一度見る", "サービス担当と再訪"),
    advice=(("陳列", "ヒートポンプ乾燥機を洗濯機の隣に置く"), ("在庫", "月二回の小口発注にする")),
)  # fmt: skip
_KOREAN = Words(
    stated=(("이번 달 배송이 두 번이나 사흘 늦음", "SUPPLY"), ("소형 가전 마진이 너무 적음", "PRICE"), ("고장 난 건조기 환불 대기 중", "SERVICE")),
    latent=(("오래된 세탁기가 안쪽에 쌓여 있음", "STOCK"), ("신입 직원이 히트펌프를 설명하지 못함", "PEOPLE"), ("경쟁사가 매대 끝을 차지함", "COMPETITION")),
    said=("가을은 기대보다 조용하지만 대형 냉장고 문의가 많음.", "서비스에 만족, 명절 전 배송을 더 빨리 원함.", "맞은편에 매장 두 곳이 생겨 가격 압박이 큼."),
    objectives=(("다음 달 주문 확보", "SELL"), ("가장 오래된 대금 회수", "COLLECT"), ("재고와 진열 점검", "STOCK"), ("분기 목표 합의", "PLAN"), ("새 정책 전달", "CONVEY")),
    ours=("배송 지연 원인 확인", "강사를 반나절 파견"),
    theirs=("스무 대 추가 매입", "가장 오래된 송장 결제"),
    steps=("새 레인지 견본 지참", "매대 다시 확인", "서비스 담당과 함께 방문"),
    advice=(("진열", "히트펌프 건조기를 세탁기 옆에 배치"), ("재고", "월 2회 소량 발주")),
)  # fmt: skip
_WORDS = {"CN": _CHINESE, "JP": _JAPANESE, "KR": _KOREAN}


def make(*, grown: list[Grown], on: dt.date, at: dt.datetime | None = None) -> None:
    """Write visits from sixty days before `on` to two weeks after it, with what was found and agreed.

    Of the stops of the day itself those are made that would be over at the moment `at`; none without it.
    """
    random = Random(SEED)
    patches: dict[int, list[Grown]] = defaultdict(list)
    for g in grown:
        if g.dealer.status in TRADING:
            patches[g.staff.territory.pk].append(g)
    people = {contact.dealer_id: contact for contact in Contact.objects.filter(is_primary=True, active=True)}
    visits: list[tuple[Visit, Words]] = []
    for dealers in patches.values():
        visits += _of_a_patch(random, dealers, people, on, at)
    Visit.objects.bulk_create([visit for visit, _words in visits], batch_size=2000)
    _records(random, [row for row in visits if row[0].on != on], on)
    # By dice of their own: what is over by now differs from hour to hour, and nothing else should.
    _records(Random(SEED), [row for row in visits if row[0].on == on], on)
    with connection.cursor() as cursor:
        cursor.execute(_LAST_CONTACT_SQL)


def _of_a_patch(
    random: Random, dealers: list[Grown], people: dict[int, Contact], on: dt.date, at: dt.datetime | None
) -> list[tuple[Visit, Words]]:
    """Each working day four to six stops: whoever buys much is seen often, and nobody twice a week."""
    staff = dealers[0].staff
    words = _WORDS.get(staff.country.code, _ENGLISH)
    last: dict[int, dt.date] = {}
    week = weekdays(on)
    found = []
    for day in range(-DAYS_BACK, DAYS_AHEAD):
        date = on + dt.timedelta(days=day)
        if date.isoweekday() not in week:
            continue
        free = [g for g in dealers if (date - last.get(g.dealer.pk, dt.date.min)).days >= 5]
        weights = [max(g.course.units, 5.0) ** 0.6 for g in free]
        chosen: dict[int, Grown] = {}
        for g in random.choices(free, weights, k=random.randint(4, 6)) if free else []:
            chosen[g.dealer.pk] = g
        clock = dt.datetime.combine(date, dt.time(9, random.choice((0, 15, 30))), ZoneInfo(staff.country.time_zone))
        for place, g in enumerate(chosen.values(), start=1):
            last[g.dealer.pk] = date
            visit = _visit(random, g, staff, words, date, place, clock, people.get(g.dealer.pk), on)
            if date == on and at is not None and clock + dt.timedelta(minutes=visit.minutes * 1.3 + 5) < at:
                objective, purpose = Random(g.dealer.pk).choice(words.objectives)
                _made(Random(g.dealer.pk), visit, g, words, objective, purpose, clock, people.get(g.dealer.pk))
            found.append((visit, words))
            clock += dt.timedelta(minutes=visit.minutes + random.randint(20, 55))
    return found


def _visit(
    random: Random, g: Grown, staff: PatchStaff, words: Words, date: dt.date, place: int, clock: dt.datetime,
    contact: Contact | None, on: dt.date,
) -> Visit:  # fmt: skip
    minutes = random.choice((30, 45, 45, 60, 75))
    objective, purpose = random.choice(words.objectives)
    visit = Visit(
        dealer=g.dealer, user=staff.representative, on=date, first_on=date, sequence=place, starts_at=clock.time(),
        minutes=minutes, travel_minutes=random.randint(15, 50), km=round(random.uniform(3, 38), 1),
    )  # fmt: skip
    if date >= on:
        if random.random() < 0.6:
            visit.objective, visit.purpose = objective, purpose
        if random.random() < 0.1:
            visit.fixed_at = clock.time()
            visit.why = c.Why.APPOINTMENT
        return visit
    fate = random.random()
    if fate < 0.05:
        visit.state = c.VisitState.MISSED
    elif fate < 0.11:
        visit.state, visit.skip_reason = c.VisitState.SKIPPED, random.choice(c.SkipReason.values[:3])
    else:
        _made(random, visit, g, words, objective, purpose, clock, contact)
    return visit


def _made(
    random: Random, visit: Visit, g: Grown, words: Words, objective: str, purpose: str, clock: dt.datetime,
    contact: Contact | None,
) -> None:  # fmt: skip
    visit.state = c.VisitState.DONE
    visit.objective, visit.purpose = objective, purpose
    visit.confirmed_at = visit.started_at = clock
    visit.ended_at = clock + dt.timedelta(minutes=max(10, round(visit.minutes * random.uniform(0.6, 1.3))))
    visit.received_at = visit.ended_at + dt.timedelta(minutes=random.choice((0, 1, 4, 90)))
    visit.contact, visit.summary = contact, random.choice(words.said)
    visit.mood = random.choices((-2, -1, 0, 1, 2), (1, 3, 8, 9, 3))[0]
    visit.result = random.choices(c.Result.values, (60, 25, 15))[0]
    if random.random() < 0.48:
        visit.order_amount = Decimal(round(g.course.units * random.uniform(60, 180), -1) + 10)
        visit.order_lines = random.randint(1, 9)
    elif random.random() < 0.6:
        visit.order_amount = Decimal(0)
    if g.dealer.kind in (DealerKind.RETAILER, DealerKind.DIRECT_STORE, DealerKind.FRANCHISEE):
        visit.display_score = random.choices((1, 2, 3, 4, 5), (1, 3, 8, 9, 4))[0]
    visit.next_step = random.choice(words.steps)
    visit.next_on = visit.on + dt.timedelta(days=random.choice((7, 10, 14, 21)))
    fate = random.random()
    dealer = g.dealer
    if fate < 0.12 or dealer.latitude is None or dealer.longitude is None:
        visit.check_in = c.CheckInOutcome.UNVERIFIED
        return
    away_m = random.uniform(500, 4000) if fate < 0.18 else random.uniform(5, 180)
    visit.latitude, visit.longitude = dealer.latitude + away_m / 111_195, dealer.longitude
    visit.accuracy_m, visit.fix_age_s, visit.distance_m = random.uniform(4, 40), random.uniform(0, 20), away_m
    visit.check_in = c.CheckInOutcome.OUT_OF_RANGE if away_m > 300 else c.CheckInOutcome.IN_RANGE
    if away_m > 300:
        visit.check_in_reason = random.choice(words.steps)


def _records(random: Random, visits: list[tuple[Visit, Words]], on: dt.date) -> None:
    """Findings, promises, payments, advice, tasks and time of the visits that were made."""
    findings: list[Finding] = []
    promises: list[Commitment] = []
    payments: list[Collection] = []
    advice: list[Advice] = []
    tasks: list[Task] = []
    time: list[TimeEntry] = []
    for visit, words in visits:
        if visit.state != c.VisitState.DONE or visit.ended_at is None or visit.started_at is None:
            continue
        of_visit = {
            "visit": visit, "dealer": visit.dealer, "created_at": visit.ended_at, "created_by": visit.user,
        }  # fmt: skip
        age = (on - visit.on).days
        for kind, pool, share in (("STATED", words.stated, 0.4), ("LATENT", words.latent, 0.3)):
            if random.random() < share:
                findings.append(_finding(random, kind, random.choice(pool), of_visit, visit, age, words))
        if random.random() < 0.3:
            promises += _promises(random, words, of_visit, visit, on)
        if visit.purpose == c.Purpose.COLLECT and visit.result != c.Result.NOT_MET:
            payments.append(
                Collection(
                    amount=Decimal(random.randint(5, 90) * 100),
                    method=random.choice(c.PaymentMethod.values[:3]),
                    **of_visit,
                )
            )
        if random.random() < 0.25:
            topic, text = random.choice(words.advice)
            result = random.choice(c.AdviceResult.values) if age > 14 else c.AdviceResult.OPEN
            advice.append(Advice(topic=topic, text=text, result=result, **of_visit))
        if random.random() < 0.15:
            done = age > 10 or random.random() < 0.4
            tasks.append(
                Task(
                    title=random.choice(words.steps), owner=visit.user, due_on=visit.on + dt.timedelta(days=random.randint(2, 12)),
                    important=random.random() < 0.4, urgent=random.random() < 0.3,
                    state=c.TaskState.DONE if done else c.TaskState.OPEN, done_at=visit.ended_at if done else None, **of_visit,
                )
            )  # fmt: skip
        minutes = round((visit.ended_at - visit.started_at).total_seconds() / 60)
        category = (
            c.TimeCategory.COLLECTING
            if visit.purpose == c.Purpose.COLLECT
            else random.choice((c.TimeCategory.SELLING, c.TimeCategory.IN_STORE))
        )
        time.append(TimeEntry(user=visit.user, on=visit.on, category=category, minutes=minutes, visit=visit))
    for model, rows in (
        (Finding, findings), (Commitment, promises), (Collection, payments), (Advice, advice), (Task, tasks), (TimeEntry, time),
    ):  # fmt: skip
        model._default_manager.bulk_create(rows, batch_size=2000)  # type: ignore[arg-type]


def _finding(
    random: Random, kind: str, problem: tuple[str, str], of_visit, visit: Visit, age: int, words: Words
) -> Finding:
    text, area = problem
    finding = Finding(
        kind=kind, area=area, text=text, owner=visit.user, due_on=visit.on + dt.timedelta(days=random.choice((7, 14, 21))),
        **of_visit,
    )  # fmt: skip
    # The older, the further: found, analysed, solved, confirmed.
    steps = min(3, int(age / 9 * random.uniform(0.4, 1.6)))
    for number, (state, moment) in enumerate(
        (("ANALYSED", "analysed_at"), ("SOLVED", "solved_at"), ("CONFIRMED", "confirmed_at")), start=1
    ):
        if number <= steps:
            finding.state = state
            setattr(finding, moment, visit.ended_at + dt.timedelta(days=number * 3))  # type: ignore[operator]
    if steps:
        finding.cause = random.choice(words.latent)[0]
    if steps >= 2:
        finding.solution = random.choice(words.ours)
    if steps >= 3 and visit.contact:
        finding.confirmed_by_contact = str(visit.contact)
    return finding


def _promises(random: Random, words: Words, of_visit, visit: Visit, on: dt.date) -> list[Commitment]:
    """“I will solve it; you will take or pay this much by then.” Most that fell due were kept."""
    due_on = visit.on + dt.timedelta(days=random.choice((5, 7, 10, 14)))

    def settled() -> dict:
        if due_on >= on:
            return {"state": c.CommitmentState.OPEN}
        kept = random.random() < 0.7
        return {"state": c.CommitmentState.KEPT if kept else c.CommitmentState.BROKEN, "settled_on": due_on}

    ours = Commitment(
        side=c.Side.OURS, text=random.choice(words.ours), due_on=due_on, owner=visit.user, **settled(), **of_visit
    )
    which = random.randrange(2)
    theirs = Commitment(
        side=c.Side.THEIRS, text=words.theirs[which], due_on=due_on, owner=visit.user,
        kind=c.CommitmentKind.PAYMENT if which else c.CommitmentKind.PURCHASE,
        amount=Decimal(random.randint(10, 80) * 100) if which else None, quantity=None if which else Decimal(20),
        **settled(), **of_visit,
    )  # fmt: skip
    if theirs.state != c.CommitmentState.OPEN:
        _came(theirs)
    return [ours, theirs]


def _came(promise: Commitment) -> None:
    """What the figures of the day told; of those not kept every other one came by three quarters."""
    share = Decimal(1)
    if promise.state == c.CommitmentState.BROKEN:
        half = promise.due_on.toordinal() % 2
        promise.state = c.CommitmentState.PARTLY if half else c.CommitmentState.BROKEN
        share = Decimal("0.75") if half else Decimal("0.2")
    promise.came_amount = round(promise.amount * share, 2) if promise.amount else None
    promise.came_quantity = round(promise.quantity * share, 3) if promise.quantity else None
    # Judged for good: the sales of the demo know nothing of single promises.
    promise.by_figures = promise.kind == c.CommitmentKind.PAYMENT


_LAST_CONTACT_SQL = """
    UPDATE dealers_dealer d
       SET last_contact_on = seen.on_day
      FROM (SELECT dealer_id, max("on") AS on_day FROM visits_visit WHERE state = 'DONE' GROUP BY dealer_id) seen
     WHERE seen.dealer_id = d.id AND (d.last_contact_on IS NULL OR d.last_contact_on < seen.on_day)
"""
