"""How many pages a second two web processes give over loopback: the server of production, asked by eight at a time."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from bench.generate import MANAGER
from bench.report import Report
from bench.web import Visitor

WORKERS, THREADS = 2, 4
CLIENTS = 8
SECONDS = 10
LIST_PAGES_A_SECOND = 400
CHANGES_A_SECOND = 5
_START_WITHIN_S = 60


def run(report: Report) -> None:
    """Dealer list and dealer page as a manager; the floor is the smallest answer of the same server and client."""
    visitor = Visitor(MANAGER)
    _seconds, page = visitor.get("/dealers/")
    found = re.search(rb'href="(/dealers/\d+/)', page)
    if found is None:
        raise AssertionError("the list shows no dealer")
    with _server() as port:
        floor = _rate(port, "/health/live", "")
        first = _rate(port, "/dealers/", visitor.cookie)
        report.add("dealer list, pages", first, unit="/s", floor=floor, limit=LIST_PAGES_A_SECOND, at_least=True)
        with _changing(int(found[1].split(b"/")[2])):
            changing = _rate(port, "/dealers/", visitor.cookie)
        name = f"dealer list, pages, one of them changed {CHANGES_A_SECOND} times a second"
        report.add(name, changing, unit="/s", floor=floor)
        dealer = _rate(port, found[1].decode(), visitor.cookie)
        report.add("dealer page, pages", dealer, unit="/s", floor=floor)
        report.add("/health/live, answers", floor, unit="/s")


@contextlib.contextmanager
def _changing(dealer_id: int) -> Iterator[None]:
    """Meanwhile the dealer is written again and again, so that what is kept of the list is not good for long."""
    end = threading.Event()

    def write() -> None:
        while not end.wait(1 / CHANGES_A_SECOND):
            with connection.cursor() as cursor:
                cursor.execute("UPDATE dealers_dealer SET completeness = completeness WHERE id = %s", [dealer_id])
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield
    finally:
        end.set()
        writer.join()


@contextlib.contextmanager
def _server() -> Iterator[int]:
    """The port of a server that answers; it writes its log lines, which nobody reads."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
            *("--workers", str(WORKERS), "--blocking-threads", str(THREADS), "--no-ws", "crm.wsgi:application"),
        ],
        env=os.environ | {"LOG_LEVEL": "INFO"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + _START_WITHIN_S
        while not _answers(port):
            if server.poll() is not None or time.monotonic() > until:
                raise RuntimeError("the server did not start")
            time.sleep(0.2)
        yield port
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _answers(port: int) -> bool:
    try:
        return _ask(http.client.HTTPConnection("127.0.0.1", port, timeout=5), "/health/live", "") == 200
    except OSError:
        return False


def _ask(connection: http.client.HTTPConnection, path: str, cookie: str) -> int:
    connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
    answer = connection.getresponse()
    answer.read()
    return answer.status


def _rate(port: int, path: str, cookie: str) -> float:
    """Answers a second over SECONDS, all of them 200; both processes are warmed first."""
    with ThreadPoolExecutor(CLIENTS) as pool:
        list(
            pool.map(lambda _n: _ask(http.client.HTTPConnection("127.0.0.1", port), path, cookie), range(10 * CLIENTS))
        )
    if program := shutil.which("wrk"):
        return _by_wrk(program, port, path, cookie)
    return _by_threads(port, path, cookie)


def _by_wrk(program: str, port: int, path: str, cookie: str) -> float:
    headers = ["-H", f"Cookie: {cookie}"] if cookie else []
    command = [
        program,
        "-t",
        "1",
        "-c",
        str(CLIENTS),
        "-d",
        f"{SECONDS}s",
        "--timeout",
        "30s",
        *headers,
        f"http://127.0.0.1:{port}{path}",
    ]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise AssertionError(f"{path}: not every answer was good\n{said}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    if rate is None:
        raise AssertionError(said)
    return float(rate[1])


def _by_threads(port: int, path: str, cookie: str) -> float:
    """Without wrk: takes some of the processor from the server, so the figure is lower."""
    answered = [0] * CLIENTS
    began = time.perf_counter()
    until = began + SECONDS

    def ask_on(client: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        while time.perf_counter() < until:
            if _ask(connection, path, cookie) != 200:
                raise AssertionError(f"{path} failed under load")
            answered[client] += 1

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(ask_on, range(CLIENTS)))
    return sum(answered) / (time.perf_counter() - began)
