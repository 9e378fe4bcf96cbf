"""crawler.demo.ministry: its pages are in Shift_JIS and make the noise that they are to make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.demo.content import parse_site
from crawler.demo.render import pages
from tests.crawler.demo.client import MINIMAL, TODAY, ask, of_site, parsed, split

if TYPE_CHECKING:
    from crawler.demo.server import DemoSites


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
