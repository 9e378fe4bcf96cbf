"""crawler/survey, evidence, drafting, draft: from a home page alone to a source file, over sites that are made up.

The interviews are led without a network: the answers are those that the made-up newspaper would give.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import tomllib
from typing import TYPE_CHECKING

import pytest

from crawler.discovery import Announcement, Discovery
from crawler.draft import id_for, to_toml
from crawler.drafting import draft_of
from crawler.evidence import Evidence
from crawler.findings import Findings, Found
from crawler.interview import Answer, SurveyError
from crawler.scope import classify
from crawler.source_file import parse_source
from crawler.survey import MAX_QUESTIONS, is_whole, survey
from pipelines.article import Article
from pipelines.flow import extract_page
from tests.paperserver import Paper

if TYPE_CHECKING:
    from crawler.sources import Source

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
# How articles are addressed and announced; which kinds of entries the file must have.
SITES = {
    "feed and pager": ({}, {"listing"}),
    "slugs at the root": ({"shape": "/{slug}/"}, {"listing"}),
    "sections, news sitemap": ({"shape": "/{section}/{slug}", "sitemap": "news"}, {"listing"}),
    "an index of zipped sitemaps": ({"shape": "/{section}/{id}-{slug}.html", "sitemap": "whole"}, {"sitemap"}),
    "ids in the query": ({"shape": "/news.php?id={id}"}, {"listing"}),
    "no feed": ({"feed": None, "shape": "/en/press/{id}"}, {"listing"}),
    "a sitemap alone": ({"feed": None, "sitemap": "whole", "shape": "/{slug}"}, {"sitemap"}),
    "a feed nobody links": ({"feed": "/rss.xml", "shape": "/story/{slug}"}, {"listing"}),
}  # fmt: skip


def read_article(body: bytes, url: str, content_type: str | None) -> Article | None:
    outcome = extract_page(body, url=url, captured_at=NOW, content_type=content_type)
    return outcome if isinstance(outcome, Article) else None


def lead(paper: Paper) -> tuple[Findings, list[str]]:
    """The findings of a survey that the newspaper answers, and what it was asked."""
    interview = survey(f"{paper.base}/", read_article=read_article)
    asked = [next(interview)]
    while True:
        status, kind, body = paper.answer(asked[-1].removeprefix(paper.base))
        problem = None if status == 200 else f"status {status}"
        answer = Answer(asked=asked[-1], url=asked[-1], status=status, content_type=kind, body=body, problem=problem)
        try:
            asked.append(interview.send(answer))
        except StopIteration as end:
            return end.value, asked


def source_of(paper: Paper) -> tuple[Source, list[str], str]:
    findings, asked = lead(paper)
    text = to_toml(draft_of(findings, id="x", now=NOW), url=paper.base, day="2026-11-22")
    return parse_source(tomllib.loads(text), file="x.toml"), asked, text


@pytest.mark.parametrize("site", SITES)
def test_the_file_knows_every_article_and_nothing_else(site: str) -> None:
    """All articles, seen or not, are in scope; listings, doubles and the pages of the foot are not."""
    layout, entries = SITES[site]
    with Paper(**layout) as paper:
        source, asked, _ = source_of(paper)
    others = ["/", "/tag/japan", "/latest", "/latest?page=2", "/politics", "/calendar/3", "/about-us", "/our-team"]
    others += [f"/amp{story.path}" for story in paper.stories] + [f"/print{story.path}" for story in paper.stories]

    assert [] == [url for url in paper.articles if classify(source, url).kind != "article"]
    assert [] == [path for path in others if classify(source, paper.base + path).kind == "article"]
    assert entries == {entry.type for entry in source.entries}
    assert paper.articles.issuperset(source.scope.samples)
    assert source.scope.samples
    assert len(asked) == len(set(asked)) <= MAX_QUESTIONS


def test_facts_and_guesses_are_told_apart() -> None:
    """The name, language and feed were seen; country, zone, kind and contact are marked as guesses."""
    with Paper() as paper:
        source, _, text = source_of(paper)

    assert ("The Valley Paper", ("en",), "desk@valley.example") == (source.name, source.languages, source.contact)
    assert source.timezone == "Asia/Bishkek"  # +06:00 stands behind its times
    assert {"name_en", "country", "kind", "timezone", "contact"} == set(source.unverified)
    assert "15 articles, the newest of 2026-11-20" in text


def test_the_list_of_all_news_makes_the_others_needless() -> None:
    """It has the newest of the feed, the sections and the tag for Japan, which stand there as comments."""
    with Paper() as paper:
        source, _, text = source_of(paper)

    assert [("listing", f"{paper.base}/latest")] == [(entry.type, entry.url) for entry in source.entries]
    assert all(classify(source, f"{paper.base}/latest{page}").kind == "listing" for page in ("", "?page=7"))
    assert all(f'# url = "{paper.base}{path}"' in text for path in ("/tag/japan", "/feed/"))


def test_a_listing_that_the_sitemap_makes_needless_is_a_comment() -> None:
    """It stands in the file for whoever wants it, and costs no request."""
    with Paper(sitemap="whole") as paper:
        source, _, text = source_of(paper)

    assert [] == [entry for entry in source.entries if entry.type == "listing"]
    assert f'# url = "{paper.base}/tag/japan"' in text


def test_a_feed_is_judged_by_what_it_holds() -> None:
    """A web page with status 200 under the address of a feed is none."""
    page = (200, "application/rss+xml", b"<!doctype html><html><body><a href='/x'>moved</a></body></html>")
    with Paper(broken={"/feed/": page}) as paper:
        source, _, _ = source_of(paper)

    assert [] == [entry for entry in source.entries if entry.type == "feed"]


@pytest.mark.parametrize(
    "home",
    [
        (404, "text/html", b"<html></html>"),
        (200, "text/html", b"<html><body>Soon.</body></html>"),
        (200, "image/png", b"\x89PNG"),
    ],
)
def test_what_is_no_home_page_is_an_error(home: tuple[int, str, bytes]) -> None:
    """One line that names the URL."""
    with Paper(broken={"/": home}) as paper, pytest.raises(SurveyError, match=paper.base):
        lead(paper)


def test_a_site_without_articles_gives_a_problem() -> None:
    """Menus alone make no source."""
    with Paper(count=0) as paper:
        draft = draft_of(lead(paper)[0], id=None, now=NOW)

    assert draft.problems


@pytest.mark.parametrize(
    ("host", "name"),
    [("timesca.com", "timesca"), ("www.mofa.go.jp", "mofa"), ("kz.kursiv.media", "kz_kursiv"), ("24.kg", "24"),
     ("127.0.0.1:8080", "127_0_0_1_8080"), ("www3.nhk.or.jp", "nhk"), ("localhost:80", "localhost_80")],
)  # fmt: skip
def test_the_id_comes_from_the_host(host: str, name: str) -> None:
    """Its name, without what hosts share."""
    assert name == id_for(host)


def test_names_with_any_sign_make_a_valid_file() -> None:
    """Quotes, backslashes, controls and other scripts stand in the file as they are in the name."""
    name = 'A "b" \\ c\u007f д\u2028日'
    with Paper() as paper:
        draft = draft_of(lead(paper)[0], id="x", now=NOW)
    fields = {field: getattr(draft, field) for field in draft.__dataclass_fields__}
    text = to_toml(type(draft)(**{**fields, "name": name}), url="u", day="d")

    assert name == tomllib.loads(text)["name"]


def test_lists_that_a_sitemap_names_are_no_articles() -> None:
    """Pages of countries look like articles by their addresses; they are read, and are lists."""
    names = [f"/country/{name}-today" for name in ("japan", "kyrgyzstan", "uzbekistan", "osaka")]
    with Paper() as paper:
        paper.robots += f"Sitemap: {paper.base}/countries.xml\n"
        page = paper._page("Country", paper._links(paper.stories[:12])).encode()
        rows = "".join(f"<url><loc>{paper.base}{name}</loc></url>" for name in names)
        paper.broken |= dict.fromkeys(names, (200, "text/html", page))
        paper.broken["/countries.xml"] = (200, "application/xml", f"<urlset>{rows}</urlset>".encode())
        source, asked, _ = source_of(paper)

    assert set(asked) & {paper.base + name for name in names}
    assert [] == [name for name in names if classify(source, paper.base + name).kind == "article"]


@pytest.mark.parametrize(
    ("is_news", "next_page", "is_mapped"), [(True, "/2", False), (True, None, True), (False, "/2", True)]
)
def test_a_news_sitemap_makes_no_paged_listing_needless(is_news: bool, next_page: str | None, is_mapped: bool) -> None:
    """It names what is new; what is on the further pages of a listing is not in it, as far as anybody knows."""
    when = {"published": NOW} if is_news else {"published": None, "modified": NOW}
    items = tuple(Announcement(url=f"https://x.example/a/{n}-b", title=None, place="url", **when) for n in range(9))
    evidence = Evidence(hosts={"x.example"})
    evidence.add(items, kind="feed", page="https://x.example/feed")
    findings = Findings("https://x.example/", b"", None, evidence)
    findings.found += [
        Found(kind="sitemap", url="https://x.example/map", items=items),
        Found(kind="listing", url="https://x.example/a", items=items, next_page=next_page),
    ]

    assert is_mapped == findings.is_mapped()


HEADLINES = [f"Japan and Kyrgyzstan agree on a water project, part {number}" for number in range(6)]
LONG = "The ministers spoke of railways and of rice. " * 4


@pytest.mark.parametrize(
    ("lines", "next_page", "published", "expected"),
    [
        ([LONG] * 5, None, "2026-11-20", True),
        ([LONG] * 5, None, None, True),  # long enough to be an article without a date
        ([LONG], None, None, False),
        ([f"{title} — read on" for title in HEADLINES], None, "2026-11-20", False),  # each line is a link: a list
        ([LONG] * 5 + HEADLINES[:2], None, "2026-11-20", True),  # two more to read are no list
        ([LONG] * 5, "https://x.example/a?page=2", "2026-11-20", False),  # it has a second page
        ([LONG] * 5, "https://x.example/other?page=2", "2026-11-20", True),
    ],
)
def test_a_list_that_reads_like_an_article_is_none(
    lines: list[str], next_page: str | None, published: str | None, expected: bool
) -> None:
    """Its lines are the words of its links, or it goes on."""
    url = "https://x.example/a"
    page = paper_article()
    article = dataclasses.replace(page, text="\n\n".join(lines), published=published)
    links = tuple(
        Announcement(url=f"https://x.example/{number}", title=title, published=None, place=f"link {number}")
        for number, title in enumerate(HEADLINES)
    )

    assert expected is is_whole(article, url, Discovery(announcements=links, next_page=next_page))


def paper_article() -> Article:
    """Any article, to be changed."""
    with Paper() as paper:
        body = paper.answer(paper.stories[0].path)[2]
        article = read_article(body, paper.base + paper.stories[0].path, "text/html")
    assert article is not None
    return article


def test_a_home_page_for_small_screens_is_a_home_page() -> None:
    """Where the home page leads to such a host, that has the articles; else it is a twin that is not asked."""
    with Paper() as paper:
        interview = survey("https://x.example/", read_article=read_article)
        asked = [next(interview)]
        while True:
            target = "/" + asked[-1].partition("://")[2].partition("/")[2]
            status, kind, body = paper.answer(target)
            body = body.replace(paper.base.encode(), b"https://m.x.example")
            problem = None if status == 200 else f"status {status}"
            answer = Answer(
                asked=asked[-1], url=f"https://m.x.example{target}", status=status, content_type=kind, body=body,
                problem=problem,
            )  # fmt: skip
            try:
                asked.append(interview.send(answer))
            except StopIteration as end:
                draft = draft_of(end.value, id="x", now=NOW)
                break

    assert ("m.x.example",) == draft.hosts
    assert {"https://m.x.example/latest"} == {entry.url for entry in draft.entries if entry.used}


def test_a_feed_that_only_a_section_names_is_read() -> None:
    """Where the list of the section does not go on."""
    with Paper(feed=None) as paper:
        rows = "".join(f"<item><title>x</title><link>{paper.base}{each.path}</link></item>" for each in paper.stories)
        head = '<link rel="alternate" type="application/rss+xml" href="/latest.xml">'
        page = paper._page("Latest", paper._links(paper.stories[:5])).replace("</head>", f"{head}</head>")
        paper.broken |= {
            "/latest": (200, "text/html", page.encode()),
            "/latest.xml": (200, "application/rss+xml", f"<rss><channel>{rows}</channel></rss>".encode()),
        }
        _, _, text = source_of(paper)

    assert f'type = "feed"\nurl = "{paper.base}/latest.xml"' in text.replace("# ", "")
