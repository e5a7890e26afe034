"""The rounds of the compiled search; see this package."""

from __future__ import annotations

import numpy as np
from numba import njit

from visits.routing.arrays import (
    BEST_ROUND,
    BLINK,
    LOAD,
    LOADED,
    LOADS_KEPT,
    MAX_LOAD,
    MAX_STOPS,
    MAX_WORK,
    MISSING,
    ROUNDS,
    SERVICE,
    TRIED,
    VERSIONS,
    VISITS,
    WORK_KEPT,
    WORKED,
)
from visits.routing.kernel.chance import draw
from visits.routing.kernel.clock import set_clock
from visits.routing.kernel.copies import copy_dealer, copy_route
from visits.routing.kernel.days import choose_cadence, choose_pattern, sort_keys
from visits.routing.kernel.numbers import EPSILON, INF
from visits.routing.kernel.prices import adapt, add_up, overfull, plain_cost, price
from visits.routing.kernel.ruin import ruin, take_out

PENALTY_ROUNDS = 100
# Times the penalties in the first round, which leaves out rather than breaks a limit.
HARD = 1e6


@njit(cache=True, nogil=True)
def begin(q, s, ctl):
    """Times what is pinned; returns its cost, the first best."""
    for r in range(s.length.size):
        ctl.tally[VERSIONS] += 1
        s.version[r] = ctl.tally[VERSIONS]
        add_up(q.drive, q.dealer, s.seq, s.length, s.sum, r)
        if q.timed:
            day = q.day_of[r]
            set_clock(q.drive, q.dealer, q.window, q.spans, q.limit, day, s.seq, s.length, s.clock, r)
    over, _, _ = overfull(q.limit, s.sum, ctl.penalty)
    ctl.score[1] = plain_cost(s.sum, s.extra, q.balance)
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
        count = ruin(rnd, knob, dealer, near, seq, length, where, made, tally[ROUNDS] == 0, gone, removed, ruined)
        take_out(removed, count, pinned, day_of, seq, length, where, extra, made, touched)
        for r in range(routes):
            if touched[r]:
                tally[VERSIONS] += 1
                version[r] = tally[VERSIONS]
                add_up(drive, dealer, seq, length, sums, r)
                if timed:
                    set_clock(drive, dealer, window, spans, limit, day_of[r], seq, length, clock, r)
        sort_keys(rnd, dealer, drive, home, room, removed, count, key)
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
                if day_cost[c, day] < INF and (by_pattern or draw(rnd) >= blink):
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
                            one, at_one, two, at_two = price(
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
                        if draw(rnd) < blink:
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
                if choose_pattern(
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
                extra[c] = choose_cadence(
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
                add_up(drive, dealer, seq, length, sums, r)
                if timed:
                    set_clock(drive, dealer, window, spans, limit, day, seq, length, clock, r)
        over, loads, works = overfull(limit, sums, penalty)
        plain = plain_cost(sums, extra, balance)
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
        accepted = plain + over < score[0] - heat * np.log(draw(rnd) + 1e-300)
        if accepted:
            score[0] = plain + over
        for r in range(routes):
            if not touched[r]:
                continue
            if accepted:
                copy_route(
                    timed, seq, length, sums, clock, version,
                    kept_seq, kept_length, kept_sums, kept_clock, kept_version, r,
                )  # fmt: skip
            else:
                copy_route(
                    timed, kept_seq, kept_length, kept_sums, kept_clock, kept_version,
                    seq, length, sums, clock, version, r,
                )  # fmt: skip
        for i in range(count):
            c = removed[i]
            gone[c] = False
            if accepted:
                copy_dealer(where, extra, made, kept_where, kept_extra, kept_made, c)
            else:
                copy_dealer(kept_where, kept_extra, kept_made, where, extra, made, c)
        heat *= cooling
        if tally[TRIED] == PENALTY_ROUNDS:
            adapt(penalty, tally)
            over, _, _ = overfull(limit, sums, penalty)
            score[0] = plain_cost(sums, extra, balance) + over
