"""Lighthouse on the pages that people open most: `make lighthouse`, while `make demo` runs.

Mobile, with the simulated slow 4G and the fourfold slower processor of Lighthouse itself. Prints what each page reaches
beside its goal, and ends with 1 when one is missed. Lighthouse and what it needs (some 100 MB) is put into var/ by npm at
the first run; no page and no build needs it. Needs Chromium, and a machine with nothing else to do: work of others
counts as the page's own slowness.
"""

from __future__ import annotations

import argparse
import http.cookiejar
import json
import os
import re
import runpy
import shutil
import statistics
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crm.local.places import CHECKOUT, VAR

VERSION = "13.5.0"
FOLDER = VAR / "lighthouse"
RUNS = 3
# Of the demo company.
EMAIL, PASSWORD = "manager.cn@haiyue.example", "Loyal-Dealers-2026"
CHROMIUM_FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage"
_KB = 1024


@dataclass(frozen=True)
class Measure:
    """One figure of a report. `goal` is the most it may be, the least when `at_least`; None for no goal."""

    head: str
    goal: float | None = None
    at_least: bool = False
    digits: int = 0

    def met(self, value: float, goal: float | None) -> bool:
        if goal is None:
            return True
        return value >= goal if self.at_least else value <= goal


MEASURES = {
    "performance": Measure("performance", 95, at_least=True),
    "accessibility": Measure("accessibility (axe)", 100, at_least=True),
    "best-practices": Measure("best practices", 100, at_least=True),
    "paint": Measure("largest paint, s", 1.5, digits=2),
    "shift": Measure("shift", 0.1, digits=3),
    "blocking": Measure("blocking, ms", 200),
    "script": Measure("script, kB", 100, digits=1),
    "style": Measure("style, kB", 25, digits=1),
    "weight": Measure("all, kB", None),
}
# What differs from page to page.
GOALS: dict[str, dict[str, float]] = {
    "sign-in": {"script": 50}, "start page": {"performance": 90}, "dealer list": {}, "dealer page": {"script": 50},
    "imports": {},
}  # fmt: skip


