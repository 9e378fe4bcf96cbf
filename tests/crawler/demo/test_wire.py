"""crawler.demo.wire: answers are laid out as the request and its version of HTTP allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crawler.demo.content import PORTS
from tests.crawler.demo.client import ask, of_site

if TYPE_CHECKING:
    from crawler.demo.server import DemoSites


@pytest.mark.parametrize("site", sorted(PORTS))
def test_head_gives_the_head_of_get(sites: DemoSites, site: str) -> None:
    """HEAD is answered by the same head as GET, without a body."""
    url = of_site(sites, site)[0].url
    assert ask(url, method="HEAD")[1] == ask(url)[1].partition(b"\r\n\r\n")[0] + b"\r\n\r\n"


@pytest.mark.parametrize("site", sorted(PORTS))
def test_http_1_0_gets_no_chunks(sites: DemoSites, site: str) -> None:
    """A client of the older protocol gets a plain body of the announced length."""
    head, _, body = ask(of_site(sites, site)[0].url, version="1.0")[1].partition(b"\r\n\r\n")
    assert b"chunked" not in head
    assert f"Content-Length: {len(body)}".encode() in head
