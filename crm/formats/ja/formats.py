"""A day and a time that run into each other are hard to read: 2026年11月21日 9:05."""

DATETIME_FORMAT = "Y年n月j日 G:i"
