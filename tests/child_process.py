"""Processes of their own that work on the test's database."""

from __future__ import annotations

import os

from django.db import connection


def environment_of_the_test() -> dict[str, str]:
    """The environment of a process that is to use the test's database."""
    settings = connection.settings_dict
    address = (
        f"postgres://{settings['USER']}:{settings['PASSWORD'] or ''}@{settings['HOST']}:{settings['PORT']}"
        f"/{settings['NAME']}"
    )
    return {**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "crm.settings"}
