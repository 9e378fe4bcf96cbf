"""pywb gives back what was captured, byte for byte: every answer of the awkward server, revisits and https included.

pywb runs as released, in an environment of its own that is made here on first use; when that cannot be made, these
tests fail. It reads our CDXJ files as they are. `LIMITS` is what it changes, whatever archive it is given.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import pytest

from benchmarks.fidelity.marks import payload_sent
from tests import commands, warcs
from tests.pywbserver import Pywb, Reply
from tests.wirecases import HOPS, every_case
from tests.wirecheck import crawl
from tests.wireserver import Case, WireServer, cases, page, with_length

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# An environment to install and three runs, on a machine that may be busy.
pytestmark = [pytest.mark.xdist_group("replay"), pytest.mark.timeout(900)]

_STATUS_LINE = re.compile(rb"^\S+\s+(\S+)(?:[ \t](.*))?$", re.DOTALL)
ASKED_AGAIN = "/case/asked-again"
_TAG = b'ETag: "7"'
# Cases of which nothing can be kept have no capture.
CASES = {
    **{path: case for path, case in every_case().items() if case.has_record},
    ASKED_AGAIN: Case(
        message=with_length(page("asked-again"), _TAG),
        unmodified=b"HTTP/1.1 304 Not Modified\r\n" + _TAG + b"\r\n\r\n",
    ),
}
SECURE = {path: CASES[path] for path in ("/case/plain", "/case/gzip-chunked", "/case/short")}


@dataclass(frozen=True)
class Limit:
    """Something that pywb changes, in which parts of a reply (`all`: it answers with an error), and of which cases."""

    why: str
    parts: str
    cases: str


LIMITS = (
    Limit(
        "what begins with neither HTTP/1.0 nor HTTP/1.1 cannot be replayed", "all",
        "http-0.9 icy no-http no-http-open no-version version-1.2 version-2.0",
    ),
    Limit(
        "its web server refuses to send an odd status line or field name on", "all",
        "bare-cr no-space-reason odd-names status-alone status-word tab-status utf-8-reason",
    ),
    Limit("a 304 that states a Content-Length ends in an error", "all", "304-length"),
    Limit(
        "what stands behind the last chunk comes out as part of the body", "payload",
        "chunk-extensions endless-trailers many-trailers no-last-line no-last-line-open odd-trailers",
    ),
    Limit(
        "chunks with a very long extension, or with LF for a line end, come out with their framing", "payload",
        "long-extension size-lf",
    ),
    Limit("a content coding written in capitals is undone", "payload", "upper-gzip"),
    Limit("behind two blank lines it sees no head", "payload fields", "blanks-before"),
    Limit("the line ends within a folded field are gone", "fields", "fold-length folded many-folds"),
    Limit("bytes of UTF-8 in a field come out percent-encoded", "fields", "raw-hop utf-8"),
    Limit("a very long field loses a part of itself", "fields", "endless-line long-line megabyte-line"),
    Limit("a reason that is empty or not there comes out as None", "reason", "empty-reason no-reason"),
)  # fmt: skip


@dataclass(frozen=True)
class Archived:
    """A store with two runs over http and one over https, and the servers' cases by URL."""

    store: Path
    by_url: dict[str, Case]

    @property
    def captures(self) -> list[warcs.Record]:
        """Every response and revisit of a case, in the order of the archive."""
        found = (record for record in warcs.records(self.store) if record.kind in ("response", "revisit"))
        return [record for record in found if record.url in self.by_url]


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> Archived:
    """Crawl everything, ask again for what is whole, and crawl a little over https: three WARCs."""
    folder = tmp_path_factory.mktemp("replay")
    servers = WireServer(cases=CASES, hidden=HOPS), WireServer(cases=SECURE, tls=True)
    with servers[0] as server, servers[1] as secure:
        crawl(server, folder, "wire")
        again = [path for path in (*cases(), ASKED_AGAIN) if CASES[path].fate == "kept" and path not in HOPS]
        done = commands.run(
            "capture", *(server.base + path for path in again), "--store", folder / "store",
            "--allow-private", server.host_port, "--delay", "0.01", "--robots", "ignore", timeout=500,
        )  # fmt: skip
        assert done.code == 0, done.err
        crawl(secure, folder, "wire-tls", "DOWNLOAD_VERIFY_CERTIFICATES=0")
        by_url = {one.base + path: case for one in servers for path, case in one.cases.items()}
    return Archived(store=folder / "store", by_url=by_url)


