"""Which hosts are spoken to on which terms."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from scrapy.settings import Settings

from crawler.source_file import parse_source
from crawler.terms import HostTerms, Terms, settings_of
from tests.crawler import source_example

STRICT = Terms(is_lenient=False, wants_h2=False)


def terms(url: str, **settings: Any) -> Terms:
    """The terms for a URL under these settings."""
    return HostTerms(Settings({"DOWNLOAD_VERIFY_CERTIFICATES": True, **settings})).of(url)


@pytest.mark.parametrize(
    ("url", "is_lenient"),
    [
        ("https://old.example/a", True),
        ("https://OLD.example:443/a", True),
        ("https://old.example:8443/a", False),
        ("https://www.old.example/a", False),
        ("https://other.example:8443/a", True),
        ("https://other.example/a", False),
        ("https://evil.example/https://old.example/", False),
    ],
)
def test_only_the_hosts_that_are_named_may_show_a_bad_certificate(url: str, is_lenient: bool) -> None:
    """By host and port, not by suffix."""
    assert terms(url, KAKEHASHI_TLS_RECORD=["old.example", "other.example:8443"]).is_lenient is is_lenient


def test_the_default_is_strict_and_http_1() -> None:
    """Nothing is let pass that nobody asked for, not even for what is no URL."""
    assert STRICT == terms("https://a.example/") == terms("https://")


def test_a_star_means_every_host() -> None:
    """And so does Scrapy's own switch, for certificates."""
    assert terms("https://a.example/", KAKEHASHI_HTTP2=["*"]).wants_h2
    assert terms("https://a.example/", KAKEHASHI_HTTP2="*", KAKEHASHI_TLS_RECORD="*") == Terms(True, True)
    assert terms("https://a.example/", DOWNLOAD_VERIFY_CERTIFICATES=False).is_lenient


def test_a_source_asks_for_its_own_hosts() -> None:
    """What the file says holds for scope.hosts and for nobody else's."""
    special = tomllib.loads(source_example.TOML)
    plain = {key: value for key, value in special.items() if key not in ("tls", "http2")}
    sources = [parse_source(plain, file="a.toml"), parse_source(special, file="b.toml")]
    hosts = list(sources[1].scope.hosts)

    assert {"KAKEHASHI_TLS_RECORD": hosts, "KAKEHASHI_HTTP2": hosts} == settings_of(sources)
