"""What a page asks for, as its markup and its styles name it, and what of it is fetched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.requisites import Requisite, parts_named, refusal_of, requisites_of_page, requisites_of_style

BASE = "https://news.example.kz/a/b/"
PAGE = """<!doctype html><html><head><base href="/c/">
<link rel="stylesheet" href="one.css?v=1&amp;x=2#top"><link rel="shortcut icon" href="/favicon.ico">
<link rel="preload" as="font" href="f.woff2"><link rel="alternate" href="feed.xml"><link rel="preload" as="fetch" href="x">
<style>@import 'two.css'; body { background: url( "bg.png" ) } /* url(no.png) */
@font-face { src: url(old.eot?#iefix), url(new.woff) }</style>
<script src="s.js"></script><script type="application/json" src="data.json"></script></head>
<body background=wall.gif style="background-image:url(&quot;in'line.png&quot;)">
<picture><source srcset="w.webp 800w, huge.webp 4000w"><img src="i.jpg" srcset="i1.jpg 1x, i3.jpg 3x"></picture>
<img src="data:image/gif;base64,R0lGOD" data-src="lazy.jpg" data-srcset="l1.jpg 300w,l2.jpg 600w">
<noscript><img src="without.jpg"></noscript><img src="//cdn.example.com/%D1%8F.png"><img src="я.png">
<img src="count.gif" width=1 height="1"><video poster="p.jpg" src="film.mp4"></video><iframe src="frame.html"></iframe>
<svg><use xlink:href="sprite.svg#a"></use></svg><div data-bg="lazy-bg.jpg"><img src="javascript:void(0)"><img src="i.jpg">
</body></html>"""


def test_everything_that_is_seen_is_found() -> None:
    """In the order of the page, each once, as a browser would ask for it; links, frames and films are not parts."""
    found = requisites_of_page(PAGE.encode(), url=BASE, encoding=None)

    at = "https://news.example.kz/c/"
    assert [(item.kind, item.url.removeprefix(at)) for item in found] == [
        ("style", "one.css?v=1&x=2"), ("image", "https://news.example.kz/favicon.ico"), ("font", "f.woff2"),
        ("style", "two.css"), ("image", "bg.png"), ("font", "new.woff"), ("script", "s.js"),
        ("image", "in'line.png"), ("image", "wall.gif"), ("image", "w.webp"), ("image", "i.jpg"), ("image", "i1.jpg"),
        ("image", "lazy.jpg"), ("image", "l1.jpg"), ("image", "l2.jpg"), ("image", "without.jpg"),
        ("image", "https://cdn.example.com/%D1%8F.png"), ("image", "%D1%8F.png"), ("image", "p.jpg"),
        ("image", "sprite.svg"), ("image", "lazy-bg.jpg"),
    ]  # fmt: skip


def test_a_style_sheet_asks_for_more() -> None:
    """Imports, pictures and fonts, resolved against the sheet; what is within it is nothing to fetch."""
    text = (
        '@import url("deep/a.css") screen;@import url(b.css);.x{background:url(../i.png),url(data:image/png;base64,x)}'
    )

    assert requisites_of_style(text, url="https://h.example/css/main.css") == [
        Requisite("https://h.example/css/deep/a.css", "style"),
        Requisite("https://h.example/css/b.css", "style"),
        Requisite("https://h.example/i.png", "image"),
    ]


@pytest.mark.parametrize(
    ("kind", "url", "expected"),
    [
        ("image", "https://anywhere.example/i.png", None),
        ("style", "https://fonts.googleapis.com/css2?family=Noto", None),
        ("script", "https://static.example.kz/s.js", None),
        ("script", "https://cdnjs.cloudflare.com/jquery.js", None),
        ("script", "https://ads.example/s.js", "foreign_script"),
        ("script", "https://other.gov.kz/s.js", "foreign_script"),
        ("image", "https://mc.yandex.ru/watch/1", "tracker"),
        ("image", "https://counter.yadro.ru/hit", "tracker"),
        ("image", "https://notmc.yandex.ru.example/i.png", None),
    ],
)
def test_looks_come_from_anywhere_scripts_from_the_site(kind: str, url: str, expected: str | None) -> None:
    """Known trackers are asked for nothing at all."""
    assert refusal_of(Requisite(url, kind), ("news.example.kz", "my.gov.kz")) == expected  # type: ignore[arg-type]


@given(st.text(alphabet="<>=\"'/ abcimgsrcstyleurl(),;@&#x1\n", max_size=300))
def test_no_page_raises(text: str) -> None:
    """Whatever a page holds, it is read to its end."""
    requisites_of_page(text.encode(), url=BASE, encoding="utf-8")
    requisites_of_style(text, url=BASE)


@pytest.mark.parametrize("odd", ["<![x[", "<!DOCTYPE x [<!y", "<!--", "<style>", "<img src=", "<a <a <a"])
def test_what_a_parser_stumbles_over_costs_the_rest_alone(odd: str) -> None:
    """What stood before is found."""
    assert requisites_of_page(f"<img src=i.png>{odd}".encode(), url=BASE, encoding=None)


@pytest.mark.parametrize(
    ("kind", "body", "found"),
    [
        ("text/html; charset=utf-8", b"<img src=a.png>", ["a.png"]),
        ("text/css", b"p { background: url(b.png) }", ["b.png"]),
        ("text/css; charset=nonsense", b"p { background: url(b.png) }", ["b.png"]),
        ("application/json", b'"<img src=a.png>"', []),
        (None, b"<img src=a.png>", []),
    ],
)
def test_what_an_archived_page_or_style_asks_for(kind: str | None, body: bytes, found: list[str]) -> None:
    """By its media type; of anything else nothing."""
    assert parts_named(body, url="https://h.example/x", content_type=kind) == [f"https://h.example/{n}" for n in found]
