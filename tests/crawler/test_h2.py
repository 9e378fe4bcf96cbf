"""HTTP/2 in the archive: one crawl of a server that speaks it, then a look at what the records hold."""

from __future__ import annotations

import gzip
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from archive.reader import Finding, read_captures
from tests import commands, warcs
from tests.certificates import Authority
from tests.h2server import HTML, Case, H2Server, article
from tests.wireserver import MAX_BODY, WireServer, with_length
from tests.wireserver import Case as WireCase

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.xdist_group("h2")

PATIENCE_S = 6
_LARGE = article("large", filler=MAX_BODY - 5000)
CASES = {
    f"/case/{name}": case
    for name, case in {
        "plain": Case(body=article("plain"), fields=((b"content-length", b"%d" % len(article("plain"))),)),
        "no-length": Case(body=article("no-length")),
        "many-fields": Case(body=article("many-fields"), fields=tuple((b"x-h%d" % n, b"%d" % n) for n in range(300))),
        "long-field": Case(body=article("long-field"), fields=((b"x-long", b"y" * 19_000),)),
        "repeated": Case(
            body=article("repeated"),
            fields=((b"set-cookie", b"b=2"), (b"x-a", b"1"), (b"set-cookie", b"a=1"), (b"x-a", b"2")),
        ),
        "bytes": Case(body=article("bytes"), fields=((b"x-name", b"Caf\xe9"), (b"x-title", "日本".encode()))),
        "odd-case": Case(body=article("odd-case"), fields=((b"X-Odd", b"kept"),)),
        "old-fields": Case(body=article("old-fields"), fields=((b"transfer-encoding", b"chunked"),)),
        "hints": Case(
            body=article("hints"),
            interim=([(b":status", b"103"), (b"link", b"</a.css>; rel=preload")], [(b":status", b"100")]),
        ),
        "trailers": Case(body=article("trailers"), trailers=((b"x-checksum", b"abc"),)),
        "padded": Case(body=article("padded"), padding=200, frame=97),
        "gzip": Case(
            body=gzip.compress(article("gzip"), mtime=0), fields=((b"content-encoding", b"gzip"),)
        ),
        "large": Case(body=_LARGE, frame=16_384),
        # On a connection that served before: what breaks off on a fresh one is for the retries, which are off here.
        "refused-once": Case(body=article("refused-once"), ending="refused"),
        "goaway": Case(body=article("goaway"), ending="goaway"),
        "not-found": Case(status=b"404", body=article("not-found"), fate="http_status"),
        "odd-status": Case(status=b"299", body=article("odd-status")),
        "empty": Case(status=b"204", fate="empty"),
        "reset": Case(body=article("reset"), ending="reset", truncated="disconnect", fate="cut_short"),
        "reset-with-length": Case(
            body=article("reset-with-length"), ending="reset", fields=((b"content-length", b"9000"),),
            truncated="disconnect", fate="cut_short",
        ),
        "cut": Case(body=article("cut"), ending="cut", truncated="disconnect", fate="cut_short"),
        "stall": Case(body=article("stall"), ending="stall", truncated="time", fate="timeout"),
        "short": Case(
            body=article("short"), fields=((b"content-length", b"9000"),), truncated="disconnect", fate="cut_short"
        ),
        "long": Case(
            body=article("long"), fields=((b"content-length", b"20"),), truncated="unspecified", fate="cut_short"
        ),
        "too-large": Case(body=article("too-large", filler=2 * MAX_BODY), truncated="length", fate="too_large"),
    }.items()
}  # fmt: skip
WHOLE = [path for path, case in CASES.items() if case.truncated is None]
CUT = [path for path, case in CASES.items() if case.truncated is not None]
SMUGGLED = "/case/smuggled"


@dataclass(frozen=True)
class Crawled:
    """A server that was crawled, and what came of it."""

    server: H2Server
    store: Path
    records: list[warcs.Record]
    ledger: dict[str, Any]
    log: str

    def of(self, kind: str, path: str) -> warcs.Record:
        """The one record of this kind for a path, its last where the request was made again."""
        found = [record for record in self.records if record.kind == kind and record.url == self.server.base + path]
        assert found, (path, kind)
        return found[-1]


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Iterator[Crawled]:
    """One crawl over all cases."""
    folder = tmp_path_factory.mktemp("h2")
    smuggled = {SMUGGLED: Case(body=b"x", fields=((b"x-a", b"1\r\nset-cookie: stolen=1"),))}
    context = authority.issue("127.0.0.1").server_context("h2")
    with H2Server(cases={**CASES, **smuggled}, context=context) as server:
        yield crawl(server, folder, authority)


