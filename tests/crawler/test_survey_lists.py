"""crawler/survey_lists: which links of a site may be a section."""

from __future__ import annotations

from crawler.discovery import Announcement
from crawler.evidence import Evidence
from crawler.findings import Findings
from crawler.survey_lists import Lists, Questions

BASE = "https://x.example"


def test_an_article_with_where_its_reader_came_from_is_no_section() -> None:
    """Nor is one for printers: where titles are short nothing but their address tells them from a section."""
    titles = {f"/news/2025/09/0{day}/{5000 + day}/": f"Story {day}" for day in range(1, 9)}
    titles |= {"/news/2025/09/09/5074/?ref=main": "Story 6", "/news/2025/09/02/5002/?print=1": "print", "/news": "All"}
    links = [Announcement(url=BASE + path, title=title, published=None, place="link") for path, title in titles.items()]
    evidence = Evidence(hosts={"x.example"})
    evidence.add(links, kind="listing", page=f"{BASE}/")
    evidence.read[links[0].url] = True
    lists = Lists(Questions(9), Findings(f"{BASE}/", b"", None, evidence), None)
    lists.labels = {link.url: link.title or "" for link in links}

    assert [f"{BASE}/news"] == lists.sections()
