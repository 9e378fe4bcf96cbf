"""Every byte that crossed the socket is in the WARC, whatever the server did: one crawl over all cases, then a look."""

from __future__ import annotations

import inspect
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from scrapy.core.downloader.handlers import http11
from twisted.web import _newclient, client

from crawler.tap import TapDownloadHandler, _TappedProtocol
from crawler.wire import Wire
from tests import commands
from tests.wirecases import HOPS, every_case
from tests.wirecheck import Crawled, crawl
from tests.wireserver import Case, WireServer, head, page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CASES = every_case()
CUT = [path for path, case in CASES.items() if case.truncated is not None]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """The crawl over http."""
    with WireServer(cases=every_case(), hidden=HOPS) as server:
        yield crawl(server, tmp_path_factory.mktemp("plain"), "wire")


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """The crawl over https with a certificate that nobody signed, let through in these settings alone."""
    with WireServer(cases=every_case(), hidden=HOPS, tls=True) as server:
        yield crawl(server, tmp_path_factory.mktemp("secure"), "wire-tls", "DOWNLOAD_VERIFY_CERTIFICATES=0")


pytestmark = pytest.mark.xdist_group("tap")


@pytest.mark.timeout(600)
@pytest.mark.parametrize("path", CASES)
def test_every_byte_of_an_exchange_is_where_it_belongs(plain: Crawled, path: str) -> None:
    """Wire, header, payload and its digest, request, truncation, protocol and the page's fate are as the case says."""
    assert [] == plain.faults(path)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("path", CASES)
def test_every_byte_that_came_through_tls_is_where_it_belongs(secure: Crawled, path: str) -> None:
    """Over https the same holds for the decrypted messages, and the records say how they were secured."""
    assert [] == secure.faults(path)
    for record in secure.all("response", path):
        assert record.all("WARC-Protocol")[1:] == ["tls/1.3"]
        assert (record.get("WARC-Cipher-Suite") or "").startswith("TLS_")


def test_the_accounts_add_up(plain: Crawled) -> None:
    """Every page that was announced has one fate."""
    assert plain.ledger["adds_up"]
    assert len(CASES) - len(HOPS) == plain.ledger["announced"] == len(plain.fates)


def test_no_cut_page_becomes_an_article(plain: Crawled) -> None:
    """What is not whole is never passed on as an article."""
    assert {"kept"} & {plain.fates.get(path) for path in CUT} == set()


def test_the_crawl_stays_small_whatever_it_is_sent(plain: Crawled, secure: Crawled) -> None:
    """Answers without end, heads of megabytes and bombs, eight at a time."""
    assert 0 < plain.peak < 400
    assert 0 < secure.peak < 400


def test_the_crawl_says_nothing_of_errors_of_its_own(plain: Crawled, secure: Crawled) -> None:
    """However broken the answers, nothing in the crawler raises what nobody caught."""
    for log in (plain.log, secure.log):
        assert "Traceback" not in log
        assert "Unhandled" not in log


@pytest.mark.long
@pytest.mark.timeout(300)
def test_a_drip_that_never_ends_is_given_up(tmp_path: Path) -> None:
    """A byte now and then is no silence; the limit of the whole exchange bounds it."""
    message = head(b"Content-Length: 5000") + page("drip")
    drip = Case(message=message, endless=b"x", pause_s=0.3, kept=-1, truncated="time", fate="timeout")
    with WireServer(cases={"/case/drip": drip}) as server:
        crawled = crawl(server, tmp_path, "wire", "DOWNLOAD_TIMEOUT=6")

    assert [] == crawled.faults("/case/drip")
    assert len(crawled.of("response", "/case/drip").block) > len(message) + 3


def test_several_answers_of_one_connection_are_told_apart(plain: Crawled) -> None:
    """The server's connections were kept alive, and still each record holds its own answer."""
    answers_by_connection = Counter(item.connection for item in plain.server.log)

    assert max(answers_by_connection.values()) >= 4


