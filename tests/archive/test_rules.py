"""The rules of WARC/1.1 that a crawler's writer can break, each checked over a file of our writer.

A row a rule: what it says, and a function from the records to those that break it. M is "shall", S "should", C the
community's annotation (fidelity.md, section 1).
"""

from __future__ import annotations

import dataclasses
import gzip
import re
from typing import TYPE_CHECKING

import pytest

from archive.capture import Earlier, Truncation
from archive.digests import sha1_label
from archive.http_message import parse_head, payload_of
from archive.reader import RawRecord, read_records
from archive.records import NOT_MODIFIED_PROFILE, REVISIT_PROFILE
from archive.uri import target_uri
from tests.archive.samples import BEGAN, CHUNKED, PAGE, Clock, exchange, members_of, open_writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from archive.closed import ClosedWarc

REPEATABLE = {"WARC-Concurrent-To", "WARC-Protocol", "WARC-Cipher-Suite"}
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z")
URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9\-._~:/?\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*")
ID = re.compile(r"<urn:uuid:[0-9a-f-]{36}>")
TYPES = {"warcinfo", "response", "request", "metadata", "revisit"}
OPTIONAL = {"WARC-Cipher-Suite", "WARC-Protocol", "WARC-IP-Address"}
ASKED = b'GET /a HTTP/1.1\r\nHost: example.org\r\nIf-None-Match: "1"\r\n\r\n'
HTTP = ("response", "request", "revisit")


