"""Telling people of warnings: which lines of a case's timeline are told to whom, and in which words."""
