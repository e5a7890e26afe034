"""The compiled search: ruin a few strings of visits, put each dealer back into its cheapest days and places, anneal.

Slack induction by string removals (Christiaens and Vanden Berghe 2020), with three additions: a dealer comes back on
the *set of days* that is cheapest in all (patterns as listed, or a cadence by dynamic programming over the days);
breaks and several windows a day are exact; and the best two places of a dealer in a route are remembered until the
route changes, as most routes do not in most rounds.

Importing this module imports numba: see compiled.py.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

INF = np.inf
EPSILON = 1e-7

# Chances and sizes of the search; docs/algorithms/routing.md tells how they were chosen.
MEAN_REMOVED = 12.0
LONGEST_STRING = 10.0
BLINK = 0.02
AROUND = 0.3
ABSENT_AT_ONCE = 12.0
PENALTY_ROUNDS = 200

_A, _B, _C, _S = np.uint64(12), np.uint64(25), np.uint64(27), np.uint64(11)
_M = np.uint64(0x2545F4914F6CDD1D)


class Question(NamedTuple):
    """What does not change. Dealers are 0..n-1, then come places; routes are shifts, in order of days."""

    drive: np.ndarray  # [node, node] minutes
    near: np.ndarray  # [dealer, rank] other dealers, itself first
    service: np.ndarray
    load: np.ndarray
    visits: np.ndarray  # asked for
    missing: np.ndarray  # cost of each visit not made
    pattern_from: np.ndarray  # [dealer + 1] range of its patterns; empty for a cadence
    pattern_ptr: np.ndarray  # [pattern + 1] range of its days
    pattern_days: np.ndarray
    table: np.ndarray  # [dealer] its rows of the next three
    first: np.ndarray  # [table, day]
    between: np.ndarray  # [table, day, day]
    last: np.ndarray  # [table, day]
    day_cost: np.ndarray  # [dealer, day], INF where it cannot be
    pinned: np.ndarray  # [dealer, day]
    window: np.ndarray  # [dealer, day] its row of the next three
    opens: np.ndarray  # [row, window]
    closes: np.ndarray
    windows: np.ndarray  # [row] how many
    day_from: np.ndarray  # [day + 1] range of its routes
    day_of: np.ndarray  # [route]
    start: np.ndarray  # [route] node
    end: np.ndarray
    starts: np.ndarray  # [route] minute
    ends: np.ndarray
    break_len: np.ndarray  # 0: none
    break_from: np.ndarray
    break_to: np.ndarray
    max_stops: np.ndarray
    max_load: np.ndarray
    max_work: np.ndarray
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
    loads: np.ndarray
    work: np.ndarray
    dist: np.ndarray
    version: np.ndarray
    free_tired: np.ndarray  # [route, position] when free to leave, the break to come
    free_rested: np.ndarray
    until_tired: np.ndarray  # [route, position] latest arrival at the next
    until_rested: np.ndarray


class Memory(NamedTuple):
    version: np.ndarray  # [dealer, route]
    cost: np.ndarray  # [dealer, route, 2]
    place: np.ndarray  # [dealer, route, 2]


class Control(NamedTuple):
    random: np.ndarray  # [1] state of the generator
    penalty: np.ndarray  # load, work, least and most of load
    score: np.ndarray  # cost of current, of best
    counts: np.ndarray  # versions, rounds since penalties, of them within load, within work, round of best, rounds


@njit(cache=True, nogil=True, inline="always")
def _draw(random):
    """Uniform in [0, 1): xorshift64*."""
    x = random[0]
    x ^= x >> _A
    x ^= x << _B
    x ^= x >> _C
    random[0] = x
    return np.float64((x * _M) >> _S) * 1.1102230246251565e-16


@njit(cache=True, nogil=True)
def _earliest(q, row, arrival):
    for k in range(q.windows[row]):
        if arrival <= q.closes[row, k] + EPSILON:
            return max(arrival, q.opens[row, k])
    return INF


@njit(cache=True, nogil=True)
def _latest(q, row, bound):
    for k in range(q.windows[row] - 1, -1, -1):
        if bound >= q.opens[row, k] - EPSILON:
            return min(bound, q.closes[row, k])
    return -INF


@njit(cache=True, nogil=True)
def _rested_arrival(q, r, free, drive):
    """Arrival with the break on the way."""
    if q.break_len[r] == 0.0 or free > q.break_to[r] + EPSILON:
        return INF
    return max(free + drive, q.break_from[r]) + q.break_len[r]


@njit(cache=True, nogil=True)
def _last_departure(q, r, rested, drive):
    if q.break_len[r] == 0.0 or q.break_from[r] + q.break_len[r] > rested + EPSILON:
        return -INF
    return min(q.break_to[r], rested - q.break_len[r] - drive)


@njit(cache=True, nogil=True)
def renew(q, s, r):
    """Everything that is known of a route, from its order."""
    n = s.length[r]
    dist = 0.0
    work = 0.0
    load = 0.0
    if n > 0:
        before = s.seq[r, 0]
        for k in range(1, n + 1):
            c = s.seq[r, k]
            dist += q.drive[before, c]
            work += q.service[c]
            load += q.load[c]
            before = c
        dist += q.drive[before, s.seq[r, n + 1]]
    s.dist[r] = dist
    s.work[r] = work + dist
    s.loads[r] = load
    if not q.timed:
        return
    day = q.day_of[r]
    paused = q.break_len[r] > 0.0
    tired = q.starts[r] if paused else INF
    rested = INF if paused else q.starts[r]
    s.free_tired[r, 0] = tired
    s.free_rested[r, 0] = rested
    for k in range(1, n + 1):
        c = s.seq[r, k]
        drive = q.drive[s.seq[r, k - 1], c]
        row = q.window[c, day]
        arrival = min(rested + drive, _rested_arrival(q, r, tired, drive))
        tired = _earliest(q, row, tired + drive) + q.service[c]
        rested = _earliest(q, row, arrival) + q.service[c]
        s.free_tired[r, k] = tired
        s.free_rested[r, k] = rested
    tired = min(q.ends[r], q.break_to[r]) if paused else -INF
    rested = q.ends[r]
    s.until_tired[r, n] = tired
    s.until_rested[r, n] = rested
    for k in range(n, 0, -1):
        c = s.seq[r, k]
        drive = q.drive[c, s.seq[r, k + 1]]
        row = q.window[c, day]
        leave = max(tired - drive, _last_departure(q, r, rested, drive))
        tired = _latest(q, row, leave - q.service[c])
        rested = _latest(q, row, rested - drive - q.service[c])
        s.until_tired[r, k - 1] = tired
        s.until_rested[r, k - 1] = rested


@njit(cache=True, nogil=True)
def _fits(q, s, c, r, k):
    """Whether a visit after position k keeps the route in time."""
    drive = q.drive[s.seq[r, k], c]
    row = q.window[c, q.day_of[r]]
    arrival = s.free_rested[r, k] + drive
    if q.break_len[r] > 0.0:
        arrival = min(arrival, _rested_arrival(q, r, s.free_tired[r, k], drive))
    onward = q.drive[c, s.seq[r, k + 1]]
    rested = _earliest(q, row, arrival) + q.service[c]
    if rested + onward <= s.until_rested[r, k] + EPSILON:
        return True
    if q.break_len[r] == 0.0:
        return False
    tired = _earliest(q, row, s.free_tired[r, k] + drive) + q.service[c]
    if tired + onward <= s.until_tired[r, k] + EPSILON:
        return True
    return _rested_arrival(q, r, tired, onward) <= s.until_rested[r, k] + EPSILON


@njit(cache=True, nogil=True)
def _price(q, s, c, r):
    """The two cheapest places for a dealer in a route: minutes more, position before."""
    n = s.length[r]
    one = two = INF
    at_one = at_two = -1
    if n == 0:
        if not q.timed or _fits(q, s, c, r, 0):
            one = q.drive[q.start[r], c] + q.drive[c, q.end[r]]
            at_one = 0
        return one, at_one, two, at_two
    before = s.seq[r, 0]
    for k in range(n + 1):
        after = s.seq[r, k + 1]
        cost = q.drive[before, c] + q.drive[c, after] - q.drive[before, after]
        if cost < two and (not q.timed or _fits(q, s, c, r, k)):
            if cost < one:
                two = one
                at_two = at_one
                one = cost
                at_one = k
            else:
                two = cost
                at_two = k
        before = after
    return one, at_one, two, at_two


@njit(cache=True, nogil=True)
def _over(q, s, ctl):
    """Penalties of all routes; whether all are within their load and within their work."""
    total = 0.0
    loads = True
    works = True
    for r in range(s.length.size):
        over = s.loads[r] - q.max_load[r]
        if over > EPSILON:
            total += ctl.penalty[0] * over
            loads = False
        over = s.work[r] - q.max_work[r]
        if over > EPSILON:
            total += ctl.penalty[1] * over
            works = False
    return total, loads, works


@njit(cache=True, nogil=True)
def _plain(q, s):
    """Driving, balance, gaps and missing visits."""
    total = 0.0
    for r in range(s.length.size):
        total += s.dist[r]
    for c in range(s.extra.size):
        total += s.extra[c]
    if q.balance > 0.0:
        squares = 0.0
        whole = 0.0
        for r in range(s.length.size):
            squares += s.work[r] * s.work[r]
            whole += s.work[r]
        total += q.balance / 60.0 * (squares - whole * whole / s.length.size)
    return total


@njit(cache=True, nogil=True)
def _mark(c, gone, removed, count):
    if not gone[c]:
        gone[c] = True
        removed[count] = c
        return count + 1
    return count


@njit(cache=True, nogil=True)
def _ruin(q, s, ctl, gone, removed, ruined):
    """Chooses who is taken out; returns how many."""
    n = s.made.size
    routes = s.length.size
    rnd = ctl.random
    count = 0
    short = 0
    for c in range(n):
        if s.made[c] < q.visits[c]:
            short += 1
    if short > 0:
        chance = ABSENT_AT_ONCE / short
        for c in range(n):
            if s.made[c] < q.visits[c] and (chance >= 1.0 or _draw(rnd) < chance):
                count = _mark(c, gone, removed, count)
    used = 0
    total = 0
    for r in range(routes):
        ruined[r] = False
        if s.length[r] > 0:
            used += 1
            total += s.length[r]
    if used == 0:
        return count
    longest = min(LONGEST_STRING, total / used)
    seed = int(_draw(rnd) * n)
    if _draw(rnd) < AROUND:
        many = count + int(1.0 + _draw(rnd) * 1.5 * MEAN_REMOVED)
        for k in range(q.near.shape[1]):
            if count >= many:
                break
            c = q.near[seed, k]
            if s.made[c] > 0 and _draw(rnd) >= 0.2:
                count = _mark(c, gone, removed, count)
        return count
    strings = int(1.0 + _draw(rnd) * (4.0 * MEAN_REMOVED / (1.0 + longest) - 1.0))
    days = s.where.shape[1]
    for k in range(q.near.shape[1]):
        if strings == 0:
            break
        c = q.near[seed, k]
        if gone[c] or s.made[c] == 0:
            continue
        # A route of the dealer's, from a random day on, that has lost no string yet.
        r = -1
        turn = int(_draw(rnd) * days)
        for z in range(days):
            there = s.where[c, (turn + z) % days]
            if there >= 0 and not ruined[there]:
                r = there
                break
        if r < 0:
            continue
        ruined[r] = True
        strings -= 1
        count = _remove_string(q, s, rnd, c, r, longest, gone, removed, count)
    return count


@njit(cache=True, nogil=True)
def _remove_string(q, s, rnd, c, r, longest, gone, removed, count):
    """A string of the route that holds the dealer, whole or with some kept in its middle."""
    n = s.length[r]
    size = int(1.0 + _draw(rnd) * min(longest, n))
    size = min(size, n)
    at = 1
    for k in range(1, n + 1):
        if s.seq[r, k] == c:
            at = k
            break
    kept = 0
    if size > 1 and size < n and _draw(rnd) < 0.5:
        kept = 1
        while size + kept < n and _draw(rnd) > 0.01:
            kept += 1
    span = size + kept
    low = max(1, at - span + 1)
    high = min(at, n - span + 1)
    begin = low + int(_draw(rnd) * (high - low + 1))
    hole = int(_draw(rnd) * size) if kept > 0 else 0
    for k in range(span):
        if kept > 0 and hole <= k < hole + kept:
            continue
        count = _mark(s.seq[r, begin + k], gone, removed, count)
    return count


@njit(cache=True, nogil=True)
def _take_out(q, s, ctl, removed, count, touched):
    days = s.where.shape[1]
    for i in range(count):
        c = removed[i]
        for day in range(days):
            r = s.where[c, day]
            if r >= 0 and not q.pinned[c, day]:
                s.where[c, day] = -1
                touched[r] = True
        s.made[c] = 0
        s.extra[c] = 0.0
    for r in range(s.length.size):
        if not touched[r]:
            continue
        day = q.day_of[r]
        w = 0
        for k in range(1, s.length[r] + 1):
            c = s.seq[r, k]
            if s.where[c, day] >= 0:
                w += 1
                s.seq[r, w] = c
        s.seq[r, w + 1] = q.end[r]
        s.length[r] = w
        ctl.counts[0] += 1
        s.version[r] = ctl.counts[0]
        renew(q, s, r)


@njit(cache=True, nogil=True)
def _cheapest_of_day(q, s, ctl, memory, touched, c, day, mean):
    """The cheapest place on a day: cost with penalties, route, position before."""
    rnd = ctl.random
    best = INF
    route = -1
    place = -1
    empty = False
    for r in range(q.day_from[day], q.day_from[day + 1]):
        if s.length[r] >= q.max_stops[r]:
            continue
        if s.length[r] == 0:
            if empty and q.twin[r]:
                continue
            empty = True
        else:
            empty = False
        penalty = 0.0
        spare = q.max_load[r] - s.loads[r]
        if q.load[c] > spare + EPSILON:
            penalty = ctl.penalty[0] * (q.load[c] - max(0.0, spare))
            if penalty >= best:
                continue
        if touched[r]:
            one, at_one, two, at_two = _price(q, s, c, r)
        elif memory.version[c, r] == s.version[r]:
            one = memory.cost[c, r, 0]
            at_one = memory.place[c, r, 0]
            two = memory.cost[c, r, 1]
            at_two = memory.place[c, r, 1]
        else:
            one, at_one, two, at_two = _price(q, s, c, r)
            memory.version[c, r] = s.version[r]
            memory.cost[c, r, 0] = one
            memory.place[c, r, 0] = at_one
            memory.cost[c, r, 1] = two
            memory.place[c, r, 1] = at_two
        if _draw(rnd) < BLINK:
            one = two
            at_one = at_two
        if one == INF:
            continue
        more = one + q.service[c]
        spare = q.max_work[r] - s.work[r]
        if more > spare + EPSILON:
            penalty += ctl.penalty[1] * (more - max(0.0, spare))
        if q.balance > 0.0:
            penalty += q.balance / 60.0 * (2.0 * (s.work[r] - mean) * more + more * more)
        if one + penalty < best:
            best = one + penalty
            route = r
            place = at_one
    return best, route, place


@njit(cache=True, nogil=True)
def _by_patterns(q, s, ctl, memory, touched, c, mean, cost, route, place, chosen):
    """Marks the days of the cheapest pattern; returns the cost of days and missing visits."""
    days = s.where.shape[1]
    for day in range(days):
        cost[day] = -INF
        chosen[day] = False
    best = q.missing[c] * q.visits[c]
    extra = best
    pick = -1
    for p in range(q.pattern_from[c], q.pattern_from[c + 1]):
        total = 0.0
        asked = 0.0
        for z in range(q.pattern_ptr[p], q.pattern_ptr[p + 1]):
            day = q.pattern_days[z]
            if cost[day] == -INF:
                if q.pinned[c, day]:
                    cost[day] = 0.0
                elif q.day_cost[c, day] == INF:
                    cost[day] = INF
                else:
                    cost[day], route[day], place[day] = _cheapest_of_day(q, s, ctl, memory, touched, c, day, mean)
            total += cost[day] + q.day_cost[c, day]
            asked += q.day_cost[c, day]
            if total >= best:
                break
        if total < best and (pick < 0 or _draw(ctl.random) >= BLINK):
            best = total
            extra = asked
            pick = p
    if pick >= 0:
        for z in range(q.pattern_ptr[pick], q.pattern_ptr[pick + 1]):
            chosen[q.pattern_days[z]] = True
    return extra


@njit(cache=True, nogil=True)
def _by_cadence(q, s, ctl, memory, touched, c, mean, cost, route, place, chosen, value, back):
    """Marks the cheapest days by dynamic programming over (visits so far, day of the last); returns their cost."""
    days = s.where.shape[1]
    visits = q.visits[c]
    row = q.table[c]
    bound = False
    for day in range(days):
        chosen[day] = False
        cost[day] = INF
        if q.pinned[c, day]:
            cost[day] = 0.0
            bound = True
        elif q.day_cost[c, day] < INF and _draw(ctl.random) >= BLINK:
            cost[day], route[day], place[day] = _cheapest_of_day(q, s, ctl, memory, touched, c, day, mean)
            cost[day] += q.day_cost[c, day]
    best = INF if bound else q.missing[c] * visits
    best_visits = 0
    best_day = -1
    for k in range(visits):
        for day in range(days):
            value[k, day] = INF
            if cost[day] == INF:
                continue
            if k == 0:
                value[k, day] = q.first[row, day] + cost[day]
            else:
                for earlier in range(k - 1, day):
                    total = value[k - 1, earlier] + q.between[row, earlier, day] + cost[day]
                    if total < value[k, day]:
                        value[k, day] = total
                        back[k, day] = earlier
            total = value[k, day] + q.last[row, day] + (visits - k - 1) * q.missing[c]
            if total < best:
                best = total
                best_visits = k + 1
                best_day = day
    extra = (visits - best_visits) * q.missing[c]
    day = best_day
    if best_visits > 0:
        extra += q.last[row, day]
    for k in range(best_visits - 1, -1, -1):
        chosen[day] = True
        if not q.pinned[c, day]:
            extra += q.day_cost[c, day]
        if k > 0:
            extra += q.between[row, back[k, day], day]
            day = back[k, day]
        else:
            extra += q.first[row, day]
    return extra


@njit(cache=True, nogil=True)
def _insert(q, s, ctl, c, r, k, touched):
    for z in range(s.length[r] + 1, k, -1):
        s.seq[r, z + 1] = s.seq[r, z]
    s.seq[r, k + 1] = c
    s.length[r] += 1
    s.where[c, q.day_of[r]] = r
    touched[r] = True
    ctl.counts[0] += 1
    s.version[r] = ctl.counts[0]
    renew(q, s, r)


@njit(cache=True, nogil=True)
def _copy_route(q, a, b, r):
    n = a.length[r]
    b.length[r] = n
    b.loads[r] = a.loads[r]
    b.work[r] = a.work[r]
    b.dist[r] = a.dist[r]
    b.version[r] = a.version[r]
    for k in range(n + 2):
        b.seq[r, k] = a.seq[r, k]
    if q.timed:
        for k in range(n + 1):
            b.free_tired[r, k] = a.free_tired[r, k]
            b.free_rested[r, k] = a.free_rested[r, k]
            b.until_tired[r, k] = a.until_tired[r, k]
            b.until_rested[r, k] = a.until_rested[r, k]


@njit(cache=True, nogil=True)
def _copy_dealer(a, b, c):
    b.extra[c] = a.extra[c]
    b.made[c] = a.made[c]
    for day in range(a.where.shape[1]):
        b.where[c, day] = a.where[c, day]


@njit(cache=True, nogil=True)
def _copy(q, a, b):
    for r in range(a.length.size):
        _copy_route(q, a, b, r)
    for c in range(a.made.size):
        _copy_dealer(a, b, c)


@njit(cache=True, nogil=True)
def _sort_keys(q, rnd, removed, count, key):
    """Random; the heaviest or most often visited; the farthest; the nearest to the start; the most often visited."""
    pick = _draw(rnd)
    home = q.start[0]
    for i in range(count):
        c = removed[i]
        if pick < 0.30:
            key[i] = _draw(rnd)
        elif pick < 0.55:
            key[i] = -q.load[c] * q.visits[c]
        elif pick < 0.70:
            key[i] = -q.drive[home, c]
        elif pick < 0.78:
            key[i] = q.drive[home, c]
        else:
            key[i] = 0.5 * _draw(rnd) - q.visits[c]


@njit(cache=True, nogil=True)
def begin(q, s, kept, best, ctl):
    """Times what is pinned, and makes it the best so far."""
    for r in range(s.length.size):
        ctl.counts[0] += 1
        s.version[r] = ctl.counts[0]
        renew(q, s, r)
    over, _, _ = _over(q, s, ctl)
    ctl.score[0] = _plain(q, s) + over
    ctl.score[1] = _plain(q, s)
    _copy(q, s, kept)
    _copy(q, s, best)


@njit(cache=True, nogil=True)
def search(q, s, kept, best, memory, ctl, rounds, heat, cooling):
    """So many rounds from `s` (equal to `kept` between rounds) at a falling temperature; `best` is always allowed."""
    n = s.made.size
    days = s.where.shape[1]
    routes = s.length.size
    rnd = ctl.random
    removed = np.zeros(n, np.int64)
    gone = np.zeros(n, np.bool_)
    ruined = np.zeros(routes, np.bool_)
    touched = np.zeros(routes, np.bool_)
    key = np.zeros(n)
    cost = np.zeros(days)
    route = np.zeros(days, np.int64)
    place = np.zeros(days, np.int64)
    chosen = np.zeros(days, np.bool_)
    most = max(1, q.visits.max()) if n > 0 else 1
    value = np.zeros((most, days))
    back = np.zeros((most, days), np.int64)
    for _ in range(rounds):
        touched[:] = False
        count = _ruin(q, s, ctl, gone, removed, ruined)
        _take_out(q, s, ctl, removed, count, touched)
        _sort_keys(q, rnd, removed, count, key)
        order = np.argsort(key[:count])
        for i in range(count):
            c = removed[order[i]]
            mean = 0.0
            if q.balance > 0.0:
                for r in range(routes):
                    mean += s.work[r] / routes
            if q.pattern_from[c] < q.pattern_from[c + 1]:
                extra = _by_patterns(q, s, ctl, memory, touched, c, mean, cost, route, place, chosen)
            else:
                extra = _by_cadence(
                    q, s, ctl, memory, touched, c, mean, cost, route, place, chosen, value, back
                )
            s.extra[c] = extra
            for day in range(days):
                if chosen[day]:
                    s.made[c] += 1
                    if not q.pinned[c, day]:
                        _insert(q, s, ctl, c, route[day], place[day], touched)
        over, loads, works = _over(q, s, ctl)
        plain = _plain(q, s)
        new = plain + over
        ctl.counts[1] += 1
        ctl.counts[5] += 1
        if loads:
            ctl.counts[2] += 1
        if works:
            ctl.counts[3] += 1
        if loads and works and plain < ctl.score[1] - 1e-9:
            ctl.score[1] = plain
            ctl.counts[4] = ctl.counts[5]
            _copy(q, s, best)
        accepted = new < ctl.score[0] - heat * np.log(_draw(rnd) + 1e-300)
        if accepted:
            ctl.score[0] = new
        for r in range(routes):
            if touched[r]:
                if accepted:
                    _copy_route(q, s, kept, r)
                else:
                    _copy_route(q, kept, s, r)
        for i in range(count):
            c = removed[i]
            gone[c] = False
            if accepted:
                _copy_dealer(s, kept, c)
            else:
                _copy_dealer(kept, s, c)
        heat *= cooling
        if ctl.counts[1] == PENALTY_ROUNDS:
            _adapt(q, s, ctl)
    return heat


@njit(cache=True, nogil=True)
def _adapt(q, s, ctl):
    """Makes limits dearer when fewer than 30 % of the rounds kept them, cheaper when more than 60 % did."""
    for which in range(2):
        share = ctl.counts[2 + which] / ctl.counts[1]
        if share < 0.3:
            ctl.penalty[which] *= 1.15
        elif share > 0.6:
            ctl.penalty[which] *= 0.87
        ctl.counts[2 + which] = 0
    ctl.penalty[0] = min(max(ctl.penalty[0], ctl.penalty[2]), ctl.penalty[3])
    ctl.penalty[1] = min(max(ctl.penalty[1], 1e-2), 1e3)
    ctl.counts[1] = 0
    over, _, _ = _over(q, s, ctl)
    ctl.score[0] = _plain(q, s) + over
