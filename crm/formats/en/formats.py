"""English is read in many countries: a short date that is 3 April to one and March 4 to another helps nobody."""

SHORT_DATE_FORMAT = "Y-m-d"
SHORT_DATETIME_FORMAT = "Y-m-d H:i"
