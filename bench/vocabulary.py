"""Words that the names of generated dealers, towns and people are made of, by country."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from itertools import product

from dealers.folding import pinyin_of, romaji_of
from dealers.search import build_search_text


@dataclass(frozen=True)
class Country:
    """Where its dealers lie (degrees) and the syllables of its names: first and second parts."""

    code: str
    west: float
    south: float
    width: float
    height: float
    firsts: str | list[str]
    seconds: str | list[str]
    trades: list[str]
    surnames: str | list[str]
    kana: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Word:
    """`spoken` is in Latin letters; empty where a script has none. `text` and `keys` are as in dealers.search."""

    spelling: str
    spoken: str
    kana: str
    text: str
    keys: tuple[str, ...]


COUNTRIES = (
    Country(
        "CN", 102, 23, 19, 18, "华泰金鑫福顺宏达永康恒盛万嘉瑞祥和平新东方海天龙凤星光明德信义兴隆安", "源丰利昌荣发泰达盛业通汇成美佳润海洋林森",
        ["商贸", "贸易", "批发", "百货", "超市", "食品", "酒业", "电器", "家居", "建材", "服饰", "医药", "五金", "汽配", "文具", "母婴", "商行", "经销部", "连锁店", "有限公司"],
        "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗",
    ),
    Country(
        "JP", 131, 33, 10, 8, "山田中村佐藤高橋小林渡辺松本井上木下石川前岡西東北南大和", "屋堂店舗商会工房園館亭軒",
        ["商店", "商事", "酒店", "青果", "食堂", "薬局", "電器", "書店", "家具", "衣料", "米穀", "食品", "物産", "問屋", "ストア", "マート"],
        "佐鈴高田伊渡山中小加吉松井木林清斎橋森池",
    ),
    Country(
        "KR", 126.5, 34.6, 2.6, 3.2, "삼현대성진한동서남북신우정일광명수원경부영민", "성진우일광명원영호산수림천하늘솔",
        ["상사", "유통", "마트", "상회", "식품", "전자", "가구", "건재", "약국", "주류", "문구", "의류", "대리점", "총판", "스토어", "판매"],
        "김이박최정강조윤장임한오서신권황안송류홍",
    ),
    Country(
        "US", -122, 31, 44, 15,
        ["North", "South", "East", "West", "Blue", "Red", "Green", "Silver", "Golden", "Grand", "Old", "New", "First",
         "River", "Lake", "Mountain", "Valley", "Prairie", "Harbor", "Summit", "Cedar", "Maple", "Oak", "Pine", "Eagle",
         "Falcon", "Bear", "Wolf", "Iron", "Copper", "Star", "Sun", "Moon", "Sky", "Stone", "Rock", "Bridge", "Spring"],
        ["side", "field", "ville", "wood", "land", "port", "ridge", "brook", "view", "gate", "line", "point", "way",
         "creek", "dale", "ford", "ton", "burg", "stead", "crest"],
        ["Bikes", "Supply", "Outfitters", "Trading", "Distribution", "Wholesale", "Market", "Hardware", "Foods", "Liquors", "Grocery", "Electronics", "Sports", "Pharmacy", "Furniture", "Imports", "Retail", "Stores"],
        ["Smith", "Johnson", "Brown", "Garcia", "Miller", "Davis", "Wilson", "Lopez", "Moore", "Taylor", "Lee", "Clark",
         "Young", "Allen", "King", "Scott", "Torres", "Hill", "Adams", "Baker"],
    ),
)  # fmt: skip


def words_of(country: Country, chance: random.Random) -> dict[str, list[Word]]:
    """The words by role: brand, trade, city, person; shuffled by `chance`."""
    brands = ["".join(parts) for parts in product(country.firsts, country.firsts, country.seconds)]
    cities = ["".join(parts) for parts in product(country.firsts, country.seconds)]
    people = [f"{name}{first}" for name, first in product(country.surnames, cities[:200])]
    if country.code == "US":
        people = [f"{first} {name}" for name, first in product(country.surnames, country.firsts)]
    for words in (brands, cities, people):
        chance.shuffle(words)
    chosen = {"brand": brands[:6000], "trade": country.trades, "city": cities[:120], "person": people[:700]}
    return {role: [_word(spelling, country, role) for spelling in spellings] for role, spellings in chosen.items()}


def _word(spelling: str, country: Country, role: str) -> Word:
    spoken = ""
    if country.code != "JP" and (read := pinyin_of(spelling)):
        spoken = "".join(read[0])
    elif country.code == "JP" and (romaji := romaji_of(spelling)):
        spoken = romaji[0]
    built = build_search_text(code="", name=spelling, country=country.code)
    # Of a second word in a name and of people, not the beginnings in Latin letters.
    keys = built.keys
    if role not in ("brand", "city"):
        keys = tuple(key for key in keys if len(key) > 2 or not key.isascii())
    return Word(spelling, spoken, "", built.text, keys)
