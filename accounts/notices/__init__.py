"""Telling people: an outbox in the database, the inbox, mail, push and webhooks. What is told of is registered by the apps.

docs/notifications.md explains it.
"""
