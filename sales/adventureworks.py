"""Microsoft's AdventureWorks sample (data warehouse, and three files of its OLTP twin) as sheets that the importers take.

Decisions, where the sample leaves one open:

- A dealer's patch is the region of its address (ten regions below four countries of their groups), as the sales lines
  have it without exception.
- Who works a region follows from the warehouse's own order dates: from the first order that a representative took there,
  until the last one, or open-ended when that was in the last quarter. The OLTP history of territories is left out: its
  dates are shifted by years against the warehouse.
- Sales managers hold their group, the two above them everything.
- A product has several versions, each with a number of its own: the current one bears the plain code.
- A quota is set on a day and stands until the day before the next one is set; the last for three months.

No Django here and no clock.
"""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import html
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from crm.base.periods import add_months

REPRESENTATIVES = ("272", *(str(key) for key in range(281, 297)))
COUNTRIES = {
    "United States": "US", "Canada": "CA", "France": "FR", "Germany": "DE", "Australia": "AU", "United Kingdom": "GB"
}  # fmt: skip
# The groups that sales managers are named for.
MANAGED = {
    "North American Sales Manager": "North America", "European Sales Manager": "Europe", "Pacific Sales Manager": "Pacific"
}  # fmt: skip
ROOT = "AW"
QUARTER = 3

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file to import: which importer, by which shipped profile, and its rows."""

    name: str
    importer: str
    profile: str
    headers: tuple[str, ...]
    rows: Sequence[tuple[object, ...]]

    @property
    def file_name(self) -> str:
        """Sales are the one large file."""
        return f"{self.name}.csv.gz" if self.importer == "sales" else f"{self.name}.csv"

    def write(self, folder: Path) -> Path:
        """Write the sheet as UTF-8 CSV into the folder; the same bytes each time."""
        path = folder / self.file_name
        if path.suffix == ".gz":
            with path.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", filename="", mtime=0) as packed:
                packed.writelines(line.encode() for line in self._lines())
        else:
            path.write_text("".join(self._lines()), encoding="utf-8", newline="")
        return path

    def _lines(self) -> Iterator[str]:
        line: list[str] = []

        class Sink:
            def write(self, text: str) -> int:
                line.append(text)
                return len(text)

        writer = csv.writer(Sink(), lineterminator="\r\n")
        for row in [self.headers, *self.rows]:
            writer.writerow(["" if value is None else value for value in row])
            yield line.pop()


class Source:
    """The sample's folder. Raises FileNotFoundError for a file that is missing."""

    def __init__(self, folder: Path, *, shift_years: int = 0) -> None:
        self.folder, self.shift_years = folder, shift_years
        self.geography = {row["GeographyKey"]: row for row in self.read("DimGeography.csv")}
        self.resellers = list(self.read("DimReseller.csv"))
        self.regions = {
            row["SalesTerritoryKey"]: row
            for row in self.read("DimSalesTerritory.csv")
            if row["SalesTerritoryRegion"] != "NA"
        }
        self.employees = {row["EmployeeKey"]: row for row in self.read("DimEmployee.csv")}
        self.lines = list(self.read("FactResellerSales.csv.gz"))

    def read(self, name: str) -> Iterator[Row]:
        path = self.folder / name
        with path.open("rb") as raw, gzip.open(raw) if path.suffix == ".gz" else raw as plain:
            for row in csv.DictReader(io.TextIOWrapper(plain, encoding="utf-8-sig", newline="")):
                yield {key: html.unescape(value or "").strip() for key, value in row.items()}

    def day(self, text: str) -> dt.date:
        return add_months(dt.date.fromisoformat(text[:10]), 12 * self.shift_years)

    def sheets(self) -> list[Sheet]:
        """All of them, in the order in which they can be loaded."""
        return [
            self.territories(), self.users(), self.assignments(), self.dealers(), self.contacts(), self.products(),
            self.sales(), self.targets(),
        ]  # fmt: skip

    # --- who and where ---

    def region_code(self, key: str) -> str:
        return f"{ROOT}-{_slug(self.regions[key]['SalesTerritoryRegion'])}"

    def territories(self) -> Sheet:
        """Company > groups > countries > regions; a country of one region is that region."""
        rows: dict[str, tuple[object, ...]] = {ROOT: (ROOT, "Adventure Works", "", "")}
        several = {
            country
            for country in COUNTRIES
            if sum(region["SalesTerritoryCountry"] == country for region in self.regions.values()) > 1
        }
        for key, region in self.regions.items():
            group, country = region["SalesTerritoryGroup"], region["SalesTerritoryCountry"]
            above = f"{ROOT}-{_slug(group)}"
            rows.setdefault(above, (above, group, ROOT, ""))
            if country in several:
                rows.setdefault(
                    f"{ROOT}-{_slug(country)}", (f"{ROOT}-{_slug(country)}", country, above, COUNTRIES[country])
                )
                above = f"{ROOT}-{_slug(country)}"
            rows[self.region_code(key)] = (
                self.region_code(key), region["SalesTerritoryRegion"], above, COUNTRIES[country]
            )  # fmt: skip
        headers = ("Code", "Name", "Parent", "Country")
        return Sheet("1-territories", "territories", "adventureworks-territories", headers, list(rows.values()))

    def people(self) -> list[Row]:
        """The representatives and everybody above them, the uppermost first."""
        keys: list[str] = []
        for representative in REPRESENTATIVES:
            chain = []
            key = representative
            while key and key not in keys:
                chain.append(key)
                key = self.employees[key]["ParentEmployeeKey"]
            keys += reversed(chain)
        return [self.employees[key] for key in sorted(keys, key=self._depth)]

    def _depth(self, key: str) -> int:
        above = self.employees[key]["ParentEmployeeKey"]
        return self._depth(above) + 1 if above else 0

    def users(self) -> Sheet:
        rows = [
            (
                each["EmailAddress"], f"{each['FirstName']} {each['LastName']}", each["EmployeeKey"], each["Phone"],
                self.employees[each["ParentEmployeeKey"]]["EmailAddress"] if each["ParentEmployeeKey"] else "",
            )
            for each in self.people()
        ]  # fmt: skip
        return Sheet(
            "2-users", "users", "adventureworks-users",
            ("EmailAddress", "Name", "EmployeeKey", "Phone", "ManagerEmailAddress"), rows,
        )  # fmt: skip

    def assignments(self) -> Sheet:
        rows: list[tuple[object, ...]] = []
        managers = set()
        for each in self.people():
            group = MANAGED.get(each["Title"])
            if group or each["EmployeeKey"] not in REPRESENTATIVES:
                managers.add(each["EmployeeKey"])
                where = f"{ROOT}-{_slug(group)}" if group else ROOT
                role = "MANAGER" if group else "DIRECTOR"
                rows.append((each["EmployeeKey"], where, role, self.day(each["StartDate"]), None))
        worked: dict[tuple[str, str], list[dt.date]] = {}
        for line in self.lines:
            worked.setdefault((line["EmployeeKey"], line["SalesTerritoryKey"]), []).append(self.day(line["OrderDate"]))
        newest = max(max(days) for days in worked.values())
        for (employee, region), days in sorted(worked.items()):
            if employee not in managers:
                last = max(days)
                open_ended = last > add_months(newest, -QUARTER)
                rows.append(
                    (employee, self.region_code(region), "REPRESENTATIVE", min(days), None if open_ended else last)
                )
        return Sheet(
            "3-assignments", "assignments", "adventureworks-assignments",
            ("EmployeeKey", "Territory", "Role", "From", "LastDay"), rows,
        )  # fmt: skip

    # --- dealers ---

    def dealers(self) -> Sheet:
        places = {row["account"]: row for row in self.read("oltp_Store_geo.csv")}
        rows = []
        for each in self.resellers:
            place, geography = places[each["ResellerAlternateKey"]], self.geography[each["GeographyKey"]]
            rows.append(
                (
                    each["ResellerAlternateKey"], each["ResellerName"], each["BusinessType"],
                    self.region_code(geography["SalesTerritoryKey"]), each["AddressLine1"], each["AddressLine2"],
                    geography["City"], geography["StateProvinceName"], geography["PostalCode"],
                    geography["CountryRegionCode"], place["lat"], place["lon"], each["Phone"],
                    each["NumberEmployees"], each["YearOpened"],
                    f"{each['ProductLine']}. Annual sales {float(each['AnnualSales']):.0f}. Bank: {place['BankName']}.",
                )
            )  # fmt: skip
        return Sheet(
            "4-dealers", "dealers", "adventureworks-dealers",
            (
                "ResellerAlternateKey", "ResellerName", "BusinessType", "Territory", "AddressLine1", "AddressLine2",
                "City", "StateProvinceName", "PostalCode", "CountryRegionCode", "Latitude", "Longitude", "Phone",
                "NumberEmployees", "YearOpened", "Note",
            ),
            rows,
        )  # fmt: skip

    def contacts(self) -> Sheet:
        accounts = {row["id"]: row["account"] for row in self.read("oltp_Store_geo.csv")}
        # A contact's number leads to one store, and the store's to its account.
        rows = [
            (accounts[row["id"]], row["pid"], row["role"], row["email"], row["phone"])
            for row in self.read("oltp_StoreContact.csv")
        ]
        return Sheet(
            "5-contacts", "contacts", "adventureworks-contacts", ("Account", "PersonId", "Role", "Email", "Phone"), rows
        )

    # --- sales ---

    def product_codes(self) -> dict[str, str]:
        """Product key to code: the current version bears the plain code, others their number behind it."""
        versions: dict[str, list[Row]] = {}
        for row in self.read("DimProduct.csv"):
            versions.setdefault(row["ProductAlternateKey"], []).append(row)
        codes = {}
        for code, rows in versions.items():
            current = max(rows, key=lambda row: (row["Status"] == "Current", row["StartDate"], int(row["ProductKey"])))
            for row in rows:
                codes[row["ProductKey"]] = code if row is current else f"{code} ({row['ProductKey']})"
        return codes

    def products(self) -> Sheet:
        codes = self.product_codes()
        categories = {row["ProductCategoryKey"]: row for row in self.read("DimProductCategory.csv")}
        subcategories = {row["ProductSubcategoryKey"]: row for row in self.read("DimProductSubcategory.csv")}
        rows = []
        for row in self.read("DimProduct.csv"):
            subcategory = subcategories.get(row["ProductSubcategoryKey"], {})
            category = categories.get(subcategory.get("ProductCategoryKey", ""), {})
            rows.append(
                (
                    codes[row["ProductKey"]], row["EnglishProductName"],
                    category.get("EnglishProductCategoryName", ""),
                    subcategory.get("EnglishProductSubcategoryName", ""), row["ListPrice"],
                    "true" if row["Status"] == "Current" else "false",
                )
            )  # fmt: skip
        return Sheet(
            "6-products", "products", "adventureworks-products",
            ("ProductCode", "EnglishProductName", "Category", "Subcategory", "ListPrice", "Current"), rows,
        )  # fmt: skip

    def sales(self) -> Sheet:
        codes = self.product_codes()
        accounts = {row["ResellerKey"]: row["ResellerAlternateKey"] for row in self.resellers}
        rows: list[tuple[object, ...]] = [
            (
                accounts[line["ResellerKey"]], self.day(line["OrderDate"]), codes[line["ProductKey"]],
                line["OrderQuantity"], line["SalesAmount"], line["SalesOrderNumber"], line["SalesOrderLineNumber"],
                line["EmployeeKey"],
            )
            for line in self.lines
        ]  # fmt: skip
        return Sheet(
            "7-sales", "sales", "adventureworks-sales",
            (
                "ResellerAlternateKey", "OrderDate", "ProductCode", "OrderQuantity", "SalesAmount", "SalesOrderNumber",
                "SalesOrderLineNumber", "EmployeeKey",
            ),
            rows,
        )  # fmt: skip

    def targets(self) -> Sheet:
        quotas = list(self.read("FactSalesQuota.csv"))
        days = sorted({self.day(row["Date"]) for row in quotas})
        ends = dict(zip(days, [*days[1:], add_months(days[-1], QUARTER)], strict=True))
        rows: list[tuple[object, ...]] = [
            (row["EmployeeKey"], start, ends[start] - dt.timedelta(days=1), row["SalesAmountQuota"])
            for row in quotas
            for start in [self.day(row["Date"])]
        ]
        return Sheet(
            "8-targets",
            "targets",
            "adventureworks-targets",
            ("EmployeeKey", "From", "LastDay", "SalesAmountQuota"),
            rows,
        )


def _slug(text: str) -> str:
    return text.upper().replace(" ", "-")


def write_all(sheets: Iterable[Sheet], folder: Path) -> list[Path]:
    """Write the sheets into the folder, which is made if need be; the paths in the order of loading."""
    folder.mkdir(parents=True, exist_ok=True)
    return [sheet.write(folder) for sheet in sheets]
