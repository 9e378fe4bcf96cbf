"""What a made-up site announces beside its lists: feeds in their kinds and faults, sitemaps, robots.txt. Pure."""

from __future__ import annotations

import datetime as dt
import gzip
import json
from email.utils import format_datetime
from html import escape
from typing import TYPE_CHECKING

from tests.web.stories import slug_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.web.site import Site
    from tests.web.stories import Story

_ZONE = dt.timezone(dt.timedelta(hours=5))
_MAP = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_NEWS = 'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'


def announce(site: Site) -> None:
    """Add the feed, the sitemaps and the robots.txt that the layout asks for."""
    if site.has("feed-pages"):
        _paged_feed(site)
    elif site.layout.feed:
        newest = site.stories[: site.layout.in_feed]
        body = {"rss": _rss, "atom": _atom, "rdf": _rdf, "json": _json}[site.layout.feed](site, newest)
        if site.has("broken-feed"):
            body = "\n<br />\n<b>Notice</b>: Undefined index\n" + body.replace(
                "</channel></rss>", "<item><title>torn & cu"
            )
        kind = "application/feed+json" if site.layout.feed == "json" else "application/xml"
        site.add(site.layout.feed_path, body.encode(), kind=kind, tells=_numbers(newest))
    _robots(site)


def _paged_feed(site: Site) -> None:
    """A feed that goes on as RFC 5005 has it, or by the next_url of a JSON Feed."""
    size, path, before = site.layout.in_feed, site.layout.feed_path, None
    for start in range(0, site.count, size):
        group = site.stories[start : start + size]
        number = start // size + 1
        more = f"BASE{path}?page={number + 1}" if start + size < site.count else None
        if site.layout.feed == "json":
            body = json.dumps({**json.loads(_json(site, group)), **({"next_url": more} if more else {})})
        else:
            body = _atom(site, group).replace(
                "<title>", f'<link rel="next" href="{more}"/><title>' if more else "<title>", 1
            )
        target = path if number == 1 else f"{path}?page={number}"
        kind = "application/feed+json" if site.layout.feed == "json" else "application/atom+xml"
        site.add(target, body.encode(), kind=kind, tells=_numbers(group), needs=before, is_list=True)
        before = target


def _robots(site: Site) -> None:
    robots = "User-agent: *\nDisallow: /admin/\n"
    if site.layout.sitemap != "none":
        robots += f"\nSitemap: BASE{_sitemap(site)}\n"
    if site.has("tags"):
        robots += "\nUser-agent: BadBot\nDisallow: /\n"
    site.add("/robots.txt", robots.encode(), kind="text/plain")


def _numbers(stories: Iterable[Story]) -> frozenset[int]:
    return frozenset(story.number for story in stories)


def _when(story: Story) -> dt.datetime:
    return story.published.replace(tzinfo=_ZONE)


def _url(site: Site, story: Story) -> str:
    path = site.moved.get(story.number, site.paths[story.number])
    if site.has("utm-feed"):
        path += ("&" if "?" in path else "?") + "utm_source=rss&utm_medium=feed"
    return escape(path if site.has("broken-feed") else f"BASE{path}")


def _rss(site: Site, stories: Sequence[Story]) -> str:
    items = "".join(
        f"<item><title><![CDATA[{story.title}]]></title><link>{_url(site, story)}</link>"
        f"<pubDate>{format_datetime(_when(story))}</pubDate></item>"
        for story in stories
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>{site.layout.name}</title>'
        f"<link>BASE/</link>{items}</channel></rss>"
    )


def _atom(site: Site, stories: Sequence[Story]) -> str:
    items = "".join(
        f'<entry><title>{escape(story.title)}</title><link href="{_url(site, story)}"/><id>{site.paths[story.number]}</id>'
        f"<published>{_when(story).isoformat()}</published><updated>{_when(story).isoformat()}</updated></entry>"
        for story in stories
    )
    return f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>{site.layout.name}</title>{items}</feed>'


def _rdf(site: Site, stories: Sequence[Story]) -> str:
    items = "".join(
        f'<item rdf:about="{_url(site, story)}"><title>{escape(story.title)}</title><link>{_url(site, story)}</link>'
        f"<dc:date>{_when(story).isoformat()}</dc:date></item>"
        for story in stories
    )
    return (
        '<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>{site.layout.name}</title></channel>{items}</rdf:RDF>'
    )


def _json(site: Site, stories: Sequence[Story]) -> str:
    items = [
        {"id": site.paths[story.number], "url": site.paths[story.number], "title": story.title,
         "date_published": _when(story).isoformat()}
        for story in stories
    ]  # fmt: skip
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": site.layout.name, "items": items})


def _sitemap(site: Site) -> str:
    """Adds the sitemaps and gives the address of the first."""
    kind = site.layout.sitemap
    if kind == "flat":
        where = "/export/map-7.xml" if site.has("map-elsewhere") else "/sitemap.xml"
        body = _urlset(site, site.stories)
        site.add(where, body, kind="application/xml", tells=_numbers(site.stories), is_dated=is_dated(site))
        return where
    if kind == "news":
        newest = [story for story in site.stories if (site.stories[0].published - story.published).days < 2]
        rows = "".join(
            f"<url><loc>{_url(site, story)}</loc><news:news><news:publication><news:name>{site.layout.name}</news:name>"
            f"<news:language>en</news:language></news:publication><news:publication_date>{_when(story).isoformat()}"
            f"</news:publication_date><news:title>{escape(story.title)}</news:title></news:news></url>"
            for story in newest
        )
        body = f'<?xml version="1.0"?><urlset {_MAP} {_NEWS}>{rows}</urlset>'
        site.add("/news-sitemap.xml", body.encode(), kind="application/xml", tells=_numbers(newest))
        return "/news-sitemap.xml"
    return _index(site, kind)


