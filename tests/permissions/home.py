from tests.permissions import EVERYBODY, Row

ROWS = {
    "home:index": Row(get=EVERYBODY, lists=("dealer",)),
    "home:by_person": Row(get=EVERYBODY),
    "home:setup": Row(get="dora ada"),
    "home:company": Row(
        get="dora ada",
        post="dora ada",
        body={"name": "Haiyue", "time_zone": "Asia/Shanghai", "currency": "USD", "fiscal_year_start": "1"},
    ),
}  # fmt: skip
