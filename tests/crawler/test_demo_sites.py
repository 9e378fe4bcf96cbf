"""The demo sites keep their promises: every article can be found, the noise is there, and each byte is on record."""

from __future__ import annotations

import gzip
import re
import socket
import tomllib
from collections import Counter
from datetime import date
from html.parser import HTMLParser
from time import perf_counter
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree as ET

import pytest

from crawler.demo.content import PORTS, DemoArticle, DemoContentError, default_base, load_sites, parse_site
from crawler.demo.render import pages
from crawler.demo.server import DemoPortTaken, DemoSites, Served

if TYPE_CHECKING:
    from collections.abc import Iterator

TODAY = date(2026, 11, 22)
LABELS = {"core": 9, "mention": 1, "sport": 1, "off": 4}

# Words that name one side, by the language of the page; enough of them to catch a slip of the pen.
CENTRAL_ASIA = {
    "en": r"central asia|kazakh|kyrgyz|tajik|turkmen|uzbek|almaty|astana|tashkent|bishkek|dushanbe|ashgabat|samarkand",
    "ru": r"центральн\w+ ази|казах|кыргыз|киргиз|таджик|туркмен|узбек|алматы|астан|ташкент|бишкек|душанбе|ашхабад|хив",
    "uz": r"markaziy osiyo|qozog‘|qirg‘iz|tojik|turkman|o‘zbek|olmaota|ostona|toshkent|bishkek|dushanbe|ashxobod|orol",
    "uz-Cyrl": r"марказий осиё|қозоғ|қирғиз|тожик|туркман|ўзбек|олмаота|остона|тошкент|бишкек|душанбе|ашхобод|орол",
    "ja": r"中央アジア|カザフ|キルギス|タジク|タジキスタン|トルクメン|ウズベク|ウズベキ|アルマティ|アスタナ|タシケント|ビシュケク",
}
JAPAN = {
    "en": r"japan|tokyo|osaka|kyoto|nagoya|jica|yen\b",
    "ru": r"япон|токио|осак|киото|наго[йея]|jica|иен\b",
    "uz": r"yapon|tokio|osaka|kioto|nagoya|jica",
    "uz-Cyrl": r"япон|токио|осака|киото|нагоя|jica",
    "ja": r"日本|東京|大阪|京都|名古屋|邦人|外務省|jica",
}


@pytest.fixture(scope="module")
def sites() -> Iterator[DemoSites]:
    with DemoSites(ports="free", today=TODAY, chunked=True) as running:
        yield running


