"""Each rule of the lint catches a WARC that breaks it, and that rule alone; a right WARC breaks none."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archive.lint import RULES, lint_index, lint_warc

if TYPE_CHECKING:
    from collections.abc import Callable

NAME = "kakehashi-20261121T093000123Z-00000-testrun.warc.gz"
DATE = "2026-11-21T09:30:00.123Z"
URL = "http://example.org/a"
OTHER = "http://example.org/b"
PAGE = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
PROFILE = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
INFO = (
    b"software: s/1\r\nformat: WARC File Format 1.1\r\nconformsTo: http://x/\r\nrobots: obey\r\nhostname: h\r\n"
    b"http-header-user-agent: s/1\r\n"
)


def sha1(data: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(data).digest()).decode()


def an_id(number: int) -> str:
    return f"<urn:uuid:00000000-0000-4000-8000-{number:012d}>"


@dataclass
class Rec:
    """A record to be damaged."""

    fields: list[tuple[str, str]]
    block: bytes
    version: bytes = b"WARC/1.1\r\n"
    extra: list[bytes] = field(default_factory=list)
    tail: bytes = b"\r\n\r\n"
    joins: bool = False

    def get(self, name: str) -> str:
        return next(value for key, value in self.fields if key == name)

    def put(self, name: str, value: str) -> None:
        """Change the first field of this name, or add one."""
        for number, (key, _) in enumerate(self.fields):
            if key == name:
                self.fields[number] = (name, value)
                return
        self.fields.append((name, value))

    def drop(self, name: str) -> None:
        self.fields = [pair for pair in self.fields if pair[0] != name]

    def hold(self, block: bytes, payload: bytes | None = None) -> None:
        """Another block, with the digests that are right for it."""
        self.block = block
        self.put("WARC-Block-Digest", sha1(block))
        if payload is not None:
            self.put("WARC-Payload-Digest", sha1(payload))

    def raw(self) -> bytes:
        lines = [f"{name}: {value}\r\n".encode() for name, value in self.fields]
        lines += [f"Content-Length: {len(self.block)}\r\n".encode(), *self.extra]
        return self.version + b"".join(lines) + b"\r\n" + self.block + self.tail


def rec(kind: str, number: int, block: bytes, content_type: str, **fields: str) -> Rec:
    named = [
        ("WARC-Type", kind),
        ("WARC-Record-ID", an_id(number)),
        ("WARC-Date", DATE),
        ("Content-Type", content_type),
    ]
    named += [(name.replace("_", "-"), value) for name, value in fields.items()]
    if kind != "warcinfo":
        named.append(("WARC-Warcinfo-ID", an_id(0)))
    return Rec([*named, ("WARC-Block-Digest", sha1(block))], block)


class File:
    """A WARC with a record of each kind, by name, in order."""

    def __init__(self) -> None:
        ip = {"WARC_IP_Address": "192.0.2.1"}
        response, request = "application/http; msgtype=response", "application/http; msgtype=request"
        get = b"GET /a HTTP/1.1\r\nHost: example.org\r\n\r\n"
        self.name = NAME
        self.largest = 10**9
        self.cut = 0
        self.info = rec("warcinfo", 0, INFO, "application/warc-fields", WARC_Filename=NAME)
        self.response = rec(
            "response", 1, PAGE, response, WARC_Target_URI=URL, WARC_Payload_Digest=sha1(b"hello"), **ip
        )
        self.request = rec("request", 2, get, request, WARC_Target_URI=URL, WARC_Concurrent_To=an_id(1), **ip)
        facts = b"hopsFromSeed: LR\r\nfetchTimeMs: 12\r\n"
        self.metadata = rec(
            "metadata", 3, facts, "application/warc-fields", WARC_Target_URI=URL, WARC_Concurrent_To=an_id(1),
            WARC_Refers_To=an_id(1),
        )  # fmt: skip
        self.revisit = rec(
            "revisit", 4, PAGE[:-5], response, WARC_Target_URI=OTHER, WARC_Profile=PROFILE, WARC_Refers_To=an_id(1),
            WARC_Refers_To_Target_URI=URL, WARC_Refers_To_Date=DATE, WARC_Truncated="length",
            WARC_Payload_Digest=sha1(b"hello"), **ip,
        )  # fmt: skip
        self.request_2 = rec("request", 5, get, request, WARC_Target_URI=OTHER, WARC_Concurrent_To=an_id(4), **ip)
        self.response_3 = rec(
            "response", 6, PAGE, response, WARC_Target_URI=OTHER, WARC_Payload_Digest=sha1(b"hello"), **ip
        )
        self.response_3.fields += [
            ("WARC-Protocol", "http/1.1"),
            ("WARC-Protocol", "tls/1.3"),
            ("WARC-Cipher-Suite", "TLS_AES_128_GCM_SHA256"),
        ]
        self.request_3 = rec("request", 7, get, request, WARC_Target_URI=OTHER, WARC_Concurrent_To=an_id(6), **ip)
        self.conversion = rec(
            "conversion", 8, b"hello", "text/plain; charset=utf-8", WARC_Target_URI=URL, WARC_Refers_To=an_id(1)
        )
        self.records = [
            self.info, self.response, self.request, self.metadata, self.revisit, self.request_2, self.response_3,
            self.request_3, self.conversion,
        ]  # fmt: skip

    def add(self, kind: str, **fields: str) -> Rec:
        more = rec(kind, 9, b"hello", "text/plain", WARC_Target_URI=URL, **fields)
        self.records.append(more)
        return more

    def bytes(self) -> bytes:
        parts, waiting = [], b""
        for item in self.records:
            waiting += item.raw()
            if not item.joins:
                parts.append(gzip.compress(waiting))
                waiting = b""
        data = b"".join(parts)
        return data[: len(data) - self.cut]

    def codes(self) -> set[str]:
        data = self.bytes()
        found = lint_warc(io.BytesIO(data), name=f"warc/2026/11/{self.name}", size=len(data), largest=self.largest)
        return {breach.rule.code for breach in found}


def test_a_right_file_breaks_no_rule() -> None:
    """Every kind of record in it."""
    assert File().codes() == set()


def called(file: File, name: str) -> None:
    file.name = name
    file.info.put("WARC-Filename", name)


def chunked(file: File, body: bytes, payload: bytes) -> None:
    file.response_3.hold(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body, payload)


def doubled(file: File) -> None:
    file.metadata.fields.append(("WARC-Date", DATE))


def joined(file: File) -> None:
    file.request_3.joins = True


def moved(file: File, name: str, place: int) -> None:
    item = getattr(file, name)
    file.records.remove(item)
    file.records.insert(place, item)


def over_framing(file: File) -> None:
    chunked(file, b"5\r\nhello\r\n0\r\n\r\n", b"5\r\nhello\r\n0\r\n\r\n")


def shown_as(file: File, block: bytes) -> None:
    file.response_3.hold(block, block.split(b"\r\n\r\n", 1)[1])


def not_secure(file: File) -> None:
    file.response_3.fields.remove(("WARC-Protocol", "tls/1.3"))


def second_id(file: File) -> None:
    file.conversion.put("WARC-Record-ID", file.metadata.get("WARC-Record-ID"))


def small(file: File) -> None:
    file.largest = 100


def cut(file: File) -> None:
    file.cut = 5


def unmodified(file: File) -> None:
    file.revisit.put("WARC-Profile", PROFILE.replace("identical-payload-digest", "server-not-modified"))


def line(name: str, raw: bytes) -> Callable[[File], None]:
    return lambda file: getattr(file, name).extra.append(raw)


def put(name: str, key: str, value: str) -> Callable[[File], None]:
    return lambda file: getattr(file, name).put(key, value)


def drop(name: str, key: str) -> Callable[[File], None]:
    return lambda file: getattr(file, name).drop(key)


def hold(name: str, block: bytes) -> Callable[[File], None]:
    return lambda file: getattr(file, name).hold(block)


DAMAGE: list[tuple[str, Callable[[File], object]]] = [
    ("E01", lambda file: setattr(file.metadata, "version", b"WARC/0.9\r\n")),
    ("E02", line("metadata", b"X-Note: 1\n")),
    ("E02", lambda file: setattr(file.metadata, "version", b"WARC/1.1\n")),
    ("E03", line("metadata", b"X-Note: caf\xe9\r\n")),
    ("E04", line("metadata", b"a line of words\r\n")),
    ("W05", line("metadata", b"X-Note: one\r\n  two\r\n")),
    ("E06", lambda file: setattr(file.metadata, "tail", b"\r\n")),
    ("E06", lambda file: setattr(file.metadata, "tail", b"\n\n")),
    ("E07", cut),
    ("E07", lambda file: setattr(file.conversion, "tail", b"more\r\n\r\n")),
    ("E08", joined),
    ("E10", drop("metadata", "WARC-Record-ID")),
    ("E11", drop("metadata", "WARC-Type")),
    ("E12", drop("metadata", "WARC-Date")),
    ("E13", put("metadata", "WARC-Record-ID", "urn:uuid:00000000-0000-4000-8000-000000000003")),
    ("E14", doubled),
    ("E15", put("conversion", "WARC-Date", "2026-11-21 09:30:00")),
    ("E15", put("conversion", "WARC-Date", "2026-11-21T09:30:00+05:00")),
    ("E15", put("conversion", "WARC-Date", "2026-11-21T09:30:00.1234567890Z")),
    ("E15", lambda file: setattr(file.conversion, "version", b"WARC/1.0\r\n")),
    ("W16", lambda file: file.add("note")),
    ("E17", drop("request", "WARC-Target-URI")),
    ("E18", put("info", "WARC-Target-URI", URL)),
    ("E19", put("metadata", "WARC-Target-URI", "http://example.org/ü")),
    ("E19", put("metadata", "WARC-Target-URI", f"<{URL}>")),
    ("E19", put("metadata", "WARC-Target-URI", "http://example.org/a b")),
    ("W20", drop("metadata", "WARC-Warcinfo-ID")),
    ("E21", put("info", "WARC-Warcinfo-ID", an_id(0))),
    ("E22", put("metadata", "WARC-Refers-To", "urn:uuid:1")),
    ("W23", drop("metadata", "Content-Type")),
    ("E24", put("metadata", "WARC-Block-Digest", sha1(b"other"))),
    ("E25", put("response_3", "WARC-Payload-Digest", sha1(b"other"))),
    ("E26", over_framing),
    ("E27", put("metadata", "WARC-Block-Digest", "abc")),
    ("W28", lambda file: file.metadata.put("WARC-Block-Digest", sha1(file.metadata.block).lower())),
    ("W28", lambda file: file.metadata.put("WARC-Block-Digest", sha1(file.metadata.block).replace("sha1", "SHA1"))),
    ("E29", lambda file: file.metadata.put("WARC-Payload-Digest", sha1(file.metadata.block))),
    ("E30", put("response_3", "WARC-Truncated", "yes")),
    ("E31", put("metadata", "WARC-IP-Address", "example.org")),
    ("E32", put("conversion", "WARC-IP-Address", "192.0.2.1")),
    ("E32", put("info", "WARC-IP-Address", "192.0.2.1")),
    ("W33", drop("request", "WARC-IP-Address")),
    ("W34", put("request", "WARC-IP-Address", "2001:DB8::0:1")),
    ("E35", put("conversion", "WARC-Concurrent-To", an_id(1))),
    ("E36", put("request", "WARC-Refers-To", an_id(1))),
    ("E37", put("metadata", "WARC-Filename", NAME)),
    ("E38", lambda file: file.add("continuation", WARC_Segment_Number="2")),
    ("E38", lambda file: file.add("continuation", WARC_Segment_Origin_ID=an_id(1))),
    ("E39", put("response_3", "WARC-Segment-Number", "2")),
    ("E39", lambda file: file.add("continuation", WARC_Segment_Number="1", WARC_Segment_Origin_ID=an_id(1))),
    ("E40", put("response_3", "WARC-Segment-Origin-ID", an_id(1))),
    ("E41", put("response_3", "WARC-Segment-Total-Length", "5")),
    ("W42", hold("metadata", b"words without a name\r\n")),
    ("W42", hold("metadata", b"note: caf\xe9\r\n")),
    ("W43", lambda file: file.info.hold(INFO.replace(b"software: s/1\r\n", b""))),
    ("W44", put("info", "Content-Type", "text/plain")),
    ("W45", hold("metadata", b"hopsFromSeed: Q\r\n")),
    ("W46", hold("metadata", b"fetchTimeMs: soon\r\n")),
    ("W47", drop("conversion", "WARC-Refers-To")),
    ("W48", put("conversion", "WARC-Truncated", "length")),
    ("W60", put("response_3", "Content-Type", "application/http")),
    ("W60", put("request", "Content-Type", "application/http; msgtype=response")),
    ("W61", hold("request", b"hello\r\n\r\n")),
    ("W62", lambda file: shown_as(file, b"HTTP/1.1 103 Early Hints\r\n\r\n")),
    ("W63", lambda file: chunked(file, b"<p>hello</p>", b"<p>hello</p>")),
    ("W64", put("response_3", "WARC-Protocol", "http/1.2")),
    ("W65", not_secure),
    ("W66", lambda file: shown_as(file, b"HTTP/2 200\r\n\r\nhello")),
    ("E69", drop("revisit", "WARC-Profile")),
    ("W70", put("revisit", "WARC-Profile", "http://example.org/profile")),
    ("E71", drop("revisit", "WARC-Refers-To-Target-URI")),
    ("E72", drop("revisit", "WARC-Refers-To-Date")),
    ("W73", drop("revisit", "WARC-Refers-To")),
    ("E74", drop("revisit", "WARC-Payload-Digest")),
    ("E75", drop("revisit", "WARC-Truncated")),
    ("W76", hold("revisit", b"")),
    ("W77", unmodified),
    ("E78", put("metadata", "WARC-Refers-To-Target-URI", URL)),
    ("E79", put("metadata", "WARC-Refers-To-Date", DATE)),
    ("W80", lambda file: moved(file, "info", 1)),
    ("W81", lambda file: file.info.hold(INFO.replace(b"robots: obey\r\n", b""))),
    ("E82", second_id),
    ("E83", put("metadata", "WARC-Date", "2026-11-21T09:30:00.124Z")),
    ("W84", lambda file: file.records.remove(file.request_3)),
    ("W85", put("metadata", "WARC-Concurrent-To", an_id(77))),
    ("W86", lambda file: moved(file, "request_3", 6)),
    ("W87", put("metadata", "WARC-Warcinfo-ID", an_id(77))),
    ("W88", put("info", "WARC-Filename", "kakehashi-20261121T093000123Z-00001-testrun.warc.gz")),
    ("W89", lambda file: called(file, NAME.removesuffix(".gz"))),
    ("W90", lambda file: called(file, "news.warc.gz")),
    ("W91", small),
    ("E92", lambda file: shown_as(file, b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello")),
    ("E92", lambda file: chunked(file, b"5\r\nhello\r\n", b"hello")),
    ("E93", put("revisit", "WARC-Refers-To-Date", "2026-11-21T09:30:00.124Z")),
    ("E93", put("revisit", "WARC-Refers-To-Target-URI", OTHER)),
    ("E93", put("revisit", "WARC-Payload-Digest", sha1(b"other"))),
    ("E94", put("conversion", "WARC-Target-URI", OTHER)),
]


@pytest.mark.parametrize(("code", "damage"), DAMAGE, ids=[f"{code}-{n}" for n, (code, _) in enumerate(DAMAGE)])
def test_a_file_that_breaks_a_rule_is_caught_by_it_alone(code: str, damage: Callable[[File], object]) -> None:
    """One change in a right file, one code."""
    file = File()
    damage(file)

    assert file.codes() == {code}


FIELDS = {
    "url": "http://example.org/a", "mime": "text/html", "status": "200", "digest": "sha1:A", "length": "5",
    "offset": "7", "filename": NAME,
}  # fmt: skip


def entry(key: str = "org,example)/a", timestamp: str = "20261121093000", **fields: str | None) -> bytes:
    named = {name: value for name, value in {**FIELDS, **fields}.items() if value is not None}
    return f"{key} {timestamp} {json.dumps(named)}\n".encode()


LATER = entry(timestamp="20261121093001")
LINES: list[tuple[str, list[bytes]]] = [
    ("E101", [b"org,example)/a\n"]),
    ("E101", [entry().rstrip(b"\n")]),
    ("E101", [b"\xff" + entry()]),
    ("E102", [entry(timestamp="2026")]),
    ("E103", [b"org,example)/a 20261121093000 [1]\n"]),
    ("E103", [b"org,example)/a 20261121093000 {\n"]),
    *[("E104", [entry(**{name: None})]) for name in FIELDS],
    ("E105", [LATER, entry()]),
    ("W106", [entry(key="org,example)/b")]),
    ("E107", [entry(offset="-1")]),
    ("E107", [entry(length="many")]),
    ("W108", [entry(), entry()]),
]


@pytest.mark.parametrize(("code", "lines"), LINES)
def test_a_line_of_an_index_that_breaks_a_rule_is_caught_by_it_alone(code: str, lines: list[bytes]) -> None:
    """And right lines by none."""
    assert {breach.rule.code for breach in lint_index(lines, name="x.cdxj")} == {code}
    assert list(lint_index([b"!meta {}\n", entry(), LATER], name="x.cdxj")) == []


def test_every_rule_has_a_file_that_breaks_it() -> None:
    """Else a rule could be one that nothing breaks."""
    assert {code for code, _ in (*DAMAGE, *LINES)} == set(RULES)


def test_a_breach_names_file_place_record_and_section() -> None:
    """One line for people."""
    file = File()
    file.metadata.put("WARC-IP-Address", "example.org")
    data = file.bytes()
    (breach,) = lint_warc(io.BytesIO(data), name="warc/x/" + NAME, size=len(data))
    offset = sum(len(gzip.compress(item.raw())) for item in file.records[:3])

    assert breach.is_error
    assert str(breach) == (
        f"E31 (5.10): warc/x/{NAME} at byte {offset} {an_id(3)}: "
        "WARC-IP-Address is 'example.org', expected an address in numbers"
    )


def test_the_answer_to_a_head_request_has_no_body_to_miss() -> None:
    """Whatever length it promises."""
    file = File()
    shown_as(file, b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n")
    file.request_3.hold(b"HEAD /b HTTP/1.1\r\nHost: example.org\r\n\r\n")

    assert file.codes() == set()


def test_a_plain_file_is_read_alike() -> None:
    """Without compression, under the name that fits."""
    file = File()
    called(file, NAME.removesuffix(".gz"))
    data = b"".join(item.raw() for item in file.records)
    assert not list(lint_warc(io.BytesIO(data), name=file.name, size=len(data)))

    file.metadata.put("WARC-IP-Address", "example.org")
    data = b"".join(item.raw() for item in file.records)
    assert [item.rule.code for item in lint_warc(io.BytesIO(data), name=file.name, size=len(data))] == ["E31"]


def test_the_documents_list_every_rule() -> None:
    """With section and text as they are."""
    text = (Path(__file__).parents[2] / "docs" / "verify.md").read_text()

    assert all(f"| {rule.code} | {rule.section} | {rule.says} |" in text for rule in RULES.values())
    assert len(re.findall(r"^\| [EW][0-9]", text, re.MULTILINE)) == len(RULES)
