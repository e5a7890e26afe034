"""`make backup` and `make restore-drill`: deploy/backup.sh with the programs of the embedded PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from crm.local import postgres

CHECKOUT = Path(__file__).resolve().parent.parent


def environment() -> dict[str, str]:
    folder = os.environ.get("BACKUP_FOLDER") or str(CHECKOUT / "var" / "backups")
    # The wheel's pg_dump is as new as its server; an older one of the system would refuse to work.
    path = f"{postgres.wheel_folder() / 'pginstall/bin'}{os.pathsep}{os.environ['PATH']}"
    return os.environ | {"BACKUP_FOLDER": folder, "PATH": path}


def main(command: str) -> int:
    return subprocess.run(["sh", str(CHECKOUT / "deploy" / "backup.sh"), command], env=environment()).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
