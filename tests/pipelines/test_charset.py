"""Bytes are read as browsers read them, and a declaration that the bytes belie is not believed."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.charset import decode_page

RUSSIAN = "Вода поднялась выше отметки, и посёлок отрезан от дороги. Жители ждут лодок, но их пока нет."
JAPANESE = "両国は水資源の管理について話し合い、来年度の協力計画に署名した。会談は二時間に及んだ。"
KAZAKH = "Өзен деңгейі көтерілді, ал ауыл тұрғындары қайықтарды күтіп отыр. Көмек ертең келеді."


def html(text: str, declared: str | None = None) -> str:
    meta = f'<meta charset="{declared}">' if declared else ""
    return f"<html><head>{meta}<title>x</title></head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (RUSSIAN, "windows-1251"),
        (RUSSIAN, "koi8-r"),
        (RUSSIAN, "utf-8"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc-jp"),
        (JAPANESE, "iso-2022-jp"),
        (KAZAKH, "utf-8"),
    ],
)
def test_meta_declaration_is_followed(text: str, encoding: str) -> None:
    """The text comes back as it was written."""
    assert text in decode_page(html(text, encoding).encode(encoding))[0]


@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r", "utf-8", "shift_jis", "euc-jp"])
def test_header_is_believed_without_a_meta(encoding: str) -> None:
    """Content-Type alone is enough."""
    text = JAPANESE if encoding in ("shift_jis", "euc-jp") else RUSSIAN

    assert text in decode_page(html(text).encode(encoding), f"text/html; charset={encoding}")[0]


@pytest.mark.parametrize("mark", [codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE])
def test_byte_order_mark_beats_header_and_meta(mark: bytes) -> None:
    """The mark is no part of the text, and what is declared against it does not count."""
    encoding = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}[mark]
    text, _ = decode_page(mark + html(RUSSIAN, "koi8-r").encode(encoding), "text/html; charset=windows-1251")

    assert RUSSIAN in text
    assert "\ufeff" not in text


@pytest.mark.parametrize("encoding", ["windows-1251", "shift_jis", "euc-jp", "iso-2022-jp", "utf-8"])
def test_undeclared_bytes_are_sniffed(encoding: str) -> None:
    """Long enough a text tells its encoding."""
    text = (RUSSIAN if encoding == "windows-1251" else JAPANESE) * 6

    assert text in decode_page(html(text).encode(encoding))[0]


@pytest.mark.parametrize("declared", ["windows-1251", "iso-8859-1", "shift_jis"])
def test_wrong_declaration_of_utf_8_is_seen_through(declared: str) -> None:
    """Bytes that are UTF-8 beyond doubt are read as such, whatever the page says."""
    text, _ = decode_page(html(RUSSIAN + JAPANESE, declared).encode("utf-8"))

    assert RUSSIAN + JAPANESE in text


def test_wrong_declaration_as_utf_8_is_seen_through() -> None:
    """Bytes that cannot be UTF-8 are sniffed."""
    text, _ = decode_page(html(RUSSIAN * 5, "utf-8").encode("windows-1251"))

    assert RUSSIAN in text


@pytest.mark.parametrize(
    ("text", "real", "declared"),
    [
        (RUSSIAN, "koi8-r", "windows-1251"),
        (RUSSIAN, "windows-1251", "koi8-r"),
        (RUSSIAN, "iso-8859-5", "windows-1251"),
        (RUSSIAN, "windows-1251", "iso-8859-5"),
        (RUSSIAN, "windows-1251", "iso-8859-1"),
        (RUSSIAN, "koi8-r", "windows-1252"),
        (RUSSIAN, "koi8-r", "utf-8"),
        (JAPANESE, "iso-2022-jp", "utf-8"),
        (JAPANESE, "iso-2022-jp", "shift_jis"),
        (JAPANESE, "euc-jp", "iso-8859-1"),
        (JAPANESE, "euc-jp", "shift_jis"),
        (JAPANESE, "shift_jis", "euc-jp"),
        (RUSSIAN, "utf-16-le", "utf-8"),
        (JAPANESE, "utf-16-be", "utf-8"),
    ],
)
def test_declaration_that_the_bytes_belie_is_not_believed(text: str, real: str, declared: str) -> None:
    """In the meta element or the header, another encoding of the same script or of another one."""
    body = html(text * 3, declared).encode(real)

    assert text in decode_page(body)[0]
    assert text in decode_page(html(text * 3).encode(real), f"text/html; charset={declared}")[0]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [RUSSIAN, JAPANESE])
def test_utf_16_needs_no_mark(encoding: str, text: str) -> None:
    """Its markup shows it."""
    assert text in decode_page(html(text).encode(encoding))[0]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Señor Muñoz compró café en la península; el niño soñó con montañas.", "iso-8859-1"),
        ("Příliš žluťoučký kůň úpěl ďábelské ódy, řekl učitel třídě.", "windows-1250"),
        ("Türkiye ile Özbekistan arasında yeni bir anlaşma imzalandı, çünkü görüşmeler bitti.", "windows-1254"),
        ("ВОДА ПОДНЯЛАСЬ ВЫШЕ ОТМЕТКИ, И ПОСЁЛОК ОТРЕЗАН ОТ ДОРОГИ.", "windows-1251"),
        ("Вода піднялася вище позначки, і селище відрізане від дороги; мешканці чекають човнів.", "koi8-u"),
    ],
)
def test_right_declaration_is_left_alone(text: str, encoding: str) -> None:
    """Accents, capitals and the neighbours of Russian."""
    assert text in decode_page(html(text * 3, encoding).encode(encoding))[0]


def test_pieces_in_another_encoding_are_read_in_their_own() -> None:
    """A paragraph of windows-1251 on a page in UTF-8, and the other way round."""
    foreign = "Погода на завтра: снег"
    page = html(RUSSIAN * 4 + "|", "utf-8")
    mixed = page.encode().replace(b"|", foreign.encode("windows-1251"))
    other = html(RUSSIAN * 4 + "|", "windows-1251").encode("windows-1251").replace(b"|", foreign.encode())

    for body in (mixed, other):
        text, _ = decode_page(body)
        assert RUSSIAN in text
        assert foreign in text


def test_one_broken_byte_does_not_change_the_encoding() -> None:
    """A page of UTF-8 with a cut character stays UTF-8."""
    body = html(RUSSIAN * 5, "utf-8").encode().replace("посёлок".encode(), b"\xd0", 1)

    assert "Жители ждут лодок" in decode_page(body)[0]


def test_unknown_encoding_is_ignored() -> None:
    """A name that nobody knows is no declaration."""
    assert RUSSIAN in decode_page(html(RUSSIAN).encode(), "text/html; charset=klingon")[0]


@given(st.binary(max_size=300), st.sampled_from([None, "text/html; charset=euc-jp", "text/html; charset=utf-7", ";;="]))
@settings(deadline=None)
def test_no_bytes_raise(body: bytes, content_type: str | None) -> None:
    """Text comes back for anything."""
    text, encoding = decode_page(body, content_type)

    assert isinstance(text, str)
    assert encoding
