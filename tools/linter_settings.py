"""The settings plus django-migration-linter, which production does not have."""

from crm.settings import *  # noqa: F403
from crm.settings import INSTALLED_APPS as _APPS

INSTALLED_APPS = [*_APPS, "django_migration_linter"]

# Written before the first release, so they only ever ran on empty tables with no older program beside them. Every later one
# has to leave the running version working: the linter asks for that.
BEFORE_FIRST_RELEASE = [
    "0002_dealer_file",
    "0003_dealer_list",
    "0004_export_log",
    "0005_list_by_territory",
    "0006_similar_addresses",
    "0002_sales_records",
    "0003_figures_follow_dealers",
    "0004_records_and_bin",
    "0005_closed_receivables",
]
MIGRATION_LINTER_OPTIONS = {
    "include_apps": ["base", "accounts", "imports", "dealers", "sales", "tiering", "visits"],
    "ignore_name": BEFORE_FIRST_RELEASE,
    "no_cache": True,
}
