"""In which order dealers come back, and on which days: the cheapest pattern, or the cheapest days of a cadence."""

from __future__ import annotations

from numba import njit

from visits.routing.arrays import LOAD, MISSING, VISITS
from visits.routing.kernel.chance import draw
from visits.routing.kernel.numbers import INF


@njit(cache=True, nogil=True)
def sort_keys(rnd, dealer, drive, home, room, removed, count, key):
    """Random; the most load; the farthest; the nearest to the start; the most often visited. Where not all have
    room, every second round takes the most worth first."""
    pick = draw(rnd)
    by_worth = not room and draw(rnd) < 0.5
    for i in range(count):
        c = removed[i]
        if by_worth:
            key[i] = -dealer[c, MISSING] * (0.5 + draw(rnd))
        elif pick < 0.30:
            key[i] = draw(rnd)
        elif pick < 0.55:
            key[i] = -dealer[c, LOAD] * dealer[c, VISITS]
        elif pick < 0.70:
            key[i] = -drive[home, c]
        elif pick < 0.78:
            key[i] = drive[home, c]
        else:
            key[i] = 0.5 * draw(rnd) - dealer[c, VISITS]


@njit(cache=True, nogil=True)
def choose_pattern(rnd, blink, p_from, p_to, pattern_ptr, pattern_days, cost, best, chosen):
    """Marks the days of the cheapest pattern that costs less than `best`."""
    pick = -1
    for p in range(p_from, p_to):
        total = 0.0
        for z in range(pattern_ptr[p], pattern_ptr[p + 1]):
            total += cost[pattern_days[z]]
        if total < best and (pick < 0 or draw(rnd) >= blink):
            best = total
            pick = p
    if pick >= 0:
        for z in range(pattern_ptr[pick], pattern_ptr[pick + 1]):
            chosen[pattern_days[z]] = True
    return pick >= 0


@njit(cache=True, nogil=True)
def choose_cadence(first, between, last, visits, missing, bound, cost, chosen, value, back):
    """Marks the cheapest days, by dynamic programming over visits so far and day of the last; returns what gaps and
    missing visits cost. `bound`: a day is pinned, so that none at all is no choice."""
    days = cost.size
    best = INF if bound else missing * visits
    best_visits = 0
    day = -1
    for k in range(visits):
        for d in range(days):
            value[k, d] = INF
            if cost[d] == INF:
                continue
            if k == 0:
                value[k, d] = first[d] + cost[d]
            else:
                for earlier in range(k - 1, d):
                    total = value[k - 1, earlier] + between[earlier, d] + cost[d]
                    if total < value[k, d]:
                        value[k, d] = total
                        back[k, d] = earlier
            total = value[k, d] + last[d] + (visits - k - 1) * missing
            if total < best:
                best = total
                best_visits = k + 1
                day = d
    extra = (visits - best_visits) * missing
    if best_visits == 0:
        return extra
    extra += last[day]
    for k in range(best_visits - 1, 0, -1):
        chosen[day] = True
        extra += between[back[k, day], day]
        day = back[k, day]
    chosen[day] = True
    return extra + first[day]
