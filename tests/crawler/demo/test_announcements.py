"""crawler.demo.announcements: feed, sitemap and robots.txt say what they are to say, and no more."""

from __future__ import annotations

from urllib.parse import urljoin
from xml.etree import ElementTree as ET

from crawler.demo.server import DemoSites
from tests.crawler.demo.client import TODAY, of_site, parsed, read


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
