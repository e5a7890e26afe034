"""Opening hours as people write them, in the languages of our dealers, as spans of the week. No Django, no clock.

    read("Mon-Fri 9:00-12:00, 13:30-18:00; Sat 10-16")      read("周一至周五 9:00-18:00，周六 10:00-16:00")
    read("平日 9時〜18時、土曜 10:00～16:00、日曜定休")            read("월-금 오전 9시~오후 6시, 일요일 휴무")

A text that holds a single word which is not understood is not understood at all: half of somebody's hours would send a
representative to a closed door.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

MINUTES_A_DAY = 24 * 60
# Nobody stays open on one day after its last minute; what goes on past midnight is of no use for a visit.
LAST_MINUTE = MINUTES_A_DAY - 1
WEEK = tuple(range(1, 8))

# Minutes after midnight: opens, closes.
Span = tuple[int, int]


class _Kind(Enum):
    DAYS = auto()
    TIME = auto()
    TO = auto()
    CLOSED = auto()
    BREAK = auto()


@dataclass(frozen=True, slots=True)
class _Word:
    """`days` of DAYS; `minutes` of TIME, and whether it said more than a bare hour."""

    kind: _Kind
    days: tuple[int, ...] = ()
    minutes: int = 0
    exact: bool = False


def _names() -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    english = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    for number, name in enumerate(english, start=1):
        # Also Mo, Tue, Tues, Thur, Thurs.
        for length in range(2, len(name) + 1):
            found.setdefault(name[:length], (number,))
        found[f"{name}s"] = (number,)
    for number, sign in enumerate("一二三四五六日", start=1):
        for week in ("周", "星期", "礼拜", "週"):
            found[f"{week}{sign}"] = (number,)
    found |= {f"{week}天": (7,) for week in ("周", "星期", "礼拜")}
    for number, sign in enumerate("月火水木金土日", start=1):
        found |= {sign: (number,), f"{sign}曜": (number,), f"{sign}曜日": (number,)}
    for number, sign in enumerate("월화수목금토일", start=1):
        found |= {sign: (number,), f"{sign}요일": (number,)}
    every, working, end = WEEK, WEEK[:5], WEEK[5:]
    found |= dict.fromkeys(
        (
            "daily",
            "every day",
            "everyday",
            "all week",
            "每天",
            "每日",
            "毎日",
            "全年无休",
            "年中無休",
            "매일",
            "연중무휴",
        ),
        every,
    )
    found |= dict.fromkeys(("weekdays", "weekday", "working days", "工作日", "平日", "평일"), working)
    found |= dict.fromkeys(("weekends", "weekend", "周末", "週末", "주말"), end)
    return found


_DAYS = _names()
_CLOSED = ("closed", "定休日", "定休", "休業", "休息", "休み", "休", "不营业", "关门", "휴무", "휴일")
# Public holidays are the calendar's business; "open", "hours" and the like say nothing.
_SILENT = (
    "public holidays", "holidays", "祝日", "祝", "法定节假日", "节假日", "공휴일", "opening hours", "business hours", "open", "hours",
    "营业时间", "営業時間", "营业", "営業", "영업시간", "영업", "은", "는", "は", "on", "and", "&", "+", "・", "·", "、", "(", ")", ":", "まで", "까지",
)  # fmt: skip
_TO = ("-", "–", "—", "~", "〜", "to", "until", "till", "through", "至", "到")
_BREAK = (",", ";", "/", "|", "\n", "。")
_MORNING, _EVENING = ("am", "a.m.", "上午", "早上", "午前", "오전"), ("pm", "p.m.", "下午", "晚上", "午後", "오후")


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_HALF = _either((*_MORNING, *_EVENING))
_TIME = re.compile(
    rf"(?P<before>{_HALF})?\s*(?P<hour>\d{{1,2}})(?:\s*(?:[:.hH]|時|时|点|시)\s*(?:(?P<minute>\d{{2}})\s*(?:分|분)?)?)?\s*(?P<after>{_HALF})?"
)
_DAY = re.compile(_either(_DAYS))
_LATIN = re.compile(r"[a-z]+")
_PARTS: tuple[tuple[_Kind | None, re.Pattern[str]], ...] = (
    (_Kind.CLOSED, re.compile(_either(_CLOSED))),
    (_Kind.DAYS, _DAY),
    (None, re.compile(_either(("から", "부터")))),
    (_Kind.TO, re.compile(_either(_TO))),
    (_Kind.BREAK, re.compile(_either(_BREAK))),
    (None, re.compile(_either(_SILENT))),
)


@lru_cache(maxsize=20_000)
def read(text: str) -> dict[int, tuple[Span, ...]] | None:
    """By ISO weekday (1 is Monday) the spans in which the door is open, in minutes after midnight; days that are left out
    are closed. None when the text is empty or is not understood."""
    words = _words(text)
    return _week(words) if words else None


def _words(text: str) -> list[_Word] | None:
    """None when something is not understood."""
    left = unicodedata.normalize("NFKC", text).strip().lower().replace("24/7", "daily 0:00-24:00")
    left = left.replace("24 hours", "0:00-24:00").replace("24小时", "0:00-24:00").replace("24時間", "0:00-24:00")
    left = left.replace("24시간", "0:00-24:00")
    found: list[_Word] = []
    while left:
        if left[0].isspace() and left[0] != "\n":
            left = left[1:]
            continue
        word, length = _next(left)
        if not length:
            return None
        if word is not None:
            found.append(word)
        left = left[length:]
    return found


def _next(text: str) -> tuple[_Word | None, int]:
    """The word the text begins with (None: one that says nothing), and its length; 0 when it is not understood."""
    time = _TIME.match(text)
    if time:
        word = _time(time)
        return word, time.end() if word else 0
    for kind, pattern in _PARTS:
        match = pattern.match(text)
        # "mon" within "month" is no Monday.
        if not match or (_LATIN.fullmatch(match[0]) and text[match.end() : match.end() + 1].isascii()
                         and text[match.end() : match.end() + 1].isalpha()):  # fmt: skip
            continue
        if kind is None:
            # "9時から18時": from, and so the words around it are a span.
            is_from = match[0] in ("から", "부터")
            return (_Word(_Kind.TO) if is_from else None), match.end()
        return _Word(kind, days=_DAYS[match[0]] if kind is _Kind.DAYS else ()), match.end()
    return None, 0


def _time(match: re.Match[str]) -> _Word | None:
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    half = match["before"] or match["after"]
    if half in _EVENING and hour < 12:
        hour += 12
    elif half in _MORNING and hour == 12:
        hour = 0
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return None
    return _Word(_Kind.TIME, minutes=hour * 60 + minute, exact=bool(match["minute"] or half))


def _week(words: Sequence[_Word]) -> dict[int, tuple[Span, ...]] | None:
    """Days and what follows them belong together; times without days before them are of the days after them, or of all."""
    found: dict[int, list[Span]] = defaultdict(list)
    said: set[int] = set()
    days: list[int] = []
    waiting: list[Span] = []
    # Whether the days at hand have got their hours, so that the next days begin a new line.
    filled = False
    at = 0
    while at < len(words):
        word = words[at]
        if word.kind is _Kind.DAYS:
            shut, after = _closed_from(words, at)
            if shut is not None:
                said |= {*shut, *(() if filled else days)}
                days, filled, at = [], False, after
                continue
            last, at = _days_from(words, at)
            if last is None:
                return None
            if filled:
                days, filled = [], False
            days += last
            if waiting:
                _open(found, said, days, waiting)
                waiting, filled = [], True
        elif word.kind is _Kind.TIME:
            span = _span(words[at : at + 3])
            if span is None:
                return None
            at += 3
            if days:
                _open(found, said, days, [span])
                filled = True
            else:
                waiting.append(span)
        elif word.kind is _Kind.CLOSED:
            # "Closed on Sundays": the days come after it.
            if at + 1 >= len(words) or words[at + 1].kind is not _Kind.DAYS or (days and not filled):
                return None
            last, at = _days_from(words, at + 1)
            if last is None:
                return None
            said |= set(last)
            days, filled = [], False
        elif word.kind is _Kind.TO:
            return None
        else:
            at += 1
    if waiting:
        _open(found, said, [day for day in WEEK if day not in said], waiting)
    elif days and not filled:
        return None
    return _tidy(found)


def _closed_from(words: Sequence[_Word], at: int) -> tuple[list[int] | None, int]:
    """Days, one after the other, that a word for closed follows, and where that ends; None when none does."""
    days: list[int] = []
    while at < len(words):
        if words[at].kind is _Kind.CLOSED:
            return days, at + 1
        if words[at].kind is _Kind.DAYS:
            last, after = _days_from(words, at)
            if last is None:
                return None, at
            days += last
            at = after
        elif words[at].kind is _Kind.BREAK:
            at += 1
        else:
            return None, at
    return None, at


def _days_from(words: Sequence[_Word], at: int) -> tuple[list[int] | None, int]:
    """The days that begin there, "Mon-Fri" as five of them, and where they end; None for a range that makes no sense."""
    first = words[at]
    if at + 2 < len(words) and words[at + 1].kind is _Kind.TO and words[at + 2].kind is _Kind.DAYS:
        last = words[at + 2]
        if len(first.days) != 1 or len(last.days) != 1:
            return None, at
        start, end = first.days[0], last.days[0]
        # Saturday to Tuesday goes over the week's end.
        return [(start - 1 + step) % 7 + 1 for step in range((end - start) % 7 + 1)], at + 3
    return list(first.days), at + 1


def _span(words: Sequence[_Word]) -> Span | None:
    if len(words) < 3 or words[1].kind is not _Kind.TO or words[2].kind is not _Kind.TIME:
        return None
    opens, closes = words[0].minutes, words[2].minutes
    if closes <= opens:
        # "9-5" is until the afternoon; "18:00-2:00" is past midnight; "10:00-6:00" may be either.
        if not words[2].exact and not words[0].exact and closes + 12 * 60 > opens and closes < 12 * 60:
            closes += 12 * 60
        elif opens >= 16 * 60 and closes <= 8 * 60:
            closes = MINUTES_A_DAY
        else:
            return None
    return opens, min(closes, LAST_MINUTE)


def _open(found: dict[int, list[Span]], said: set[int], days: Iterable[int], spans: Sequence[Span]) -> None:
    for day in days:
        found[day] += spans
        said.add(day)


def _tidy(found: dict[int, list[Span]]) -> dict[int, tuple[Span, ...]] | None:
    """None when a day's spans overlap, or no day is open."""
    week = {day: tuple(sorted(set(spans))) for day, spans in sorted(found.items()) if spans}
    for spans in week.values():
        if any(before[1] > after[0] for before, after in itertools.pairwise(spans)):
            return None
    return week or None


_SHORT = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def written(week: dict[int, tuple[Span, ...]]) -> str:
    """The same in a line that `read` understands: `Mon-Fri 09:00-12:00, 14:00-18:00; Sat 10:00-16:00`."""
    runs: list[tuple[list[int], tuple[Span, ...]]] = []
    for day in sorted(week):
        if runs and runs[-1][1] == week[day] and runs[-1][0][-1] == day - 1:
            runs[-1][0].append(day)
        else:
            runs.append(([day], week[day]))
    lines = []
    for days, spans in runs:
        first, last = _SHORT[days[0] - 1], _SHORT[days[-1] - 1]
        hours = ", ".join(f"{_clock(opens)}-{_clock(closes)}" for opens, closes in spans)
        lines.append(f"{first if first == last else f'{first}-{last}'} {hours}")
    return "; ".join(lines)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
