"""The back office of promotions, a module a subject."""
