"""Whom one will meet: what they like, how they wish to be met, and their days to remember."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.base.text import joined, labelled, list_separator
from dealers.models import Contact, SpecialDate
from visits.brief import Asked, Item

PEOPLE = 5
# Days ahead within which a day to remember is told at least, whatever its own reminder says.
SOON_DAYS = 14


def contacts(asked: Asked) -> dict[int, list[Item]]:
    """Those still there, who to call first; the first five of a dealer."""
    found: dict[int, list[Item]] = defaultdict(list)
    rows = Contact.objects.filter(dealer__in=asked.dealers, active=True).order_by(
        "dealer", "-is_primary", "-influence", "pk"
    )
    for contact in rows:
        items = found[contact.dealer_id]
        if len(items) >= PEOPLE:
            continue
        known = [
            labelled(_("Interests"), list_separator().join(contact.interests)) if contact.interests else "",
            labelled(_("Best time"), contact.preferred_time) if contact.preferred_time else "",
            _wish(contact.preferred_every_days),
            contact.note,
        ]
        name = joined(text for text in (str(contact), contact.position or contact.get_role_display()) if text)
        items.append(Item(name, " · ".join(text for text in known if text)))
    return found


def _wish(days: int | None) -> str:
    if not days:
        return ""
    return ngettext(
        "wishes to hear from us every day", "wishes to hear from us every %(days)s days", days
    ) % {"days": days}  # fmt: skip


def days_near(asked: Asked) -> dict[int, list[tuple[int, SpecialDate]]]:
    """Days to remember of people still there, with the days until each, the nearest first; one query."""
    found: dict[int, list[tuple[int, SpecialDate]]] = defaultdict(list)
    rows = SpecialDate.objects.filter(contact__dealer__in=asked.dealers, contact__active=True)
    for special in rows.select_related("contact"):
        day = special.next_on(asked.on)
        if day is None:
            continue
        left = (day - asked.on).days
        if left <= max(special.remind_days_before, SOON_DAYS):
            found[special.contact.dealer_id].append((left, special))
    for each in found.values():
        each.sort(key=lambda pair: (pair[0], pair[1].pk))
    return found


def day_sentence(left: int, special: SpecialDate, asked: Asked) -> str:
    """Whose day it is, and when."""
    words = {"who": str(special.contact), "what": str(special), "days": left}
    if left == 0:
        return _("%(who)s: %(what)s today") % words
    return ngettext("%(who)s: %(what)s tomorrow", "%(who)s: %(what)s in %(days)s days", left) % words


def special_days(asked: Asked) -> dict[int, list[Item]]:
    return {
        dealer: [
            Item(
                day_sentence(left, special, asked),
                date_format(asked.on + dt.timedelta(days=left), "DATE_FORMAT"),
                "yellow" if left <= 3 else "",
            )
            for left, special in days
        ]
        for dealer, days in days_near(asked).items()
    }