def ask(
    url: str, *, method: str = "GET", headers: dict[str, str] | None = None, version: str = "1.1"
) -> tuple[bytes, bytes]:
    """The request as sent and the response as received until the site closes the connection."""
    parts = urlsplit(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    fields = {"Host": parts.netloc, "Connection": "close", **(headers or {})}
    request = f"{method} {target} HTTP/{version}\r\n" + "".join(f"{k}: {v}\r\n" for k, v in fields.items()) + "\r\n"
    assert parts.hostname
    assert parts.port
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as connection:
        connection.sendall(request.encode("ascii"))
        return request.encode("ascii"), b"".join(iter(lambda: connection.recv(1000), b""))


def split(response: bytes) -> tuple[list[bytes], bytes]:
    """The head lines and the body with chunks and gzip undone."""
    head, _, body = response.partition(b"\r\n\r\n")
    if b"transfer-encoding: chunked" in head.lower():
        body = unchunked(body)
    if b"content-encoding: gzip" in head.lower() and body:
        body = gzip.decompress(body)
    return head.split(b"\r\n"), body


def unchunked(body: bytes) -> bytes:
    parts = []
    while body:
        size, _, rest = body.partition(b"\r\n")
        length = int(size, 16)
        if not length:
            break
        assert rest[length : length + 2] == b"\r\n"
        parts.append(rest[:length])
        body = rest[length + 2 :]
    return b"".join(parts)


def read(sites: DemoSites, url: str) -> str:
    """The decoded text of a page that must be there."""
    head, body = split(ask(url)[1])
    assert b" 200 " in head[0], (url, head[0])
    assert url.startswith(tuple(sites.base(site) for site in sites.site_ids))
    return body.decode("cp932" if b"Shift_JIS" in b"".join(head) else "utf-8")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.links: list[str] = []
        self.next: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        fields = dict(attrs)
        if tag in ("a", "link") and fields.get("href"):
            self.links.append(fields["href"] or "")
        if fields.get("rel") == "next":
            self.next = fields["href"]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def parsed(page: str) -> _Reader:
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader


def links_of_listing(sites: DemoSites, site: str) -> set[str]:
    found: set[str] = set()
    url: str | None = sites.base(site) + "/tag/japan/"
    while url:
        reader = parsed(read(sites, url))
        found |= {urljoin(url, link) for link in reader.links}
        url = urljoin(url, reader.next) if reader.next else None
    return found


def links_of_xml(page: str) -> set[str]:
    root = ET.fromstring(page)
    nodes = [node for node in root.iter() if node.tag.rpartition("}")[2] in ("link", "loc")]
    return {node.get("href") or (node.text or "").strip() for node in nodes}


def of_site(sites: DemoSites, site: str) -> list[DemoArticle]:
    return [article for article in sites.articles if article.site == site]


def gold(article: DemoArticle) -> str:
    captions = [figure.caption + " " + figure.credit for figure in article.figures]
    return " ".join([article.title, *article.paragraphs, *captions, *article.tags]).lower()


def test_four_sites_have_fifteen_articles_each_with_the_agreed_labels(sites: DemoSites) -> None:
    """Nine core, one mention, one sport and four one-sided pages stand on each of the four sites."""
    assert set(sites.site_ids) == set(PORTS)
    for site in sites.site_ids:
        assert Counter(article.label for article in of_site(sites, site)) == LABELS


def test_feed_sitemap_and_listing_together_reach_every_article(sites: DemoSites) -> None:
    """No article is hidden, the listing alone has all, and feed and sitemap alone have fewer."""
    for site in sites.site_ids:
        wanted = {article.url for article in of_site(sites, site)}
        base = sites.base(site)
        feed = set() if site == "demo-ministry" else links_of_xml(read(sites, base + "/feed/"))
        sitemap = set() if site == "demo-thinktank" else links_of_xml(read(sites, base + "/sitemap-news.xml"))
        assert wanted <= links_of_listing(sites, site)
        tracked = {url for url in feed | sitemap if url.endswith("?utm_source=feed")}
        assert len(tracked) == 1
        plain = {url.removesuffix("?utm_source=feed") for url in feed | sitemap}
        assert (wanted <= plain) == (site == "demo-ministry")


def test_every_gold_paragraph_stands_in_its_decoded_page(sites: DemoSites) -> None:
    """What a careful reader keeps is there word for word, whatever encoding and framing the site uses."""
    for article in sites.articles:
        text = parsed(read(sites, article.url)).texts
        for paragraph in article.paragraphs:
            assert paragraph in text, (article.url, paragraph)


def test_links_stay_on_the_site_and_lead_somewhere(sites: DemoSites) -> None:
    """No link of any page leaves its site or ends in a missing page."""
    for site in sites.site_ids:
        base = sites.base(site)
        pages = [base + "/", base + "/tag/japan/", *(article.url for article in of_site(sites, site))]
        links = {urljoin(page, link) for page in pages for link in parsed(read(sites, page)).links}
        assert all(link.startswith(base + "/") for link in links)
        assert any("/private/" in link for link in links)
        for link in links:
            read(sites, link.partition("#")[0])


def test_robots_forbids_the_draft_that_is_served_all_the_same() -> None:
    """A client that asks for the forbidden draft gets it, and the sites remember that it was asked for."""
    with DemoSites(ports="free", today=TODAY) as sites:
        for site in sites.site_ids:
            lines = read(sites, sites.base(site) + "/robots.txt").splitlines()
            assert lines[:3] == ["User-agent: *", "Crawl-delay: 0.2", "Disallow: /private/"]
            assert (f"Sitemap: {sites.base(site)}/sitemap-news.xml" in lines) == (site != "demo-thinktank")
        assert sites.trespasses == []
        links = parsed(read(sites, sites.base("demo-agency") + "/")).links
        draft = next(link for link in links if link.startswith("/private/"))
        read(sites, sites.base("demo-agency") + draft)
        assert [exchange.target for exchange in sites.trespasses] == [draft]


def test_missing_pages_are_404(sites: DemoSites) -> None:
    """A path that is nowhere answers 404 with a small page."""
    for site in sites.site_ids:
        head, body = split(ask(sites.base(site) + "/no/such/page")[1])
        assert head[0] == b"HTTP/1.1 404 Not Found"
        assert b"<h1>" in body


def test_magazine_prints_ten_tickers_and_the_day_of_the_crawl_first(sites: DemoSites) -> None:
    """The first date of the form is the day of the crawl, the second the day of publication."""
    for article in of_site(sites, "demo-magazine"):
        page = read(sites, article.url)
        assert page.count("KGS/USD = 0.01144 0%") == 10
        texts = [text for text in parsed(page).texts if re.fullmatch(r"\d+ [A-Z][a-z]+ \d{4}", text)]
        published = f"{article.published.day} {article.published:%B %Y}"
        assert texts == ["22 November 2026", published]
        assert texts[0] != texts[1]


def test_magazine_has_a_machine_readable_date_on_half_of_its_pages(sites: DemoSites) -> None:
    """Every other page carries the published_time and JSON-LD, the rest no date but the visible one."""
    pages = {article: read(sites, article.url) for article in of_site(sites, "demo-magazine")}
    dated = [page for article, page in pages.items() if article.published.isoformat() in page]
    assert len(dated) == 8
    assert all("article:published_time" in page and "NewsArticle" in page for page in dated)


def test_magazine_repeats_its_author_and_suggests_three_articles(sites: DemoSites) -> None:
    """Name twice, two paragraphs of biography, the glued link and the teasers surround the text."""
    article = of_site(sites, "demo-magazine")[0]
    page = read(sites, article.url)
    assert page.count(f"<h4>{article.authors[0]}</h4>") == 2
    assert f"View more articles from{article.authors[0]}<" in page
    assert len(article.author_bio) == 2
    related = page.partition("Suggested Articles")[2].partition("</section>")[0]
    assert related.count("<a ") == 3
    assert article.path not in related


def test_thinktank_repeats_its_title_and_disclaims(sites: DemoSites) -> None:
    """The title comes as h1 and h3, the date in Uzbek, the disclaimer after a star."""
    article = of_site(sites, "demo-thinktank")[-1]
    reader = parsed(read(sites, article.url))
    assert reader.texts.count(article.title) == 2
    assert reader.texts.count("Ulashish") == 2
    assert any(text.startswith("* Institut hech qanday masala") for text in reader.texts)
    assert any(re.fullmatch(r"\d+-[a-z]+, 20\d\d", text) for text in reader.texts)


def test_ministry_is_shift_jis_with_era_dates(sites: DemoSites) -> None:
    """Header and meta declare Shift_JIS, the bytes decode, and what the encoding lacks is a character reference."""
    for article in of_site(sites, "demo-ministry"):
        head, body = split(ask(article.url)[1])
        assert b"Content-Type: text/html; charset=Shift_JIS" in head
        page = body.decode("cp932")
        day = article.published
        assert '<meta charset="Shift_JIS">' in page
        assert f"令和{day.year - 2018}年{day.month}月{day.day}日" in page
        texts = [text.strip() for text in parsed(page).texts]
        assert texts.index("欧州") < texts.index("欧州へ戻る")


def test_ministry_writes_references_for_what_shift_jis_lacks() -> None:
    """A letter that cp932 would lose or change comes as a numeric character reference and reads as itself again."""
    paragraph = "オシュ\u301cアルマティ\u2014\u0416"
    text = MINIMAL.replace("demo-magazine", "demo-ministry").replace("Text.", paragraph)
    page = pages(parse_site("x.toml", text), TODAY)["/press/2025/a-slug.html"].body.decode("cp932")
    assert "オシュ&#12316;アルマティ&#8212;\u0416" in page
    assert paragraph in parsed(page).texts


def test_agency_glues_credits_and_interrupts_the_text(sites: DemoSites) -> None:
    """Dateline, glued photo credits, boxes in the middle and at the end, counters and invitations are on each page."""
    for article in of_site(sites, "demo-agency"):
        page = read(sites, article.url)
        months = ["янв", "фев", "мар", "апр", "мая", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"]
        day = f"{article.published.day} {months[article.published.month - 1]}"
        assert re.match(rf"[А-ЯЁ-]+, {day} — Демо-Агентство\. ", article.body[0])
        assert page.count("Читайте также") == 2
        assert f"{article.published:%H:%M %d.%m.%Y}" in page
        assert f'"article:published_time" content="{article.published.isoformat()}"' in page
        assert "Telegram" in page
        assert "Ctrl+Enter" in page
        for figure in article.figures:
            assert f"{figure.caption}Фото: {figure.credit}" in page


def test_one_sided_pages_do_not_name_the_other_side() -> None:
    """The texts labelled off hold the words of one side at most; core and mention name both early on."""
    for site in load_sites():
        for article in site.articles:
            words_of_sides = [words[article.language] for words in (CENTRAL_ASIA, JAPAN)]
            sides = [bool(re.search(words, gold(article))) for words in words_of_sides]
            assert all(sides) == (article.label != "off"), (article.slug, sides)
            start = " ".join([article.title, *article.paragraphs[:2]]).lower()
            if article.label in ("core", "mention"):
                assert all(re.search(words, start) for words in words_of_sides), article.slug


def test_no_two_articles_share_a_paragraph() -> None:
    """Each paragraph of all four sites is written once."""
    entries = [
        text for site in load_sites() for article in site.articles for text in article.paragraphs if len(text) > 60
    ]
    assert [text for text, count in Counter(entries).items() if count > 1] == []


def test_served_holds_the_bytes_that_a_raw_client_saw() -> None:
    """Request and response of each exchange are kept byte for byte, in order, HEAD and 404 included."""
    with DemoSites(ports="free", today=TODAY) as sites:
        expected = []
        for site in sites.site_ids:
            for target, method in (("/", "GET"), ("/robots.txt", "GET"), ("/", "HEAD"), ("/none", "GET")):
                request, response = ask(sites.base(site) + target, method=method, headers={"Accept-Encoding": "gzip"})
                host = sites.base(site).removeprefix("http://")
                expected.append(Served(site, method, target, host, request, response))
        assert sites.served == expected


def test_connections_are_kept_alive() -> None:
    """Two requests sent in one piece on one connection get two answers, and two exchanges are kept."""
    with DemoSites(ports="free", today=TODAY) as sites:
        host = sites.base("demo-thinktank").removeprefix("http://")
        first = f"GET /robots.txt HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
        last = f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
        name, _, port = host.partition(":")
        with socket.create_connection((name, int(port)), timeout=10) as connection:
            connection.sendall(first + last)
            received = b"".join(iter(lambda: connection.recv(4096), b""))
        assert [exchange.request for exchange in sites.served] == [first, last]
        assert received == b"".join(exchange.response for exchange in sites.served)
        assert received.count(b"HTTP/1.1 200 Okey Dokey\r\n") == 2


def test_magazine_sends_gzip_in_uneven_chunks_with_odd_headers(sites: DemoSites) -> None:
    """Header case, repeated cookies and chunk borders are as odd as promised, and the gzip is stable."""
    answers = [ask(sites.articles[0].url, headers={"Accept-Encoding": "br, gzip"})[1] for _ in range(2)]
    head, body = split(answers[0])
    assert answers[0] == answers[1]
    assert any(line.startswith(b"sErVeR: ") for line in head)
    assert [line.lower().partition(b":")[0] for line in head].count(b"set-cookie") == 2
    assert b"Content-Encoding: gzip" in head
    assert answers[0].partition(b"\r\n\r\n")[2].startswith(b"7\r\n")
    assert body == split(ask(sites.articles[0].url)[1])[1]


def test_ministry_sends_a_trailer_and_a_latin_1_byte(sites: DemoSites) -> None:
    """The chunked body ends in a trailer field, and one header holds a byte outside ASCII."""
    _, response = ask(sites.base("demo-ministry") + "/")
    assert b"X-Served-By: Caf\xe9\r\n" in response
    assert re.search(rb"\r\n0\r\nX-Body-Sha256: [0-9a-f]{64}\r\n\r\n$", response)


def test_agency_answers_304_to_a_known_etag(sites: DemoSites) -> None:
    """A client that knows the page gets an empty 304; one that knows another gets the page."""
    article = of_site(sites, "demo-agency")[0]
    head, _ = split(ask(article.url)[1])
    etag = next(line for line in head if line.startswith(b"ETag: ")).decode().removeprefix("ETag: ")
    assert any(line.startswith(b"Last-Modified: ") for line in head)
    for known in (etag, etag.removeprefix("W/"), f'"old", {etag}', "*"):
        again, body = split(ask(article.url, headers={"If-None-Match": known})[1])
        assert (again[0], body) == (b"HTTP/1.1 304 Not Modified", b"")
        assert f"ETag: {etag}".encode() in again
    assert split(ask(article.url, headers={"If-None-Match": '"old"'})[1])[0][0] == b"HTTP/1.1 200 OK"


@pytest.mark.parametrize("site", sorted(PORTS))
def test_head_gives_the_head_of_get(sites: DemoSites, site: str) -> None:
    """HEAD is answered by the same head as GET, without a body."""
    url = of_site(sites, site)[0].url
    assert ask(url, method="HEAD")[1] == ask(url)[1].partition(b"\r\n\r\n")[0] + b"\r\n\r\n"


@pytest.mark.parametrize("site", sorted(PORTS))
def test_http_1_0_gets_no_chunks(sites: DemoSites, site: str) -> None:
    """A client of the older protocol gets a plain body of the announced length."""
    head, _, body = ask(of_site(sites, site)[0].url, version="1.0")[1].partition(b"\r\n\r\n")
    assert b"chunked" not in head
    assert f"Content-Length: {len(body)}".encode() in head


@pytest.mark.parametrize(("method", "version", "status"), [("POST", "1.1", b"405"), ("GET", "9.9", b"400")])
def test_odd_requests_are_refused(sites: DemoSites, method: str, version: str, status: bytes) -> None:
    """Methods other than GET and HEAD are 405, what is not HTTP/1 is 400; the connection closes."""
    for site in sites.site_ids:
        assert ask(sites.base(site) + "/", method=method, version=version)[1].split(b" ")[1] == status


def test_the_same_day_gives_the_same_pages_and_another_day_only_other_noise() -> None:
    """Two runs differ in nothing but the port; on another day the noise moves, the gold and the ETag stay."""
    with DemoSites("free", TODAY) as one, DemoSites("free", TODAY) as two, DemoSites("free", date(2027, 1, 9)) as later:
        for site in one.site_ids:
            path = of_site(one, site)[3].path
            first, second, third = ((run.base(site), ask(run.base(site) + path)[1]) for run in (one, two, later))
            if site == "demo-thinktank":  # The others carry lengths or digests that depend on the port.
                assert first[1].replace(first[0].encode(), b"") == second[1].replace(second[0].encode(), b"")
            bodies = [split(answer)[1].replace(base.encode(), b"") for base, answer in (first, second, third)]
            assert bodies[0] == bodies[1]
            assert (bodies[0] != bodies[2]) == (site in ("demo-magazine", "demo-agency"))
        etags = {re.search(rb"ETag: (\S+)", ask(run.base("demo-agency") + path)[1]) for run in (one, later)}
        assert len({found[1] for found in etags if found}) == 1


def test_a_taken_port_is_named() -> None:
    """Fixed ports that are in use raise an error with the port, and ports taken so far are given back."""
    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            squatter.bind(("127.0.0.1", PORTS["demo-agency"]))
        except OSError:
            pytest.skip("the fixed ports are in use on this machine")
        squatter.listen()
        with pytest.raises(DemoPortTaken) as caught:
            DemoSites(ports="fixed", today=TODAY)
    assert caught.value.port in PORTS.values()


def test_sites_start_fast_and_close_twice() -> None:
    """A start costs little, and a second close is harmless."""
    began = perf_counter()
    sites = DemoSites(ports="free", today=TODAY)
    assert perf_counter() - began < 1.0  # 0.1 s alone on a machine; tests run side by side
    sites.close()
    sites.close()
    with pytest.raises(OSError, match="refused"):
        ask(sites.base("demo-agency") + "/")


def test_source_files_name_the_real_ports(sites: DemoSites, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Written source files point at the running sites, agree with the content, and their regexes sort the URLs."""
    folder = tmp_path_factory.mktemp("sources") / "new"
    written = sites.write_sources(folder)
    assert [path.stem for path in written] == sites.site_ids
    loaded = {site.id: site for site in load_sites()}
    for path in written:
        text = path.read_text(encoding="utf-8")
        source = tomllib.loads(text)
        site = loaded[source["id"]]
        base = sites.base(site.id)
        assert default_base(site.id) not in text
        assert (source["name"], source["timezone"]) == (site.name, site.timezone)
        assert source["scope"]["hosts"] == [base.removeprefix("http://")]
        assert all(read(sites, entry["url"]) for entry in source["entries"])
        articles = [article.url for article in of_site(sites, site.id)]
        assert set(source["scope"]["samples"]) <= set(articles)
        assert all(sorts(source, url.removeprefix(base)) == ["article"] for url in articles)
        assert sorts(source, "/tag/japan/page/2/") == ["listing"]
        assert sorts(source, "/private/draft-annual-plan/") == ["exclude"]
        assert sorts(source, "/feed/") == []


def sorts(source: dict[str, dict[str, list[str]]], path: str) -> list[str]:
    """The scope lists that have a regex found in the path."""
    return [
        key for key in ("article", "listing", "exclude") if any(re.search(rule, path) for rule in source["scope"][key])
    ]


MINIMAL = """
[site]
id = "demo-magazine"
name = "Name"
language = "en"
timezone = "Asia/Almaty"
[[article]]
slug = "a-slug"
title = "Title"
published = 2025-09-03T10:15:00+05:00
authors = []
section = "News"
tags = []
label = "core"
body = ["Text.", "## Subhead", "- item"]
"""


def test_marks_are_taken_off_the_gold() -> None:
    """Subheads and list items lose their marks."""
    site = parse_site("x.toml", MINIMAL)
    assert site.articles[0].paragraphs == ("Text.", "Subhead", "item")
    assert site.articles[0].url == "http://127.0.0.1:47801/a-slug/"


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('"demo-magazine"', '"demo-other"', "[site] id"),
        ('"Asia/Almaty"', '"Asia/Nowhere"', "[site] timezone"),
        ('"a-slug"', '"A slug"', "article A slug: slug"),
        ('label = "core"', 'label = "good"', "article a-slug: label"),
        ("+05:00", "", "article a-slug: published"),
        ('title = "Title"', "title = 3", "article a-slug: title"),
        ('title = "Title"', "", "article a-slug"),
        ("tags = []", "tags = []\nviews = 3", "article a-slug"),
        ('"Text."', '" Text."', "article a-slug: body"),
        ('body = ["Text.", "## Subhead", "- item"]', "body = []", "article a-slug: body"),
        ('"Text."', '"Text.", "Text."', "body"),
        ("[[article]]", "[[other]]", "top level"),
    ],
)
def test_a_slip_in_the_content_is_named(old: str, new: str, where: str) -> None:
    """Each broken rule of the format raises an error that says where."""
    with pytest.raises(DemoContentError) as caught:
        parse_site("x.toml", MINIMAL.replace(old, new, 1))
    assert caught.value.where == where
