"""Taking a round over, or back."""

from __future__ import annotations

from numba import njit


@njit(cache=True, nogil=True)
def copy_route(timed, seq, length, sums, clock, version, to_seq, to_length, to_sums, to_clock, to_version, r):
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
def copy_dealer(where, extra, made, to_where, to_extra, to_made, c):
    to_extra[c] = extra[c]
    to_made[c] = made[c]
    for day in range(where.shape[1]):
        to_where[c, day] = where[c, day]