def _index(site: Site, kind: str) -> str:
    groups: dict[str, list[Story]] = {}
    for story in site.stories:
        # Numbered ones grow at the end: the newest articles are in the last.
        number = (site.count - 1 - story.number) // 25 + 1
        name = {
            "months": f"/sitemap/{story.published:%Y-%m}.xml.gz",
            "days": f"/sitemap-{story.published:%Y-%m-%d}.xml",
            "numbered": f"/post-sitemap{number}.xml",
            "wp-core": f"/wp-sitemap-posts-post-{number}.xml",
        }[kind]
        groups.setdefault(name, []).append(story)
    rows = ""
    for name, group in sorted(groups.items(), reverse=kind not in {"numbered", "wp-core"}):
        body = _urlset(site, group)
        if name.endswith(".gz"):
            body = gzip.compress(body, mtime=0)
        site.add(
            name, body, kind="application/xml", tells=_numbers(group), needs="/sitemap.xml", is_dated=is_dated(site)
        )
        last = max(_when(story) for story in group) + dt.timedelta(hours=1)
        dated = "" if kind == "wp-core" else f"<lastmod>{last.isoformat()}</lastmod>"
        rows += f"<sitemap><loc>BASE{name}</loc>{dated}</sitemap>"
    if kind == "wp-core":
        return _core_index(site, rows)
    if site.has("old-map"):
        rows += "<sitemap><loc>BASE/sitemap/2013-05.xml.gz</loc><lastmod>2013-05-31</lastmod></sitemap>"
        old = "".join(
            f"<url><loc>BASE/2013/{slug_of(f'old story {n}')}</loc><lastmod>2013-05-{n % 28 + 1:02}</lastmod></url>"
            for n in range(5000)
        )
        site.add(
            "/sitemap/2013-05.xml.gz",
            gzip.compress(f"<urlset {_MAP}>{old}</urlset>".encode(), mtime=0),
            kind="application/xml",
        )
    pages = "".join(f"<url><loc>BASE{path}</loc></url>" for path in ("/about", "/contacts"))
    site.add("/page-sitemap.xml", f"<urlset {_MAP}>{pages}</urlset>".encode(), kind="application/xml")
    rows += "<sitemap><loc>BASE/page-sitemap.xml</loc><lastmod>2024-02-01</lastmod></sitemap>"
    site.add("/sitemap.xml", f"<sitemapindex {_MAP}>{rows}</sitemapindex>".encode(), kind="application/xml")
    return "/sitemap.xml"


def _core_index(site: Site, rows: str) -> str:
    """The index as WordPress itself writes it: without days, with pages, categories and authors beside the posts."""
    others = {
        "posts-page-1": [f"/{path}/" for path in ("about", "contacts", "about-our-editorial-office-and-history")],
        "taxonomies-category-1": [f"/category/{name}/" for name in site.layout.sections],
        "taxonomies-post_tag-1": [f"/tags/tag-number-{n}/" for n in range(40)],
        "users-1": ["/author/aigul-bekova/", "/author/john-a-smith/"],
    }
    for name, paths in others.items():
        body = "".join(f"<url><loc>BASE{path}</loc></url>" for path in paths)
        site.add(f"/wp-sitemap-{name}.xml", f"<urlset {_MAP}>{body}</urlset>".encode(), kind="application/xml")
        rows += f"<sitemap><loc>BASE/wp-sitemap-{name}.xml</loc></sitemap>"
    site.add("/wp-sitemap.xml", f"<sitemapindex {_MAP}>{rows}</sitemapindex>".encode(), kind="application/xml")
    for name in list(site.docs):
        if site.docs[name].needs == "/sitemap.xml":
            site.docs[name].needs = "/wp-sitemap.xml"
    return "/wp-sitemap.xml"


def is_dated(site: Site) -> bool:
    """True where its maps tell the days of the articles, or their addresses do."""
    in_address = "{d:02}" in site.layout.article
    return in_address or not (site.layout.sitemap == "wp-core" or site.has("lying-lastmod") or site.has("undated-map"))


def _lastmod(site: Site, story: Story) -> str:
    """When the map says that a story was changed last: the day on which it was written, unless it lies."""
    if site.has("undated-map") or site.layout.sitemap == "wp-core":
        return ""
    if site.has("lying-lastmod"):
        return f"<lastmod>{_when(site.stories[0]).isoformat()}</lastmod>"
    return f"<lastmod>{changed_at(site, story).isoformat()}</lastmod>"


def changed_at(site: Site, story: Story) -> dt.datetime:
    """When a story was changed last."""
    late = dt.timedelta(days=6 if site.has("touched-lastmod") and story.number % 10 == 4 else 0)
    return min(_when(story) + late, _when(site.stories[0]))


def _urlset(site: Site, group: Sequence[Story]) -> bytes:
    rows = "".join(
        f"<url><loc>{_url(site, story).partition('?utm')[0].partition('&amp;utm')[0]}</loc>"
        + _lastmod(site, story)
        + "</url>"
        for story in sorted(group, key=lambda story: -story.number)
    )
    return f'<?xml version="1.0"?><urlset {_MAP}>{rows}</urlset>'.encode()
