"""Files as an ERP exports them, with Chinese headers."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence

from crm.base.periods import add_months

DEALER_HEADERS = ("客户编码", "客户名称", "客户类型", "销售区域", "国家", "省份", "城市", "纬度", "经度", "电话")
SALES_HEADERS = ("客户编码", "日期", "数量", "金额")

# Code, name, kind, town, latitude, longitude, pieces a month two years ago, last year, this year.
DEALERS = (
    ("C-001", "苏州海悦电器有限公司", "代理商", "苏州市", "31.2989", "120.5853", 400, 420, 450),
    ("C-002", "无锡光明专卖店", "加盟商", "无锡市", "31.4912", "120.3119", 300, 340, 390),
    ("C-003", "常州安泰专卖店", "加盟商", "常州市", "31.8107", "119.9741", 100, 130, 160),
    ("C-004", "南通诚信专卖店", "加盟商", "南通市", "31.9802", "120.8943", 90, 80, 70),
    ("C-005", "扬州和顺批发部", "批发商", "扬州市", "32.3942", "119.4129", 60, 60, 60),
)


def sheet(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """As a spreadsheet program saves it: UTF-8 with a byte order mark."""
    text = io.StringIO()
    csv.writer(text).writerows([headers, *rows])
    return text.getvalue().encode("utf-8-sig")


def dealer_sheet(territory: str, *, with_refused: bool = False) -> bytes:
    """Five dealers; `with_refused` a sixth of a kind that nobody knows."""
    rows: list[tuple[object, ...]] = [
        (code, name, kind, territory, "中国", "江苏省", town, latitude, longitude, f"0512-6000{code[-3:]}0")
        for code, name, kind, town, latitude, longitude, *_pieces in DEALERS
    ]
    if with_refused:
        rows.append(("C-006", "泰州小卖部", "小卖部", territory, "中国", "江苏省", "泰州市", "", "", ""))
    return sheet(DEALER_HEADERS, rows)


def sales_sheet(today: dt.date) -> bytes:
    """One order of each dealer in every month of the last two calendar years and of this one until the last closed month."""
    rows: list[tuple[object, ...]] = []
    for code, _name, _kind, _town, _lat, _lng, *pieces in DEALERS:
        for years_ago, count in zip((2, 1, 0), pieces, strict=True):
            month = dt.date(today.year - years_ago, 1, 1)
            while month.year == today.year - years_ago and month < today.replace(day=1):
                rows.append((code, month.replace(day=15), count, count * 800))
                month = add_months(month, 1)
    return sheet(SALES_HEADERS, rows)
