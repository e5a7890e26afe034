"""What a route, a plan and one more visit cost."""

from __future__ import annotations

from numba import njit

from visits.routing.arrays import DRIVEN, LOAD, LOADED, LOADS_KEPT, MAX_LOAD, MAX_WORK, SERVICE, TRIED, WORKED
from visits.routing.kernel.clock import fits
from visits.routing.kernel.numbers import EPSILON, INF


@njit(cache=True, nogil=True)
def add_up(drive, dealer, seq, length, sums, r):
    """Load, work and drive of a route, from its order."""
    n = length[r]
    driven = 0.0
    work = 0.0
    load = 0.0
    if n > 0:
        before = seq[r, 0]
        for k in range(1, n + 1):
            c = seq[r, k]
            driven += drive[before, c]
            work += dealer[c, SERVICE]
            load += dealer[c, LOAD]
            before = c
        driven += drive[before, seq[r, n + 1]]
    sums[r, DRIVEN] = driven
    sums[r, WORKED] = work + driven
    sums[r, LOADED] = load


@njit(cache=True, nogil=True)
def price(drive, dealer, window, spans, limit, day, timed, seq, length, clock, c, r):
    """The two cheapest places for a dealer in a route: minutes more and position before, twice."""
    n = length[r]
    one = two = INF
    at_one = at_two = -1
    service = dealer[c, SERVICE]
    row = window[c, day] if timed else 0
    if n == 0:
        if not timed or fits(drive, service, spans, row, limit, seq, clock, c, r, 0):
            one = drive[seq[r, 0], c] + drive[c, seq[r, 1]]
            at_one = 0
        return one, at_one, two, at_two
    before = seq[r, 0]
    to_c = drive[before, c]
    for k in range(n + 1):
        after = seq[r, k + 1]
        cost = to_c + drive[c, after] - drive[before, after]
        if cost < two and (not timed or fits(drive, service, spans, row, limit, seq, clock, c, r, k)):
            if cost < one:
                two = one
                at_two = at_one
                one = cost
                at_one = k
            else:
                two = cost
                at_two = k
        to_c = drive[after, c]
        before = after
    return one, at_one, two, at_two


@njit(cache=True, nogil=True)
def overfull(limit, sums, penalty):
    """Penalties of all routes; whether all are within their load and within their work."""
    total = 0.0
    loads = True
    works = True
    for r in range(sums.shape[0]):
        over = sums[r, LOADED] - limit[r, MAX_LOAD]
        if over > EPSILON:
            total += penalty[0] * over
            loads = False
        over = sums[r, WORKED] - limit[r, MAX_WORK]
        if over > EPSILON:
            total += penalty[1] * over
            works = False
    return total, loads, works


@njit(cache=True, nogil=True)
def plain_cost(sums, extra, balance):
    """Driving, balance, gaps and missing visits."""
    total = 0.0
    routes = sums.shape[0]
    for r in range(routes):
        total += sums[r, DRIVEN]
    for c in range(extra.size):
        total += extra[c]
    if balance > 0.0:
        squares = 0.0
        whole = 0.0
        for r in range(routes):
            squares += sums[r, WORKED] * sums[r, WORKED]
            whole += sums[r, WORKED]
        total += balance / 60.0 * (squares - whole * whole / routes)
    return total


@njit(cache=True, nogil=True)
def adapt(penalty, tally):
    """Makes a limit dearer when fewer than 30 % of the rounds kept it, cheaper when more than 60 % did; dearer at once
    when none did."""
    for which in range(2):
        share = tally[LOADS_KEPT + which] / tally[TRIED]
        if share == 0.0:
            penalty[which] *= 2.0
        elif share < 0.3:
            penalty[which] *= 1.15
        elif share > 0.6:
            penalty[which] *= 0.87
        tally[LOADS_KEPT + which] = 0
    penalty[0] = min(max(penalty[0], penalty[2]), penalty[3])
    penalty[1] = min(max(penalty[1], 1e-2), 1e3)
    tally[TRIED] = 0
