"""Every byte that crossed the socket is in the WARC, whatever the server did: one crawl over all cases, then a look."""

from __future__ import annotations

import inspect
import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from scrapy.core.downloader.handlers import http11
from twisted.web import _newclient, client

from crawler.tap import TapDownloadHandler, Wire, _TappedProtocol
from tests import commands, warcs
from tests.wireserver import HOPS, MAX_BODY, TIMEOUT_S, WireServer, cases

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CASES = cases()
FETCHED = {path: case for path, case in CASES.items() if case.truncated is None}
CUT = {path: case for path, case in CASES.items() if case.truncated is not None}
LENIENT = (
    "DOWNLOAD_DELAY=0.01", "RETRY_ENABLED=0", f"DOWNLOAD_TIMEOUT={TIMEOUT_S}", f"DOWNLOAD_MAXSIZE={MAX_BODY}",
)  # fmt: skip


@dataclass(frozen=True)
class Crawled:
    """A server that was crawled, and what came of it."""

    server: WireServer
    records: list[warcs.Record]
    ledger: dict
    articles: list[dict]
    dropped: list[dict]
    log: str

    def of(self, kind: str, path: str) -> warcs.Record:
        """The one record of this kind for a path."""
        found = [record for record in self.records if record.kind == kind and record.url == self.server.base + path]
        assert len(found) == 1, (path, kind, len(found))
        return found[0]


def crawl(server: WireServer, folder: Path, name: str, *settings: str) -> Crawled:
    """One `scrapy crawl` over all cases of a server."""
    server.write_source(folder / "sources", name)
    store = folder / "store"
    chosen = (
        f"KAKEHASHI_STORE={store}", f"KAKEHASHI_ONLY_SOURCES={folder / 'sources'}",
        f"KAKEHASHI_ALLOW_PRIVATE={server.host_port}", *LENIENT, *settings,
    )  # fmt: skip
    done = commands.run("crawl", name, *(part for item in chosen for part in ("-s", item)), module="scrapy")
    assert done.code == 0, done.err
    report = json.loads(next((store / "runs").glob("*.json")).read_text())
    return Crawled(
        server=server,
        records=warcs.records(store),
        ledger=report["sources"][name],
        articles=warcs.lines(store, "articles"),
        dropped=warcs.lines(store, "dropped"),
        log=done.err,
    )


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """The crawl over http."""
    with WireServer() as server:
        yield crawl(server, tmp_path_factory.mktemp("plain"), "wire")


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """The crawl over https with a certificate that nobody signed, let through in these settings alone."""
    chosen = {path: CASES[path] for path in ("/case/plain", "/case/chunked", "/case/gzip", "/case/short", "/case/slow")}
    with WireServer(cases=chosen, tls=True) as server:
        yield crawl(server, tmp_path_factory.mktemp("secure"), "wire-tls", "DOWNLOAD_VERIFY_CERTIFICATES=0")


pytestmark = pytest.mark.xdist_group("tap")


@pytest.mark.parametrize("path", FETCHED)
def test_the_record_holds_the_final_response_byte_for_byte(plain: Crawled, path: str) -> None:
    """The block of the response record is what the server sent as its final answer: no more, no less, no other."""
    record = plain.of("response", path)

    assert CASES[path].message == record.block
    assert record.get("WARC-Truncated") is None


@pytest.mark.parametrize("path", CASES)
def test_the_record_holds_the_request_as_it_was_sent(plain: Crawled, path: str) -> None:
    """The block of the request record is what the server read, once, also where the request was sent again."""
    asked = plain.server.asked(path)

    assert [item.request for item in asked] == [plain.of("request", path).block]


@pytest.mark.parametrize("path", CUT)
def test_what_broke_off_is_kept_as_far_as_it_came_and_says_why(plain: Crawled, path: str) -> None:
    """A body that was cut, slow, too large or no HTTP is archived with WARC-Truncated, and the URL has failed."""
    record = plain.of("response", path)

    assert CASES[path].truncated == record.get("WARC-Truncated")
    assert record.block
    assert CASES[path].message.startswith(record.block)


@pytest.mark.parametrize("path", ["/case/short", "/case/cut-chunk", "/case/cut-head", "/case/slow"])
def test_a_server_that_stops_early_has_all_its_bytes_in_the_record(plain: Crawled, path: str) -> None:
    """Not a byte that came before the end is lost."""
    assert CASES[path].message == plain.of("response", path).block


def test_every_page_ends_as_it_should(plain: Crawled) -> None:
    """Whole pages are kept whatever their codings; empty, broken and cut ones are dropped or failed by cause."""
    causes = {item["url"]: item["cause"] for item in plain.ledger["failures"]}
    reasons = {item["url"]: item["reason"] for item in plain.dropped}
    kept = {item["url"]: "kept" for item in plain.articles}
    fates = {**causes, **reasons, **kept}
    expected = {plain.server.base + path: case.fate for path, case in CASES.items() if path not in HOPS}
    base = plain.server.base
    expected[f"{base}/case/hop-4"] = expected.pop(f"{base}/case/hop-1")

    assert expected == fates
    assert plain.ledger["adds_up"]
    assert len(CASES) - len(HOPS) == plain.ledger["announced"]


def test_no_cut_page_becomes_an_article(plain: Crawled) -> None:
    """What is not whole is never passed on as an article."""
    cut = {plain.server.base + path for path in CUT}

    assert set() == cut & {item["url"] for item in plain.articles}


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


def test_the_protocol_of_the_answer_is_recorded(plain: Crawled) -> None:
    """An HTTP/1.0 server is not said to speak 1.1."""
    assert ["http/1.0"] == plain.of("response", "/case/http-1.0").all("WARC-Protocol")
    assert ["http/1.1"] == plain.of("response", "/case/plain").all("WARC-Protocol")


@pytest.mark.parametrize("path", ["/case/plain", "/case/chunked", "/case/gzip", "/case/short", "/case/slow"])
def test_what_came_through_tls_is_recorded_in_the_clear_with_its_cipher(secure: Crawled, path: str) -> None:
    """Over https the block is the decrypted message; TLS version and cipher stand in the header."""
    record = secure.of("response", path)

    assert CASES[path].message == record.block
    assert CASES[path].truncated == record.get("WARC-Truncated")
    assert ["http/1.1", "tls/1.3"] == record.all("WARC-Protocol")
    assert (record.get("WARC-Cipher-Suite") or "").startswith("TLS_")
    assert [item.request for item in secure.server.asked(path)] == [secure.of("request", path).block]


def test_a_certificate_that_was_not_verified_is_not_said_to_be(secure: Crawled, plain: Crawled) -> None:
    """The metadata tells how the connection was trusted."""
    assert secure.of("metadata", "/case/plain").facts["kakehashi-tls"] == "certificate not verified"
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
