"""How a made-up site is laid out, as values; `LAYOUTS` are the sites of the web. Pure.

Each row is a way of building a news site that is met in the region: a CMS, what it announces and where, how it pages its
lists, under which other addresses it shows its articles, and what it gets wrong.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One way of building a site.

    `article` is the address of an article with {slug}, {title}, {id}, {section}, {y}, {m}, {d}, {hex}, {code}; one for each section
    where `|` stands between. `feed` is rss, atom, rdf,
    json or None, at `feed_path`. `sitemap` is none, flat, days, months, numbered, wp-core or news. `lists` are all, sections, tag, home or none;
    `list_path` is where they are, with {name}. `pager` is next, rel, numbers, arrows, offset, json, html, cursor or none.
    `dates` is how a list shows the day: time, text or none. `archive` is none, days, dotted or months. `per_page` and `in_feed` count
    articles. `twists` are whatever else is odd: see `site`, where each is done.
    """

    name: str
    language: str
    article: str
    feed: str | None = None
    feed_path: str = "/feed/"
    sitemap: str = "none"
    lists: str = "all"
    list_path: str = "/news/"
    pager: str = "next"
    page_path: str = "?page={n}"
    dates: str = "time"
    archive: str = "none"
    sections: tuple[str, ...] = ("politics", "economy", "culture")
    per_page: int = 10
    in_feed: int = 15
    twists: frozenset[str] = frozenset()


def site_row(name: str, language: str, article: str, *twists: str, **more: object) -> Layout:
    """A layout; what is odd about it follows the address of its articles."""
    return Layout(name=name, language=language, article=article, twists=frozenset(twists), **more)  # type: ignore[arg-type]


_site = site_row
_WP = {"feed": "rss", "feed_path": "/feed/", "list_path": "/category/{name}/", "page_path": "page/{n}/"}
_RU = ("politika", "ekonomika", "obshchestvo")

