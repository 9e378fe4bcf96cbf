"""What we write, held against our lint and read by other people's software, over every awkward answer of a server.

Two alarms of theirs are false, and taken out by name: warcio takes the digest of a payload over the chunk framing,
which is no part of it (RFC 9110, 6.4; WARC 1.1, 5.9), and `warcio check` itself ends at a body in brotli.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from fastwarc.warc import WarcRecordType
from warcio.archiveiterator import ArchiveIterator

from archive.blobs import LocalBlobs
from pipelines.tally import Tally
from pipelines.verify import verify_store
from pipelines.verify_lint import lint_store
from tests.crawler.test_tap import crawl
from tests.wireserver import WireServer

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crawler.conftest import Crawled

pytestmark = pytest.mark.xdist_group("crawled")


@pytest.fixture(scope="module")
def awkward(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of a crawl over every case of the awkward server."""
    folder = tmp_path_factory.mktemp("awkward")
    with WireServer() as server:
        crawl(server, folder, "wire")
    return folder / "store"


def warcs_of(store: Path) -> list[Path]:
    """The WARCs of captures and of texts."""
    return sorted([*(store / "warc").rglob("*.warc.gz"), *(store / "text").rglob("*.warc.gz")])


def test_the_archive_of_an_awkward_server_breaks_no_rule(awkward: Path) -> None:
    """No error, no warning, no fault."""
    tally = Tally()

    assert list(lint_store(LocalBlobs(awkward), tally)) == []
    assert tally.linted == 3
    assert list(verify_store(LocalBlobs(awkward), Tally())) == []


def test_the_archive_of_a_crawl_breaks_no_rule(made: Crawled) -> None:
    """Revisits, feeds, sitemaps and conversions are in it."""
    kinds = {kind for path in warcs_of(made.store) for kind in _kinds(path)}

    assert kinds == {"warcinfo", "response", "request", "metadata", "revisit", "conversion"}
    assert list(lint_store(LocalBlobs(made.store), Tally())) == []


def _kinds(path: Path) -> set[str]:
    with path.open("rb") as file:
        return {record.rec_type for record in ArchiveIterator(file, no_record_parse=True)}


def test_warcio_finds_each_digest_right_but_those_of_chunked_payloads(awkward: Path) -> None:
    """Block digests of all; the false alarms are exactly the chunked answers."""
    alarms: set[str] = set()
    chunked: set[str] = set()
    for path in warcs_of(awkward):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, check_digests="ignore"):
                if record.rec_type == "response" and record.http_headers.get_header("Transfer-Encoding"):
                    chunked.add(record.rec_headers.get_header("WARC-Target-URI"))
                record.raw_stream.read()  # as it lies: decoding brotli, warcio 1.8 fails
                problems = record.digest_checker.problems
                assert all("payload digest" in problem for problem in problems), problems
                if problems:
                    alarms.add(record.rec_headers.get_header("WARC-Target-URI"))

    assert alarms
    assert alarms <= chunked


def test_fastwarc_finds_the_block_of_each_record_right(awkward: Path) -> None:
    """Another reader, in C++, of another author; of the awkward heads it parses none, having a limit for lines."""
    count = 0
    for path in warcs_of(awkward):
        with path.open("rb") as file:
            for record in FastIterator(file, record_types=WarcRecordType.any_type, parse_http=False):
                count += 1
                assert record.record_type is WarcRecordType.warcinfo or record.verify_block_digest()
    assert count > 150
