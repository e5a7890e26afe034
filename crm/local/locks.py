"""One program at a time in a folder; the lock goes with its holder, however it ends."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


class FolderLock:
    """An exclusive lock on `path`; children do not inherit it. `note` is left for whoever finds it taken."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._handle: int | None = None

    def take(self) -> bool:
        """False when another process holds it."""
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        self._handle = handle
        self.note(f"process {os.getpid()}")
        return True

    def note(self, text: str) -> None:
        if self._handle is not None:
            os.ftruncate(self._handle, 0)
            os.pwrite(self._handle, text.encode(), 0)

    def holder(self) -> str:
        """What the holder noted; empty when it has not yet."""
        return self._path.read_text(encoding="utf-8", errors="replace").strip()

    def release(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
