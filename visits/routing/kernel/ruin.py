"""Which dealers are taken out in a round, and taking them out."""

from __future__ import annotations

from numba import njit

from visits.routing.arrays import AROUND, LONGEST_STRING, MEAN_REMOVED, VISITS
from visits.routing.kernel.chance import draw

# Of those without a visit, so many on average are tried again in each round.
ABSENT_AT_ONCE = 12.0


@njit(cache=True, nogil=True)
def mark(c, gone, removed, count):
    if not gone[c]:
        gone[c] = True
        removed[count] = c
        return count + 1
    return count


@njit(cache=True, nogil=True)
def ruin(rnd, knob, dealer, near, seq, length, where, made, everybody, gone, removed, ruined):
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
            if made[c] < dealer[c, VISITS] and (chance >= 1.0 or draw(rnd) < chance):
                count = mark(c, gone, removed, count)
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
    seed = int(draw(rnd) * n)
    if draw(rnd) < knob[AROUND]:
        many = count + int(1.0 + draw(rnd) * 1.5 * knob[MEAN_REMOVED])
        for k in range(near.shape[1]):
            if count >= many:
                break
            c = near[seed, k]
            if made[c] > 0 and draw(rnd) >= 0.2:
                count = mark(c, gone, removed, count)
        return count
    strings = int(1.0 + draw(rnd) * (4.0 * knob[MEAN_REMOVED] / (1.0 + longest) - 1.0))
    days = where.shape[1]
    for k in range(near.shape[1]):
        if strings == 0:
            break
        c = near[seed, k]
        if gone[c] or made[c] == 0:
            continue
        # A route of the dealer's, from a random day on, that has lost no string yet.
        r = -1
        turn = int(draw(rnd) * days)
        for z in range(days):
            there = where[c, (turn + z) % days]
            if there >= 0 and not ruined[there]:
                r = there
                break
        if r < 0:
            continue
        ruined[r] = True
        strings -= 1
        count = remove_string(rnd, seq, length, c, r, longest, gone, removed, count)
    return count


@njit(cache=True, nogil=True)
def remove_string(rnd, seq, length, c, r, longest, gone, removed, count):
    """A string of the route that holds the dealer, whole or with some kept in its middle."""
    n = length[r]
    size = min(n, int(1.0 + draw(rnd) * min(longest, n)))
    at = 1
    for k in range(1, n + 1):
        if seq[r, k] == c:
            at = k
            break
    kept = 0
    if size > 1 and size < n and draw(rnd) < 0.5:
        kept = 1
        while size + kept < n and draw(rnd) > 0.01:
            kept += 1
    span = size + kept
    low = max(1, at - span + 1)
    high = min(at, n - span + 1)
    begin = low + int(draw(rnd) * (high - low + 1))
    hole = int(draw(rnd) * size) if kept > 0 else 0
    for k in range(span):
        if kept > 0 and hole <= k < hole + kept:
            continue
        count = mark(seq[r, begin + k], gone, removed, count)
    return count


@njit(cache=True, nogil=True)
def take_out(removed, count, pinned, day_of, seq, length, where, extra, made, touched):
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
