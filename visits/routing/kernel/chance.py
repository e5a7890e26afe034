"""Random numbers of the compiled search: the same for the same seed on any machine."""

from __future__ import annotations

import numpy as np
from numba import njit

_A, _B, _C, _S = np.uint64(12), np.uint64(25), np.uint64(27), np.uint64(11)
_M = np.uint64(0x2545F4914F6CDD1D)


@njit(cache=True, nogil=True)
def draw(random):
    """Uniform in [0, 1): xorshift64*."""
    x = random[0]
    x ^= x >> _A
    x ^= x << _B
    x ^= x >> _C
    random[0] = x
    return np.float64((x * _M) >> _S) * 1.1102230246251565e-16
