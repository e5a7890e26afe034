"""Territories, users and assignments."""
