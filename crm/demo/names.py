"""Names of companies and people that look right in Chinese, Japanese, Korean and English."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from faker import Faker
from pypinyin import lazy_pinyin

from crm.demo.places import City, Country
from dealers.choices import DealerKind

# The manufacturer's brand as each country writes it.
BRAND = {"CN": "海悦", "JP": "ハイユエ", "KR": "하이웨", "US": "Haiyue"}
RIVALS = {
    "CN": ("澜格", "北辰", "美岳"),
    "JP": ("ミナト電機", "オオゾラ", "タカネ"),
    "KR": ("한가람", "새빛전자", "두레"),
    "US": ("Northfield", "Corvane", "Bluepeak"),
}

_CN_HOUSES = [
    "恒信",
    "鑫源",
    "顺达",
    "华泰",
    "万佳",
    "金辉",
    "瑞丰",
    "宏图",
    "永盛",
    "天成",
    "嘉禾",
    "安泰",
    "东升",
    "国瑞",
    "德胜",
    "信诚",
    "百汇",
    "新纪元",
    "佳美",
    "龙腾",
    "福临",
    "众诚",
    "亿家",
    "光明",
    "振华",
    "兴隆",
    "同创",
    "广源",
    "和顺",
    "银河",
    "富康",
    "远大",
    "泰和",
    "盛世",
    "锦绣",
    "祥云",
    "明珠",
    "三和",
    "五星",
    "汇丰源",
    "康达",
    "腾飞",
    "旺达",
    "诚信达",
    "鼎盛",
    "联友",
    "海诚",
    "长青",
]
_KR_HOUSES = tuple(
    pair.split(":")
    for pair in [
        "한빛:Hanbit",
        "대성:Daesung",
        "우리:Woori",
        "신우:Sinwoo",
        "동아:Donga",
        "미래:Mirae",
        "금강:Geumgang",
        "태양:Taeyang",
        "세종:Sejong",
        "한솔:Hansol",
        "은하:Eunha",
        "다온:Daon",
        "가온:Gaon",
        "누리:Nuri",
        "예림:Yerim",
        "청솔:Cheongsol",
        "하나로:Hanaro",
        "나래:Narae",
        "삼우:Samwoo",
        "명성:Myeongseong",
        "보람:Boram",
        "새한:Saehan",
        "대원:Daewon",
        "성진:Seongjin",
        "유성:Yuseong",
        "영진:Yeongjin",
        "한길:Hangil",
        "푸른:Pureun",
        "늘봄:Neulbom",
        "해솔:Haesol",
    ]
)
_US_TRADES = ("Home Appliance", "Appliance Center", "Electric", "Home Comfort", "Appliance & TV", "Kitchen & Bath")

_CN_FORMS = {
    DealerKind.AGENT: "{region}{house}电器销售有限公司",
    DealerKind.DISTRIBUTOR: "{city}{house}商贸有限公司",
    DealerKind.WHOLESALER: "{city}{house}家电批发有限公司",
    DealerKind.SECOND_WHOLESALER: "{house}家电批发部（{place}）",
    DealerKind.FRANCHISEE: "海悦专卖店·{house}（{place}店）",
    DealerKind.DIRECT_STORE: "海悦直营店（{city}{district}）",
    DealerKind.RETAILER: "{house}家电",
    DealerKind.KEY_ACCOUNT: "{house}家电连锁{city}分公司",
}
_CN_ROMAN = {
    DealerKind.AGENT: "Electric Sales",
    DealerKind.DISTRIBUTOR: "Trading",
    DealerKind.WHOLESALER: "Wholesale",
    DealerKind.SECOND_WHOLESALER: "Wholesale Dept.",
    DealerKind.FRANCHISEE: "Haiyue Store",
    DealerKind.DIRECT_STORE: "Haiyue Own Store",
    DealerKind.RETAILER: "Appliances",
    DealerKind.KEY_ACCOUNT: "Home Chain",
}
_JP_FORMS = {
    DealerKind.AGENT: ("株式会社{s}商事", "カブシキガイシャ {k}ショウジ", "{r} Shoji Co., Ltd."),
    DealerKind.DISTRIBUTOR: ("{s}家電販売株式会社", "{k}カデンハンバイ", "{r} Kaden Hanbai Co., Ltd."),
    DealerKind.WHOLESALER: ("株式会社{s}電機卸", "{k}デンキオロシ", "{r} Denki Oroshi Co., Ltd."),
    DealerKind.SECOND_WHOLESALER: ("有限会社{s}商店", "{k}ショウテン", "{r} Shoten"),
    DealerKind.FRANCHISEE: ("ハイユエショップ {s}（{city}）", "ハイユエショップ {k}", "Haiyue Shop {r}"),
    DealerKind.DIRECT_STORE: ("ハイユエ直営 {city}{district}店", "ハイユエチョクエイ", "Haiyue Store {roman}"),
    DealerKind.RETAILER: ("でんきの{s}", "デンキノ {k}", "Denki no {r}"),
    DealerKind.KEY_ACCOUNT: ("{s}電器チェーン {city}本部", "{k}デンキチェーン", "{r} Denki Chain"),
}
_KR_FORMS = {
    DealerKind.AGENT: ("주식회사 {h}전자총판", "{r} Electronics Agency"),
    DealerKind.DISTRIBUTOR: ("{h}유통 주식회사", "{r} Distribution"),
    DealerKind.WHOLESALER: ("{h}가전도매", "{r} Wholesale"),
    DealerKind.SECOND_WHOLESALER: ("{h}상사 ({city})", "{r} Trading"),
    DealerKind.FRANCHISEE: ("하이웨프라자 {h}점 ({city})", "Haiyue Plaza {r}"),
    DealerKind.DIRECT_STORE: ("하이웨 직영 {city}{district}점", "Haiyue Store {roman}"),
    DealerKind.RETAILER: ("{h}전자랜드", "{r} Electronics"),
    DealerKind.KEY_ACCOUNT: ("{h}마트 {city}지사", "{r} Mart"),
}
_US_FORMS = {
    DealerKind.AGENT: "{h} Agency, Inc.",
    DealerKind.DISTRIBUTOR: "{h} Distributing",
    DealerKind.WHOLESALER: "{h} Wholesale Supply",
    DealerKind.SECOND_WHOLESALER: "{h} Supply of {city}",
    DealerKind.FRANCHISEE: "Haiyue by {h}, {city}",
    DealerKind.DIRECT_STORE: "Haiyue Store {city}",
    DealerKind.RETAILER: "{h} {trade}",
    DealerKind.KEY_ACCOUNT: "{h} Home Stores, {city} region",
}


@dataclass(frozen=True, slots=True)
class CompanyName:
    native: str
    roman: str
    kana: str = ""


@dataclass(frozen=True, slots=True)
class PersonName:
    native: str
    kana: str = ""


def title_pinyin(text: str) -> str:
    """Chinese in Latin letters, a capital per word of the name: 恒信 -> Hengxin."""
    return "".join(lazy_pinyin(text)).capitalize()


def company_name(
    random: Random, fake: Faker, country: Country, city: City, kind: DealerKind, district: str
) -> CompanyName:
    """A company name fit for the kind of dealer, with its reading; not yet made unique."""
    if country.code == "CN":
        house = random.choice(_CN_HOUSES)
        native = _CN_FORMS[kind].format(
            house=house, city=city.native, region=city.region[:2], district=district, place=district or city.native
        )
        return CompanyName(native, f"{title_pinyin(house)} {_CN_ROMAN[kind]} {city.roman}")
    if country.code == "JP":
        surname, kana, roman = fake.last_name_pair()
        forms = _JP_FORMS[kind]
        words = {"s": surname, "k": kana, "r": roman, "city": city.native, "district": district, "roman": city.roman}
        return CompanyName(forms[0].format(**words), forms[2].format(**words), forms[1].format(**words))
    if country.code == "KR":
        house, roman = random.choice(_KR_HOUSES)
        city_name = city.native.removesuffix("특별시").removesuffix("광역시").removesuffix("시")
        words = {"h": house, "r": roman, "city": city_name, "district": district, "roman": city.roman}
        return CompanyName(_KR_FORMS[kind][0].format(**words).replace("  ", " "), _KR_FORMS[kind][1].format(**words))
    house = (
        fake.last_name()
        if random.random() < 0.6
        else f"{fake.last_name()} & {random.choice(('Sons', 'Daughters', fake.last_name()))}"
    )
    return CompanyName(_US_FORMS[kind].format(h=house, city=city.native, trade=random.choice(_US_TRADES)), "")


def person_name(fake: Faker, country: Country) -> PersonName:
    """A person's name as it is written there, with kana in Japan."""
    if country.code == "JP":
        surname, surname_kana, _roman = fake.last_name_pair()
        given, given_kana, _roman = fake.first_name_pair()
        return PersonName(f"{surname} {given}", f"{surname_kana} {given_kana}")
    if country.code == "US":
        return PersonName(f"{fake.first_name()} {fake.last_name()}")
    return PersonName(fake.name())
