"""How much is taken in. A spreadsheet of 1 MB can unpack to 400: declared sizes are looked at before anything is."""

MEGABYTE = 1024 * 1024

# The size of an upload is a setting: UPLOAD_LIMIT_MB.
# Of a .csv.gz, unpacked.
UNPACKED_BYTES = 1024 * MEGABYTE
UNPACKED_RATIO = 100

XLSX_BYTES = 50 * MEGABYTE
XLSX_RATIO = 100
XLSX_MEMBERS = 100
# Of the child process that reads a workbook.
XLSX_MEMORY = 1024 * MEGABYTE
XLSX_SECONDS = 60

COLUMNS = 300
ROWS = 5_000_000
XLSX_ROWS = 1_048_576
HEADER_CHARACTERS = 200
# Longer cells are cut off here when they are shown; fields have their own limits.
SHOWN_CHARACTERS = 200
CELL_CHARACTERS = 100_000
# Different odd texts in one column that are put into Python's hands.
ODD_TEXTS = 2_000_000
