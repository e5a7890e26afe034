"""What the demo's leaders did in the last nine months, and whom they will see: executive visits with what was raised,
decided and promised."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from zoneinfo import ZoneInfo

from accounts.models import User
from crm.demo.network import Grown
from dealers.choices import TRADING
from dealers.models import Dealer
from visits import choices as c
from visits.models import Commitment, Finding, LeaderReport, Visit

SEED = 20_260_412
# How likely a dealer of a tier saw a leader lately, and how many days ago at most.
LATELY = {"A": (0.9, 115), "B": (0.75, 230), "C": (0.3, 270)}
DAYS_AHEAD = 35


@dataclass(frozen=True, slots=True)
class Words:
    barriers: tuple[str, ...]
    stated: tuple[str, ...]
    decisions: tuple[str, ...]
    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    objective: str


_ENGLISH = Words(
    barriers=("Feels that head office decides over the shop's head", "Has waited a year for an answer about the service centre", "Hears of new models from competitors first"),
    stated=("Refunds take six weeks", "The credit limit does not fit the season", "Nobody answers on Saturdays"),
    decisions=("Credit limit raised for the season, finance told on the telephone", "Old display taken back at our cost", "Training for the new staff next month, two days"),
    ours=("Name one person for refunds", "Send the price list before the fair", "Look at the delivery days"),
    theirs=("Gives our brand the front window", "Takes part in the spring promotion"),
    objective="Talk about the year and what stands between us",
)  # fmt: skip
_CHINESE = Words(
    barriers=("觉得总部不听门店意见", "服务站的事一年没有答复", "新品总是从竞品那里先听说"),
    stated=("退款要六周", "授信额度跟不上旺季", "周六没人接电话"),
    decisions=("当场同意旺季提高额度,已电话通知财务", "旧展台由公司承担撤回", "下月给新导购培训两天"),
    ours=("指定一个退款联系人", "订货会前寄出价格表", "重新看送货日"),
    theirs=("把前橱窗给我们品牌", "参加春季促销"),
    objective="谈全年合作,消除隔膜",
)  # fmt: skip
_JAPANESE = Words(
    barriers=("本社が店の頭越しに決めると感じている", "修理拠点の件で一年返事がない", "新製品を競合から先に聞く"),
    stated=("返金に六週間かかる", "与信枠が繁忙期に足りない", "土曜に電話がつながらない"),
    decisions=("繁忙期の与信枠をその場で拡大、経理に電話済み", "古い展示台を当社負担で回収", "来月、新人研修を二日間"),
    ours=("返金の担当者を一人決める", "展示会前に価格表を送る", "納品日を見直す"),
    theirs=("正面の陳列を当社に割り当てる", "春の販促に参加する"),
    objective="年間の取引と課題を話し合う",
)  # fmt: skip
_KOREAN = Words(
    barriers=("본사가 매장 의견을 듣지 않는다고 느낌", "서비스 센터 건에 1년째 답이 없음", "신제품 소식을 경쟁사에서 먼저 들음"),
    stated=("환불에 6주가 걸림", "성수기에 여신 한도가 부족함", "토요일에 전화를 받지 않음"),
    decisions=("성수기 한도 증액을 현장에서 결정, 재무팀에 전화함", "오래된 진열대를 당사 부담으로 회수", "다음 달 신입 직원 교육 이틀"),
    ours=("환불 담당자 한 명 지정", "박람회 전에 가격표 발송", "배송 요일 재검토"),
    theirs=("정면 진열을 우리 브랜드에 배정", "봄 판촉에 참여"),
    objective="연간 협력과 장벽을 논의",
)  # fmt: skip
_WORDS = {"CN": _CHINESE, "JP": _JAPANESE, "KR": _KOREAN}


@dataclass(frozen=True, slots=True)
class Led:
    """A dealer, the tier it will have, and who leads and visits there."""

    dealer: Dealer
    tier: str
    leader: User
    representative: User
    country: str
    time_zone: str


def make(*, grown: list[Grown], on: dt.date) -> None:
    """Write leaders' visits from nine months before `on` to five weeks after it. Dealers have no tiers yet when the demo
    is made: by what they buy the first sixth counts as A, the next as B."""
    trading = sorted((g for g in grown if g.dealer.status in TRADING), key=lambda g: -g.course.units)
    sixth = max(len(trading) // 6, 1)
    write(
        (
            Led(
                g.dealer, "A" if place < sixth else "B" if place < 2 * sixth else "C", g.staff.manager,
                g.staff.representative, g.staff.country.code, g.staff.country.time_zone,
            )
            for place, g in enumerate(trading)
        ),
        on=on,
    )  # fmt: skip


def write(rows: Iterable[Led], *, on: dt.date) -> None:
    random = Random(SEED)
    visits: list[tuple[Visit, Words, Led]] = []
    for led in rows:
        words = _WORDS.get(led.country, _ENGLISH)
        share, most = LATELY[led.tier]
        if random.random() < share:
            visits.append((_made(random, led, words, on - dt.timedelta(days=random.randint(2, most))), words, led))
        if led.tier == "A" and random.random() < 0.4:
            visits.append((_coming(random, led, words, on), words, led))
    Visit.objects.bulk_create([visit for visit, _words, _led in visits], batch_size=2000)
    _records(random, [row for row in visits if row[0].state == c.VisitState.DONE], on)


def _day(day: dt.date) -> dt.date:
    """The day, or the Friday before a weekend."""
    return day - dt.timedelta(days=max(day.weekday() - 4, 0))


def _made(random: Random, led: Led, words: Words, day: dt.date) -> Visit:
    day = _day(day)
    start = dt.datetime.combine(day, dt.time(random.choice((10, 13, 15)), 0), ZoneInfo(led.time_zone))
    joint = random.random() < 0.15
    visit = Visit(
        dealer=led.dealer, user=led.representative if joint else led.leader, companion=led.leader if joint else None,
        kind=c.VisitKind.JOINT if joint else c.VisitKind.EXECUTIVE, on=day, first_on=day, minutes=90,
        objective=words.objective, purpose=c.Purpose.RELATION, confirmed_at=start,
    )  # fmt: skip
    if not joint and random.random() < 0.08:
        visit.state = c.VisitState.MISSED
        return visit
    if not joint and random.random() < 0.15:
        visit.why = c.Why.OFF_PLAN
    visit.state, visit.started_at = c.VisitState.DONE, start
    visit.ended_at = start + dt.timedelta(minutes=random.choice((60, 75, 90, 120)))
    visit.received_at, visit.check_in = visit.ended_at, c.CheckInOutcome.UNVERIFIED
    visit.result, visit.mood = random.choices(c.Result.values, (65, 25, 10))[0], random.choice((0, 1, 1, 2))
    return visit


def _coming(random: Random, led: Led, words: Words, on: dt.date) -> Visit:
    day = _day(on + dt.timedelta(days=random.randint(4, DAYS_AHEAD)))
    return Visit(
        dealer=led.dealer, user=led.leader, kind=c.VisitKind.EXECUTIVE, on=day, first_on=day, minutes=90,
        objective=words.objective, purpose=c.Purpose.RELATION, locked=True,
    )  # fmt: skip


def _records(random: Random, visits: list[tuple[Visit, Words, Led]], on: dt.date) -> None:
    findings, promises, reports = [], [], []
    for visit, words, led in visits:
        assert visit.ended_at is not None  # they were made
        of_visit = {"visit": visit, "dealer": visit.dealer, "created_at": visit.ended_at, "created_by": led.leader}
        if random.random() < 0.7:
            findings.append(
                Finding(kind="STATED", area="SERVICE", text=random.choice(words.stated), owner=led.leader,
                        due_on=visit.on + dt.timedelta(days=30), **of_visit)
            )  # fmt: skip
        if random.random() < 0.75:
            reports.append(
                LeaderReport(
                    visit=visit, barriers=random.choice(words.barriers),
                    decisions=random.choice(words.decisions) if random.random() < 0.7 else "", written_by=led.leader,
                    written_at=visit.ended_at,
                )
            )  # fmt: skip
        for side, pool, share in (("OURS", words.ours, 0.7), ("THEIRS", words.theirs, 0.4)):
            if random.random() < share:
                due_on = visit.on + dt.timedelta(days=random.choice((10, 21, 45)))
                owner = random.choice((led.leader, led.leader, led.representative))
                promise = Commitment(side=side, text=random.choice(pool), due_on=due_on, owner=owner, **of_visit)
                # What fell due is mostly settled; a few are forgotten.
                if due_on < on and random.random() < 0.9:
                    promise.state = random.choices(("KEPT", "BROKEN"), (4, 1))[0]
                    promise.settled_on = due_on
                promises.append(promise)
    Finding.objects.bulk_create(findings, batch_size=2000)
    Commitment.objects.bulk_create(promises, batch_size=2000)
    LeaderReport.objects.bulk_create(reports, batch_size=2000)
