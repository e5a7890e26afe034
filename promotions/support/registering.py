"""What support adds to nights and menus."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext_lazy as _


def register() -> None:
    from crm.base import navigation
    from crm.base.jobs import Progress, nightly
    from dealers import panels
    from promotions.support.commitments import check_commitments

    panels.register(panels.Panel("support", "promotions:support_panel", _("Support"), order=15, rows=3))
    navigation.register(navigation.NavItem("promotions:support", _("Support"), "users-group", 28))

    @nightly("support", _("Commitments for support"), order=51, needs=("figures",))
    def support(*, on: dt.date, job: Progress) -> int:
        """Whether dealers bought what they promised for support."""
        return check_commitments(on=on)
