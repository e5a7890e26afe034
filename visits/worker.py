"""The phone's service worker: what it keeps for times without a signal, and under which version."""

from __future__ import annotations

import functools
import hashlib
import json
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.templatetags.static import static
from django.urls import reverse

# Everything that the phone pages show without a request; the script of the worker itself stands first in its answer.
FILES = (
    "vendor/base.css",
    "css/phone.css",
    "js/theme.js",
    "vendor/phone.js",
    "vendor/icons.svg",
    "img/favicon.svg",
    "img/phone-icon.svg",
)
SCRIPT = "vendor/phone-worker.js"


def _content(name: str) -> bytes:
    """The file as it was collected, else from where it lies."""
    for path in (Path(settings.STATIC_ROOT) / name, finders.find(name)):
        if path and Path(str(path)).is_file():
            return Path(str(path)).read_bytes()
    raise FileNotFoundError(f"{name} is not built: python frontend/build.py")


def _source(name: str) -> bytes:
    """Beside the files of the repository a collected copy may be old; beside a hashed one it is what is served."""
    if hasattr(staticfiles_storage, "manifest_name"):
        return _content(name)
    found = finders.find(name)
    return Path(str(found)).read_bytes() if found else _content(name)


@functools.lru_cache(maxsize=1)
def _kept_script() -> str:
    return _script()


def _script() -> str:
    digest = hashlib.sha256()
    for name in (*FILES, SCRIPT):
        digest.update(f"{name} {static(name)}\n".encode() + _source(name))
    settings_of_worker = {
        "version": digest.hexdigest()[:16],
        "shell": reverse("phone:shell"),
        "ping": reverse("phone:ping"),
        "outbox": reverse("phone:outbox"),
        "photo": reverse("phone:photo"),
        "files": [static(name) for name in FILES],
    }
    return f"self.PHONE = {json.dumps(settings_of_worker)};\n{_source(SCRIPT).decode()}"


def script() -> str:
    """The worker with its settings in front; a changed file makes another text, which is how browsers find out.

    Read once a process where names are hashed, else anew each time. Raises FileNotFoundError before the first build.
    """
    return _kept_script() if hasattr(staticfiles_storage, "manifest_name") else _script()
