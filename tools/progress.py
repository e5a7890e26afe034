"""Says which step of a set-up is under way and how many seconds it took; standard library only."""

from __future__ import annotations

import sys
import threading
import time
from types import TracebackType


class Step:
    """One line of progress: `with Step("Starting PostgreSQL"):`.

    On a terminal the line counts the seconds while the step runs; in a log it is written once at the start and once at
    the end.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._started = 0.0
        self._done = threading.Event()
        self._ticker: threading.Thread | None = None

    def __enter__(self) -> Step:
        self._started = time.monotonic()
        if sys.stdout.isatty():
            self._ticker = threading.Thread(target=self._tick, daemon=True)
            self._ticker.start()
        else:
            print(f"  ...      {self.text}", flush=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._done.set()
        if self._ticker:
            self._ticker.join()
        mark = "ok" if kind is None else "failed"
        start = "\r\033[K" if sys.stdout.isatty() else ""
        print(f"{start}  {time.monotonic() - self._started:6.1f} s {self.text}: {mark}", flush=True)

    def _tick(self) -> None:
        while True:
            print(f"\r\033[K  {time.monotonic() - self._started:6.0f} s {self.text} ...", end="", flush=True)
            if self._done.wait(1):
                return