def entries(server: H2Server | WireServer) -> str:
    """The part of a source file that asks for HTTP/2."""
    return f'http2 = true\n[[entries]]\ntype = "listing"\nurl = "{server.base}/"\n'


def crawl(server: H2Server, folder: Path, authority: Authority) -> Crawled:
    """One `scrapy crawl` with HTTP/2 asked for."""
    server.write_source(folder / "sources", "h2", entries=entries(server))
    chosen = (
        f"KAKEHASHI_STORE={folder / 'store'}", f"KAKEHASHI_ONLY_SOURCES={folder / 'sources'}", "RETRY_ENABLED=0",
        f"KAKEHASHI_ALLOW_PRIVATE={server.host_port}", f"DOWNLOAD_TIMEOUT={PATIENCE_S}", f"DOWNLOAD_MAXSIZE={MAX_BODY}",
    )  # fmt: skip
    environment = {"SSL_CERT_FILE": str(authority.trust_file(folder))}
    done = commands.run(
        "crawl", "h2", *(part for item in chosen for part in ("-s", item)), module="scrapy", env=environment
    )
    assert done.code == 0, done.err
    report = json.loads(next((folder / "store" / "runs").glob("*.json")).read_text())
    return Crawled(server, folder / "store", warcs.records(folder / "store"), report["sources"]["h2"], done.err)


def head_of(case: Case) -> bytes:
    """What a record must begin with."""
    reason = {b"200": b"OK", b"404": b"Not Found", b"204": b"No Content"}.get(case.status, b"")
    kept = [item for item in (HTML, *case.fields) if item[0] != b"transfer-encoding"]
    return b"HTTP/1.1 %b %b\r\n" % (case.status, reason) + b"".join(b"%b: %b\r\n" % item for item in kept) + b"\r\n"


@pytest.mark.parametrize("path", WHOLE)
def test_a_record_holds_the_message_in_the_syntax_of_http_1(crawled: Crawled, path: str) -> None:
    """Status line, the fields as they came, then the body of the DATA frames and nothing else."""
    record = crawled.of("response", path)

    assert head_of(CASES[path]) + CASES[path].body == record.block
    assert record.get("WARC-Truncated") is None


@pytest.mark.parametrize("path", CUT)
def test_what_broke_off_is_kept_as_far_as_it_came_and_says_why(crawled: Crawled, path: str) -> None:
    """A stream that was reset, cut, slow, too large or of another length is archived with WARC-Truncated."""
    record = crawled.of("response", path)
    body = record.block.removeprefix(head_of(CASES[path]))

    assert CASES[path].truncated == record.get("WARC-Truncated")
    assert body
    assert CASES[path].body.startswith(body)
    if CASES[path].truncated == "length":
        assert len(body) == MAX_BODY
    elif CASES[path].ending == "cut":
        assert body == CASES[path].body
    else:
        assert len(body) == len(CASES[path].body)


@pytest.mark.parametrize("path", [*WHOLE, *CUT])
def test_the_records_say_that_it_was_http_2(crawled: Crawled, path: str) -> None:
    """h2 and the TLS version are repeated fields of response and request; the certificate was verified."""
    for kind in ("response", "request"):
        assert ["h2", "tls/1.3"] == crawled.of(kind, path).all("WARC-Protocol")
        assert (crawled.of(kind, path).get("WARC-Cipher-Suite") or "").startswith("TLS_")
        assert crawled.of(kind, path).get("WARC-IP-Address") == "127.0.0.1"
    assert crawled.of("metadata", path).facts["kakehashi-tls"] == "certificate verified"


