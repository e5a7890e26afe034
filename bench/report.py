"""The table that `make bench` prints."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Line:
    """One measurement. `goal` is the most that the ratio to the floor may be, `limit` the most (the least, when
    `at_least`) that the value itself may be."""

    name: str
    measured: float
    unit: str
    floor: float | None
    goal: float | None
    limit: float | None
    at_least: bool

    @property
    def ratio(self) -> float | None:
        return self.measured / self.floor if self.floor else None

    @property
    def met(self) -> bool | None:
        """None without a goal."""
        if self.goal is None and self.limit is None:
            return None
        within = self.goal is None or self.ratio is None or self.ratio <= self.goal
        if self.limit is None:
            return within
        return within and (self.measured >= self.limit if self.at_least else self.measured <= self.limit)

    def cells(self) -> list[str]:
        sign = "≥" if self.at_least else "≤"
        goals = [] if self.goal is None else [f"≤ {self.goal:g} x"]
        goals += [] if self.limit is None else [f"{sign} {self.limit:g} {self.unit}"]
        return [
            self.name,
            f"{self.measured:,.3g} {self.unit}" if self.measured < 1000 else f"{self.measured:,.0f} {self.unit}",
            "" if self.floor is None else f"{self.floor:.3g} {self.unit}",
            "" if self.ratio is None else f"{self.ratio:.2f} x",
            ", ".join(goals),
            {None: "", True: "pass", False: "FAIL"}[self.met],
        ]


@dataclass
class Report:
    lines: list[Line] = field(default_factory=list)

    def add(
        self,
        name: str,
        measured: float,
        *,
        unit: str = "ms",
        floor: float | None = None,
        goal: float | None = None,
        limit: float | None = None,
        at_least: bool = False,
    ) -> None:
        """Keep and print a measurement; `goal` is a ratio to the floor, `limit` is in the unit."""
        line = Line(name, measured, unit, floor, goal, limit, at_least)
        self.lines.append(line)
        print("  ".join(cell for cell in line.cells() if cell), flush=True)

    @property
    def all_met(self) -> bool:
        return all(line.met is not False for line in self.lines)

    def table(self) -> str:
        rows = [["", "measured", "floor", "ratio", "goal", ""], *(line.cells() for line in self.lines)]
        widths = [max(len(row[at]) for row in rows) for at in range(6)]
        return "\n".join(
            row[0].ljust(widths[0])
            + "".join(f"  {cell.rjust(width)}" for cell, width in zip(row[1:], widths[1:], strict=True))
            for row in rows
        )
