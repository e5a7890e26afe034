"""Spellings that must meet: what stands in the file and what people type."""

import pytest

from dealers.folding import fold, pinyin_of, romaji_of, words
from dealers.highlight import highlighted
from dealers.search import build_search_text, terms_of


def is_found(query: str, **file: object) -> bool:
    """As the database answers: by the key, and from four characters on by the text."""
    built = build_search_text(**{"code": "X-1", "name": "-", **file})
    return all(
        (not term.key or term.key in built.keys)
        and (not term.pieces or any(piece in built.text for piece in term.pieces))
        for term in terms_of(query)
    )


@pytest.mark.parametrize(
    ("query", "file"),
    [
        ("huatai", {"name": "华泰贸易"}),
        ("HTMY", {"name": "华泰贸易"}),
        ("ht", {"name": "华泰贸易"}),
        # From any syllable on, by three letters and more.
        ("tai", {"name": "华泰贸易"}),
        ("taimao", {"name": "华泰贸易"}),
        ("tmy", {"name": "华泰贸易"}),
        ("hua", {"name": "庄华"}),
        ("yi", {"name": "易"}),
        ("泰贸", {"name": "华泰贸易"}),
        ("泰", {"name": "华泰贸易"}),
        # Both readings of 乐.
        ("lele", {"name": "乐乐超市"}),
        ("yueyue", {"name": "乐乐超市"}),
        # 重庆 is Chongqing, not Zhongqing.
        ("chongqing", {"name": "-", "city": "重庆"}),
        ("ガッコウ", {"name": "学校", "name_kana": "がっこう", "country": "JP"}),
        ("ｶﾞｯｺｳ", {"name": "学校", "name_kana": "がっこう", "country": "JP"}),
        ("gakko", {"name": "学校", "name_kana": "ガッコウ", "country": "JP"}),
        ("tokyo", {"name": "東京", "name_kana": "トウキョウ", "country": "JP"}),
        ("toukyou", {"name": "東京", "name_kana": "トウキョウ", "country": "JP"}),
        ("ㅅㅅㅈㅈ", {"name": "삼성전자"}),
        ("ㅅㅅ", {"name": "삼성전자"}),
        ("삼서", {"name": "삼성전자"}),
        ("삼ㅅ", {"name": "삼성전자"}),
        ("성전", {"name": "삼성전자"}),
        ("ｂｉｋｅ", {"name": "Bike World"}),
        ("bikeworld", {"name": "Bike World"}),
        ("world bik", {"name": "Bike World"}),
        # Latin words at any place.
        ("ike", {"name": "Bike World"}),
        ("ikewor", {"name": "Bike World"}),
        ("eleven华", {"name": "7-Eleven华"}),
        ("华", {"name": "7-Eleven 华"}),
        ("obrien", {"name": "O’Brien & Søn"}),
        ("o'brien", {"name": "OBrien"}),
        ("son", {"name": "O’Brien & Søn"}),
        ("strasse", {"name": "Große Straße"}),
        ("sao", {"name": "-", "city": "São Paulo"}),
        ("aw-0001", {"code": "AW00012"}),
        ("aw00012", {"code": "AW-00012"}),
        ("8000", {"phones": ["+86 138 0013 8000"]}),
        ("138-0013-8000", {"phones": ["+86 138 0013 8000"]}),
        ("+81 3-1234-5678", {"phones": ["03-1234-5678"]}),
        ("0081312345678", {"phones": ["03-1234-5678"]}),
        ("03 1234 5678", {"phones": ["+81 3 1234 5678"]}),
        ("wangwu", {"contacts": [("王五", "")]}),
        ("たなか", {"contacts": [("田中", "タナカ")]}),
    ],
)
def test_finds(query, file):
    assert is_found(query, **file)


@pytest.mark.parametrize(
    ("query", "file"),
    [
        ("zhongqing", {"name": "-", "city": "重庆"}),
        ("ik", {"name": "Bike World"}),
        ("huatai", {"name": "华为"}),
        # 装 is zhuang: syllables are found from their beginning.
        ("hua", {"name": "长乐装饰"}),
        ("huang", {"name": "庄氏"}),
        ("uat", {"name": "华泰"}),
        ("uatai", {"name": "华泰"}),
        ("ㅅㅈ", {"name": "삼성"}),
        ("8002", {"phones": ["+86 138 0013 8000"]}),
        ("bike shop", {"name": "Bike World"}),
    ],
)
def test_does_not_find(query, file):
    assert not is_found(query, **file)


@pytest.mark.parametrize(
    ("text", "query", "shown"),
    [
        ("华泰贸易", "taimao", "华<mark>泰贸</mark>易"),
        ("华泰贸易", "htm", "<mark>华泰贸</mark>易"),
        ("삼성전자", "ㅅㅈ", "삼<mark>성전</mark>자"),
        ("O’Brien & Søn", "obrien", "<mark>O’Brien</mark> &amp; Søn"),
        ("O’Brien & Søn", "son", "O’Brien &amp; <mark>Søn</mark>"),
        ("<b>", "xyz", "&lt;b&gt;"),
        ("Bike World", "wo bi", "<mark>Bi</mark>ke <mark>Wo</mark>rld"),
        ("ガッコウ", "がっこ", "<mark>ガッコ</mark>ウ"),
    ],
)
def test_marks_the_letters_that_match(text, query, shown):
    assert highlighted(text, terms_of(query)) == shown


def test_folds_width_case_accents_and_kana():
    assert fold("ＡｂÇ ｶﾞ") == "abc が"
    assert words("Müller-Lüdenscheidt & Co.") == ["mullerludenscheidt", "co"]


def test_pinyin_and_romaji_are_empty_without_their_script():
    assert pinyin_of("Bike") == []
    assert romaji_of("Bike") == []
