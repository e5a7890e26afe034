"""Who runs PostgreSQL when `make` runs as root: PostgreSQL refuses to."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

NAME = "dealer-crm-local"


@dataclass(frozen=True)
class SystemUser:
    uid: int
    gid: int

    def can_run(self, program: Path) -> bool:
        """Whether this user reaches and may execute `program` and the libraries it loads."""
        try:
            done = subprocess.run(
                [str(program), "--version"],
                user=self.uid,
                group=self.gid,
                extra_groups=[],
                cwd="/",
                capture_output=True,
            )
        except OSError:
            return False
        return done.returncode == 0

    def can_enter(self, folder: Path) -> bool:
        """Whether this user may step through every folder on the way to `folder`, and into it."""
        try:
            done = subprocess.run(
                ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)],
                user=self.uid,
                group=self.gid,
                extra_groups=[],
                cwd="/",
                capture_output=True,
            )
        except OSError:
            return False
        return done.returncode == 0


def needed() -> SystemUser | None:
    """A user without a shell and without rights, made once on the machine; None when we are not root."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(NAME)
    except KeyError:
        entry = _make()
    return SystemUser(entry.pw_uid, entry.pw_gid)


def _make() -> pwd.struct_passwd:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if not useradd:
        # Images without the usual tools: everything else that runs as nobody could reach the database files.
        return pwd.getpwnam("nobody")
    shell = shutil.which("nologin", path="/usr/sbin:/sbin") or "/bin/false"
    command = [
        useradd,
        "--system",
        "--user-group",
        "--no-create-home",
        "--home-dir",
        "/nonexistent",
        "--shell",
        shell,
        NAME,
    ]
    # Two set-ups at once: the slower one finds the user made, which is all it wants.
    subprocess.run(command, check=False, capture_output=True)
    return pwd.getpwnam(NAME)
