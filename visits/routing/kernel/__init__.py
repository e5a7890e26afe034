"""The compiled search: ruin a few strings of visits, put each dealer back into its cheapest days and places, anneal.

Slack induction by string removals (Christiaens and Vanden Berghe 2020), with three additions: a dealer comes back on
the *set of days* that is cheapest in all (patterns as listed, or a cadence by dynamic programming over the days);
breaks and several windows a day are exact; and the best two places of a dealer in a route are remembered until the
route changes, as most routes do not in most rounds.

Importing this module imports numba: see compiled.py. Inner functions take arrays one by one: a tuple of them handed on
is unpacked and reference-counted at each call, which made the search eight times as slow.
"""
