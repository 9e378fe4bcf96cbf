"""A web archive and a CC-NEWS server on loopback that answer as the real ones do, with their bad days.

`Past.snapshots` are the captures of the web archive, `Past.files` what lies on the other server. `asked` are the paths of
every request, with the Range where there was one.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import threading
import uuid
from collections import Counter
from dataclasses import dataclass, field
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs, quote_plus, unquote_plus, urlsplit

from pipelines.mementos import parse_timestamp
from tests import foreign

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HOST = "silkroad.example"
COLUMNS = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]
SOURCE = """
schema = 1
id = "{id}"
name = "{name}"
name_en = "{name}"
country = "KZ"
languages = ["en"]
kind = "private"
timezone = "Asia/Almaty"
rights = "unknown"
contact = "desk@{host}"
[[entries]]
type = "feed"
url = "https://{host}/feed/"
[scope]
hosts = ["{host}", "www.{host}"]
article = ['^/news/[a-z0-9-]+/$']
listing = ['^/tag/']
samples = ["https://{host}/news/one-two/"]
"""


def write_source(folder: Path, name: str = "silkroad", host: str = HOST, more: str = "") -> Path:
    """A source file of a newspaper at a host, in a folder of source files."""
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.toml").write_text(SOURCE.format(id=name, name=name.title(), host=host) + more)
    return folder


def page(topic: str, edition: int = 1, host: str = HOST) -> bytes:
    """An article about Central Asia and Japan; another edition has one more sentence."""
    said = f"It is edition {edition} of the report, and the railway is {edition}00 kilometres long. " * (edition > 1)
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>Kazakhstan and Japan agree on the {topic} | Silk Road</title>
<link rel="canonical" href="https://{host}/news/{topic.replace(" ", "-")}/">
<meta property="article:published_time" content="2025-08-0{edition}T09:00:00+05:00"></head><body>
<nav><a href="/">Home</a></nav><article><h1>Kazakhstan and Japan agree on the {topic}</h1>
<p>ASTANA. Kazakhstan and Japan signed an agreement on the {topic} in Astana on Friday, the foreign ministry said.
The Japanese ambassador thanked the government of Kazakhstan for the work of ten years. {said}</p>
<p>The Japan International Cooperation Agency will lend 12 billion yen for the {topic}, and experts from Tokyo will
train engineers in Almaty, Tashkent and Bishkek until the end of the decade, officials told reporters.</p>
<p>Uzbekistan and Kyrgyzstan are to join later: their ministers travel to Tokyo in the autumn, when the Central Asia
plus Japan dialogue meets again after two years of preparation on the {topic}.</p></article></body></html>""".encode()


