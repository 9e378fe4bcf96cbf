"""No request reaches a private network, however its address is spelled and whoever leads there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.interfaces import IHostnameResolver
from twisted.internet.protocol import Factory
from twisted.internet.testing import MemoryReactorClock
from zope.interface import implementer

from crawler.guard import GuardedResolver, is_public, parse_host_port
from tests import commands
from tests.wireserver import Case, WireServer, head, page, with_length

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PUBLIC = ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "2001:4860:4860::8888", "64:ff9b::808:808", "::ffff:8.8.8.8"]
PRIVATE = {
    "loopback": ["127.0.0.1", "127.255.255.254", "::1"],
    "private": ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"],
    "this host": ["0.0.0.0", "0.1.2.3", "::"],
    "link-local": ["169.254.169.254", "fe80::1", "fe80::1%eth0"],
    "CGNAT": ["100.64.0.1", "100.127.255.254"],
    "ULA": ["fc00::1", "fd12:3456:789a::1"],
    "site-local": ["fec0::1"],
    "mapped": ["::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254"],
    "IPv4-compatible": ["::127.0.0.1", "::10.0.0.1"],
    "NAT64": ["64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1"],
    "6to4": ["2002:7f00:1::", "2002:a00:1::1"],
    "Teredo": ["2001:0:53aa:64c:0:0:80ff:fffe"],
    "multicast": ["224.0.0.1", "239.255.255.255", "ff02::1"],
    "reserved": ["240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "203.0.113.1", "2001:db8::1"],
    "no address": ["", "localhost", "127.1", "1.2.3.4.5"],
}


@pytest.mark.parametrize("address", PUBLIC)
def test_global_addresses_are_public(address: str) -> None:
    """What the whole world can reach may be asked."""
    assert is_public(address)


@pytest.mark.parametrize(("kind", "address"), [(kind, item) for kind, items in PRIVATE.items() for item in items])
def test_private_addresses_are_not(kind: str, address: str) -> None:
    """Each range that leads into a private network, in each of its forms, is refused."""
    assert not is_public(address), kind


@given(st.ip_addresses(v=4))
def test_a_mapped_address_is_as_public_as_the_one_inside(address: object) -> None:
    """No IPv4 address gets through by being written as IPv6."""
    assert is_public(str(address)) == is_public(f"::ffff:{address}")


@pytest.mark.parametrize("text", ["", "host", "host:", ":80", "host:0", "host:65536", "host:x"])
def test_what_is_no_host_and_port_is_named(text: str) -> None:
    """A slip of the pen in --allow-private opens nothing."""
    with pytest.raises(ValueError, match="expected HOST:PORT"):
        parse_host_port(text)


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[WireServer, WireServer]]:
    """Two servers on loopback; the first leads to the second."""
    with WireServer(cases={"/secret": Case(message=with_length(page("secret")))}) as inner:
        port = inner.host_port.split(":")[1]
        hops = {
            f"/{number}": Case(
                message=head(b"Location: " + target.encode(), b"Content-Length: 0", status=b"HTTP/1.1 302 Found")
            )
            for number, target in enumerate(
                (f"http://127.0.0.1:{port}/secret", f"http://2130706433:{port}/secret", f"http://[::1]:{port}/secret")
            )
        }
        with WireServer(cases=hops) as outer:
            yield outer, inner


@pytest.mark.xdist_group("guard")
def test_every_spelling_of_loopback_is_refused_and_the_server_sees_nothing(
    servers: tuple[WireServer, WireServer], tmp_path: Path
) -> None:
    """Decimal, octal, hex, short, mapped, by name or by redirect: each fails as private_address, without a request."""
    outer, inner = servers
    port = inner.host_port.split(":")[1]
    hosts = (
        "127.0.0.1", "2130706433", "0177.0.0.1", "0x7f.0.0.1", "0x7f000001", "127.1", "0", "0.0.0.0", "localhost",
        "[::1]", "[::ffff:127.0.0.1]", "[::]", "localhost.", "127.0.0.1.", "[::ffff:7f00:1]",
    )  # fmt: skip
    urls = [f"http://{host}:{port}/secret" for host in hosts] + [f"{outer.base}/{number}" for number in range(3)]
    before = len(inner.log), len(outer.log)  # other tests ask the same servers
    done = commands.run(
        "capture", *urls, "--store", tmp_path, "--json", "--allow-private", outer.host_port, "--delay", "0.01",
    )  # fmt: skip
    ledger = done.report["sources"]["capture"]

    assert done.code == 1
    assert {"private_address": len(urls)} == ledger["failed"]
    assert set(urls) == {item["url"] for item in ledger["failures"]}
    assert before[0] == len(inner.log)
    assert 3 == len([item for item in outer.log[before[1] :] if item.path != "/robots.txt"])


@pytest.mark.xdist_group("guard")
def test_allow_private_opens_exactly_one(servers: tuple[WireServer, WireServer], tmp_path: Path) -> None:
    """The address that was named is asked; the same host on another port is not."""
    outer, inner = servers
    before = [len(server.log) for server in servers]
    done = commands.run(
        "capture", f"{inner.base}/secret", f"{outer.base}/0", "--store", tmp_path, "--json", "--robots", "ignore",
        "--allow-private", inner.host_port, "--delay", "0.01",
    )  # fmt: skip

    assert done.code == 1
    assert {"private_address": 1} == done.report["sources"]["capture"]["failed"]
    assert done.report["sources"]["capture"]["kept"] == 1
    assert ["/secret"] == [item.path for item in inner.log[before[1] :]]
    assert before[0] == len(outer.log)


@implementer(IHostnameResolver)
class Names:
    """A name server that gives one list of addresses a question, as whoever owns the name likes."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)

    def resolveHostName(self, receiver: object, name: str, port: int = 0, *_: object, **__: object) -> object:  # noqa: N802
        """Answer at once."""
        receiver.resolutionBegan(self)
        for address in self.answers.pop(0):
            receiver.addressResolved((IPv6Address if ":" in address else IPv4Address)("TCP", address, port))
        receiver.resolutionComplete()
        return self


