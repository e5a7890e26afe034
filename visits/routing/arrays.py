"""A question as the compiled search reads it: arrays of numbers, and how to make them of the dataclasses.

Here and not in the kernel, because making them needs no compiler.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

import numpy as np

from visits.routing.cadence import DayCosts
from visits.routing.problem import Shift
from visits.routing.timing import Task
from visits.routing.travel import Travel

# Columns of Question.dealer.
SERVICE, LOAD, VISITS, MISSING = range(4)
# Columns of Question.limit.
STARTS, ENDS, BREAK_LENGTH, BREAK_FROM, BREAK_TO, MAX_STOPS, MAX_LOAD, MAX_WORK = range(8)
# Columns of State.sum.
LOADED, WORKED, DRIVEN = range(3)
# Columns of State.clock: when free to leave a position, and the latest arrival at the next; each with the break still
# to come (TIRED) and with the break taken (RESTED).
FREE_TIRED, FREE_RESTED, UNTIL_TIRED, UNTIL_RESTED = range(4)
# Cells of Control.tally: versions given to routes; rounds, of them within load, within work, since penalties changed;
# the round of the best; rounds.
VERSIONS, TRIED, LOADS_KEPT, WORK_KEPT, BEST_ROUND, ROUNDS = range(6)
# Cells of Control.knob: see compiled.Manner.
MEAN_REMOVED, LONGEST_STRING, BLINK, AROUND = range(4)


class Question(NamedTuple):
    """What does not change. Dealers are 0..n-1, then come places; routes are shifts, in order of days."""

    drive: np.ndarray  # [node, node] minutes
    near: np.ndarray  # [dealer, rank] dealers by distance, itself first
    dealer: np.ndarray  # [dealer, column]
    pattern_from: np.ndarray  # [dealer + 1] range of its patterns; empty for a cadence
    pattern_ptr: np.ndarray  # [pattern + 1] range of its days
    pattern_days: np.ndarray
    table: np.ndarray  # [dealer] its row of the next three
    first: np.ndarray  # [table, day]
    between: np.ndarray  # [table, day, day]
    last: np.ndarray  # [table, day]
    day_cost: np.ndarray  # [dealer, day], infinite where it cannot be
    pinned: np.ndarray  # [dealer, day]
    window: np.ndarray  # [dealer, day] its row of spans
    spans: np.ndarray  # [row, number] first and last start of each interval, then infinity and minus infinity
    day_from: np.ndarray  # [day + 1] range of its routes
    day_of: np.ndarray  # [route]
    ends_at: np.ndarray  # [route, 2] first and last node
    limit: np.ndarray  # [route, column]
    twin: np.ndarray  # [route] the same as the route before it
    timed: bool
    balance: float


class State(NamedTuple):
    """What the search changes. `seq[route]` is its start, `length` dealers, its end."""

    seq: np.ndarray
    length: np.ndarray
    where: np.ndarray  # [dealer, day] route, -1 when not visited
    extra: np.ndarray  # [dealer] gaps, day costs and missing visits
    made: np.ndarray  # [dealer] visits
    sum: np.ndarray  # [route, column]
    clock: np.ndarray  # [route, position, column]
    version: np.ndarray


class Memory(NamedTuple):
    """The two cheapest places of a dealer in a route, good while the route has this version."""

    version: np.ndarray  # [dealer, route]
    cost: np.ndarray  # [dealer, route, 2]
    place: np.ndarray  # [dealer, route, 2]


class Control(NamedTuple):
    random: np.ndarray  # [1] state of the generator
    penalty: np.ndarray  # [4] of load, of work, the least and the most of load
    score: np.ndarray  # [2] cost of the current and of the best
    tally: np.ndarray
    knob: np.ndarray


@dataclass(frozen=True, slots=True)
class Dealer:
    """A stop as the search sees it: one task per day of the horizon, None where it cannot be."""

    tasks: tuple[Task | None, ...]
    visits: int
    missing_min: float
    load: float
    day_cost_min: tuple[float, ...]
    # Sets of days to choose from, or what a cadence costs.
    when: tuple[tuple[int, ...], ...] | DayCosts
    pinned: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """A shift, and what is pinned to it in this order (positions of dealers)."""

    day: int
    shift: Shift
    pinned: tuple[int, ...] = ()


def question_of(
    travel: Travel, days: int, dealers: Sequence[Dealer], turns: Sequence[Turn], balance: float
) -> Question:
    """`turns` come in order of their days."""
    n, routes = len(dealers), len(turns)
    nodes = [next(task.node for task in dealer.tasks if task is not None) for dealer in dealers]
    drive, places = _drive(travel, nodes, turns)
    patterns: list[int] = []
    pattern_from, pattern_ptr = [0], [0]
    for dealer in dealers:
        for choice in () if isinstance(dealer.when, DayCosts) else dealer.when:
            patterns.extend(choice)
            pattern_ptr.append(len(patterns))
        pattern_from.append(len(pattern_ptr) - 1)
    tables: dict[DayCosts, int] = {}
    table = [tables.setdefault(d.when, len(tables)) if isinstance(d.when, DayCosts) else 0 for d in dealers]
    rows: dict[tuple[tuple[float, float], ...], int] = {((0.0, inf),): 0}
    window = np.zeros((n, days), np.int64)
    day_cost = np.full((n, days), inf)
    pinned = np.zeros((n, days), np.bool_)
    for at, dealer in enumerate(dealers):
        for day, task in enumerate(dealer.tasks):
            if task is not None:
                window[at, day] = rows.setdefault(task.starts, len(rows))
                day_cost[at, day] = dealer.day_cost_min[day]
        for day in dealer.pinned:
            pinned[at, day] = True
            day_cost[at, day] = 0.0
    widest = max(len(row) for row in rows)
    # After the last interval: opens never, so that a search through them ends.
    spans = np.full((len(rows), 2 * widest + 2), inf)
    for row, at in rows.items():
        for k, (opens, closes) in enumerate(row):
            spans[at, 2 * k : 2 * k + 2] = opens, closes
    shifts = [turn.shift for turn in turns]
    day_of = [turn.day for turn in turns]
    return Question(
        drive=drive,
        near=np.argsort(drive[:n, :n], axis=1, kind="stable").astype(np.int32),
        dealer=np.array(
            [(next(t.service_min for t in d.tasks if t is not None), d.load, d.visits, d.missing_min) for d in dealers],
            float,
        ),
        pattern_from=np.array(pattern_from, np.int64),
        pattern_ptr=np.array(pattern_ptr, np.int64),
        pattern_days=np.array(patterns or [0], np.int64),
        table=np.array(table, np.int64),
        first=_stacked([costs.first for costs in tables], (days,)),
        between=_stacked([costs.between for costs in tables], (days, days)),
        last=_stacked([costs.last for costs in tables], (days,)),
        day_cost=day_cost,
        pinned=pinned,
        window=window,
        spans=spans,
        day_from=np.searchsorted(day_of, np.arange(days + 1)).astype(np.int64),
        day_of=np.array(day_of, np.int64),
        ends_at=np.array([(places[shift.start_node], places[shift.end_node]) for shift in shifts], np.int64),
        limit=np.array([_limits(shift, n) for shift in shifts], float),
        twin=np.array([k > 0 and _alike(turns[k - 1], turns[k]) for k in range(routes)], np.bool_),
        timed=len(rows) > 1 or any(shift.ends_min < inf or shift.break_ is not None for shift in shifts),
        balance=float(balance),
    )


def _limits(shift: Shift, most: int) -> tuple[float, ...]:
    pause = shift.break_
    return (
        shift.starts_min,
        shift.ends_min,
        *((pause.length_min, pause.earliest_start_min, pause.latest_start_min) if pause else (0.0, 0.0, 0.0)),
        most if shift.max_stops is None else shift.max_stops,
        shift.max_load,
        shift.max_work_min,
    )


def _alike(one: Turn, other: Turn) -> bool:
    a, b = one.shift, other.shift
    return one.day == other.day and (
        (a.start_node, a.end_node, a.starts_min, a.ends_min, a.break_, a.max_stops, a.max_load, a.max_work_min)
        == (b.start_node, b.end_node, b.starts_min, b.ends_min, b.break_, b.max_stops, b.max_load, b.max_work_min)
    )


def _drive(travel: Travel, nodes: Sequence[int], turns: Sequence[Turn]) -> tuple[np.ndarray, dict[int | None, int]]:
    """Minutes between dealers and places, and where each place is in them; the last is nowhere, at no distance."""
    ends = {turn.shift.start_node for turn in turns} | {
        turn.shift.end_node for turn in turns if turn.shift.end_node is not None
    }
    order = [*nodes, *sorted(ends)]
    places: dict[int | None, int] = {node: len(nodes) + at for at, node in enumerate(sorted(ends))}
    places[None] = len(order)
    drive = np.zeros((len(order) + 1, len(order) + 1))
    drive[:-1, :-1] = np.array(travel.minutes, float)[np.ix_(order, order)]
    return drive, places


def _stacked(tables: Sequence[object], shape: tuple[int, ...]) -> np.ndarray:
    return np.array(tables, float).reshape((len(tables), *shape)) if tables else np.zeros((1, *shape))


def state_of(question: Question, dealers: Sequence[Dealer], turns: Sequence[Turn]) -> State:
    """Only what is pinned is planned."""
    n, days = question.window.shape
    routes = len(turns)
    width = max((turn.shift.max_stops or n) for turn in turns) + 2 if turns else 2
    width = max(min(width, n + 2), max((len(turn.pinned) for turn in turns), default=0) + 2)
    state = State(
        seq=np.zeros((routes, width), np.int32),
        length=np.zeros(routes, np.int64),
        where=np.full((n, days), -1, np.int32),
        extra=np.zeros(n),
        made=np.zeros(n, np.int64),
        sum=np.zeros((routes, 3)),
        clock=np.zeros((routes, width if question.timed else 0, 4)),
        version=np.zeros(routes, np.int64),
    )
    for r, turn in enumerate(turns):
        state.seq[r, 0] = question.ends_at[r, 0]
        for k, at in enumerate(turn.pinned, 1):
            state.seq[r, k] = at
            state.where[at, turn.day] = r
            state.made[at] += 1
        state.length[r] = len(turn.pinned)
        state.seq[r, len(turn.pinned) + 1] = question.ends_at[r, 1]
    for at, dealer in enumerate(dealers):
        state.extra[at] = dealer.missing_min * (dealer.visits - state.made[at])
    return state


def memory_of(question: Question) -> Memory:
    n, routes = question.window.shape[0], question.day_of.size
    return Memory(
        version=np.full((n, routes), -1, np.int64),
        cost=np.zeros((n, routes, 2)),
        place=np.zeros((n, routes, 2), np.int32),
    )


def control_of(question: Question, seed: int, knobs: tuple[float, float, float, float]) -> Control:
    loads = question.dealer[:, LOAD]
    penalty = float(question.drive.mean()) / max(1e-9, float(loads.mean()) if loads.size else 1.0)
    # Any seed but nought starts xorshift; multiplied, so that neighbouring seeds begin far apart.
    mixed = (seed * 0x9E3779B97F4A7C15 + 0xD1B54A32D192ED03) % 2**64 or 1
    return Control(
        random=np.array([mixed], np.uint64),
        penalty=np.array([penalty, 1.0, penalty * 1e-3, penalty * 1e3]),
        score=np.zeros(2),
        tally=np.zeros(6, np.int64),
        knob=np.array(knobs),
    )