def written(folder: Path) -> ClosedWarc:
    """Everything that the writer can write, with awkward input."""
    closed: list[ClosedWarc] = []
    known: dict[tuple[str, str], Earlier] = {}
    clock = Clock()
    writer = open_writer(folder, closed, now=clock, find_earlier=lambda url, digest: known.get((url, digest)))
    for item in (
        exchange(PAGE),
        exchange(CHUNKED, url="https://пример.рф/путь?q=я#часть", ip="2001:DB8::0:1"),
        exchange(b"HTTP/1.1 301 Moved\r\nLocation: /\xd1\x82\r\n\r\n", url='http://example.org/a b"<c>\r\nX: y'),
        exchange(PAGE[:-5], truncated=Truncation.DISCONNECT, ip=None, protocols=(), cipher=None),
        exchange(b"HTTP/1.1 204 No Content\r\n\r\n", facts=()),
        exchange(PAGE),
        exchange(CHUNKED, url="https://пример.рф/путь?q=я"),
        exchange(b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n', request=ASKED),
    ):
        asked = known.get((target_uri(item.url), sha1_label(b"<p>Tashkent and Tokyo</p>")))
        stored = writer.write(dataclasses.replace(item, revalidates=asked))
        if not stored.is_revisit and stored.truncated is None:
            known[stored.url, stored.payload_digest] = Earlier(
                record_id=stored.record_id,
                url=stored.url,
                captured_at=stored.captured_at,
                payload_digest=stored.payload_digest,
            )
        clock.move(seconds=1)
    writer.close()
    return closed[0]


@pytest.fixture(scope="module")
def warc(tmp_path_factory: pytest.TempPathFactory) -> ClosedWarc:
    return written(tmp_path_factory.mktemp("rules"))


@pytest.fixture(scope="module")
def records(warc: ClosedWarc) -> list[RawRecord]:
    with warc.path.open("rb") as file:
        found = list(read_records(file, warc="x", size=warc.size))
    assert all(isinstance(record, RawRecord) for record in found)
    return [record for record in found if isinstance(record, RawRecord)]


def repeated(record: RawRecord) -> list[str]:
    names = [name for name, _ in record.fields if name not in REPEATABLE]
    return [name for name in names if names.count(name) > 1]


def has(record: RawRecord, *names: str) -> bool:
    return all(record.field(name) for name in names)


def payload_digest(record: RawRecord) -> str:
    head = parse_head(record.block)
    return sha1_label(payload_of(head, record.block[head.length :]))


def each(check: Callable[[RawRecord], bool], *kinds: str) -> Callable[[list[RawRecord]], Iterable[RawRecord]]:
    """The records of these kinds, or all, for which the check is False."""
    return lambda records: [item for item in records if (not kinds or item.kind in kinds) and not check(item)]


def events(records: list[RawRecord]) -> list[list[RawRecord]]:
    """The records of each capture event: a response or revisit and those that point to it."""
    captures = [item for item in records if item.kind in ("response", "revisit")]
    return [
        [item, *(other for other in records if other.field("WARC-Concurrent-To") == item.field("WARC-Record-ID"))]
        for item in captures
    ]


def dates_apart(records: list[RawRecord]) -> list[RawRecord]:
    return [event[0] for event in events(records) if len({item.field("WARC-Date") for item in event}) != 1]


def incomplete(records: list[RawRecord]) -> list[RawRecord]:
    return [event[0] for event in events(records) if [item.kind for item in event[1:]] != ["request", "metadata"]]


def pointing_forward(records: list[RawRecord]) -> list[RawRecord]:
    seen: set[str | None] = set()
    found = []
    for item in records:
        seen.add(item.field("WARC-Record-ID"))
        if item.field("WARC-Concurrent-To") not in {None, *seen} or item.field("WARC-Refers-To") not in {None, *seen}:
            found.append(item)
    return found


def warcinfo_astray(records: list[RawRecord]) -> list[RawRecord]:
    first, *others = records
    misplaced = [item for item in others if item.kind == "warcinfo"]
    return misplaced if first.kind == "warcinfo" else [first, *misplaced]


def duplicates(records: list[RawRecord]) -> list[RawRecord]:
    ids = [item.field("WARC-Record-ID") for item in records]
    return [item for item in records if ids.count(item.field("WARC-Record-ID")) > 1]


def orphans(records: list[RawRecord]) -> list[RawRecord]:
    wanted = records[0].field("WARC-Record-ID")
    return [item for item in records[1:] if item.field("WARC-Warcinfo-ID") != wanted]


def misdirected(records: list[RawRecord]) -> list[RawRecord]:
    """Revisits whose pointers do not lead to a response with that URI, date and payload."""
    places = {
        (
            item.field("WARC-Record-ID"),
            item.field("WARC-Target-URI"),
            item.field("WARC-Date"),
            item.field("WARC-Payload-Digest"),
        )
        for item in records
        if item.kind == "response"
    }
    names = ("WARC-Refers-To", "WARC-Refers-To-Target-URI", "WARC-Refers-To-Date", "WARC-Payload-Digest")
    return [item for item in records if item.kind == "revisit" and tuple(map(item.field, names)) not in places]


def is_304(record: RawRecord) -> bool:
    return parse_head(record.block).status == 304


def profile_of(record: RawRecord) -> str:
    return NOT_MODIFIED_PROFILE if is_304(record) else REVISIT_PROFILE


RULES: list[tuple[str, Callable[[list[RawRecord]], Iterable[RawRecord]]]] = [
    ("M id, date, type and length on every record", each(lambda r: has(r, "WARC-Record-ID", "WARC-Date", "WARC-Type", "Content-Length"))),
    ("M a type that the standard names", each(lambda r: r.kind in TYPES)),
    ("M the id is a URI in angle brackets", each(lambda r: ID.fullmatch(r.field("WARC-Record-ID") or "") is not None)),
    ("M the id is unique", duplicates),
    ("M no field twice but those that may", each(lambda r: not repeated(r))),
    ("M the date is UTC with at most nine decimals", each(lambda r: DATE.fullmatch(r.field("WARC-Date") or "") is not None)),
    ("M all records of one capture event share their date", dates_apart),
    ("M the length is that of the block", each(lambda r: r.field("Content-Length") == str(len(r.block)))),
    ("M a target URI on all but warcinfo", each(lambda r: has(r, "WARC-Target-URI"), *TYPES - {"warcinfo"})),
    ("M the target URI is one of RFC 3986", each(lambda r: URI.fullmatch(r.field("WARC-Target-URI") or "") is not None, *TYPES - {"warcinfo"})),
    ("M no target URI on warcinfo", each(lambda r: not has(r, "WARC-Target-URI"), "warcinfo")),
    ("S warcinfo first, and nowhere else", warcinfo_astray),
    ("S WARC-Filename on warcinfo alone", each(lambda r: has(r, "WARC-Filename") == (r.kind == "warcinfo"))),
    ("S WARC-Warcinfo-ID on all others", orphans),
    ("S a content type where there is a block", each(lambda r: has(r, "Content-Type") or not r.block)),
    ("M the block digest is that of the block", each(lambda r: r.field("WARC-Block-Digest") == sha1_label(r.block))),
    ("M the payload digest is over the body without framing", each(lambda r: r.field("WARC-Payload-Digest") == payload_digest(r), "response")),
    ("C digests are upper-case base32 with a lower-case label", each(lambda r: re.fullmatch(r"sha1:[A-Z2-7]{32}", r.field("WARC-Block-Digest") or "") is not None)),
    ("M no payload digest where there is no payload", each(lambda r: not has(r, "WARC-Payload-Digest"), "warcinfo", "metadata", "request")),
    ("S the address is numeric, on HTTP records alone", each(lambda r: r.kind in HTTP or not has(r, "WARC-IP-Address"))),
    ("S IPv6 as RFC 5952 has it", each(lambda r: r.field("WARC-IP-Address") in (None, "192.0.2.1", "2001:db8::1"))),
    ("S HTTP blocks say what message they are", each(lambda r: (r.field("Content-Type") or "").startswith("application/http; msgtype="), *HTTP)),
    ("S a request and metadata for each capture", incomplete),
    ("S pointers lead back, never forward", pointing_forward),
    ("M a revisit has its profile", each(lambda r: r.field("WARC-Profile") == profile_of(r), "revisit")),
    ("M a revisit without its body says so, and a 304 had none", each(lambda r: r.field("WARC-Truncated") == (None if is_304(r) else "length"), "revisit")),
    ("M a revisit leads to the record with its payload", misdirected),
    ("S a revisit keeps the response's head and no more", each(lambda r: parse_head(r.block).length == len(r.block) and parse_head(r.block).status in (200, 304), "revisit")),
    ("M a cut response says why", each(lambda r: (r.field("WARC-Truncated") == "disconnect") == (r.block == PAGE[:-5]), "response")),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "breaking"), RULES, ids=[rule for rule, _ in RULES])