def test_each_hop_of_a_redirect_is_a_record_that_says_whence(plain: Crawled) -> None:
    """The chain can be walked back through the metadata."""
    base = plain.server.base
    hops = [plain.of("metadata", f"/case/hop-{number}").facts for number in (2, 3, 4)]

    assert [f"{base}/case/hop-{number}" for number in (1, 2, 3)] == [item["via"] for item in hops]
    assert ["LR", "LRR", "LRRR"] == [item["hopsFromSeed"] for item in hops]


def test_the_records_of_an_exchange_share_date_and_address(plain: Crawled) -> None:
    """Response, request and metadata carry one WARC-Date; both directions name the server's address."""
    parts = [plain.of(kind, "/case/plain") for kind in ("response", "request", "metadata")]

    assert len({part.get("WARC-Date") for part in parts}) == 1
    assert ["127.0.0.1", "127.0.0.1", None] == [part.get("WARC-IP-Address") for part in parts]
    assert {parts[0].get("WARC-Record-ID")} == {part.get("WARC-Concurrent-To") for part in parts[1:]}


def test_a_certificate_that_was_not_verified_is_not_said_to_be(secure: Crawled, plain: Crawled) -> None:
    """The metadata tells how the connection was trusted."""
    assert secure.of("metadata", "/case/plain").facts["kakehashi-tls"].startswith("certificate not verified")
    assert "kakehashi-tls" not in plain.of("metadata", "/case/plain").facts


def test_a_bad_certificate_is_a_failure_by_default(tmp_path: Path) -> None:
    """Nobody's certificate is not trusted: nothing is asked for, and the problem is named."""
    with WireServer(cases={}, tls=True) as server:
        server.write_source(tmp_path / "sources", "wire-tls")
        done = commands.run(
            "crawl", "--only-sources", tmp_path / "sources", "--store", tmp_path / "store", "--json",
            "--allow-private", server.host_port,
        )  # fmt: skip

        assert done.code == 1
        assert [] == server.log
        assert "certificate" in done.report["sources"]["wire-tls"]["problems"][0]["problem"].lower()


def test_the_private_names_that_the_tap_uses_are_there() -> None:
    """A new Scrapy or Twisted that renames them fails here, by name, and not in somebody's archive."""
    assert issubclass(_TappedProtocol, _newclient.HTTP11ClientProtocol)
    assert {"_finishResponse", "dataReceived", "request"} <= set(dir(http11._LenientHTTP11ClientProtocol))
    assert "_parsedURI" in inspect.getsource(_newclient.Request)
    assert "_requestWithEndpoint" in vars(client._AgentBase)
    names = ["key", "endpoint", "method", "parsedURI"]
    assert names == list(inspect.signature(http11._BindAddressAgent._requestWithEndpoint).parameters)[1:5]
    assert "_get_agent" in vars(http11._ScrapyAgent)
    handler = inspect.getsource(http11.HTTP11DownloadHandler)
    used = (
        "_pool",
        "_contextFactory",
        "_bind_address",
        "_fail_on_dataloss",
        "_tls_verbose_logging",
        "_default_maxsize",
    )
    protocol = inspect.getsource(_newclient.HTTP11ClientProtocol)
    called = ("_parser.dataReceived(", "parser.connectionLost(", '_parser.connHeaders.getRawHeaders(b"Connection"')
    assert [] == [name for name in called if name not in protocol]
    parser = inspect.getsource(_newclient.HTTPClientParser)
    assert {"_responseDeferred", "finisher", "request"} <= set(
        inspect.getclosurevars(_newclient.HTTPClientParser.__init__).unbound
    )
    assert "_bodyDataReceived" in parser
    assert "_bodyDataFinished" in parser
    assert "_construct" in parser
    assert [] == [name for name in used if name not in handler]
    assert "self._pool._factory" in handler
    assert issubclass(TapDownloadHandler, http11.HTTP11DownloadHandler)


def test_bytes_after_the_end_of_an_exchange_are_passed_over() -> None:
    """What trickles in after a time-out does not reach a record that is being written."""
    wire = Wire()
    wire.receive(b"HTTP/1.1 200 OK\r\n\r\n")
    wire.end()
    wire.receive(b"late")

    assert wire.received_length == 19
