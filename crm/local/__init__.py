"""Dealer CRM on one machine: embedded PostgreSQL and Redis, and the programs that `make demo` runs beside them.

Nothing in here is imported in production. Everything it writes lies in the git-ignored `var/` of the checkout.
"""
