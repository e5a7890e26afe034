"""Telling people of promotions, claims, audits and budgets: who, in which words, and until when."""