def connected(reactor: MemoryReactorClock, allowed: tuple[str, int] | None = None, port: int = 80) -> list[str]:
    """The addresses to which one connection to evil.example opens sockets, each of which never answers."""
    before = len(reactor.tcpClients)
    resolver = GuardedResolver(reactor, frozenset([allowed] if allowed else []))
    resolver.install_on_reactor()
    failed = HostnameEndpoint(reactor, b"evil.example", port).connect(Factory())
    failed.addErrback(lambda _: None)
    reactor.advance(0)
    for _ in range(5):
        reactor.advance(1)
    return sorted(client[0] for client in reactor.tcpClients[before:])


def reactor_with(*answers: list[str]) -> MemoryReactorClock:
    """A reactor without a network, whose names are those of `Names`."""
    reactor = MemoryReactorClock()
    reactor.installNameResolver(Names(*answers))
    return reactor


def test_of_a_name_with_public_and_private_addresses_only_the_public_are_used() -> None:
    """Each address of an answer is judged by itself."""
    reactor = reactor_with(["127.0.0.1", "8.8.8.8", "169.254.169.254", "::ffff:10.0.0.1", "2606:4700::1111", "fd00::1"])

    assert ["2606:4700::1111", "8.8.8.8"] == connected(reactor)


def test_a_name_that_turns_private_is_refused_at_the_next_connection() -> None:
    """DNS rebinding: each connection asks and checks anew, and its socket goes to the address that was checked."""
    reactor = reactor_with(["8.8.8.8"], ["127.0.0.1"], ["10.1.2.3", "::1"], ["8.8.4.4"])

    assert [["8.8.8.8"], [], [], ["8.8.4.4"]] == [connected(reactor) for _ in range(4)]


