from typing import Any

from django.core.management.base import BaseCommand

from accounts.notices import push


class Command(BaseCommand):
    help = "Makes a key for VAPID_PRIVATE_KEY, by which push services know this company. Nothing is stored."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(push.new_key())
