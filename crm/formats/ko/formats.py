"""Short dates as Koreans write them, with points; before noon or after stands before the time."""

SHORT_DATE_FORMAT = "Y. n. j."
SHORT_DATETIME_FORMAT = "Y. n. j. H:i"
DATETIME_FORMAT = "Y년 n월 j일 A g:i"
