"""Loads the compiled search, and runs it for a time or for a number of rounds.

numba takes a second to import and some twenty to compile; cache.py says where what it compiled is kept. Web processes
import none of this.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic
from types import ModuleType

from visits.routing import cache
from visits.routing.arrays import (
    DRIVEN,
    ROUNDS,
    Control,
    Dealer,
    Question,
    State,
    Turn,
    control_of,
    memory_of,
    question_of,
    state_of,
)
from visits.routing.problem import Shift
from visits.routing.timing import Task
from visits.routing.travel import Travel

KERNEL = "visits.routing.kernel.search"
# Steps in which a search by the clock cools down, and the least number of rounds between two looks at it.
STEPS, FEW = 100, 5


def load() -> ModuleType:
    """The kernel, ready to run; the first call imports numba and loads what it compiled, or compiles it."""
    if KERNEL in sys.modules:
        return sys.modules[KERNEL]
    from numba.core import config

    cache.bring()
    config.CACHE_DIR = str(cache.folder())  # type: ignore[attr-defined]
    kernel = importlib.import_module(KERNEL)
    # Loading waits for the first call of each function.
    nowhere = Task(0, 0, 0.0, ((0.0, 0.0),))
    dealers, turns = [Dealer((nowhere,), 1, 1.0, 1.0, (0.0,), ((0,),))], [Turn(0, Shift(0, 0, 0))]
    question = question_of(Travel(((0.0,),)), 1, dealers, turns, 0.0)
    Search(question, state_of(question, dealers, turns), seed=0).run(1, 0.0, 0.0)
    return kernel


@dataclass(frozen=True, slots=True)
class Manner:
    """How a search goes about it; docs/algorithms/routing.md tells how these were chosen."""

    # Dealers taken out in a round, on average, and the longest string of one route.
    mean_removed: float
    longest_string: float
    # The chance that a place or a day is passed over, so that the same is not always built again.
    blink: float
    # The share of rounds that take out a neighbourhood instead of strings.
    around: float
    # Temperatures at both ends, in drives per visit of the first plan.
    hot: float
    cold: float


# A single route has no strings of neighbouring routes, and needs longer ones of its own.
ONE_ROUTE = Manner(mean_removed=10, longest_string=30, blink=0.05, around=0.4, hot=2.5, cold=0.018)
MANY_ROUTES = Manner(mean_removed=9, longest_string=10, blink=0.02, around=0.15, hot=1.8, cold=0.018)


class Search:
    """One chain of the annealing."""

    def __init__(self, question: Question, state: State, *, seed: int) -> None:
        self._kernel = load()
        self._question = question
        self._state = state
        self._memory = memory_of(question)
        self._manner = ONE_ROUTE if question.day_of.size == 1 else MANY_ROUTES
        manner = self._manner
        knobs = (manner.mean_removed, manner.longest_string, manner.blink, manner.around)
        self._control: Control = control_of(question, seed, knobs)
        self._scale = 1.0
        self._kernel.begin(question, state, self._control)
        self._kept, self.best = _copied(state), _copied(state)

    @property
    def cost(self) -> float:
        """Of the best: driving, gaps, balance and what is missing, in minutes of driving."""
        return float(self._control.score[1])

    @property
    def rounds(self) -> int:
        return int(self._control.tally[ROUNDS])

    def run(self, rounds: int, done: float, ahead: float) -> None:
        """So many rounds while the share of the search that is over goes from `done` to `ahead`."""
        hot, fall = self._manner.hot, self._manner.cold / self._manner.hot
        heat = self._scale * hot * fall**done
        cooling = fall ** ((ahead - done) / max(1, rounds))
        self._kernel.search(
            self._question,
            self._state,
            self._kept,
            self.best,
            self._memory,
            self._control,
            rounds,
            heat,
            cooling,
        )

    def _first_round(self) -> None:
        """Plans everybody, from which the temperatures take their measure."""
        self.run(1, 0.0, 0.0)
        driven = float(self._state.sum[:, DRIVEN].sum())
        self._scale = max(driven / max(1, int(self._state.length.sum())), 1e-6)

    def run_rounds(self, rounds: int) -> None:
        self._first_round()
        self.run(rounds - 1, 0.0, 1.0)

    def run_until(self, began: float, until: float) -> None:
        """By the monotonic clock: cools with the time that is gone."""
        rounds = FEW
        length = max(until - began, 1e-6)
        self._first_round()
        now = monotonic()
        while now < until:
            done = (now - began) / length
            self.run(rounds, done, min(1.0, done + 1.0 / STEPS))
            before, now = now, monotonic()
            wanted = min(length / STEPS, max(until - now, 0.0))
            rounds = max(FEW, min(10 * rounds, int(rounds * wanted / max(now - before, 1e-7))))

    def orders(self) -> list[list[int]]:
        """The best so far: for each turn the positions of its dealers."""
        return [[int(at) for at in self.best.seq[r, 1 : self.best.length[r] + 1]] for r in range(self.best.length.size)]


def solve(
    travel: Travel,
    days: int,
    dealers: Sequence[Dealer],
    turns: Sequence[Turn],
    *,
    balance: float,
    seed: int,
    seconds: float,
    iterations: int | None,
    threads: int,
) -> tuple[list[list[int]], int]:
    """For each turn the order of positions of dealers, and the rounds made.

    By `iterations` the answer is the same for the same seed and number of threads; each thread is a chain of its own.
    """
    began = monotonic()
    question = question_of(travel, days, dealers, turns, balance)
    chains = [Search(question, state_of(question, dealers, turns), seed=seed * 64 + at) for at in range(threads)]

    def run(chain: Search) -> None:
        if iterations is not None:
            chain.run_rounds(iterations)
        else:
            chain.run_until(began, began + seconds)

    if threads == 1:
        run(chains[0])
    else:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(run, chains))
    best = min(chains, key=lambda chain: chain.cost)
    return best.orders(), sum(chain.rounds for chain in chains)


def _copied(state: State) -> State:
    return State(*(array.copy() for array in state))
