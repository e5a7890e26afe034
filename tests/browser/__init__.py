"""Journeys through the program, and every page of it, in a real Chromium."""
