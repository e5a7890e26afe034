"""Small marks of warnings."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString

from accounts.rights import Right
from accounts.scope import scope_of
from alerts import kinds
from alerts.case_cells import severity_tag
from alerts.case_list import MOST_COUNTED
from alerts.models import Case
from crm.base.templatetags.crm import number

register = template.Library()


@register.simple_tag
def severity(value: int) -> SafeString:
    """The severity as sign and word in its colour."""
    return severity_tag(value)


@register.filter
def kind_label(case: Case) -> str:
    return kinds.label_of(case.kind)


@register.filter
def counted(count: int) -> str:
    """A number as count_up_to gives it: `1,000+` where there are more."""
    return f"{number(MOST_COUNTED)}+" if count > MOST_COUNTED else number(count)


@register.simple_tag
def asked_query(asked: Any, **changed: Any) -> str:
    """The address's query with some of it changed."""
    return f"?{asked.query(**changed)}"


@register.inclusion_tag("alerts/tabs.html", takes_context=True)
def warning_tabs(context: template.Context, tab: str) -> dict[str, Any]:
    """The pages of warnings, as far as the reader may open them."""
    scope = scope_of(context["request"].user)
    return {"tab": tab, "may_see_team": scope.may(Right.VIEW_TEAM), "may_edit_rules": scope.may(Right.EDIT_POLICY)}
