from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    name = "crm.home"
    label = "home"
    verbose_name = _("Home")

    def ready(self) -> None:
        from crm.base.navigation import NavItem, Section, register
        from crm.home import silence
        from crm.home.setup import may_set_up
        from crm.home.views_jobs import may_view_jobs
        from dealers import filters

        filters.register(silence.FILTER)

        register(NavItem("home:index", _("Today"), "home", 10))
        register(
            NavItem("jobs:list", _("Job runs"), "moon-stars", 80, visible=may_view_jobs, section=Section.ADMINISTRATION)
        )
        register(
            NavItem("home:company", _("Company"), "building", 90, visible=may_set_up, section=Section.ADMINISTRATION)
        )
