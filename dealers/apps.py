from collections.abc import Callable
from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DealersConfig(AppConfig):
    name = "dealers"
    label = "dealers"
    verbose_name = _("Dealers")

    def ready(self) -> None:
        from accounts.panels import TerritoryPanel
        from accounts.panels import register as register_territory_panel
        from accounts.rights import Right
        from accounts.scope import scope_of
        from crm.base.navigation import NavItem, Section, register
        from dealers import export_limit, nightly  # noqa: F401
        from dealers.models import DealerExport
        from dealers.shown import register_views
        from dealers.story import register_sources

        def may(right: Right) -> Callable[[Any], bool]:
            return lambda user: scope_of(user).may(right)

        register_sources()
        register_views()
        export_limit.register(DealerExport)
        register(NavItem("dealers:list", _("Dealers"), "building-store", 20))
        register(
            NavItem(
                "dealers:completeness_weights", _("Completeness"), "checklist", 20,
                visible=may(Right.EDIT_POLICY), section=Section.ADMINISTRATION,
            )
        )  # fmt: skip
        register_territory_panel(TerritoryPanel("dealers:territory_load", _("Load"), 10))
