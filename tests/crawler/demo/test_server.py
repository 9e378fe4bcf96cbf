"""crawler.demo.server: the sites start, serve, remember each exchange, and stop."""

from __future__ import annotations

import re
import socket
import tomllib
from time import perf_counter

import pytest

from crawler.demo.content import PORTS, default_base, load_sites
from crawler.demo.server import DemoPortTaken, DemoSites, Served
from tests.crawler.demo.client import TODAY, ask, of_site, read


def test_served_holds_the_bytes_that_a_raw_client_saw() -> None:
    """Request and response of each exchange are kept byte for byte, in order, HEAD and 404 included."""
    with DemoSites(ports="free", today=TODAY) as sites:
        expected = []
        for site in sites.site_ids:
            for target, method in (("/", "GET"), ("/robots.txt", "GET"), ("/", "HEAD"), ("/none", "GET")):
                request, response = ask(sites.base(site) + target, method=method, headers={"Accept-Encoding": "gzip"})
                host = sites.base(site).removeprefix("http://")
                expected.append(Served(site, method, target, host, request, response))
        assert sites.served == expected


def test_connections_are_kept_alive() -> None:
    """Two requests sent in one piece on one connection get two answers, and two exchanges are kept."""
    with DemoSites(ports="free", today=TODAY) as sites:
        host = sites.base("demo-thinktank").removeprefix("http://")
        first = f"GET /robots.txt HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
        last = f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode()
        name, _, port = host.partition(":")
        with socket.create_connection((name, int(port)), timeout=10) as connection:
            connection.sendall(first + last)
            received = b"".join(iter(lambda: connection.recv(4096), b""))
        assert [exchange.request for exchange in sites.served] == [first, last]
        assert received == b"".join(exchange.response for exchange in sites.served)
        assert received.count(b"HTTP/1.1 200 Okey Dokey\r\n") == 2


def test_a_taken_port_is_named() -> None:
    """Fixed ports that are in use raise an error with the port, and ports taken so far are given back."""
    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            squatter.bind(("127.0.0.1", PORTS["demo-agency"]))
        except OSError:
            pytest.skip("the fixed ports are in use on this machine")
        squatter.listen()
        with pytest.raises(DemoPortTaken) as caught:
            DemoSites(ports="fixed", today=TODAY)
    assert caught.value.port in PORTS.values()


def test_sites_start_fast_and_close_twice() -> None:
    """A start costs little, and a second close is harmless."""
    began = perf_counter()
    sites = DemoSites(ports="free", today=TODAY)
    assert perf_counter() - began < 1.0  # 0.1 s alone on a machine; tests run side by side
    sites.close()
    sites.close()
    with pytest.raises(OSError, match="refused"):
        ask(sites.base("demo-agency") + "/")


def test_source_files_name_the_real_ports(sites: DemoSites, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Written source files point at the running sites, agree with the content, and their regexes sort the URLs."""
    folder = tmp_path_factory.mktemp("sources") / "new"
    written = sites.write_sources(folder)
    assert [path.stem for path in written] == sites.site_ids
    loaded = {site.id: site for site in load_sites()}
    for path in written:
        text = path.read_text(encoding="utf-8")
        source = tomllib.loads(text)
        site = loaded[source["id"]]
        base = sites.base(site.id)
        assert default_base(site.id) not in text
        assert (source["name"], source["timezone"]) == (site.name, site.timezone)
        assert source["scope"]["hosts"] == [base.removeprefix("http://")]
        assert all(read(sites, entry["url"]) for entry in source["entries"])
        articles = [article.url for article in of_site(sites, site.id)]
        assert set(source["scope"]["samples"]) <= set(articles)
        assert all(sorts(source, url.removeprefix(base)) == ["article"] for url in articles)
        assert sorts(source, "/tag/japan/page/2/") == ["listing"]
        assert sorts(source, "/private/draft-annual-plan/") == ["exclude"]
        assert sorts(source, "/feed/") == []


def sorts(source: dict[str, dict[str, list[str]]], path: str) -> list[str]:
    """The scope lists that have a regex found in the path."""
    return [
        key for key in ("article", "listing", "exclude") if any(re.search(rule, path) for rule in source["scope"][key])
    ]
