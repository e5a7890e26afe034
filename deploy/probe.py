"""Health check inside a container: `python deploy/probe.py web | worker | beat`; ends with 0 when it is well."""

from __future__ import annotations

import os
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

ADDRESS = "http://127.0.0.1:8000/health/live"
# The worker and the beat touch their file every few seconds; see crm/heartbeat.py.
HEARTBEATS = Path(os.environ.get("HEARTBEAT_FOLDER", "/tmp"))
LATEST_S = 60.0


def web_is_well() -> bool:
    """Asks as the proxy does: Django refuses hosts that are not its own."""
    headers = {"Host": urlsplit(os.environ.get("SITE_URL", "")).hostname or "localhost", "X-Forwarded-Proto": "https"}
    with urllib.request.urlopen(urllib.request.Request(ADDRESS, headers=headers), timeout=4) as answer:
        return bool(answer.status == 200)


def beats(name: str) -> bool:
    file = HEARTBEATS / f"{name}.alive"
    return file.exists() and time.time() - file.stat().st_mtime < LATEST_S


def main(name: str) -> int:
    try:
        return 0 if (web_is_well() if name == "web" else beats(name)) else 1
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
