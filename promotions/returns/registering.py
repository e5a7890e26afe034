"""What giving and return add to dealer pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _


def register() -> None:
    from dealers import panels

    panels.register(panels.Panel("returns", "promotions:returns_panel", _("Giving and return"), order=17, rows=4))