def test_the_request_is_in_the_record_as_it_was_sent(crawled: Crawled) -> None:
    """Pseudo-header fields became start line and Host; every other field stands as the server read it."""
    asked = crawled.server.asked("/case/plain")[0]
    pseudo = {name: value for name, value in asked.fields if name.startswith(b":")}
    plain = [item for item in asked.fields if not item[0].startswith(b":")]
    lines = b"".join(b"%b: %b\r\n" % item for item in plain)
    expected = b"GET /case/plain HTTP/1.1\r\nHost: %b\r\n%b\r\n" % (crawled.server.host_port.encode(), lines)

    assert {b":method": b"GET", b":scheme": b"https", b":authority": crawled.server.host_port.encode(),
            b":path": b"/case/plain"} == pseudo  # fmt: skip
    assert b"user-agent" in dict(plain)
    assert expected == crawled.of("request", "/case/plain").block


def test_every_page_ends_as_it_should(crawled: Crawled) -> None:
    """Whole pages are kept whatever their frames were; a head that would smuggle another one in is refused."""
    causes = {item["url"]: item["cause"] for item in crawled.ledger["failures"]}
    reasons = {item["url"]: item["reason"] for item in warcs.lines(crawled.store, "dropped")}
    kept = {item["url"]: "kept" for item in warcs.lines(crawled.store, "articles")}
    expected = {crawled.server.base + path: case.fate for path, case in CASES.items()}

    assert {**expected, crawled.server.base + SMUGGLED: "broken"} == {**causes, **reasons, **kept}
    assert crawled.ledger["adds_up"]
    assert [] == [record for record in crawled.records if b"stolen" in record.block and record.kind == "response"]


def test_a_failure_says_what_the_server_did(crawled: Crawled) -> None:
    """The ledger's line names the reset and its code."""
    details = {item["url"]: item["detail"] for item in crawled.ledger["failures"]}

    assert "reset the stream: INTERNAL_ERROR" in details[crawled.server.base + "/case/reset"]
    assert "9000 were announced" in details[crawled.server.base + "/case/short"]
    assert "forbids" in details[crawled.server.base + SMUGGLED]


def test_what_has_no_place_in_the_block_is_in_the_metadata(crawled: Crawled) -> None:
    """Trailers, and a field that would make readers look for chunks, are told beside the message."""
    assert crawled.of("metadata", "/case/trailers").facts["kakehashi-h2-trailer"] == "x-checksum: abc"
    assert crawled.of("metadata", "/case/old-fields").facts["kakehashi-h2-left-out"] == "transfer-encoding: chunked"


def test_a_connection_serves_one_request_after_the_other(crawled: Crawled) -> None:
    """Whole answers leave the connection in use; after a GOAWAY it takes no other request."""
    connections = [item.connection for item in crawled.server.log]

    assert connections == sorted(connections)
    assert len(set(connections)) <= len(CUT) + 6
    after_goaway = crawled.server.log.index(crawled.server.asked("/case/goaway")[0]) + 1
    assert connections[after_goaway] > connections[after_goaway - 1]


def test_what_the_server_refused_untouched_is_asked_again(crawled: Crawled) -> None:
    """REFUSED_STREAM says that nothing was done: the same exchange goes out once more, on a new connection."""
    asked = crawled.server.asked("/case/refused-once")

    assert len(asked) == 2
    assert asked[0].connection < asked[1].connection


def test_both_readers_find_the_same_payload(crawled: Crawled) -> None:
    """Our own reader and warcio see an ordinary HTTP/1.1 message."""
    ours = {
        item.url: item.payload
        for path in (crawled.store / "warc").rglob("*.warc.gz")
        for item in read_captures(io.BytesIO(path.read_bytes()), warc=path.name, size=path.stat().st_size)
        if not isinstance(item, Finding)
    }
    theirs = {}
    for path in (crawled.store / "warc").rglob("*.warc.gz"):
        with path.open("rb") as file:
            for record in ArchiveIterator(file):
                if record.rec_type == "response":
                    theirs[record.rec_headers.get_header("WARC-Target-URI")] = record.raw_stream.read()

    for path in WHOLE:
        assert CASES[path].body == ours[crawled.server.base + path] == theirs[crawled.server.base + path]


