"""When dealers can be visited: what stands in their file, as far as it can be understood, else the hours entered by day.

The file's text comes from imports, forms and the page of opening hours; it counts whenever it is understood. Hours by
day are kept beside it for dealers whose text is something else ("ask at the office").
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import transaction

from dealers.models import Dealer
from visits.door_sign import read, written
from visits.models import OpeningHours
from visits.routing.problem import Window
from visits.working_days import minutes_of, time_of

# Windows by ISO weekday; a day that is missing is closed.
Week = dict[int, tuple[Window, ...]]


def hours_of(dealers: Iterable[Dealer]) -> dict[int, Week]:
    """By dealer; who is not in it counts as always open. One statement, and none where all texts are understood."""
    found: dict[int, Week] = {}
    unread: list[int] = []
    for dealer in dealers:
        spans = read(dealer.opening_hours)
        if spans is None:
            unread.append(dealer.pk)
            continue
        found[dealer.pk] = {day: tuple(Window(*span) for span in each) for day, each in spans.items()}
    entered: dict[int, dict[int, list[Window]]] = defaultdict(lambda: defaultdict(list))
    if unread:
        for row in OpeningHours.objects.filter(dealer__in=unread).order_by("dealer", "weekday", "opens"):
            entered[row.dealer_id][row.weekday].append(Window(minutes_of(row.opens), minutes_of(row.closes)))
    found |= {pk: {day: tuple(windows) for day, windows in week.items()} for pk, week in entered.items()}
    return found


def rows_of(dealer: Dealer) -> list[OpeningHours]:
    """The hours that count, as rows; those from the text are not saved ones."""
    week = hours_of([dealer]).get(dealer.pk, {})
    return [
        OpeningHours(
            dealer=dealer, weekday=day, opens=time_of(window.opens_min), closes=time_of(window.closes_min)
        )
        for day, windows in sorted(week.items())
        for window in windows
    ]  # fmt: skip


def is_understood(dealer: Dealer) -> bool:
    return read(dealer.opening_hours) is not None


@transaction.atomic
def keep_hours(dealer: Dealer, spans: Sequence[tuple[int, dt.time, dt.time]]) -> None:
    """Keep hours that somebody entered by day, (ISO weekday, opens, closes) each; none at all means always open.

    The text of the file follows, unless it is something that no hours can say; then it stays beside them.
    """
    dealer = Dealer.objects.select_for_update(of=("self",)).get(pk=dealer.pk)
    OpeningHours.objects.filter(dealer=dealer).delete()
    OpeningHours.objects.bulk_create(
        [OpeningHours(dealer=dealer, weekday=day, opens=opens, closes=closes) for day, opens, closes in spans]
    )
    if dealer.opening_hours and read(dealer.opening_hours) is None:
        return
    week: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for day, opens, closes in spans:
        week[day].append((minutes_of(opens), minutes_of(closes)))
    text = written({day: tuple(sorted(each)) for day, each in week.items()})
    longest = Dealer._meta.get_field("opening_hours").max_length or 0
    dealer.opening_hours = text if len(text) <= longest else ""
    dealer.save(update_fields=["opening_hours", "updated_at"])
