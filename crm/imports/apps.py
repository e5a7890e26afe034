from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from crm.base.metrics import Gauge, register_gauge
from crm.base.navigation import NavItem, register


def _may_import(user: object) -> bool:
    from accounts.rights import Right
    from accounts.scope import scope_of

    return scope_of(user).may(Right.IMPORT)  # type: ignore[arg-type]


class ImportsConfig(AppConfig):
    name = "crm.imports"
    label = "imports"
    verbose_name = _("Imports")

    def ready(self) -> None:
        from crm.imports import nightly  # noqa: F401

        # Every app's `importers.py` registers what it can take in.
        autodiscover_modules("importers")
        from crm.imports.figures import imports_waiting

        register_gauge(
            Gauge("crm_imports_waiting", "Files being checked, loaded or undone", ("state",), imports_waiting)
        )
        register(NavItem("imports:list", _("Imports"), "file-import", 60, visible=_may_import))