@pytest.mark.long
def test_servers_without_http_2_and_private_ones_are_treated_as_ever(tmp_path: Path, authority: Authority) -> None:
    """Where ALPN gives HTTP/1.1, or there is none, the record is what came over the wire; the guard holds as well."""
    case = WireCase(message=with_length(article("old"), b"X-ODD:  1"))
    certificate = authority.issue("127.0.0.1")
    with (
        WireServer(cases={"/case/plain": case}, tls=certificate.server_context("http/1.1")) as older,
        WireServer(cases={"/case/plain": case}, tls=certificate.server_context()) as silent,
        H2Server(cases={}, context=certificate.server_context("h2")) as private,
    ):
        for name, server in {"older": older, "silent": silent, "private": private}.items():
            server.write_source(tmp_path / "sources", name, entries=entries(server))
        done = commands.run(
            "crawl", "--only-sources", tmp_path / "sources", "--store", tmp_path / "store", "--json",
            "--allow-private", older.host_port, "--allow-private", silent.host_port,
            env={"SSL_CERT_FILE": str(authority.trust_file(tmp_path))},
        )  # fmt: skip

        for server in (older, silent):
            found = {r.kind: r for r in warcs.records(tmp_path / "store") if r.url == f"{server.base}/case/plain"}
            assert case.message == found["response"].block
            assert ["http/1.1", "tls/1.3"] == found["response"].all("WARC-Protocol")
            assert [item.request for item in server.asked("/case/plain")] == [found["request"].block]
            assert {item.connection for item in server.log} == {1}
        assert private._connections == 0
        assert "private address" in done.report["sources"]["private"]["problems"][0]["problem"]


_SPIDER = """
from scrapy import Request, Spider
from crawler.tap import exchange_ended

class Sending(Spider):
    name = "sending"
    custom_settings = {settings}

    @classmethod
    def from_crawler(cls, crawler):
        spider = super().from_crawler(crawler)
        crawler.signals.connect(spider.ended, exchange_ended)
        return spider

    async def start(self):
        yield Request("{base}/case/form", method="POST", body=b"0123456789" * 30_000, callback=self.parse)
        yield Request("{base}/case/head", method="HEAD", callback=self.parse)

    def parse(self, response):
        print("ANSWER", response.request.method, response.status, len(response.body), response.flags, flush=True)

    def ended(self, request, wire, error):
        head, _, body = bytes(wire.sent).partition(b"\\r\\n\\r\\n")
        wire.received.seek(0)
        lines = [head.split(b"\\r\\n")[0], *(x for x in head.split(b"\\r\\n") if x.startswith(b"content-length"))]
        print("SENT", lines, len(body), wire.is_whole, len(wire.received.read()), error, flush=True)
"""


def test_a_request_may_have_a_body_and_an_answer_none(tmp_path: Path, authority: Authority) -> None:
    """A body larger than the server's window waits for it; HEAD ends with its head, whatever length that names."""
    form = Case(body=b"<p>thanks</p>")
    head = Case(fields=((b"content-length", b"5000"),))
    context = authority.issue("127.0.0.1").server_context("h2")
    with H2Server(cases={"/case/form": form, "/case/head": head}, context=context) as server:
        settings = {
            "DOWNLOAD_HANDLERS": {"https": "crawler.tap.TapDownloadHandler"},
            "DOWNLOAD_VERIFY_CERTIFICATES": True,
            "KAKEHASHI_HTTP2": ["*"],
        }
        script = tmp_path / "sending.py"
        script.write_text(_SPIDER.format(settings=settings, base=server.base))
        environment = {"SSL_CERT_FILE": str(authority.trust_file(tmp_path)), "PYTHONPATH": str(commands.ROOT)}
        done = commands.run("runspider", script, module="scrapy", cwd=tmp_path, env=environment)
        posted, headed = server.asked("/case/form")[0], server.asked("/case/head")[0]

    assert posted.body == b"0123456789" * 30_000
    assert dict(posted.fields)[b"content-length"] == b"300000"
    assert dict(headed.fields)[b":method"] == b"HEAD"
    size = {"form": len(head_of(form) + form.body), "head": len(head_of(head))}
    assert {
        "ANSWER POST 200 13 []",
        "ANSWER HEAD 200 0 []",
        f"SENT [b'POST /case/form HTTP/1.1', b'content-length: 300000'] 300000 True {size['form']} None",
        f"SENT [b'HEAD /case/head HTTP/1.1'] 0 True {size['head']} None",
    } == set(done.out.splitlines()), done.err
