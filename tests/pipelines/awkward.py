"""Pages for whoever compares two ways of reading them: of the demo sites, made up, and such as nobody should send."""

from __future__ import annotations

import base64
import datetime as dt
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.site import make_page
from crawler.demo.content import load_sites
from crawler.demo.render import pages
from pipelines import extract_page
from pipelines.article import Article
from pipelines.jsonl import format_article, format_dropped

if TYPE_CHECKING:
    from collections.abc import Iterator

_WHEN = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Page:
    """A page as it came, and what its headers said of it."""

    body: bytes
    content_type: str | None = None


def line_of(page: Page) -> str:
    """The JSON line that a store would keep of the page; for an error its kind."""
    try:
        found = extract_page(
            page.body, url="https://example.org/2026/11/a", content_type=page.content_type, captured_at=_WHEN
        )
    except Exception as error:  # noqa: BLE001
        return type(error).__name__
    return (format_article(found) if isinstance(found, Article) else format_dropped(found)).strip()


def pages_from(line: str) -> list[Page]:
    return [Page(base64.b64decode(body), content_type) for body, content_type in json.loads(line)]


def to_line(given: list[Page]) -> str:
    return json.dumps([(base64.b64encode(page.body).decode(), page.content_type) for page in given])


def made_up() -> Iterator[Page]:
    """Pages of every demo site and of the synthetic web, and such as nobody should send."""
    for site in load_sites():
        for page in pages(site, _WHEN.date()).values():
            yield Page(page.body, page.content_type)
    for number in range(4):
        yield Page(make_page(5, number, 1).html)
    text = (
        "<p>Делегация из Токио приехала в Ташкент во вторник и осталась там до пятницы, сообщили в посольстве.</p>" * 6
    )
    whole = f"<html><head><title>Делегация</title></head><body><h1>Делегация</h1>{text}</body></html>"
    for coding in ("cp1251", "koi8-r", "utf-16", "utf-8-sig"):
        yield Page(whole.encode(coding), f"text/html; charset={coding}")
        yield Page(whole.encode(coding))
    yield Page(
        "<h1>日本と中央アジア</h1><p>代表団は火曜日に到着した。</p>".encode("shift_jis"), "text/html; charset=shift_jis"
    )
    yield from (Page(body) for body in (b"", b"\0\0", b"no element at all", b"<", b"<!doctype html>", b"\xff\xfe<p>"))
    yield Page(b"<div>" * 4000 + text.encode() + b"</div>" * 4000)
    yield Page(b"<ul><li>" * 300 + b"<a href=x>y</a>" * 300)
    yield Page(b"<p>&#xD800;&#0;&#x110000; a\x00b\x0cc</p>" * 5)
    yield Page(b"<html lang=\xff><meta name=author><meta property=og:title content=''><time datetime=9999-99-99>")
    deep = b'{"a":' * 400 + b"1" + b"}" * 400
    for data in (b"[1,null]", b'{"@type":7,"author":[[{"name":null}]],"datePublished":{}}', deep, b"{"):
        yield Page(b"<script type=application/ld+json>" + data + b"</script>" + whole.encode())
