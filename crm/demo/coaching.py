"""The demo's own visit form, its limits of contacts, tasks of every weight, and leaders who went along."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import Any

from django.utils import timezone

from accounts.models import User
from crm.demo.network import Grown
from crm.demo.staff import PatchStaff
from dealers.choices import DealerKind, Tier
from visits import composer
from visits.choices import Purpose, Standing, TaskState, VisitKind, VisitState
from visits.coaching import ensure_items, items_in_use, mean
from visits.form import default_uses
from visits.models import Coaching, CoachingScore, ContactLimit, Task, Visit, VisitForm

# Apart from the rest of the demo, so that what is written here moves nothing there.
SEED = 53

_WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "strengths": ("Greeted everybody by name, the storeman too.", "Had the figures at hand and asked for something in return."),
        "focus": ("Let the dealer finish before you answer.", "Look at the shelf before you talk about the order.", "Sum up aloud who does what by when."),
        "steps": ("Practise three open questions before each call", "Note the oldest stock on every visit this week", "Send the summary to the dealer the same evening"),
        "notes": ("Interrupted twice while the price was discussed.", "Knew the last three visits by heart.", "Asked about the son's school first."),
        "tasks": ("Calculate the offer for the second shop", "Prepare the yearly talk", "File the receipts of last week", "Answer the mail about carton sizes", "Call the service about the faulty dryer", "Plan the opening of the new counter"),
    },
    "zh-hans": {
        "strengths": ("和每个人都打了招呼,包括库管。", "数据随口就来,也提出了对等要求。"),
        "focus": ("等经销商说完再回答。", "先看货架再谈订单。", "离开前大声总结谁在何时做什么。"),
        "steps": ("每次拜访前准备三个开放式问题", "本周每次拜访记下最早的库存", "当晚把纪要发给经销商"),
        "notes": ("谈价格时打断了两次。", "前三次拜访记得很清楚。", "先问了孩子上学的事。"),
        "tasks": ("算出第二家店的报价", "准备年度会谈", "整理上周的票据", "回复关于纸箱尺寸的邮件", "为故障干衣机联系售后", "策划新专柜开业"),
    },
    "ja": {
        "strengths": ("倉庫の方まで全員に名前で挨拶した。", "数字が頭に入っており、見返りも求めた。"),
        "focus": ("相手が話し終えてから答える。", "注文の話の前に売場を見る。", "誰が何をいつまでにするか声に出してまとめる。"),
        "steps": ("訪問前に開いた質問を三つ用意する", "今週は毎回いちばん古い在庫を記録する", "当日の夜に要点を送る"),
        "notes": ("価格の話で二度さえぎった。", "直近三回の訪問を覚えていた。", "まずご子息の学校の話をした。"),
        "tasks": ("二号店の見積もりを計算", "年次面談の準備", "先週の領収書を整理", "箱の寸法のメールに返信", "故障した乾燥機の件でサービスに電話", "新しい売場の開店を計画"),
    },
    "ko": {
        "strengths": ("창고 직원까지 모두에게 인사함.", "수치를 꿰고 있고 상응하는 약속도 요청함."),
        "focus": ("대리점이 말을 마친 뒤에 답하기.", "주문 이야기 전에 매대를 먼저 보기.", "누가 무엇을 언제까지 할지 소리 내어 정리하기."),
        "steps": ("방문 전 열린 질문 세 개 준비", "이번 주 방문마다 가장 오래된 재고 기록", "당일 저녁 요약 보내기"),
        "notes": ("가격 이야기에서 두 번 끼어듦.", "지난 세 번의 방문을 기억함.", "먼저 자녀 학교 이야기를 함."),
        "tasks": ("2호점 견적 계산", "연간 면담 준비", "지난주 영수증 정리", "상자 크기 메일에 답장", "고장 난 건조기 서비스 문의", "새 매대 오픈 계획"),
    },
}  # fmt: skip
# Important, urgent, due in how many days, minutes; in the order of the words above.
_WEIGHTS = (
    (True, True, 0, 60),
    (True, False, 6, 120),
    (False, False, 9, 30),
    (False, True, 0, 15),
    (True, True, -2, 20),
    (True, False, 14, 90),
)


def _words(user: User) -> dict[str, tuple[str, ...]]:
    return _WORDS.get(user.language, _WORDS["en"])


def write(*, grown: list[Grown], on: dt.date, at: dt.datetime) -> None:
    """Write all of it as of the day `on`; `at` is the moment it is written."""
    random = Random(SEED)
    staff = {g.staff.representative.pk: g.staff for g in grown}
    _forms(at)
    _limits()
    _tasks(random, list(staff.values()), on, at)
    _coachings(random, list(staff.values()), on)


def _forms(at: dt.datetime) -> None:
    """Shops are asked three questions more, in two versions, so that there is a history; one more draft waits."""
    ready = {row.key: row for row in composer.catalogue((), ())}
    asked: list[dict[str, Any]] = []
    for section in default_uses(DealerKind.RETAILER):
        asked.append(dict(section))
        if section["key"] == "display":
            asked += composer.sections_of([ready["q:price-tags"], ready["q:share-of-shelf"]])
    first = [row for row in asked if row["key"] != "q:share-of-shelf"]
    notes = ("Price tags are missing in every third shop", "We want to know our share of the shelf")
    for version, sections in enumerate((first, asked), start=1):
        VisitForm.objects.create(
            kind=DealerKind.RETAILER, version=version, sections=sections, note=notes[version - 1],
            published_at=at - dt.timedelta(days=95 - 35 * version),
        )  # fmt: skip
    draft = [
        *default_uses(DealerKind.KEY_ACCOUNT),
        *composer.sections_of([ready["q:staff-met"], ready["q:bottleneck"]]),
    ]
    VisitForm.objects.create(kind=DealerKind.KEY_ACCOUNT, sections=draft)
    _answers(VisitForm.objects.filter(kind=DealerKind.RETAILER, version__isnull=False))


def _answers(forms: Any) -> None:
    """Shops' visits keep the version that counted on their day, with answers."""
    random = Random(SEED)
    for form in forms.order_by("version"):
        visits = list(
            Visit.objects.filter(dealer__kind=DealerKind.RETAILER, state=VisitState.DONE, started_at__gte=form.published_at)
        )  # fmt: skip
        for visit in visits:
            visit.form = form
            visit.answers = {"q:price-tags": random.choice(("yes", "yes", "no"))}
            if form.version == 2:
                visit.answers["q:share-of-shelf"] = str(random.randint(8, 55))
            if random.random() < 0.08:
                visit.not_possible = {"stock": "No time"}
        Visit.objects.bulk_update(visits, ["form", "answers", "not_possible"], batch_size=1000)


