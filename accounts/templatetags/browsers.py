"""Browsers as people call them."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def browser(user_agent: str) -> str:
    """`Chrome 156 on Linux`; what the browser says of itself where that names neither."""
    # Its patterns are compiled on first use: a quarter of a second that only this page needs.
    from ua_parser import parse

    found = parse(user_agent)
    name = found.user_agent and f"{found.user_agent.family} {found.user_agent.major or ''}".strip()
    system = found.os and found.os.family
    if name and system:
        return _("%(browser)s on %(system)s") % {"browser": name, "system": system}
    return name or system or user_agent