def test_what_is_allowed_is_one_host_and_one_port() -> None:
    """The name that was given, at the port that was given; nothing else of the same machine."""
    allowed = ("evil.example", 8080)

    assert ["127.0.0.1"] == connected(reactor_with(["127.0.0.1"]), allowed, 8080)
    assert [] == connected(reactor_with(["127.0.0.1"]), allowed, 8081)
    assert [] == connected(reactor_with(["127.0.0.1"]), ("127.0.0.1", 8080), 8080)


@pytest.mark.xdist_group("guard")
def test_what_a_stranger_announces_leads_nowhere_private(
    servers: tuple[WireServer, WireServer], tmp_path: Path
) -> None:
    """A feed, a sitemap and redirects that name the inner server, or no web server at all: not one request reaches it."""
    _, inner = servers
    before = len(inner.log)
    secret = f"{inner.base}/secret"
    port = inner.host_port.split(":")[1]
    targets = {
        "scheme": ["file:///etc/hostname", "ftp://127.0.0.1/x", "data:text/html,<p>x</p>", "javascript:alert(1)", "gopher://h"],
        "bad_url": [f"http://user:pass@{inner.host_port}/secret", f"////u@{inner.host_port}/secret", "http://h/" + "x" * 2100],
        "private_address": [secret, f"//localhost:{port}/secret", f"http://0x7f.1:{port}/secret"],
    }  # fmt: skip
    hops = {
        f"/case/{cause.replace('_', '-')}-{number}": Case(
            message=head(b"Location: " + target.encode(), b"Content-Length: 0", status=b"HTTP/1.1 302 Found")
        )
        for cause, group in targets.items()
        for number, target in enumerate(group)
    }  # fmt: skip
    item = f"<item><link>{secret}</link></item>"
    xml = {
        "/feed": f"<rss version='2.0'><channel><title>f</title>{item}</channel></rss>",
        "/map": f"<urlset><url><loc>{secret}</loc></url><url><loc>file:///etc/hostname</loc></url></urlset>",
        "/index": f"<sitemapindex><sitemap><loc>{inner.base}/map</loc></sitemap></sitemapindex>",
    }
    cases = hops | {path: Case(message=with_length(text.encode())) for path, text in xml.items()}
    with WireServer(cases=cases) as outer:
        kinds = {"/feed": "feed", "/map": "sitemap", "/index": "sitemap", "/": "listing"}
        entries = "".join(f'[[entries]]\ntype = "{kind}"\nurl = "{outer.base}{path}"\n' for path, kind in kinds.items())
        outer.write_source(tmp_path / "sources", "site", entries=entries)
        file = tmp_path / "sources" / "site.toml"
        file.write_text(
            file.read_text()
            .replace(f'hosts = ["{outer.host_port}"]', f'hosts = ["{outer.host_port}", "{inner.host_port}"]')
            .replace("'^/case/[a-z0-9.-]+$'", "'^/case/[a-z0-9.-]+$', '^/secret'")
        )
        done = commands.run(
            "crawl", "--only-sources", tmp_path / "sources", "--store", tmp_path / "store", "--json",
            "--allow-private", outer.host_port,
        )  # fmt: skip
    ledger = done.report["sources"]["site"]

    assert before == len(inner.log)
    # The redirect to the announced secret is a second address of that page, which has failed already.
    assert {"scheme": 5, "bad_url": 3, "private_address": 3} == ledger["failed"]
    assert ledger["refused"]["double"] == 1
    assert 0 == ledger["kept"]
    assert ledger["adds_up"]


def test_a_file_is_no_page(tmp_path: Path) -> None:
    """`capture` of what is no http URL ends with one line and the code for a slip of the pen."""
    done = commands.run("capture", "file:///etc/hostname", "--store", tmp_path / "store")

    assert (2, "") == (done.code, done.out)
    assert ["kakehashi: command line: expected http:// or https://: 'file:///etc/hostname'"] == done.err.splitlines()
    assert not (tmp_path / "store" / "warc").exists()