@pytest.fixture(scope="module")
def pywb(archived: Archived, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pywb]:
    """A running pywb over that store."""
    with Pywb(archived.store, tmp_path_factory.mktemp("pywb") / "home") as running:
        yield running


def timestamp_of(record: warcs.Record) -> str:
    """The 14 digits under which a player finds a record."""
    return _digits(record.get("WARC-Date"))


def _digits(date: str | None) -> str:
    return "".join(sign for sign in date or "" if sign.isdigit())[:14]


def sent_for(record: warcs.Record, case: Case) -> bytes:
    """What the server sent, of which pywb is to give back the payload and head; what was cut as far as it came."""
    if record.kind == "revisit" and record.block.startswith(b"HTTP/1.1 304"):
        return case.unmodified
    return record.block if case.truncated else case.message


def differences(reply: Reply, case: Case, sent: bytes) -> set[str]:
    """In which parts a reply is not what was sent: status, reason, fields, payload; or `all`: pywb gives an error."""
    head = sent.lstrip(b"\r\n")[: len(sent.lstrip(b"\r\n")) - len(_after_head(sent))]
    first, *lines = head.replace(b"\r\n", b"\n").rstrip(b"\n").split(b"\n")
    line = _STATUS_LINE.match(first)
    status, reason = (line[1], line[2] or b"") if line else (b"", b"")
    if reply.status in (b"500", b"503") and status != reply.status:
        return {"all"}
    pairs = (line.partition(b":") for line in lines if b":" in line)  # a line without a colon is no field
    wanted = [(name.decode("latin-1").lower().strip(), value.strip()) for name, _, value in pairs]
    payload = b"" if sent == case.unmodified else payload_sent(case, sent)
    is_same = {
        "status": status == reply.status,
        "reason": reason.strip() == reply.reason.strip(),
        "fields": _is_within(wanted, reply),
        "payload": payload is None or payload == reply.body,
    }
    return {part for part, same in is_same.items() if not same}


def _after_head(message: bytes) -> bytes:
    rest = message.lstrip(b"\r\n")
    ends = [at + len(end) for end in (b"\r\n\r\n", b"\n\n", b"\r\n\n") if (at := rest.find(end)) >= 0]
    return rest[min(ends) :] if ends else b""


def _is_within(wanted: list[tuple[str, bytes]], reply: Reply) -> bool:
    """True when the fields stand in the reply in their order; pywb renames those that are about the connection."""
    left = iter([(name.strip().removeprefix("x-archive-orig-"), value) for name, value in reply.fields])
    return all(any(field == item for item in left) for field in wanted)


def name_of(url: str) -> str:
    return url.rpartition("/")[2]


def test_each_capture_comes_back_as_it_was_sent(archived: Archived, pywb: Pywb) -> None:
    """Status line, header fields and payload of every record; the exceptions are pywb's, and are all still there."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for record in archived.captures:
        case = archived.by_url[record.url]
        reply = pywb.fetch(record.url, timestamp_of(record))
        found[record.url.rpartition("/")[2]] |= differences(reply, case, sent_for(record, case))
    limits = {case: set(limit.parts.split()) for limit in LIMITS for case in limit.cases.split()}

    assert limits == {case: parts for case, parts in found.items() if parts}


def test_the_limits_are_those_of_the_document() -> None:
    """What pywb does not give back stands in docs/fidelity.md, case by case."""
    text = (commands.ROOT / "docs" / "fidelity.md").read_text(encoding="utf-8")
    rows = [f"| {limit.why} | {', '.join(f'`{case}`' for case in limit.cases.split())} |" for limit in LIMITS]

    assert [row for row in rows if row not in text] == []


def test_every_case_is_among_the_captures(archived: Archived) -> None:
    """Nothing above passes because it was never archived."""
    assert {record.url for record in archived.captures} == set(archived.by_url)


def test_it_is_the_capture_of_that_moment(archived: Archived, pywb: Pywb) -> None:
    """A revisit is given under its own date, though its payload lies in another WARC."""
    revisits = [record for record in archived.captures if record.kind == "revisit"]
    originals = {(record.url, timestamp_of(record)): record.warc for record in archived.captures}

    assert len(revisits) >= 20
    for record in revisits:
        original = record.get("WARC-Refers-To-Target-URI"), _digits(record.get("WARC-Refers-To-Date"))
        assert originals[original] != record.warc
        moment = pywb.fetch(record.url, timestamp_of(record)).get("Memento-Datetime")
        assert parsedate_to_datetime(moment or "").strftime("%Y%m%d%H%M%S") == timestamp_of(record)
