"""Firefox by Marionette and WebKitGTK by WebDriver, with nothing but what the browsers bring; and a line that can be cut."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Protocol

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
WEBKIT_DRIVER = shutil.which("WebKitWebDriver")
XVFB = shutil.which("Xvfb")
# Debian keeps the small browser beside the library; one of several versions may be there.
MINI_BROWSER = next(iter(sorted(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"), reverse=True)), None)
_START_S = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Driver(Protocol):
    def goto(self, address: str) -> None: ...

    def run(self, script: str, *arguments: Any) -> Any:
        """What the body of an async function answers in the page. Raises RuntimeError when it throws."""

    def add_cookie(self, name: str, value: str) -> None:
        """For the site of the page that is open."""

    def close(self) -> None: ...


# The last argument of an async script is the function that takes its answer.
_ASYNC = """
const arguments_ = [...arguments];
const answer = arguments_.pop();
(async (...given) => { %s })(...arguments_).then((value) => answer({ value }), (error) => answer({ error: String(error) }));
"""


def _answer(found: Any) -> Any:
    if found.get("error"):
        raise RuntimeError(found["error"])
    return found.get("value")


class Firefox:
    """A headless Firefox with a profile of its own, spoken to by Marionette: messages of JSON behind their length."""

    def __init__(self) -> None:
        self.profile = tempfile.mkdtemp(prefix="firefox-")
        port = free_port()
        Path(self.profile, "user.js").write_text(f'user_pref("marionette.port", {port});\n')
        command = [str(FIREFOX), "--marionette", "--headless", "--no-remote", "--profile", self.profile]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.numbers = itertools.count(1)
        self.socket = _connect(port)
        self._read()
        self._say("WebDriver:NewSession", {"capabilities": {"alwaysMatch": {"timeouts": {"script": 60_000}}}})

    def _read(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            length += self._take(1)
        return json.loads(self._take(int(length[:-1])))

    def _take(self, count: int) -> bytes:
        taken = b""
        while len(taken) < count:
            part = self.socket.recv(count - len(taken))
            if not part:
                raise ConnectionError("Firefox has gone")
            taken += part
        return taken

    def _say(self, command: str, parameters: dict[str, Any]) -> Any:
        text = json.dumps([0, next(self.numbers), command, parameters]).encode()
        self.socket.sendall(f"{len(text)}:".encode() + text)
        _kind, _number, error, result = self._read()
        if error:
            raise RuntimeError(f"{command}: {error['error']}: {error['message']}")
        return result

    def goto(self, address: str) -> None:
        self._say("WebDriver:Navigate", {"url": address})

    def run(self, script: str, *arguments: Any) -> Any:
        found = self._say("WebDriver:ExecuteAsyncScript", {"script": _ASYNC % script, "args": list(arguments)})
        return _answer(found["value"])

    def add_cookie(self, name: str, value: str) -> None:
        self._say("WebDriver:AddCookie", {"cookie": {"name": name, "value": value, "path": "/"}})

    def close(self) -> None:
        self.socket.close()
        self.process.terminate()
        self.process.wait(20)
        shutil.rmtree(self.profile, ignore_errors=True)


class WebKit:
    """WebKitGTK's small browser on a screen that nobody sees, spoken to by WebDriver."""

    def __init__(self) -> None:
        # Xvfb writes the number of the display that it found free.
        read, write = os.pipe()
        self.screen = subprocess.Popen(
            [str(XVFB), "-displayfd", str(write), "-screen", "0", "800x1000x24", "-nolisten", "tcp"],
            pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(write)
        with os.fdopen(read) as display:
            number = display.readline().strip()
        self.home = tempfile.mkdtemp(prefix="webkit-")
        environment = os.environ | {
            "DISPLAY": f":{number}", "HOME": self.home, "XDG_DATA_HOME": self.home, "XDG_CACHE_HOME": self.home,
            "GDK_BACKEND": "x11", "LIBGL_ALWAYS_SOFTWARE": "1", "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1",
            "WEBKIT_DISABLE_COMPOSITING_MODE": "1", "NO_AT_BRIDGE": "1",
        }  # fmt: skip
        port = free_port()
        self.base = f"http://127.0.0.1:{port}"
        self.driver = subprocess.Popen(
            [str(WEBKIT_DRIVER), f"--port={port}", "--host=127.0.0.1"],
            env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        _connect(port).close()
        options = {"binary": str(MINI_BROWSER), "args": ["--automation"]}
        wanted = {"alwaysMatch": {"webkitgtk:browserOptions": options, "timeouts": {"script": 60_000}}}
        self.session = ""
        self.session = f"/session/{self._ask('/session', {'capabilities': wanted})['sessionId']}"

    def _ask(self, path: str, body: dict[str, Any] | None, method: str = "POST") -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.base}{self.session}{path}", data, method=method)
        try:
            with urllib.request.urlopen(request, timeout=90) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{path}: {error.read().decode()[:500]}") from error

    def goto(self, address: str) -> None:
        self._ask("/url", {"url": address})

    def run(self, script: str, *arguments: Any) -> Any:
        return _answer(self._ask("/execute/async", {"script": _ASYNC % script, "args": list(arguments)}))

    def add_cookie(self, name: str, value: str) -> None:
        self._ask("/cookie", {"cookie": {"name": name, "value": value, "path": "/"}})

    def close(self) -> None:
        with contextlib.suppress(OSError, RuntimeError):
            self._ask("", None, "DELETE")
        for process in (self.driver, self.screen):
            process.terminate()
            process.wait(20)
        shutil.rmtree(self.home, ignore_errors=True)


def _connect(port: int) -> socket.socket:
    """Raises ConnectionError when nobody listens within a minute."""
    until = time.monotonic() + _START_S
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=120)
        except OSError:
            if time.monotonic() > until:
                raise ConnectionError(f"nothing listens on port {port}") from None
            time.sleep(0.2)


class Line:
    """Passes on what comes to its own port, until it is cut: as a phone without a signal, in any browser."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.is_up = True
        self.open: list[socket.socket] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                near, _address = self.listener.accept()
            except OSError:
                return
            if not self.is_up:
                near.close()
                continue
            far = socket.create_connection(("127.0.0.1", self.target))
            self.open += [near, far]
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while part := source.recv(65_536):
                sink.sendall(part)
        for end in (source, sink):
            _hang_up(end)

    def cut(self) -> None:
        self.is_up = False
        for end in self.open:
            _hang_up(end)
        self.open = []

    def mend(self) -> None:
        self.is_up = True

    def close(self) -> None:
        self.listener.close()
        self.cut()


def _hang_up(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
