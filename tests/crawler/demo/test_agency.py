"""crawler.demo.agency: its pages make the noise that they are to make."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.crawler.demo.client import of_site, read

if TYPE_CHECKING:
    from crawler.demo.server import DemoSites


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
