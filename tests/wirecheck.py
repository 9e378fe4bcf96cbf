"""One crawl over every awkward case, and whether each byte of each is where it belongs.

python -m tests.wirecheck            # http and https, one line a case that is wrong, then the totals
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from archive.http_message import parse_head, payload_of
from tests import commands, warcs
from tests.memory import watched
from tests.wirecases import HOPS, every_case
from tests.wireserver import MAX_BODY, TIMEOUT_S, Case, WireServer

MARKS = ("wire", "header", "payload", "request", "flag", "protocol", "fate")
_SETTINGS = (
    "DOWNLOAD_DELAY=0", "RETRY_ENABLED=0", f"KAKEHASHI_IDLE_TIMEOUT={TIMEOUT_S}", f"DOWNLOAD_MAXSIZE={MAX_BODY}", "KAKEHASHI_CONDITIONAL=0",
)  # fmt: skip


@dataclass(frozen=True)
class Crawled:
    """A server that was crawled, and what came of it; `peak` is the crawling process's memory in MiB."""

    server: WireServer
    records: list[warcs.Record]
    ledger: dict
    articles: list[dict]
    dropped: list[dict]
    log: str
    peak: int

    def all(self, kind: str, path: str) -> list[warcs.Record]:
        """The records of this kind for a path."""
        return [record for record in self.records if record.kind == kind and record.url == self.server.base + path]

    def of(self, kind: str, path: str) -> warcs.Record:
        """The one record of this kind for a path."""
        found = self.all(kind, path)
        assert len(found) == 1, (path, kind, len(found))
        return found[0]

    @property
    def fates(self) -> dict[str, str]:
        """What became of each page, by its path as it was announced, or as it was led to."""
        causes = {item["url"]: item["cause"] for item in self.ledger["failures"]}
        reasons = {item["url"]: item["reason"] for item in self.dropped}
        kept = {item["url"]: "kept" for item in self.articles}
        return {url.removeprefix(self.server.base): fate for url, fate in {**causes, **reasons, **kept}.items()}

    def faults(self, path: str) -> list[str]:
        """Which of the `MARKS` a case misses."""
        case = self._case(path)
        responses = self.all("response", path)
        if not case.has_record:
            marks = {"wire": not responses, "request": not self.all("request", path)}
        elif len(responses) != 1:
            marks = {"wire": False}
        else:
            marks = self._marks(case, responses[0], path)
        marks["fate"] = case.fate == ("kept" if path in HOPS | _LEADS else self.fates.get(path))
        return [mark for mark in MARKS if not marks.get(mark, True)]

    def _case(self, path: str) -> Case:
        case = self.server.cases[path]
        # Under TLS a reset cannot be told from a server that does not say goodbye, see `crawler.answers`.
        is_unseen = self.server.tls and path == "/case/reset-open"
        return replace(case, truncated=None, fate="kept") if is_unseen else case

    def _marks(self, case: Case, record: warcs.Record, path: str) -> dict[str, bool]:
        sent = expected(case, record)
        size = parse_head(sent).length
        return {
            "wire": record.block == sent,
            "header": record.block[:size] == sent[:size],
            "payload": has_payload(case, record),
            "request": [item.request for item in self.server.asked(path)] == [self.of("request", path).block],
            "flag": record.get("WARC-Truncated") == case.truncated,
            "protocol": record.all("WARC-Protocol")[:1] == [case.protocol],
        }


_LEADS = frozenset({"/case/hop-1", "/case/raw-hop"})


def expected(case: Case, record: warcs.Record) -> bytes:
    """What the record must hold; of an answer that drips until it is given up, as much as came by then."""
    if case.kept is None:
        return case.message
    size = len(record.block) if case.kept < 0 else case.kept
    count = max(0, size - len(case.message)) // max(1, len(case.endless)) + 1
    return (case.message + case.endless * count)[:size]


def has_payload(case: Case, record: warcs.Record) -> bool:
    """True when the digest of the record is that of the body, and the body can be read back out of it."""
    head = parse_head(record.block)
    payload = payload_of(head, record.block[head.length :])
    digest = "sha1:" + base64.b32encode(hashlib.sha1(payload, usedforsecurity=False).digest()).decode()
    if digest != record.get("WARC-Payload-Digest"):
        return False
    body = case.body
    if body is None and not head.is_chunked:
        body = case.message[head.length :]
    return body is None or case.truncated is not None or body == payload


def crawl(server: WireServer, folder: Path, name: str, *settings: str) -> Crawled:
    """One `scrapy crawl` over all cases of a server."""
    server.write_source(folder / "sources", name, concurrency=8)
    store = folder / "store"
    chosen = (
        f"KAKEHASHI_STORE={store}", f"KAKEHASHI_ONLY_SOURCES={folder / 'sources'}",
        f"KAKEHASHI_ALLOW_PRIVATE={server.host_port}", *_SETTINGS, *settings,
    )  # fmt: skip
    parts = (part for item in chosen for part in ("-s", item))
    process = commands.start("crawl", name, *parts, module="scrapy")
    _, err, peak = watched(process)
    assert process.returncode == 0, err.decode()
    reports = [json.loads(path.read_text())["sources"] for path in (store / "runs").glob("*.json")]
    return Crawled(
        server=server,
        records=warcs.records(store),
        ledger=next(sources[name] for sources in reports if name in sources),
        articles=warcs.lines(store, "articles"),
        dropped=warcs.lines(store, "dropped"),
        log=err.decode(),
        peak=peak,
    )


def main() -> int:
    """Crawl over http and https, and print what is wrong; 1 when something is."""
    wrong = 0
    for tls in (False, True):
        with WireServer(cases=every_case(), tls=tls, hidden=HOPS) as server, tempfile.TemporaryDirectory() as folder:
            crawled = crawl(server, Path(folder), "wire", f"DOWNLOAD_VERIFY_CERTIFICATES={int(not tls)}")
            faults = {path: crawled.faults(path) for path in server.cases}
        found = {path: marks for path, marks in faults.items() if marks}
        for path, marks in found.items():
            print(f"{path}: wrong: {', '.join(marks)}")  # noqa: T201
        exact = f"{len(faults) - len(found)} of {len(faults)} exact, peak {crawled.peak} MiB"
        print(f"{'https' if tls else 'http'}: {exact}")  # noqa: T201
        wrong += len(found)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
