"""crawler.demo.render: every page is there, holds its text, and leads to pages that are there."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import urljoin

from crawler.demo.server import DemoSites
from tests.crawler.demo.client import TODAY, ask, of_site, parsed, read, split


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


def test_missing_pages_are_404(sites: DemoSites) -> None:
    """A path that is nowhere answers 404 with a small page."""
    for site in sites.site_ids:
        head, body = split(ask(sites.base(site) + "/no/such/page")[1])
        assert head[0] == b"HTTP/1.1 404 Not Found"
        assert b"<h1>" in body


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