def digest_of(body: bytes) -> str:
    """The digest of a payload as the lists of web archives have it."""
    return base64.b32encode(hashlib.sha1(body).digest()).decode()


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A capture in the web archive: `given` is the body that is played back, None where that is lost (404).

    `moved_to` is another timestamp, to which the archive redirects; `says` one that it names without a redirect.
    """

    timestamp: str
    original: str
    given: bytes | None
    mime: str = "text/html"
    status: str = "200"
    digest: str | None = None
    moved_to: str | None = None
    says: str | None = None
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def row(self) -> list[str]:
        """Its line in the list."""
        parts = urlsplit(self.original)
        key = f"{_key_of(parts.netloc)}){parts.path}"
        digest = self.digest or digest_of(self.given or b"lost")
        return [key, self.timestamp, self.original, self.mime, self.status, digest, "1234"]


@dataclass
class Past:
    """The server, serving from construction to `close`.

    `most` is how many lines it lists at once, whatever is asked for; `refusals` maps parts of addresses to how often
    they are answered with 429 before they are answered; `cuts` maps paths of files to how many bytes it sends of a part,
    once each; `before` is called with each path before it is answered. `fixed` are whole answers (status, type, body);
    hosts among `broken_lists` have no list.
    """

    snapshots: list[Snapshot] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    most: int = 1000
    refusals: dict[str, int] = field(default_factory=dict)
    retry_after: str | None = "0"
    cuts: dict[str, int] = field(default_factory=dict)
    fixed: dict[str, tuple[int, str, bytes]] = field(default_factory=dict)
    broken_lists: tuple[str, ...] = ()
    etag: str = '"1"'
    asked: list[str] = field(default_factory=list)
    before: Callable[[str], None] = lambda _path: None

    def __post_init__(self) -> None:
        past = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                past.answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.host_port = f"127.0.0.1:{self._server.server_address[1]}"
        self.base = f"http://{self.host_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def fetched(self) -> Counter[str]:
        """How often each capture was asked for."""
        return Counter(path for path in self.asked if path.startswith("/web/"))

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer a request."""
        span = handler.headers.get("Range")
        self.asked.append(f"{handler.path} {span}" if span else handler.path)
        self.before(handler.path)
        for part, left in self.refusals.items():
            if part in handler.path and left:
                self.refusals[part] = left - 1
                wait = [("Retry-After", self.retry_after)] if self.retry_after is not None else []
                _send(handler, 429, b"<html>You have sent too many requests</html>", wait)
                return
        path = handler.path.split("?")[0]
        if path in self.fixed:
            status, kind, body = self.fixed[path]
            _send(handler, status, body, [("Content-Type", kind)])
        elif path == "/cdx/search/cdx":
            query = parse_qs(urlsplit(handler.path).query)
            is_broken = query["url"][0].startswith(self.broken_lists or "?")
            listed = "Sorry" if is_broken else self.list(query)
            _send(handler, 200, json.dumps(listed).encode(), [("Content-Type", "application/json")])
        elif handler.path.startswith("/web/"):
            self._play(handler)
        elif path in self.files:
            self._part(handler, self.files[path], span)
        else:
            _send(handler, 404, b"not here", [])

    def list(self, query: dict[str, list[str]]) -> list[list[str]]:
        """The rows that the CDX server gives for a query."""
        key = f"{_key_of(query['url'][0].rstrip('/'))})"
        rows = sorted(item.row for item in self.snapshots if item.row[0].startswith(key))
        begin, end = query.get("from", ["0"])[0].ljust(14, "0"), query.get("to", ["9"])[0].ljust(14, "9")
        rows = [row for row in rows if begin <= row[1] <= end]
        for wanted in query.get("filter", []):
            name, _, pattern = wanted.partition(":")
            rows = [row for row in rows if re.fullmatch(pattern, row[COLUMNS.index(name)])]
        if "resumeKey" in query:
            after = tuple(unquote_plus(query["resumeKey"][0]).rsplit(" ", 1))
            rows = [row for row in rows if (row[0], row[1]) > after]
        limit = min(int(query.get("limit", ["1000"])[0]), self.most)
        more = [[], [quote_plus(f"{rows[limit - 1][0]} {rows[limit - 1][1]}")]] if len(rows) > limit else []
        return [COLUMNS, *rows[:limit], *more] if rows else []

    def _play(self, handler: BaseHTTPRequestHandler) -> None:
        match = re.fullmatch(r"/web/(\d{14})id_/(.*)", handler.path)
        wanted = match.groups() if match else ("", "")
        found = next((item for item in self.snapshots if (item.timestamp, item.original) == wanted), None)
        if found is None or (found.given is None and found.moved_to is None):
            _send(handler, 404, b"<html>The Wayback Machine has not archived that URL.</html>", [])
        elif found.moved_to is not None:
            _send(handler, 302, b"", [("Location", f"{self.base}/web/{found.moved_to}id_/{found.original}")])
        else:
            _send(handler, 200, found.given or b"", self._headers(found))

    def _headers(self, found: Snapshot) -> list[tuple[str, str]]:
        when = parse_timestamp(found.says or found.timestamp)
        return [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Memento-Datetime", format_datetime(when, usegmt=True)),
            ("Link", f'<{found.original}>; rel="original"'),
            ("x-archive-orig-server", "nginx"),
            ("x-archive-src", "CRAWL-2025/CRAWL-20250801.warc.gz"),
            *found.headers,
        ]

    def _part(self, handler: BaseHTTPRequestHandler, data: bytes, span: str | None) -> None:
        match = re.fullmatch(r"bytes=(\d+)-(\d+)", span or "")
        headers = [("ETag", self.etag), ("Accept-Ranges", "bytes")]
        if match is None:
            _send(handler, 200, data, headers)
            return
        begin, end = int(match[1]), min(int(match[2]), len(data) - 1)
        if begin >= len(data):
            _send(handler, 416, b"", [("Content-Range", f"bytes */{len(data)}")])
            return
        headers.append(("Content-Range", f"bytes {begin}-{end}/{len(data)}"))
        _send(handler, 206, data[begin : end + 1], headers, sent=self.cuts.pop(handler.path, None))


