"""Documents that announce URLs, one of each format, and the announcements in them."""

from __future__ import annotations

import datetime as dt

from crawler.discovery import Announcement

NINE = dt.datetime(2026, 11, 21, 9, 30, tzinfo=dt.UTC)
TEN = dt.datetime(2026, 11, 21, 10, 30, tzinfo=dt.UTC)

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>X</title><link>https://x.example/</link>
<item><title> Жапония
 &amp; Кыргызстан</title><link>https://x.example/a/?utm_source=rss</link>
<pubDate>Sat, 21 Nov 2026 15:30:00 +0600</pubDate></item>
<item><title>B</title><link>/b/</link></item>
<item><title>A again</title><link>https://x.example/a/#comments</link></item>
</channel></rss>"""

ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><link rel="next" href="?page=2"/>
<entry><title>A</title><link href="/a/"/><published>2026-11-21T09:30:00Z</published>
<updated>2026-11-21T19:30:00+09:00</updated></entry></feed>"""

RDF = """<?xml version="1.0" encoding="Shift_JIS"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><item rdf:about="https://x.example/日本"><title>中央アジア</title>
<link>https://x.example/日本</link><dc:date>2026-11-21T18:30:00+09:00</dc:date></item></rdf:RDF>"""

JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "next_url": "?page=2",
    "items": [{"url": "/a/", "title": "A", "date_published": "2026-11-21T15:30:00+06:00"}],
}

URLSET = """
<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1" xmlns:xhtml="http://www.w3.org/1999/xhtml">
<url><image:image><image:loc>https://x.example/i.jpg</image:loc><image:title>I</image:title></image:image>
<xhtml:link rel="alternate" hreflang="ru" href="https://x.example/ru/a/"/>
<loc> https://x.example/a/?x=1&amp;y=2 </loc><lastmod>2026-11-21T16:30:00+06:00</lastmod>
<news:news><news:publication><news:name>X</news:name></news:publication>
<news:publication_date>2026-11-21T15:30+06:00</news:publication_date><news:title>A</news:title></news:news></url>
<url><loc>https://x.example/b/</loc><lastmod>2026-11-21</lastmod></url>
</urlset><!-- made by hand -->"""


def item(url: str, title: str | None, place: str, published: dt.datetime | None = None, **more: object) -> Announcement:
    return Announcement(url=url, title=title, published=published, place=place, **more)