def _limits() -> None:
    """Three a week for all, four for A dealers, two for those with few reasons to be called."""
    ContactLimit.objects.bulk_create(
        [
            ContactLimit(most=3, days=7),
            ContactLimit(tier=Tier.A, most=4, days=7),
            ContactLimit(tier=Tier.C, most=3, days=14),
        ]
    )


def _tasks(random: Random, staff: list[PatchStaff], on: dt.date, at: dt.datetime) -> None:
    """Everybody has stones and sand; some have put the sand first."""
    people = {person.representative.pk: person.representative for person in staff}
    people |= {person.manager.pk: person.manager for person in staff}
    rows = []
    for number, person in enumerate(people.values()):
        reversed_day = number % 2 == 0
        for place, (title, (important, urgent, days, minutes)) in enumerate(
            zip(_words(person)["tasks"], _WEIGHTS, strict=True)
        ):
            sand = urgent and not important
            rows.append(
                Task(
                    title=title, owner=person, important=important, urgent=urgent, minutes=minutes,
                    due_on=on + dt.timedelta(days=days), created_at=at - dt.timedelta(days=random.randint(1, 9)), created_by=person,
                    sequence=1 if sand and reversed_day else None,
                )
            )  # fmt: skip
            if place == 2 and random.random() < 0.5:
                rows[-1].state, rows[-1].done_at = TaskState.DONE, at - dt.timedelta(days=1)
    Task.objects.bulk_create(rows)


def _coachings(random: Random, staff: list[PatchStaff], on: dt.date) -> None:
    """Managers went along every third week; scores get better, one step of each talk is still open."""
    ensure_items()
    items = list(items_in_use())
    for person in staff:
        level = random.uniform(2.2, 3.4)
        for ago in (63, 42, 21, 3):
            visit = _joint(person, on - dt.timedelta(days=ago))
            if visit is None:
                continue
            level = min(4.6, level + random.uniform(0.0, 0.5))
            if ago > 3:
                _sheet(random, person, visit, items, level, on)


def _joint(person: PatchStaff, near: dt.date) -> Visit | None:
    """The first visit made from that day on becomes a joint one; None when there is none in the two weeks after it."""
    made = Visit.objects.filter(
        user=person.representative, state=VisitState.DONE, kind=VisitKind.REGULAR, on__gte=near, on__lt=near + dt.timedelta(days=14)
    )  # fmt: skip
    visit = made.exclude(purpose=Purpose.COLLECT).order_by("on", "pk").first()
    if visit is not None:
        visit.kind, visit.companion = VisitKind.JOINT, person.manager
        visit.save(update_fields=["kind", "companion"])
    return visit


def _sheet(random: Random, person: PatchStaff, visit: Visit, items: list[Any], level: float, on: dt.date) -> None:
    words = _words(person.representative)
    seen = [item for item in items if random.random() < 0.85] or items[:1]
    scores = {item: max(1, min(5, round(random.gauss(level, 0.8)))) for item in seen}
    moment = (visit.ended_at or timezone.now()) + dt.timedelta(hours=6)
    sheet = Coaching.objects.create(
        rep=person.representative, coach=person.manager, visit=visit, on=visit.on, strengths=random.choice(words["strengths"]),
        focus=random.choice(words["focus"]), standing=random.choice((Standing.RIGHT, Standing.RIGHT, Standing.LOW, Standing.HIGH)),
        mean=mean(scores.values()), shared_at=moment, read_at=moment + dt.timedelta(days=1) if (on - visit.on).days > 20 else None,
    )  # fmt: skip
    CoachingScore.objects.bulk_create(
        [
            CoachingScore(coaching=sheet, item=item, score=score, note=random.choice(words["notes"]) if random.random() < 0.3 else "")
            for item, score in scores.items()
        ]
    )  # fmt: skip
    is_old = (on - visit.on).days > 30
    Task.objects.create(
        title=random.choice(words["steps"]), owner=person.representative, coaching=sheet, visit=visit, dealer=visit.dealer, important=True,
        due_on=visit.on + dt.timedelta(days=10), created_at=moment, created_by=person.manager,
        state=TaskState.DONE if is_old else TaskState.OPEN, done_at=moment + dt.timedelta(days=6) if is_old else None,
    )  # fmt: skip
