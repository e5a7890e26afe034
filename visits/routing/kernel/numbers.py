"""Numbers that all parts of the compiled search count with."""

from __future__ import annotations

import numpy as np

INF = np.inf
EPSILON = 1e-7
