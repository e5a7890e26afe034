"""What must never happen in a page, whatever is done there: errors of scripts, breaches of its policy, other hosts."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import ConsoleMessage, Page, Request

# Told by the page itself, so that a breach is noticed even where the console is silent.
REPORT_BREACHES = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy breached: ${event.violatedDirective} by ${event.blockedURI || "inline"}`));
"""
# Waits until parts that load when they come into sight are there; after ten seconds looks at what there is.
SETTLED = """
() => new Promise((done) => {
  const began = performance.now();
  const look = () => {
    const loading = [...document.querySelectorAll(".skeleton")].some((each) => each.getClientRects().length);
    if (loading && performance.now() - began < 10_000) setTimeout(look, 50);
    else done();
  };
  look();
})
"""
# The rules of WCAG 2.2, levels A and AA.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


class Watch:
    """Collects what went wrong in a page while it was open."""

    def __init__(self, page: Page, origin: str) -> None:
        self.origin = origin
        self.faults: list[str] = []
        # Statuses that a journey brings about on purpose; the browser logs them as errors.
        self.expected_statuses: set[int] = set()
        # A journey without a signal: requests that come to nothing are what it is about.
        self.expects_no_network = False
        page.add_init_script(REPORT_BREACHES)
        page.on("pageerror", lambda error: self.faults.append(f"script failed: {error}"))
        page.on("console", self._hear)
        page.on("request", self._see)

    def _hear(self, line: ConsoleMessage) -> None:
        expected = any(f"status of {status} " in line.text for status in self.expected_statuses)
        expected |= self.expects_no_network and "net::ERR_" in line.text
        if line.type == "error" and not expected:
            self.faults.append(f"console: {line.text} ({line.location.get('url', '')})")

    def _see(self, request: Request) -> None:
        if not request.url.startswith((self.origin, "data:", "blob:")):
            self.faults.append(f"another host was asked: {request.url}")

    def taken(self) -> list[str]:
        """What was noted so far; begins anew."""
        noted, self.faults = self.faults, []
        return noted


@cache
def _axe() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text()


def barriers(page: Page) -> list[str]:
    """What keeps people out, by WCAG 2.2 AA: a line for each kind, with the first elements it was found at."""
    # What the bar at the bottom of a phone covers can be scrolled to: look at all of it at once.
    window = page.viewport_size or {"width": 1440, "height": 900}
    whole = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": window["width"], "height": max(whole, window["height"])})
    page.evaluate(SETTLED)
    # Half-faded colours are no colours of the page.
    page.evaluate("() => Promise.all(document.getAnimations().map((each) => each.finished.catch(() => null)))")
    page.evaluate(f"() => {{ if (!window.axe) {{ {_axe()} }} }}")
    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
    found: list[dict[str, Any]] = page.evaluate(
        f"async () => (await axe.run(document, {json.dumps(options)})).violations"
    )
    page.set_viewport_size(window)
    return [
        f"{each['id']} at {len(each['nodes'])}: "
        + " | ".join(f"{node['target']} {node['failureSummary'][-200:]!r}" for node in each["nodes"][:3])
        for each in found
    ]


def sideways(page: Page) -> list[str]:
    """The elements that make the document wider than the window; empty when none does."""
    return page.evaluate(
        """() => {
          const width = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= width) return [];
          return [...document.querySelectorAll("body *")]
            .filter((each) => each.getBoundingClientRect().right > width + 1)
            .slice(0, 5)
            .map((each) => `${each.tagName.toLowerCase()}.${each.className} reaches ${Math.round(each.getBoundingClientRect().right)} px`);
        }"""
    )