class Failed(Exception):
    """Lighthouse, or signing in, did not work."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("address", nargs="?", default=f"http://127.0.0.1:{os.environ.get('PORT', '8000')}")
    parser.add_argument("--email", default=EMAIL)
    parser.add_argument("--password", default=PASSWORD)
    parser.add_argument("--runs", type=int, default=RUNS, help="the median of so many is taken")
    options = parser.parse_args()
    site = options.address.rstrip("/")
    try:
        program = Lighthouse()
        cookies, dealer = sign_in(site, options.email, options.password)
        pages = {
            "sign-in": "/accounts/login/", "start page": "/", "dealer list": "/dealers/", "dealer page": dealer,
            "imports": "/imports/",
        }  # fmt: skip
        found = {}
        for name, path in pages.items():
            sent = "" if name == "sign-in" else cookies
            found[name] = median([program.look(f"{site}{path}", sent) for _ in range(options.runs)])
            print(f"{name}: {told(found[name])}", file=sys.stderr, flush=True)
    except Failed as failure:
        print(f"lighthouse: {failure}", file=sys.stderr)
        return 2
    print(table(found))
    return 0 if all(not missed(name, figures) for name, figures in found.items()) else 1


class Lighthouse:
    """The program, put into var/ when it is not there."""

    def __init__(self) -> None:
        node: Any = runpy.run_path(str(CHECKOUT / "frontend" / "build.py"))["find_node"]()
        self._command = [*node.node, str(FOLDER / "node_modules" / "lighthouse" / "cli" / "index.js")]
        chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
        if chromium is None:
            raise Failed("no Chromium on the PATH")
        self._environment = node.environment | {"CHROME_PATH": os.environ.get("CHROME_PATH", chromium)}
        if _installed() != VERSION:
            FOLDER.mkdir(parents=True, exist_ok=True)
            wanted = ["install", "--prefix", str(FOLDER), "--ignore-scripts", "--no-audit", "--no-fund"]
            self._run([*node.npm, *wanted, f"lighthouse@{VERSION}"])

    def look(self, address: str, cookies: str) -> dict[str, float]:
        """The figures of one visit, nothing kept from an earlier one."""
        with tempfile.TemporaryDirectory() as folder:
            report = Path(folder) / "report.json"
            headers = Path(folder) / "headers.json"
            headers.write_text(json.dumps({"Cookie": cookies} if cookies else {}))
            self._run(
                [
                    *self._command, address, "--quiet", "--output=json", f"--output-path={report}",
                    f"--extra-headers={headers}", f"--chrome-flags={CHROMIUM_FLAGS}",
                    "--only-categories=performance,accessibility,best-practices",
                ]
            )  # fmt: skip
            return figures_of(json.loads(report.read_text()), address)

    def _run(self, command: list[str]) -> None:
        done = subprocess.run(command, env=self._environment, capture_output=True, text=True)
        if done.returncode:
            raise Failed((done.stderr or done.stdout).strip()[-2000:])


def _installed() -> str | None:
    package = FOLDER / "node_modules" / "lighthouse" / "package.json"
    return json.loads(package.read_text())["version"] if package.is_file() else None


def figures_of(report: dict[str, Any], address: str) -> dict[str, float]:
    """MEASURES of one report. Raises Failed when another page than the one asked for was looked at."""
    if (shown := report["finalDisplayedUrl"]) != address:
        raise Failed(f"{address} led to {shown}")
    audits = report["audits"]
    requests = audits["network-requests"]["details"]["items"]

    def sent(*kinds: str) -> float:
        return sum(each["transferSize"] for each in requests if not kinds or each.get("resourceType") in kinds) / _KB

    return {
        **{name: round(category["score"] * 100) for name, category in report["categories"].items()},
        "paint": audits["largest-contentful-paint"]["numericValue"] / 1000,
        "shift": audits["cumulative-layout-shift"]["numericValue"],
        "blocking": audits["total-blocking-time"]["numericValue"],
        "script": sent("Script"),
        "style": sent("Stylesheet"),
        "weight": sent(),
    }


def median(visits: list[dict[str, float]]) -> dict[str, float]:
    return {name: statistics.median(each[name] for each in visits) for name in MEASURES}


def missed(page: str, figures: dict[str, float]) -> list[str]:
    """The measures whose goal the page does not reach."""
    goals = GOALS[page]
    return [name for name, each in MEASURES.items() if not each.met(figures[name], goals.get(name, each.goal))]


def told(figures: dict[str, float]) -> str:
    return ", ".join(f"{each.head} {figures[name]:.{each.digits}f}" for name, each in MEASURES.items())


def table(found: dict[str, dict[str, float]]) -> str:
    """A Markdown table; what misses its goal stands in bold, with the goal."""
    lines = [" | ".join(("page", *(each.head for each in MEASURES.values()))), "|".join("---" for _ in range(10))]
    lines.append(" | ".join(("goal", *(_goal(each, each.goal) for each in MEASURES.values()))))
    for page, figures in found.items():
        failed = missed(page, figures)
        cells = [page]
        for name, each in MEASURES.items():
            value = f"{figures[name]:.{each.digits}f}"
            goal = GOALS[page].get(name, each.goal)
            other = "" if goal == each.goal else f" ({_goal(each, goal)})"
            cells.append(f"**{value}**{other}" if name in failed else f"{value}{other}")
        lines.append(" | ".join(cells))
    return "\n".join(f"| {line} |" for line in lines)


def _goal(measure: Measure, goal: float | None) -> str:
    return "" if goal is None else f"{'≥' if measure.at_least else '≤'} {goal:g}"


def sign_in(site: str, email: str, password: str) -> tuple[str, str]:
    """The cookies of somebody signed in, as a header, and the path of a dealer that she sees."""
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    try:
        with browser.open(f"{site}/accounts/login/", timeout=30) as answer:
            token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', answer.read().decode())
        if token is None:
            raise Failed(f"{site} shows no sign-in")
        sent = {"csrfmiddlewaretoken": token[1], "login": email, "password": password}
        with browser.open(f"{site}/accounts/login/", urllib.parse.urlencode(sent).encode(), timeout=30):
            pass
        with browser.open(f"{site}/dealers/", timeout=30) as answer:
            dealer = re.search(r'class="list-name" href="(/dealers/\d+/)', answer.read().decode())
    except OSError as failure:
        raise Failed(f"{site} does not answer ({failure}); start it with `make demo`") from failure
    if dealer is None:
        raise Failed(f"{email} could not sign in, or sees no dealer")
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar), dealer[1]


if __name__ == "__main__":
    sys.exit(main())
