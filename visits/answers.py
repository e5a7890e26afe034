"""What was answered on a visit, in the words of the form that it was written with."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from visits.form import BY_KEY, OWN, QuestionType, choice_of, in_language
from visits.models import Visit, VisitForm


def answered(visit: Visit) -> list[tuple[str, str]]:
    """Questions of one's own with their answers, in the order of the form. What that form does not hold, because the
    phone did not say which one it was, is worded by the newest version that does. One query then, else none."""
    there = {key: text for key, text in visit.answers.items() if key.startswith(OWN) and text != ""}
    if not there:
        return []
    rows = {str(row.get("key")): row for row in (visit.form.sections if visit.form else [])}
    if there.keys() - rows.keys():
        versions = VisitForm.objects.filter(version__isnull=False).order_by("published_at")
        found = {
            str(row.get("key")): row for sections in versions.values_list("sections", flat=True) for row in sections
        }
        rows |= {key: found[key] for key in there.keys() - rows.keys() if key in found}
    order = [key for key in rows if key in there] + [key for key in there if key not in rows]
    return [(_label(key, rows.get(key)), _text(there[key], rows.get(key))) for key in order]


def not_possible(visit: Visit) -> list[tuple[str, str]]:
    """What could not be filled in, and why."""
    rows = {str(row.get("key")): row for row in (visit.form.sections if visit.form else [])}
    return [(_label(key, rows.get(key)), str(why)) for key, why in visit.not_possible.items()]


def _label(key: str, row: dict[str, Any] | None) -> str:
    if section := BY_KEY.get(key):
        return str(section.label)
    return in_language(row.get("label"), key.removeprefix(OWN)) if row else key.removeprefix(OWN)


def _text(answer: str, row: dict[str, Any] | None) -> str:
    kind = row.get("type") if row else None
    if kind == QuestionType.YES_NO:
        return {"yes": _("Yes"), "no": _("No")}.get(answer, answer)
    if kind == QuestionType.CHOICE and row is not None:
        return dict(choice_of(choice) for choice in row.get("choices", ())).get(answer, answer)
    return answer
