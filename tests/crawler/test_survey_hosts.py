"""crawler/survey over sites of several hosts and spellings, with endpoints that no reader can ask, and old addresses.

No network: a site is a function from an address to its body, or to where it leads, or to a status.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from crawler.drafting import draft_of
from crawler.interview import Answer
from crawler.survey import survey
from pipelines.article import Article
from pipelines.flow import extract_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.draft import Draft

NOW = dt.datetime(2025, 9, 12, tzinfo=dt.UTC)
STORY = "<p>" + "The ministers of both states spoke of railways, of water and of rice. " * 8 + "</p>"
HEAD = "Ministers of both states meet and speak of railways, part"
COUNT = 40


def drafted(home: str, site: Callable[[str], str | int]) -> tuple[Draft, list[str]]:
    """What `sources add` would write for a site, and what it asked for; a site gives a body, an address or a status."""
    interview = survey(home, read_article=read_article, now=NOW)
    asked = [next(interview)]
    while True:
        url, answer = asked[-1], site(asked[-1])
        if isinstance(answer, str) and answer.startswith("http"):
            url, answer = answer, site(answer)
        status = answer if isinstance(answer, int) else 200
        body = answer.encode() if isinstance(answer, str) else b""
        try:
            asked.append(
                interview.send(
                    Answer(
                        asked=asked[-1], url=url, status=status, content_type="text/html", body=body,
                        problem=None if status == 200 else f"status {status}",
                    )
                )
            )  # fmt: skip
        except StopIteration as end:
            return draft_of(end.value, id="x", now=NOW), asked


def read_article(body: bytes, url: str, content_type: str | None) -> Article | None:
    outcome = extract_page(body, url=url, captured_at=NOW, content_type=content_type)
    return outcome if isinstance(outcome, Article) else None


def page(text: str, head: str = "", nav: str = "") -> str:
    return f"<html lang=en><head>{head}</head><body><nav><a href='/news'>News</a>{nav}</nav><main>{text}</main></body></html>"


def article(number: int) -> str:
    day = NOW - dt.timedelta(days=number)
    return page(
        f"<article><h1>{HEAD} {number}</h1><time datetime='{day:%Y-%m-%d}'>{day:%d.%m.%Y}</time>{STORY}</article>"
    )


def rows(first: int, last: int, address: str = "/news/{}") -> str:
    days = {number: f"{NOW - dt.timedelta(days=number):%d.%m.%Y}" for number in range(first, last)}
    return "".join(
        f"<li><a href='{address.format(1000 - number)}'>{HEAD} {number}</a> {day}</li>" for number, day in days.items()
    )


def target(url: str) -> str:
    return "/" + url.partition("://")[2].partition("/")[2]


def listed(path: str, address: str = "/news/{}", **more: str) -> str | int:
    """The home page, the pages of the list of all news, and its articles."""
    if path in ("/", "/news"):
        pager = "<a rel=next href='/news?page=2'>Next</a>" if path == "/news" else ""
        return page(rows(0, 10, address) + pager, **more)
    if path.startswith("/news?page="):
        number = int(path.rpartition("=")[2])
        pager = f"<a rel=next href='/news?page={number + 1}'>Next</a>" if number < COUNT // 10 else ""
        return page(rows(number * 10 - 10, number * 10, address) + pager, **more) if number <= COUNT // 10 else 404
    name = path.strip("/").rpartition("/")[2]
    return article(1000 - int(name)) if name.isdecimal() else 404


def entries(draft: Draft) -> list[str]:
    return sorted(entry.url for entry in draft.entries if entry.used)


@pytest.mark.parametrize("is_declared", [True, False])
def test_languages_on_hosts_of_their_own_are_of_the_site(is_declared: bool) -> None:
    """By hreflang or by a link called by a language; each has a list. A host that is called by no language has none."""
    hosts = {"ru": "ru.x.example", "kk": "kz.x.example", "en": "en.x.example"}
    head = "".join(f"<link rel=alternate hreflang={name} href='https://{host}/'>" for name, host in hosts.items())
    nav = "".join(f"<a href='https://{host}/'>{name.upper()}</a>" for name, host in hosts.items())
    more = {"head": head} if is_declared else {"nav": nav + "<a href='https://shop.x.example/'>Shop</a>"}
    draft, _ = drafted("https://ru.x.example/", lambda url: listed(target(url), **more))

    assert tuple(sorted(hosts.values())) == draft.hosts
    assert sorted(f"https://{host}/news" for host in hosts.values()) == entries(draft)


def test_sections_on_hosts_of_their_own_are_of_the_site() -> None:
    """The home page leads to them by its headlines."""
    home = page("".join(rows(n * 3, n * 3 + 3, f"https://{name}.x.example/news/{{}}") for n, name in enumerate("ab")))
    draft, _ = drafted("https://x.example/", lambda url: home if "//x." in url else listed(target(url)))

    assert {"a.x.example", "b.x.example"} <= set(draft.hosts)


@pytest.mark.parametrize("status", [403, 419])
def test_an_endpoint_that_refuses_readers_ends_its_list(status: int) -> None:
    """Lists that go on are used in its place; what is left of it is read without a further page."""

    def site(url: str) -> str | int:
        path = target(url)
        if path == "/news":
            return page(rows(0, 10) + "<button class=load-more data-url='/news/load' data-page=2>More</button>")
        if path == "/rss":
            links = "".join(f"<item><link>/news/{1000 - n}</link></item>" for n in range(COUNT))
            return f"<rss version='2.0'><channel>{links}</channel></rss>"
        return status if path.startswith("/news/load") else listed(path)

    draft, asked = drafted("https://x.example/", site)

    assert 1 == sum("/news/load" in url for url in asked)
    assert ["https://x.example/rss"] == entries(draft)
    assert [1] == [entry.max_pages for entry in draft.entries if entry.url.endswith("/news")]


def test_spellings_that_lead_on_are_not_learned() -> None:
    """Links without the final slash, or with `www.`, are fetched as the site writes its addresses."""

    def site(url: str) -> str | int:
        path = target(url)
        if "//www." in url or (path.startswith("/news/") and not path.endswith("/")):
            return f"https://x.example{path.rstrip('/')}{'/' if path.startswith('/news/') else ''}"
        mixed = "https://www.x.example/news/{}" if path == "/" else "/news/{}/"
        return listed(path, mixed)

    draft, _ = drafted("https://www.x.example/", site)

    assert (("x.example",), (r"^/news/\d+/$",)) == (draft.hosts, draft.article)


def test_old_addresses_of_the_same_form_are_missed_by_no_map() -> None:
    """They lead to what the sitemap names, so that is enough."""

    def site(url: str) -> str | int:
        path = target(url)
        if path == "/sitemap.xml":
            days = [f"<lastmod>{NOW - dt.timedelta(days=n):%Y-%m-%d}</lastmod>" for n in range(COUNT)]
            return "<urlset>" + "".join(
                f"<url><loc>https://x.example/news/{1000 - n}</loc>{day}</url>" for n, day in enumerate(days)
            ) + "</urlset>"  # fmt: skip
        if path.startswith("/news/5"):
            return f"https://x.example/news/{path.removeprefix('/news/5')}"
        body = listed(path)
        return body.replace("'/news/99", "'/news/599") if isinstance(body, str) and path in ("/", "/news") else body

    draft, _ = drafted("https://x.example/", site)

    assert ["https://x.example/sitemap.xml"] == entries(draft)
