"""The demo sites, serving on free ports for all tests that only read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crawler.demo.server import DemoSites
from tests.crawler.demo.client import TODAY

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def sites() -> Iterator[DemoSites]:
    with DemoSites(ports="free", today=TODAY, chunked=True) as running:
        yield running
