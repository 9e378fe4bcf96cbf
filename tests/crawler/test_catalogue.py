"""crawler/sources: the catalogue as a whole, and what its patterns say of addresses that were seen or that mislead."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import pytest

from crawler.config import load_catalogue
from crawler.scope import Verdict, classify
from crawler.urls import host_of, normalise_url

if TYPE_CHECKING:
    from crawler.config import Catalogue

LANGUAGES = {"en", "ja", "ru", "kk", "uz", "ky", "tg", "tk"}
COUNTRIES = {"KZ", "UZ", "KG", "TJ", "TM", "JP"}

# host -> why two publishers share it; none does so far
SHARED_HOSTS: dict[str, str] = {}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def test_the_catalogue_covers_the_region(catalogue: Catalogue) -> None:
    """At least 45 publishers, all eight languages, a publisher in each of the six countries."""
    assert len(catalogue) >= 45
    assert {language.partition("-")[0] for source in catalogue for language in source.languages} >= LANGUAGES
    assert {source.country for source in catalogue} >= COUNTRIES


def test_every_source_can_be_crawled_politely(catalogue: Catalogue) -> None:
    """Each has a zone, a kind and entries on its own hosts, and waits at least a second between requests."""
    wrong = [
        source.id
        for source in catalogue
        if not (source.timezone and source.kind and source.entries)
        or source.politeness.delay < 1
        or any(host_of(entry.url) not in source.scope.hosts for entry in source.entries)
    ]

    assert not wrong


def test_every_fact_is_there_or_marked(catalogue: Catalogue) -> None:
    """Names, kind, zone, rights and contact of each; samples that are articles, on hosts of the source."""
    for source in catalogue:
        assert all((source.name, source.name_en, source.rights, source.contact, source.scope.samples)), source.id
        assert {"article"} == {classify(source, url).kind for url in source.scope.samples}, source.id


def test_no_host_belongs_to_two_sources(catalogue: Catalogue) -> None:
    """An address has one owner, unless the table says why not."""
    owners = defaultdict(list)
    for source in catalogue:
        for host in source.scope.hosts:
            owners[host].append(source.id)

    assert SHARED_HOSTS.keys() == {host for host, ids in owners.items() if len(ids) > 1}


# Addresses of feeds that stand in much public code and that a probe of 2026-09 found dead or no feed.
DEAD_FEEDS = [
    "https://24.kg/rss/all",
    "https://avesta.tj/en/feed",
    "https://cabar.asia/feed",
    "https://daryo.uz/feed",
    "https://en.centralasia.news/feed",
    "https://informburo.kz/rss",
    "https://kabar.kg/rus/rss",
    "https://kun.uz/en/rss",
    "https://rus.ozodi.org/api/zrqiteuuir",
    "https://tengrinews.kz/rss",
    "https://tengrinews.kz/rss_news/all.xml",
    "https://turkmenportal.com/en/rss",
    "https://vlast.kz/rss",
    "https://www.mofa.go.jp/rss/rss.xml",
    "https://zakon.kz/rss",
]


def test_no_entry_is_a_feed_known_to_be_dead(catalogue: Catalogue) -> None:
    """What others found dead is not asked again each day."""
    entries = {entry.url.rstrip("/") for source in catalogue for entry in source.entries}

    assert set() == entries & set(DEAD_FEEDS)


def test_an_entry_is_no_article(catalogue: Catalogue) -> None:
    """A page that only lists would be archived as an article again and again, and so would its further pages."""
    articles = [
        entry.url
        for source in catalogue
        for entry in source.entries
        for url in (entry.url, f"{entry.url.rstrip('/')}/page/2/", f"{entry.url}?page=2")
        if entry.type == "listing" or url == entry.url
        if classify(source, url) == Verdict(kind="article")
    ]

    assert not articles


TABLE = [
    # articles, in each language
    ("astanatimes", "https://astanatimes.com/2025/12/tokyo-declaration-opens-new-chapter/", "article"),
    ("japannews", "https://japannews.yomiuri.co.jp/politics/politics-government/20251220-299001/", "article"),
    ("mofa_jp", "https://www.mofa.go.jp/mofaj/erp/ca_c/pageit_000001_02641.html", "article"),
    ("jetro", "https://www.jetro.go.jp/biznews/2024/03/c6652ac86fbed5da.html?utm_source=x", "article"),
    ("24kg", "https://24.kg/vlast/355209_sadyir_japarov_vstretilsya_simperatorom_yaponii_naruhito/", "article"),
    ("tengrinews", "https://kaz.tengrinews.kz/events/nepaldagy-zer-silkinisi-261601", "article"),
    ("sputnik_uz", "https://sputniknews.uz/20251220/mirziyoev-markaziy-osiyo-yaponiya-54334047.html", "article"),
    ("azattyk", "https://www.azattyk.org/a/33627714.html", "article"),
    ("mfa_tj", "https://mfa.tj/tg/main/view/5663/muloqoti-vaziri-korhoi-khoriji-bo-safiri-yaponiya", "article"),
    ("garagumsowda", "https://garagumsowda.com/dunya/yaponiya-turkmenistana-taze-ilci-belledi/", "article"),
    ("jiji", "https://www.jiji.com/jc/article?k=2026051200308&g=pol", "article"),
    ("nhk", "https://www3.nhk.or.jp/nhkworld/news/20261007de56161/", "article"),
    # slugs in the reader's own script
    ("silkroadbiz", "https://silkroadbiz.jp/ウズベキスタン進出", "article"),
    ("khovar", "https://khovar.tj/2025/12/вохӯрӣ-бо-сафири-япония/", "article"),
    # the slug is Russian, the page is Turkmen: the address says nothing of the language
    ("turkmenportal", "https://turkmenportal.com/tm/blog/44031/turkmenistan-i-kitai-provedut-peregovory", "article"),
    # mirrors, former names and a final dot are the same publisher
    ("24kg", "https://24-kg.com/english/63764_More_Kyrgyzstanis_to_work_in_Japan/", "article"),
    ("kun_uz", "https://m.kun.uz/news/2024/06/07/janubiy-koreya-prezidenti", "article"),
    ("asiaplus", "http://news.tj/en/node/223344", "article"),
    ("informburo", "https://informburo.kz./amp/kaz/kogam/zaponiyanyn-qazaqstandagy-elsisi", "article"),
    # a second part, and an address that is all query
    ("wedge", "https://wedge.ismedia.jp/articles/-/39957?page=2", "article"),
    ("silkroadbiz", "https://silkroadbiz.jp/?p=289", "article"),
    # pages that list
    ("mofa_jp", "https://www.mofa.go.jp/mofaj/area/europe/caj/index.html", "listing"),
    ("jica", "https://www.jica.go.jp/information/press/2026/index.html", "listing"),
    ("mfa_tm", "https://japan.tmembassy.gov.tm/en/news", "listing"),
    ("emb_japan_uz", "https://www.uz.emb-japan.go.jp/itpr_ja/index.html", "listing"),
    ("silkroadbiz", "https://silkroadbiz.jp/tag/中央アジア/page/2", "listing"),
    ("iais", "https://iais.uz/en/outputnews/3?page=2", "listing"),
    ("thediplomat", "https://thediplomat.com/tag/central-asia/page/3/", "listing"),
    # what is on the host and is no article
    ("astanatimes", "https://astanatimes.com/2025/03/feed/", "excluded"),
    ("astanatimes", "https://astanatimes.com/2025/03/", "not_article"),
    ("garagumsowda", "https://garagumsowda.com/tag/yaponiya-we-merkezi-aziya/", "excluded"),
    ("japannews", "https://japannews.yomiuri.co.jp/politics/attachment/20251220-1/", "excluded"),
    ("kun_uz", "https://kun.uz/news/category/jahon", "not_article"),
    ("tengrinews", "https://tengrinews.kz/kazakhstan_news/", "not_article"),
    ("trend_az", "https://en.trend.az/casia/photo.jpg", "media"),
    ("atavatan", "https://atavatan-turkmenistan.com/dunya/", "not_article"),
    ("jamestown", "https://jamestown.org/program/china-brief/", "not_article"),
    ("asahi", "https://www.asahi.com/ajw/", "not_article"),
    ("24kg", "https://24.kg/english/1_a/1_a/1_a/", "trap"),
    # copies elsewhere
    (None, "https://staging.jamestown.org/program/kazakhstan-completes-major-uranium/", "foreign_host"),
    (None, "https://ayoohadir.com/2024/03/jetro-biznews", "foreign_host"),
    (None, "https://gov-base.info/2022/12/16/177668", "foreign_host"),
]


@pytest.mark.parametrize(("owner", "url", "expected"), TABLE)
def test_what_an_address_is(catalogue: Catalogue, owner: str | None, url: str, expected: str) -> None:
    """One source owns it, or none; it is an article, a listing, or refused for this reason."""
    source = catalogue.for_host(host_of(normalise_url(url)))
    assert owner == (source.id if source else None)

    verdict = classify(source or catalogue.get("timesca"), url)

    assert expected == (verdict.refused or verdict.kind)
