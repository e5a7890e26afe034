"""When visits of a route can begin and when they must, with and without the break; whether one more fits."""

from __future__ import annotations

from numba import njit

from visits.routing.arrays import (
    BREAK_FROM,
    BREAK_LENGTH,
    BREAK_TO,
    ENDS,
    FREE_RESTED,
    FREE_TIRED,
    SERVICE,
    STARTS,
    UNTIL_RESTED,
    UNTIL_TIRED,
)
from visits.routing.kernel.numbers import EPSILON, INF


@njit(cache=True, nogil=True)
def earliest(spans, row, arrival):
    """When a visit begins after this arrival; infinite when it is too late."""
    k = 0
    while arrival > spans[row, k + 1] + EPSILON:
        k += 2
    return max(arrival, spans[row, k])


@njit(cache=True, nogil=True)
def latest(spans, row, bound):
    """When a visit begins at the latest that may begin no later than the bound; minus infinity when it cannot."""
    found = -INF
    k = 0
    while spans[row, k] <= bound + EPSILON:
        found = min(bound, spans[row, k + 1])
        k += 2
    return found


@njit(cache=True, nogil=True)
def rested_arrival(limit, r, free, drive):
    """Arrival with the break on the way; infinite when it is too late for it."""
    if limit[r, BREAK_LENGTH] == 0.0 or free > limit[r, BREAK_TO] + EPSILON:
        return INF
    return max(free + drive, limit[r, BREAK_FROM]) + limit[r, BREAK_LENGTH]


@njit(cache=True, nogil=True)
def last_departure(limit, r, rested, drive):
    """The latest moment to set off and make the break on the way."""
    length = limit[r, BREAK_LENGTH]
    if length == 0.0 or limit[r, BREAK_FROM] + length > rested + EPSILON:
        return -INF
    return min(limit[r, BREAK_TO], rested - length - drive)


@njit(cache=True, nogil=True)
def set_clock(drive, dealer, window, spans, limit, day, seq, length, clock, r):
    """When each visit of a route can begin, and when it must."""
    n = length[r]
    paused = limit[r, BREAK_LENGTH] > 0.0
    tired = limit[r, STARTS] if paused else INF
    rested = INF if paused else limit[r, STARTS]
    clock[r, 0, FREE_TIRED] = tired
    clock[r, 0, FREE_RESTED] = rested
    for k in range(1, n + 1):
        c = seq[r, k]
        leg = drive[seq[r, k - 1], c]
        row = window[c, day]
        arrival = rested + leg
        if paused:
            arrival = min(arrival, rested_arrival(limit, r, tired, leg))
            tired = earliest(spans, row, tired + leg) + dealer[c, SERVICE]
        rested = earliest(spans, row, arrival) + dealer[c, SERVICE]
        clock[r, k, FREE_TIRED] = tired
        clock[r, k, FREE_RESTED] = rested
    tired = min(limit[r, ENDS], limit[r, BREAK_TO]) if paused else -INF
    rested = limit[r, ENDS]
    clock[r, n, UNTIL_TIRED] = tired
    clock[r, n, UNTIL_RESTED] = rested
    for k in range(n, 0, -1):
        c = seq[r, k]
        leg = drive[c, seq[r, k + 1]]
        row = window[c, day]
        if paused:
            leave = max(tired - leg, last_departure(limit, r, rested, leg))
            tired = latest(spans, row, leave - dealer[c, SERVICE])
        rested = latest(spans, row, rested - leg - dealer[c, SERVICE])
        clock[r, k - 1, UNTIL_TIRED] = tired
        clock[r, k - 1, UNTIL_RESTED] = rested


@njit(cache=True, nogil=True)
def fits(drive, service, spans, row, limit, seq, clock, c, r, k):
    """Whether a visit after position k keeps the route in time."""
    leg = drive[seq[r, k], c]
    onward = drive[c, seq[r, k + 1]]
    arrival = clock[r, k, FREE_RESTED] + leg
    paused = limit[r, BREAK_LENGTH] > 0.0
    if paused:
        arrival = min(arrival, rested_arrival(limit, r, clock[r, k, FREE_TIRED], leg))
    until = clock[r, k, UNTIL_RESTED] + EPSILON
    if earliest(spans, row, arrival) + service + onward <= until:
        return True
    if not paused:
        return False
    tired = earliest(spans, row, clock[r, k, FREE_TIRED] + leg) + service
    if tired + onward <= clock[r, k, UNTIL_TIRED] + EPSILON:
        return True
    return rested_arrival(limit, r, tired, onward) <= until
