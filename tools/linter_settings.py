"""The settings plus django-migration-linter, which production does not have."""

from crm.settings import *  # noqa: F403
from crm.settings import INSTALLED_APPS as _APPS

INSTALLED_APPS = [*_APPS, "django_migration_linter"]
MIGRATION_LINTER_OPTIONS = {
    "include_apps": ["base", "accounts", "imports", "dealers", "sales", "tiering"],
    "no_cache": True,
    "warnings_as_errors": None,
}
