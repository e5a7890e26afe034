"""The compiled search: ruin a few strings of visits, put each dealer back into its cheapest days and places, anneal.

Slack induction by string removals (Christiaens and Vanden Berghe 2020), with three additions: a dealer comes back on
the *set of days* that is cheapest in all (patterns as listed, or a cadence by dynamic programming over the days);
breaks and several windows a day are exact; and the best two places of a dealer in a route are remembered until the
route changes, as most routes do not in most rounds.

Importing this module imports numba: see compiled.py. Inner functions take arrays one by one: a tuple of them handed on
is unpacked and reference-counted at each call, which made the search eight times as slow.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from visits.routing.arrays import (
    AROUND,
    BEST_ROUND,
    BLINK,
    BREAK_FROM,
    BREAK_LENGTH,
    BREAK_TO,
    DRIVEN,
    ENDS,
    FREE_RESTED,
    FREE_TIRED,
    LOAD,
    LOADED,
    LOADS_KEPT,
    LONGEST_STRING,
    MAX_LOAD,
    MAX_STOPS,
    MAX_WORK,
    MEAN_REMOVED,
    MISSING,
    ROUNDS,
    SERVICE,
    STARTS,
    TRIED,
    UNTIL_RESTED,
    UNTIL_TIRED,
    VERSIONS,
    VISITS,
    WORK_KEPT,
    WORKED,
)

INF = np.inf
EPSILON = 1e-7

# Of those without a visit, so many on average are tried again in each round.
ABSENT_AT_ONCE = 12.0
PENALTY_ROUNDS = 100
# Times the penalties in the first round, which leaves out rather than breaks a limit.
HARD = 1e6

_A, _B, _C, _S = np.uint64(12), np.uint64(25), np.uint64(27), np.uint64(11)
_M = np.uint64(0x2545F4914F6CDD1D)


@njit(cache=True, nogil=True)
def _draw(random):
    """Uniform in [0, 1): xorshift64*."""
    x = random[0]
    x ^= x >> _A
    x ^= x << _B
    x ^= x >> _C
    random[0] = x
    return np.float64((x * _M) >> _S) * 1.1102230246251565e-16


@njit(cache=True, nogil=True)
def _earliest(spans, row, arrival):
    """When a visit begins after this arrival; infinite when it is too late."""
    k = 0
    while arrival > spans[row, k + 1] + EPSILON:
        k += 2
    return max(arrival, spans[row, k])


@njit(cache=True, nogil=True)
def _latest(spans, row, bound):
    """When a visit begins at the latest that may begin no later than the bound; minus infinity when it cannot."""
    found = -INF
    k = 0
    while spans[row, k] <= bound + EPSILON:
        found = min(bound, spans[row, k + 1])
        k += 2
    return found


@njit(cache=True, nogil=True)
def _rested_arrival(limit, r, free, drive):
    """Arrival with the break on the way; infinite when it is too late for it."""
    if limit[r, BREAK_LENGTH] == 0.0 or free > limit[r, BREAK_TO] + EPSILON:
        return INF
    return max(free + drive, limit[r, BREAK_FROM]) + limit[r, BREAK_LENGTH]


@njit(cache=True, nogil=True)
def _last_departure(limit, r, rested, drive):
    """The latest moment to set off and make the break on the way."""
    length = limit[r, BREAK_LENGTH]
    if length == 0.0 or limit[r, BREAK_FROM] + length > rested + EPSILON:
        return -INF
    return min(limit[r, BREAK_TO], rested - length - drive)


@njit(cache=True, nogil=True)
def _add_up(drive, dealer, seq, length, sums, r):
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
def _set_clock(drive, dealer, window, spans, limit, day, seq, length, clock, r):
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
            arrival = min(arrival, _rested_arrival(limit, r, tired, leg))
            tired = _earliest(spans, row, tired + leg) + dealer[c, SERVICE]
        rested = _earliest(spans, row, arrival) + dealer[c, SERVICE]
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
            leave = max(tired - leg, _last_departure(limit, r, rested, leg))
            tired = _latest(spans, row, leave - dealer[c, SERVICE])
        rested = _latest(spans, row, rested - leg - dealer[c, SERVICE])
        clock[r, k - 1, UNTIL_TIRED] = tired
        clock[r, k - 1, UNTIL_RESTED] = rested


@njit(cache=True, nogil=True)
def _fits(drive, service, spans, row, limit, seq, clock, c, r, k):
    """Whether a visit after position k keeps the route in time."""
    leg = drive[seq[r, k], c]
    onward = drive[c, seq[r, k + 1]]
    arrival = clock[r, k, FREE_RESTED] + leg
    paused = limit[r, BREAK_LENGTH] > 0.0
    if paused:
        arrival = min(arrival, _rested_arrival(limit, r, clock[r, k, FREE_TIRED], leg))
    until = clock[r, k, UNTIL_RESTED] + EPSILON
    if _earliest(spans, row, arrival) + service + onward <= until:
        return True
    if not paused:
        return False
    tired = _earliest(spans, row, clock[r, k, FREE_TIRED] + leg) + service
    if tired + onward <= clock[r, k, UNTIL_TIRED] + EPSILON:
        return True
    return _rested_arrival(limit, r, tired, onward) <= until


@njit(cache=True, nogil=True)
def _price(drive, dealer, window, spans, limit, day, timed, seq, length, clock, c, r):
    """The two cheapest places for a dealer in a route: minutes more and position before, twice."""
    n = length[r]
    one = two = INF
    at_one = at_two = -1
    service = dealer[c, SERVICE]
    row = window[c, day] if timed else 0
    if n == 0:
        if not timed or _fits(drive, service, spans, row, limit, seq, clock, c, r, 0):
            one = drive[seq[r, 0], c] + drive[c, seq[r, 1]]
            at_one = 0
        return one, at_one, two, at_two
    before = seq[r, 0]
    to_c = drive[before, c]
    for k in range(n + 1):
        after = seq[r, k + 1]
        cost = to_c + drive[c, after] - drive[before, after]
        if cost < two and (not timed or _fits(drive, service, spans, row, limit, seq, clock, c, r, k)):
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
def _over(limit, sums, penalty):
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
def _plain(sums, extra, balance):
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
def _mark(c, gone, removed, count):
    if not gone[c]:
        gone[c] = True
        removed[count] = c
        return count + 1
    return count


@njit(cache=True, nogil=True)
def _ruin(rnd, knob, dealer, near, seq, length, where, made, everybody, gone, removed, ruined):
    """Chooses who is taken out; returns how many."""
    n = made.size
    count = 0
    short = 0
    for c in range(n):
        if made[c] < dealer[c, VISITS]:
            short += 1
    if short > 0:
        chance = 1.0 if everybody else ABSENT_AT_ONCE / short
        for c in range(n):
            if made[c] < dealer[c, VISITS] and (chance >= 1.0 or _draw(rnd) < chance):
                count = _mark(c, gone, removed, count)
    used = 0
    total = 0
    for r in range(length.size):
        ruined[r] = False
        if length[r] > 0:
            used += 1
            total += length[r]
    if used == 0:
        return count
    longest = min(knob[LONGEST_STRING], total / used)
    seed = int(_draw(rnd) * n)
    if _draw(rnd) < knob[AROUND]:
        many = count + int(1.0 + _draw(rnd) * 1.5 * knob[MEAN_REMOVED])
        for k in range(near.shape[1]):
            if count >= many:
                break
            c = near[seed, k]
            if made[c] > 0 and _draw(rnd) >= 0.2:
                count = _mark(c, gone, removed, count)
        return count
    strings = int(1.0 + _draw(rnd) * (4.0 * knob[MEAN_REMOVED] / (1.0 + longest) - 1.0))
    days = where.shape[1]
    for k in range(near.shape[1]):
        if strings == 0:
            break
        c = near[seed, k]
        if gone[c] or made[c] == 0:
            continue
        # A route of the dealer's, from a random day on, that has lost no string yet.
        r = -1
        turn = int(_draw(rnd) * days)
        for z in range(days):
            there = where[c, (turn + z) % days]
            if there >= 0 and not ruined[there]:
                r = there
                break
        if r < 0:
            continue
        ruined[r] = True
        strings -= 1
        count = _remove_string(rnd, seq, length, c, r, longest, gone, removed, count)
    return count


@njit(cache=True, nogil=True)
def _remove_string(rnd, seq, length, c, r, longest, gone, removed, count):
    """A string of the route that holds the dealer, whole or with some kept in its middle."""
    n = length[r]
    size = min(n, int(1.0 + _draw(rnd) * min(longest, n)))
    at = 1
    for k in range(1, n + 1):
        if seq[r, k] == c:
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
        count = _mark(seq[r, begin + k], gone, removed, count)
    return count


@njit(cache=True, nogil=True)
def _take_out(removed, count, pinned, day_of, seq, length, where, extra, made, touched):
    days = where.shape[1]
    for i in range(count):
        c = removed[i]
        for day in range(days):
            r = where[c, day]
            if r >= 0 and not pinned[c, day]:
                where[c, day] = -1
                touched[r] = True
        made[c] = 0
        extra[c] = 0.0
    for r in range(length.size):
        if not touched[r]:
            continue
        day = day_of[r]
        n = length[r]
        w = 0
        for k in range(1, n + 1):
            c = seq[r, k]
            if where[c, day] >= 0:
                w += 1
                seq[r, w] = c
        seq[r, w + 1] = seq[r, n + 1]
        length[r] = w


@njit(cache=True, nogil=True)
def _choose_pattern(rnd, blink, p_from, p_to, pattern_ptr, pattern_days, cost, best, chosen):
    """Marks the days of the cheapest pattern that costs less than `best`."""
    pick = -1
    for p in range(p_from, p_to):
        total = 0.0
        for z in range(pattern_ptr[p], pattern_ptr[p + 1]):
            total += cost[pattern_days[z]]
        if total < best and (pick < 0 or _draw(rnd) >= blink):
            best = total
            pick = p
    if pick >= 0:
        for z in range(pattern_ptr[pick], pattern_ptr[pick + 1]):
            chosen[pattern_days[z]] = True
    return pick >= 0


@njit(cache=True, nogil=True)
def _choose_cadence(first, between, last, visits, missing, bound, cost, chosen, value, back):
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


@njit(cache=True, nogil=True)
def _copy_route(timed, seq, length, sums, clock, version, to_seq, to_length, to_sums, to_clock, to_version, r):
    n = length[r]
    to_length[r] = n
    to_version[r] = version[r]
    for k in range(sums.shape[1]):
        to_sums[r, k] = sums[r, k]
    for k in range(n + 2):
        to_seq[r, k] = seq[r, k]
    if timed:
        for k in range(n + 1):
            for z in range(4):
                to_clock[r, k, z] = clock[r, k, z]


@njit(cache=True, nogil=True)
def _copy_dealer(where, extra, made, to_where, to_extra, to_made, c):
    to_extra[c] = extra[c]
    to_made[c] = made[c]
    for day in range(where.shape[1]):
        to_where[c, day] = where[c, day]


@njit(cache=True, nogil=True)
def _sort_keys(rnd, dealer, drive, home, room, removed, count, key):
    """Random; the most load; the farthest; the nearest to the start; the most often visited. Where not all have
    room, every second round takes the most worth first."""
    pick = _draw(rnd)
    by_worth = not room and _draw(rnd) < 0.5
    for i in range(count):
        c = removed[i]
        if by_worth:
            key[i] = -dealer[c, MISSING] * (0.5 + _draw(rnd))
        elif pick < 0.30:
            key[i] = _draw(rnd)
        elif pick < 0.55:
            key[i] = -dealer[c, LOAD] * dealer[c, VISITS]
        elif pick < 0.70:
            key[i] = -drive[home, c]
        elif pick < 0.78:
            key[i] = drive[home, c]
        else:
            key[i] = 0.5 * _draw(rnd) - dealer[c, VISITS]


@njit(cache=True, nogil=True)
def begin(q, s, ctl):
    """Times what is pinned; returns its cost, the first best."""
    for r in range(s.length.size):
        ctl.tally[VERSIONS] += 1
        s.version[r] = ctl.tally[VERSIONS]
        _add_up(q.drive, q.dealer, s.seq, s.length, s.sum, r)
        if q.timed:
            day = q.day_of[r]
            _set_clock(q.drive, q.dealer, q.window, q.spans, q.limit, day, s.seq, s.length, s.clock, r)
    over, _, _ = _over(q.limit, s.sum, ctl.penalty)
    ctl.score[1] = _plain(s.sum, s.extra, q.balance)
    ctl.score[0] = ctl.score[1] + over


@njit(cache=True, nogil=True)
def search(q, s, kept, best, memory, ctl, rounds, heat, cooling):
    """So many rounds from `s` (equal to `kept` between rounds) at a falling temperature; `best` is always allowed."""
    drive, near, dealer, day_cost, pinned = q.drive, q.near, q.dealer, q.day_cost, q.pinned
    pattern_from, pattern_ptr, pattern_days = q.pattern_from, q.pattern_ptr, q.pattern_days
    table, first, between, last = q.table, q.first, q.between, q.last
    window, spans, limit, twin = q.window, q.spans, q.limit, q.twin
    day_from, day_of, timed, balance = q.day_from, q.day_of, q.timed, q.balance
    seq, length, where, extra, made = s.seq, s.length, s.where, s.extra, s.made
    sums, clock, version = s.sum, s.clock, s.version
    kept_seq, kept_length, kept_where, kept_extra, kept_made = kept.seq, kept.length, kept.where, kept.extra, kept.made
    kept_sums, kept_clock, kept_version = kept.sum, kept.clock, kept.version
    known, known_cost, known_place = memory.version, memory.cost, memory.place
    rnd, penalty, score, tally = ctl.random, ctl.penalty, ctl.score, ctl.tally
    knob = ctl.knob
    blink = knob[BLINK]
    n = made.size
    days = where.shape[1]
    routes = length.size
    home = q.ends_at[0, 0]
    removed = np.zeros(n, np.int64)
    gone = np.zeros(n, np.bool_)
    ruined = np.zeros(routes, np.bool_)
    touched = np.zeros(routes, np.bool_)
    key = np.zeros(n)
    cost = np.zeros(days)
    route = np.zeros(days, np.int64)
    place = np.zeros(days, np.int64)
    chosen = np.zeros(days, np.bool_)
    wanted = np.zeros(days, np.bool_)
    most = 1
    for c in range(n):
        most = max(most, int(dealer[c, VISITS]))
    value = np.zeros((most, days))
    back = np.zeros((most, days), np.int64)
    for _ in range(rounds):
        touched[:] = False
        room = True
        for c in range(n):
            room &= made[c] >= dealer[c, VISITS]
        hard = HARD if tally[ROUNDS] == 0 else 1.0
        count = _ruin(rnd, knob, dealer, near, seq, length, where, made, tally[ROUNDS] == 0, gone, removed, ruined)
        _take_out(removed, count, pinned, day_of, seq, length, where, extra, made, touched)
        for r in range(routes):
            if touched[r]:
                tally[VERSIONS] += 1
                version[r] = tally[VERSIONS]
                _add_up(drive, dealer, seq, length, sums, r)
                if timed:
                    _set_clock(drive, dealer, window, spans, limit, day_of[r], seq, length, clock, r)
        _sort_keys(rnd, dealer, drive, home, room, removed, count, key)
        order = np.argsort(key[:count])
        for i in range(count):
            c = removed[order[i]]
            service = dealer[c, SERVICE]
            load = dealer[c, LOAD]
            mean = 0.0
            if balance > 0.0:
                for r in range(routes):
                    mean += sums[r, WORKED] / routes
            p_from, p_to = pattern_from[c], pattern_from[c + 1]
            by_pattern = p_from < p_to
            for day in range(days):
                wanted[day] = not by_pattern
                chosen[day] = False
            for z in range(pattern_ptr[p_from], pattern_ptr[p_to]):
                wanted[pattern_days[z]] = True
            bound = False
            for day in range(days):
                if not wanted[day]:
                    continue
                if pinned[c, day]:
                    cost[day] = 0.0
                    bound = True
                    continue
                least = INF
                if day_cost[c, day] < INF and (by_pattern or _draw(rnd) >= blink):
                    empty = False
                    for r in range(day_from[day], day_from[day + 1]):
                        if length[r] >= limit[r, MAX_STOPS]:
                            continue
                        if length[r] == 0:
                            if empty and twin[r]:
                                continue
                            empty = True
                        more = 0.0
                        spare = limit[r, MAX_LOAD] - sums[r, LOADED]
                        if load > spare + EPSILON:
                            more = hard * penalty[0] * (load - max(0.0, spare))
                            if more >= least:
                                continue
                        if not touched[r] and known[c, r] == version[r]:
                            one = known_cost[c, r, 0]
                            two = known_cost[c, r, 1]
                            at_one = known_place[c, r, 0]
                            at_two = known_place[c, r, 1]
                        else:
                            one, at_one, two, at_two = _price(
                                drive, dealer, window, spans, limit, day, timed, seq, length, clock, c, r
                            )
                            if not touched[r]:
                                known[c, r] = version[r]
                                known_cost[c, r, 0] = one
                                known_cost[c, r, 1] = two
                                known_place[c, r, 0] = at_one
                                known_place[c, r, 1] = at_two
                        if one + more >= least and balance == 0.0:
                            continue
                        if _draw(rnd) < blink:
                            one = two
                            at_one = at_two
                        if one == INF:
                            continue
                        worked = one + service
                        spare = limit[r, MAX_WORK] - sums[r, WORKED]
                        if worked > spare + EPSILON:
                            more += hard * penalty[1] * (worked - max(0.0, spare))
                        if balance > 0.0:
                            more += balance / 60.0 * (2.0 * (sums[r, WORKED] - mean) * worked + worked * worked)
                        if one + more < least:
                            least = one + more
                            route[day] = r
                            place[day] = at_one
                cost[day] = least + day_cost[c, day]
            missing = dealer[c, MISSING]
            visits = int(dealer[c, VISITS])
            if by_pattern:
                if _choose_pattern(
                    rnd,
                    blink,
                    p_from,
                    p_to,
                    pattern_ptr,
                    pattern_days,
                    cost,
                    INF if bound else missing * visits,
                    chosen,
                ):
                    extra[c] = 0.0
                else:
                    extra[c] = missing * visits
            else:
                t = table[c]
                extra[c] = _choose_cadence(
                    first[t], between[t], last[t], visits, missing, bound, cost, chosen, value, back
                )
            for day in range(days):
                if not chosen[day]:
                    continue
                made[c] += 1
                if pinned[c, day]:
                    continue
                extra[c] += day_cost[c, day]
                r = route[day]
                for z in range(length[r] + 1, place[day], -1):
                    seq[r, z + 1] = seq[r, z]
                seq[r, place[day] + 1] = c
                length[r] += 1
                where[c, day] = r
                touched[r] = True
                tally[VERSIONS] += 1
                version[r] = tally[VERSIONS]
                _add_up(drive, dealer, seq, length, sums, r)
                if timed:
                    _set_clock(drive, dealer, window, spans, limit, day, seq, length, clock, r)
        over, loads, works = _over(limit, sums, penalty)
        plain = _plain(sums, extra, balance)
        tally[TRIED] += 1
        tally[ROUNDS] += 1
        tally[LOADS_KEPT] += loads
        tally[WORK_KEPT] += works
        if loads and works and plain < score[1] - 1e-9:
            score[1] = plain
            tally[BEST_ROUND] = tally[ROUNDS]
            for r in range(routes):
                best.length[r] = length[r]
                for k in range(length[r] + 2):
                    best.seq[r, k] = seq[r, k]
        accepted = plain + over < score[0] - heat * np.log(_draw(rnd) + 1e-300)
        if accepted:
            score[0] = plain + over
        for r in range(routes):
            if not touched[r]:
                continue
            if accepted:
                _copy_route(
                    timed, seq, length, sums, clock, version,
                    kept_seq, kept_length, kept_sums, kept_clock, kept_version, r,
                )  # fmt: skip
            else:
                _copy_route(
                    timed, kept_seq, kept_length, kept_sums, kept_clock, kept_version,
                    seq, length, sums, clock, version, r,
                )  # fmt: skip
        for i in range(count):
            c = removed[i]
            gone[c] = False
            if accepted:
                _copy_dealer(where, extra, made, kept_where, kept_extra, kept_made, c)
            else:
                _copy_dealer(kept_where, kept_extra, kept_made, where, extra, made, c)
        heat *= cooling
        if tally[TRIED] == PENALTY_ROUNDS:
            _adapt(penalty, tally)
            over, _, _ = _over(limit, sums, penalty)
            score[0] = _plain(sums, extra, balance) + over


@njit(cache=True, nogil=True)
def _adapt(penalty, tally):
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
