"""What promotions add to dealer pages, briefs, histories and nights."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dealers import panels
from visits import brief, extra


def register() -> None:
    from promotions import nightly  # noqa: F401
    from promotions.briefing import to_check
    from promotions.export import register_history
    from promotions.extra_visits import AUDITS, RUNNING
    from promotions.telling import kinds

    panels.register(panels.Panel("promotions", "promotions:panel", _("Promotions"), order=30, rows=4))
    brief.register(brief.Source("promotions", _("Promotions"), 35, to_check))
    extra.register(RUNNING)
    extra.register(AUDITS)
    kinds.register()
    register_history()