def _key_of(host: str) -> str:
    return ",".join(reversed(host.removeprefix("www.").removesuffix(":80").split(".")))


def _send(
    handler: BaseHTTPRequestHandler,
    status: int,
    body: bytes,
    headers: list[tuple[str, str]],
    *,
    sent: int | None = None,
) -> None:
    handler.send_response(status)
    for name, value in headers:
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    try:
        handler.wfile.write(body[:sent])
    except OSError:
        handler.close_connection = True
    if sent is not None:
        handler.close_connection = True


def news_records(pages: dict[str, bytes], when: str = "2025-08-05T10:00:00Z") -> list[bytes]:
    """A WARC of CC-NEWS with these pages by their addresses: warcinfo, then request and response of each."""
    info = b"operator: Common Crawl\r\nsoftware: StormCrawler\r\nformat: WARC File Format 1.0\r\n"
    fields = [("Content-Type", "application/warc-fields"), ("WARC-Record-ID", foreign.new_id()), ("WARC-Date", when)]
    records = [foreign.record("warcinfo", fields, info)]
    for url, body in pages.items():
        common = [("WARC-Target-URI", url), ("WARC-Date", when)]
        request = f"<urn:uuid:{uuid.uuid4()}>"
        sent = f"GET {urlsplit(url).path} HTTP/1.1\r\nHost: {urlsplit(url).netloc}\r\n\r\n".encode()
        kind = ("Content-Type", "application/http; msgtype=request")
        records.append(foreign.record("request", [*common, ("WARC-Record-ID", request), kind], sent))
        media = b"image/png" if "/img/" in url else b"text/html; charset=utf-8"
        block = b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\n\r\n%b" % (media, body)
        more = [("WARC-Payload-Digest", f"sha1:{digest_of(body)}"), ("WARC-Concurrent-To", request)]
        kind = ("Content-Type", "application/http; msgtype=response")
        records.append(foreign.record("response", [*common, ("WARC-Record-ID", foreign.new_id()), kind, *more], block))
    return records


def add_month(past: Past, files: dict[str, bytes], month: str = "2025/08") -> None:
    """Put WARCs, by their names, and the list of them on the server."""
    paths = [f"crawl-data/CC-NEWS/{month}/{name}" for name in files]
    past.files |= {f"/{path}": data for path, data in zip(paths, files.values(), strict=True)}
    listed = gzip.compress("".join(f"{path}\n" for path in paths).encode())
    past.files[f"/crawl-data/CC-NEWS/{month}/warc.paths.gz"] = listed


def members(records: list[bytes]) -> bytes:
    """The records as Common Crawl packs them."""
    return b"".join(gzip.compress(item, mtime=0) for item in records)


def facts(values: dict[str, Any]) -> dict[str, Any]:
    """The counts of a ledger that tests look at."""
    names = ("announced", "kept", "unchanged", "dropped", "failed", "deferred", "refused")
    return {name: values[name] for name in names if values[name]}
