"""The settings plus django-migration-linter, which production does not have."""

from crm.settings import *  # noqa: F403
from crm.settings import INSTALLED_APPS as _APPS

INSTALLED_APPS = [*_APPS, "django_migration_linter"]

# Written before the first release, so they only ever ran on empty tables with no older program beside them. Every later one
# has to leave the running version working: the linter asks for that.
BEFORE_FIRST_RELEASE = ["0002_parts", "0002_follow", "0004_days_apart_from_cycles", "0007_rules_of_countries"]
MIGRATION_LINTER_OPTIONS = {
    "include_apps": ["base", "accounts", "imports", "dealers", "sales", "tiering", "visits", "promotions", "alerts"],
    "ignore_name": BEFORE_FIRST_RELEASE,
    "no_cache": True,
}