LAYOUTS = (
    _site("wordpress-en", "en", "/{y}/{m:02}/{slug}/", "utm-feed", lists="sections", pager="next", **_WP),
    _site("wordpress-yoast", "en", "/{slug}/", "amp-suffix", sitemap="numbered", lists="sections", **_WP),
    _site("wordpress-days", "ky", "/{y}/{m:02}/{d:02}/{slug}/", "calendar", archive="days", lists="none",
          dates="none", feed="rss"),
    _site("wordpress-cyrillic", "tg", "/{y}/{m:02}/{title}/", "raw-hrefs", lists="all", list_path="/novosti/",
          feed="rss", page_path="page/{n}/"),
    _site("drupal-nodes", "en", "/node/{id}", "print", feed="rss", feed_path="/rss.xml", lists="all", list_path="/news",
          pager="numbers", page_path="?page={n0}"),
    _site("drupal-months", "ru", "/{lang}/content/{slug}", "hreflang", sitemap="months", lists="sections",
          list_path="/{lang}/{name}", dates="none", sections=_RU),
    _site("bitrix", "ru", "/news/{section}/{id}/", "slash-list", "cp1251", feed="rss", feed_path="/rss/", lists="all",
          pager="numbers", page_path="?PAGEN_1={n}", dates="text", sections=_RU),
    _site("dle", "ru", "/{section}/{id}-{slug}.html", "print-dle", feed="rss", feed_path="/rss.xml", lists="all",
          list_path="/lastnews/", pager="arrows", page_path="page/{n}/", dates="text", sections=_RU),
    _site("ministry-ru", "ru", "/ru/news/{id}", lists="all", list_path="/ru/news", pager="numbers",
          page_path="?page={n}", dates="text", sections=("news",)),
    _site("ministry-kk", "kk", "/kk/press/news/details/{id}", "soft404", lists="all", list_path="/kk/press/news",
          pager="numbers", page_path="/{n}", dates="text", sections=("news",)),
    _site("embassy-ja", "ja", "/itpr_ja/{hex}.html", lists="all", list_path="/itpr_ja/news.html", pager="none",
          per_page=400, dates="text", sections=("news",)),
    _site("agency-ja", "ja", "/article/{y}{m:02}{d:02}{hex}.html", feed="rdf", feed_path="/index.rdf", lists="all",
          list_path="/list/", pager="next", page_path="{n}.html", dates="text"),
    _site("paper-ja", "ja", "/articles/{hex}", "sjis", sitemap="news", lists="sections", list_path="/{name}/",
          pager="next", dates="text"),
    _site("query-ids", "en", "/news.php?id={id}", "session", feed="rss", feed_path="/rss.php", lists="all",
          list_path="/list.php", page_path="?p={n}", pager="numbers"),
    _site("aspx", "tk", "/{lang}/view.aspx?nid={id}", "index", lists="all", list_path="/{lang}/all.aspx",
          page_path="?start={offset}", pager="offset", dates="text"),
    _site("view-ids", "uz", "/uz/view/{id}/", "canonical", lists="all", list_path="/uz/all/", pager="next",
          feed="atom", feed_path="/atom.xml"),
    _site("load-json", "en", "/story/{slug}-{id}", lists="all", pager="json", feed="rss", dates="none"),
    _site("load-html", "uz-Cyrl", "/news/{y}/{m:02}/{d:02}/{slug}", lists="all", list_path="/news", pager="html",
          feed="rss", feed_path="/news/rss", dates="text"),
    _site("load-cursor", "kk", "/news/{slug}_{id}/", lists="all", list_path="/news/", pager="cursor", dates="time"),
    _site("months-gz", "ru", "/news/{id}/", "utm-feed", sitemap="months", feed="rss", lists="all", dates="none"),
    _site("flat-map", "en", "/{section}/{slug}", "facets", sitemap="flat", lists="sections", list_path="/{name}"),
    _site("news-map", "en", "/{section}/{slug}-{id}", sitemap="news", lists="sections", list_path="/{name}/",
          pager="rel", dates="time"),
    _site("archive-days", "ru", "/{y}/{m:02}/{d:02}/{slug}.html", lists="none", archive="days", dates="none"),
    _site("archive-months", "tk", "/habar/{id}", lists="none", archive="months", dates="text"),
    _site("json-feed", "en", "/posts/{slug}", feed="json", feed_path="/feed.json", lists="all", list_path="/posts/",
          page_path="page/{n}", pager="next"),
    _site("broken-xml", "uz", "/yangiliklar/{slug}", "broken-feed", feed="rss", feed_path="/rss", lists="all",
          list_path="/yangiliklar", pager="next"),
    _site("moved", "ru", "/news/{id}-{slug}", "moved", feed="rss", lists="all", list_path="/news", pager="numbers"),
    _site("amp-doubles", "en", "/{section}/{slug}.html", "amp-prefix", feed="rss", lists="sections",
          list_path="/{name}/", pager="next"),
    _site("base-href", "ky", "/kg/kabar/{id}", "base", lists="all", list_path="/kg/kabar", pager="next", feed="rss",
          feed_path="/kg/rss"),
    _site("flaky", "tg", "/tj/news/{slug}", "503", lists="all", list_path="/tj/news", pager="numbers", feed="rss"),
    _site("sections-alone", "kk", "/{section}/{slug}-{id}/", lists="sections", list_path="/{name}/", pager="numbers",
          page_path="?page={n}", dates="text", sections=("saiasat", "ekonomika", "qogam", "alem")),
    _site("tag-and-news", "uz", "/oz/news/{y}/{m:02}/{d:02}/{slug}", "slash-list", "calendar", lists="all",
          list_path="/oz/news/list", pager="numbers", feed="rss", feed_path="/oz/rss"),
    _site("think-tank", "en", "/en/outputnews/{slug}", lists="all", list_path="/en/outputnews/2", pager="next",
          dates="text", sections=("papers",)),
    _site("short-slugs", "ja", "/report/{id}/", "raw-hrefs", sitemap="flat", lists="all", list_path="/report/",
          page_path="page/{n}/", dates="none"),
    _site("sidebars", "en", "/{y}/{m:02}/{slug}/", "sidebar", "plain-slugs", feed="rss", lists="sections",
          list_path="/category/{name}/", page_path="page/{n}/"),
    _site("sidebar-list", "ru", "/news/{slug}.html", "sidebar", "plain-slugs", feed="rss", lists="all", pager="short",
          page_path="?page={n}", dates="text", sections=_RU),
    _site("tags-alone", "en", "/{slug}", "plain-slugs", feed="rss", lists="sections", list_path="/tag/{name}/",
          sections=("water", "trade", "energy", "culture", "visas")),
    _site("nine-sections", "ru", "/{section}/{id}-{slug}/", "plain-slugs", "sidebar", lists="sections", list_path="/{name}/",
          pager="numbers", dates="text",
          sections=("politika", "ekonomika", "obshchestvo", "sport", "kultura", "mir", "nauka", "zhizn", "region")),
    _site("deep-archive", "ru", "/news/{id}/", "deep-archive", "sidebar", lists="none", archive="days", dates="none"),
    _site("orders", "en", "/article/{id}", "orders", lists="all", list_path="/articles", pager="numbers", feed="rss"),
    _site("dl-list", "ja", "/press/{y}/{id}.html", "dl", lists="all", list_path="/press/index.html",
          page_path="?page={n}", dates="text", sections=("press",)),
    _site("index-doubles", "ky", "/news/{slug}/", "index-doubles", lists="all", list_path="/news/", pager="next", feed="rss"),
    _site("load-script", "en", "/read/{slug}", "script", "plain-slugs", lists="all", list_path="/latest", pager="json"),
    _site("three-tongues", "kk", "/{section}/news/{id}", lists="sections", list_path="/{name}/news", pager="numbers",
          sections=("ru", "kk", "en"), dates="time"),
    _site("undated-map", "tg", "/{y}/{m:02}/{d:02}/{slug}", "undated-map", sitemap="flat", lists="all", dates="none"),
    _site("map-unnamed", "uz", "/{section}/{slug}.html", "plain-slugs", "utm-list", feed="rss", lists="sections",
          list_path="/{name}/", sitemap="news", sections=("siyosat", "iqtisod", "jamiyat")),
    _site("wordpress-paged", "uz", "/?p={id}", feed="rss", lists="all", list_path="/?cat=5", page_path="&paged={n}"),
    _site("joomla", "ru", "/index.php/novosti/{id}-{slug}", "relative", lists="all", list_path="/index.php/novosti",
          page_path="?start={offset}", pager="arrows", dates="text", sections=_RU),
    _site("atom-pages", "en", "/notes/{slug}", "feed-pages", feed="atom", feed_path="/atom", lists="none"),
    _site("json-pages", "ja", "/entry/{id}", "feed-pages", feed="json", feed_path="/feed.json", lists="none"),
    _site("map-days", "ru", "/{section}/{id}/", sitemap="days", feed="rss", lists="sections", list_path="/{name}/",
          dates="none", sections=_RU),
    _site("archive-dotted", "ru", "/news/{id}.html", lists="none", archive="dotted", dates="text"),
    _site("ministry-reiwa", "ja", "/press/release/{id}.html", "reiwa", lists="all", list_path="/press/release/index.html",
          page_path="?p={n}", pager="numbers", dates="text", sections=("press",)),
    _site("cyrillic-tree", "kk", "/kz/%D0%B6%D0%B0%D2%A3%D0%B0%D0%BB%D1%8B%D2%9B/{title}-{id}", "raw-hrefs", lists="all", list_path="/kz/%D0%B6%D0%B0%D2%A3%D0%B0%D0%BB%D1%8B%D2%9B%D1%82%D0%B0%D1%80",
          page_path="?page={n}", pager="short", dates="text"),
)  # fmt: skip