def test_the_writer_keeps_the_rule(
    rule: str, breaking: Callable[[list[RawRecord]], Iterable[RawRecord]], records: list[RawRecord]
) -> None:
    """No record breaks it."""
    assert [record.fields for record in breaking(records)] == [], rule


def test_the_sample_has_a_record_of_every_kind(records: list[RawRecord]) -> None:
    """Else a rule could hold for want of a record."""
    kinds = [record.kind for record in records]

    assert (set(kinds), len(kinds), kinds.count("revisit")) == (TYPES, 25, 3)


def test_the_file_is_named_as_its_warcinfo_says(warc: ClosedWarc, records: list[RawRecord]) -> None:
    """Prefix, time, serial; nothing in the name that is not also inside."""
    assert records[0].field("WARC-Filename") == warc.path.name
    assert records[0].field("WARC-Date") == "2026-11-21T09:30:00.123Z"
    assert warc.stem.began_at == BEGAN
    assert records[0].block == b"software: kakehashi/0.1.0\r\nformat: WARC File Format 1.1\r\n"


def test_bytes_on_disk_follow_the_grammar(warc: ClosedWarc) -> None:
    """`WARC/1.1`, CRLF everywhere, a blank line, the block, two line ends; one gzip member a record; valid UTF-8."""
    data = warc.path.read_bytes()

    for offset, length in members_of(warc.path):
        head, rest = gzip.decompress(data[offset : offset + length]).split(b"\r\n\r\n", 1)
        lines = head.decode("utf-8").split("\r\n")
        assert lines[0] == "WARC/1.1"
        assert not any("\n" in line or "\r" in line or line[:1].isspace() or ": " not in line for line in lines[1:])
        assert rest.endswith(b"\r\n\r\n")
        assert f"Content-Length: {len(rest) - 4}" in lines


def test_the_rules_find_what_breaks_them(records: list[RawRecord]) -> None:
    """A table that never fails proves nothing: without its last field no record keeps every rule."""
    for number, record in enumerate(records):
        for name in {name for name, _ in record.fields} - OPTIONAL:
            if (record.kind, name) == ("metadata", "WARC-Refers-To") or (name == "Content-Type" and not record.block):
                continue
            without = dataclasses.replace(record, fields=tuple(pair for pair in record.fields if pair[0] != name))
            changed = [*records[:number], without, *records[number + 1 :]]

            assert any(list(breaking(changed)) for _, breaking in RULES), (record.kind, name)
