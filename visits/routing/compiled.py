"""Loads the compiled search, and runs it for a time or for a number of rounds.

numba takes a second to import and some twenty to compile; cache.py says where what it compiled is kept. Web processes
import none of this.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from types import ModuleType

import numpy as np

from visits.routing import cache
from visits.routing.arrays import (
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

KERNEL = "visits.routing.kernel"
# Temperatures in mean drives to the nearest five dealers.
HOT, COLD = 2.0, 0.02
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


class Search:
    """One chain of the annealing."""

    def __init__(self, question: Question, state: State, *, seed: int) -> None:
        self._kernel = load()
        self._question = question
        self._state = state
        self._memory = memory_of(question)
        self._control: Control = control_of(question, seed)
        self._scale = _scale(question)
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
        heat = self._scale * HOT * (COLD / HOT) ** done
        cooling = (COLD / HOT) ** ((ahead - done) / max(1, rounds))
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

    def run_rounds(self, rounds: int) -> None:
        self.run(rounds, 0.0, 1.0)

    def run_until(self, began: float, until: float) -> None:
        """By the monotonic clock: cools with the time that is gone."""
        rounds = FEW
        length = max(until - began, 1e-6)
        self.run(1, 0.0, 0.0)
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


def _scale(question: Question) -> float:
    """The mean drive to the nearest five dealers, in minutes."""
    n = question.near.shape[0]
    if n < 2:
        return 1.0
    nearest = np.sort(question.drive[:n, :n], axis=1)[:, 1:6]
    return max(float(nearest.mean()), 1e-6)
