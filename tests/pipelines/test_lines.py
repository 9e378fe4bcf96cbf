"""The short ways of `pipelines.lines` and of the walk, each held against the plain way it stands for."""

from __future__ import annotations

import re
import sys

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.lines import _INVISIBLE, _ODD, _SPACE, PLAIN, Piece, Style, hrefs_of, parts_of, squeeze
from pipelines.page import parse_page
from pipelines.phrases import NEW_WINDOW

WHITE = " \t\n\r\f\v\x1c\x85\u00a0\u00ad\u1680\u2003\u200b\u200c\u2028\u202f\u205f\u2060\u3000\ufeff"
TEXTS = st.text(st.sampled_from(WHITE + "   aбあ\U0001f600") | st.characters(), max_size=12)
HINTS = [
    "opens in a new tab",
    "(Link opens new window)",
    "Opens an external site in a new window",
    "external link",
    "wird in einem neuen Tab geöffnet",
    "Link öffnet sich in neuem Fenster",
    "Öffnet im neuen Fenster",
    "externer Link",
    "nouvelle fenêtre",
    "Ouvre une nouvelle fenêtre",
    "se abre en una ventana nueva",
    "si apre in una nuova finestra",
    "— Откроется в новом окне",
    "внешняя ссылка",
    "外部サイトへ、新しいウインドウで開きます",
    "新しいタブで開く",
    "(別ウィンドウで開きます)",
    "外部リンク",
]


def plainly_squeezed(text: str) -> str:
    if not any(sign in text for sign in _ODD):
        return " ".join(text.split())
    return _SPACE.sub(" ", _INVISIBLE.sub("", text)).strip(" \u3000")


def plain_parts(texts: list[str], text: str) -> tuple[str, ...]:
    runs = [squeeze("".join(run)) for run in _runs(texts)]
    return (text,) * bool(text) if len(runs) == 1 else tuple(filter(None, runs))


def _runs(texts: list[str]) -> list[list[str]]:
    runs: list[list[str]] = [[]]
    for text in texts:
        if text:
            runs[-1].append(text)
        elif runs[-1]:
            runs.append([])
    return runs if len(runs) == 1 or runs[-1] else runs[:-1]


def test_nothing_white_or_invisible_is_printable_but_the_space() -> None:
    """What `squeeze` leaves as it is holds nothing that it would have changed."""
    unlike = (chr(code) for code in range(sys.maxunicode + 1) if chr(code).isprintable())
    assert [sign for sign in unlike if sign.isspace() or sign in _ODD or _SPACE.match(sign)] == [" "]


@given(TEXTS)
@settings(max_examples=50)
def test_a_text_is_squeezed_as_by_the_plain_way(text: str) -> None:
    assert squeeze(text) == plainly_squeezed(text)


def test_each_white_sign_is_squeezed_as_by_the_plain_way() -> None:
    for sign in WHITE:
        for text in (f"a{sign}b", f"a{sign} б", f"a {sign}b", f" {sign}a", f"a{sign} ", f"a  b{sign}c", "a  b"):
            assert squeeze(text) == plainly_squeezed(text), repr(text)


@given(st.lists(st.sampled_from(["", "a", " ", " b  c", "あ", "\u200b"])))
@settings(max_examples=50)
def test_parts_are_the_texts_between_edges(texts: list[str]) -> None:
    text = squeeze("".join(texts))
    assert parts_of([Piece(part, PLAIN) for part in texts], text) == plain_parts(texts, text)


@given(st.lists(st.sampled_from([None, "", "/a", "/b", "/c"])))
@settings(max_examples=50)
def test_each_address_of_a_line_is_told_once(hrefs: list[str | None]) -> None:
    line = [Piece("x", Style(href, False, False, False)) for href in hrefs]
    assert hrefs_of(line) == tuple(dict.fromkeys(href for href in hrefs if href))


PLAIN_HINT = re.compile(re.sub(r"\*\+\(\?=\[.*?\]\[.*?\]\)", "*", NEW_WINDOW.pattern), NEW_WINDOW.flags)


def test_the_first_letters_of_a_hint_keep_none_out() -> None:
    """Letters that some hint does not begin with would let a screen reader's words through."""
    assert PLAIN_HINT.pattern != NEW_WINDOW.pattern
    for hint in HINTS:
        for text in (hint, hint.upper(), f" ({hint}) ", hint.replace("k", "\u212a").replace("s", "\u017f")):
            assert bool(NEW_WINDOW.fullmatch(text)) is bool(PLAIN_HINT.fullmatch(text)), text
        assert NEW_WINDOW.fullmatch(hint), hint


@given(st.lists(st.sampled_from(["a ", " b", "&amp;", "<!-- no -->", "<b>c</b>", "<br>", "あ"])))
@settings(max_examples=50)
def test_the_words_in_an_element_are_those_of_its_whole_content(parts: list[str]) -> None:
    page = parse_page(f"<body><p>x</p><time datetime=d>{''.join(parts)}</time></body>")
    assert page is not None
    (node,) = page.tree.iter("time")
    assert page.times == (("d", squeeze("".join(node.itertext()))),)
