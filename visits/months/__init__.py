"""Somebody's month in four steps: what is known, what is asked, the routing problem, and what is written."""
