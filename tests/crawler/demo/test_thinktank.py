"""crawler.demo.thinktank: its pages make the noise that they are to make."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.crawler.demo.client import of_site, parsed, read

if TYPE_CHECKING:
    from crawler.demo.server import DemoSites


def test_thinktank_repeats_its_title_and_disclaims(sites: DemoSites) -> None:
    """The title comes as h1 and h3, the date in Uzbek, the disclaimer after a star."""
    article = of_site(sites, "demo-thinktank")[-1]
    reader = parsed(read(sites, article.url))
    assert reader.texts.count(article.title) == 2
    assert reader.texts.count("Ulashish") == 2
    assert any(text.startswith("* Institut hech qanday masala") for text in reader.texts)
    assert any(re.fullmatch(r"\d+-[a-z]+, 20\d\d", text) for text in reader.texts)
