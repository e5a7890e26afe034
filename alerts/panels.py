"""What warnings add to the dealer page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dealers import panels


def register() -> None:
    panels.register(panels.Panel("warnings", "alerts:panel", _("Warnings"), order=1, place="side", rows=3))
    panels.register(panels.Panel("churn", "alerts:churn", _("Churn score"), order=13, rows=6))
