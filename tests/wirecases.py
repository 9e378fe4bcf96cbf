"""Everything awkward that a server may answer: the cases of `tests.wireserver`, and what only a capture need survive.

Each case says what its record must hold, byte for byte, how it is marked, and what becomes of the page.
"""

from __future__ import annotations

import gzip
import sys
import zlib

import brotli

from tests.wireserver import MAX_BODY, Case, cases, chunked, head, page, with_length

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

HOPS = frozenset({"/case/hop-2", "/case/hop-3", "/case/hop-4", "/case/%E6%97%A5"})
"""Reached by redirects only."""


def every_case() -> dict[str, Case]:
    """Every case by its path."""
    named = {**_heads(), **_lengths(), **_chunks(), **_codings(), **_bodiless(), **_without_end(), **_in_time()}
    paths = {f"/case/{name}": case for name, case in named.items()}
    return {**cases(), **paths, "/case/%E6%97%A5": Case(message=with_length(page("raw-location")))}


def _of(name: str, *fields: bytes, status: bytes = b"HTTP/1.1 200 OK", end: bytes = b"\r\n") -> bytes:
    return with_length(page(name), *fields, status=status, end=end)


def _open(name: str, *fields: bytes, status: bytes = b"HTTP/1.1 200 OK") -> bytes:
    return head(*fields, status=status) + page(name)


def _framed(name: str, framing: bytes) -> bytes:
    return head(b"Transfer-Encoding: chunked") + framing.replace(b"PAGE", page(name))


def _heads() -> dict[str, Case]:
    """Status lines and header fields."""
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    length = len(page("mixed-ends"))
    return {
        "lower-case-http": Case(message=_of("lower-case-http", status=b"http/1.1 200 ok")),
        "no-space-reason": Case(message=_of("no-space-reason", status=b"HTTP/1.1 200OK")),
        "two-spaces": Case(message=_of("two-spaces", status=b"HTTP/1.1  200  OK")),
        "tab-status": Case(message=_of("tab-status", status=b"HTTP/1.1\t200\tOK")),
        "utf-8-reason": Case(message=_of("utf-8-reason", status="HTTP/1.1 200 よし".encode())),
        "long-reason": Case(message=_of("long-reason", status=b"HTTP/1.1 200 " + b"well " * 2000)),
        "icy": Case(message=_of("icy", status=b"ICY 200 OK"), ending="close", protocol="http/1.0"),
        "no-version": Case(message=_of("no-version", status=b"HTTP 200 OK"), ending="close"),
        "version-1.2": Case(message=_of("version-1.2", status=b"HTTP/1.2 200 OK")),
        "version-2.0": Case(message=_of("version-2.0", status=b"HTTP/2.0 200 OK"), ending="close"),
        "http-1.0-keep": Case(
            message=_of("http-1.0-keep", b"Connection: Keep-Alive", status=b"HTTP/1.0 200 OK"), protocol="http/1.0"
        ),
        "blank-before": Case(message=b"\r\n" + _of("blank-before")),
        "blanks-before": Case(message=b"\r\n\r\n" + _of("blanks-before")),
        "status-299": Case(message=_of("status-299", status=b"HTTP/1.1 299 Odd")),
        "status-600": Case(message=_of("status-600", status=b"HTTP/1.1 600 Odder"), fate="http_600"),
        "status-999": Case(message=_of("status-999", status=b"HTTP/1.1 999 Denied"), fate="http_999"),
        "status-099": Case(message=_of("status-099", status=b"HTTP/1.1 099 Low"), fate="http_status"),
        "status-word": Case(message=_of("status-word", status=b"HTTP/1.1 fine OK"), fate="broken"),
        "status-long": Case(message=_of("status-long", status=b"HTTP/1.1 2000 OK"), fate="broken"),
        "status-alone": Case(message=_of("status-alone", status=b"HTTP/1.1"), fate="broken"),
        "http-0.9": Case(message=page("http-0.9"), body=page("http-0.9"), ending="close", protocol="http/0.9", fate="broken"),
        "no-http": Case(
            message=b"220 ready, say EHLO\r\n", body=None, ending="close", protocol="http/0.9", fate="broken"
        ),
        "no-http-open": Case(
            message=b"SSH-2.0-nothing\r\n", ending="stall", protocol="http/0.9", truncated="unspecified", fate="broken"
        ),
        "nul-in-field": Case(message=_of("nul-in-field", b"X-Nul: a\0b", b"X-\0: c")),
        "control-bytes": Case(message=_of("control-bytes", b"X-Odd: \x01\x02\x7f\x80\xff")),
        "bare-cr": Case(message=_of("bare-cr", b"X-Cr: a\rb")),
        "tabs": Case(message=_of("tabs", b"X-Tab:\tvalue\t", b"X-Tabs:\t\t")),
        "empty-fields": Case(message=_of("empty-fields", b"X-Empty:", b": nameless", b":", b"X-Blank:   ")),
        "odd-names": Case(message=_of("odd-names", b"X (odd) name: 1", b"X/Y: 2", "Ключ: 3".encode(), b'"q": 4')),
        "space-before-colon": Case(
            message=head(b"Content-Length : %d" % len(page("space-before-colon"))) + page("space-before-colon")
        ),
        "space-first": Case(
            message=b"HTTP/1.1 200 OK\r\n X-First: folded into nothing\r\n"
            + _of("space-first").removeprefix(b"HTTP/1.1 200 OK\r\n")
        ),
        "many-folds": Case(message=_of("many-folds", b"X-Fold: 1" + b"\r\n 2" * 500)),
        "fold-length": Case(message=head(b"Content-Length:\r\n %d" % len(page("fold-length"))) + page("fold-length")),
        "mixed-ends": Case(
            message=b"HTTP/1.1 200 OK\nContent-Type: text/html\r\nContent-Length: %d\nX-A: b\r\n\n" % length
            + page("mixed-ends"),
            body=page("mixed-ends"),
        ),
        "no-fields": Case(message=b"HTTP/1.1 200 OK\r\n\r\n" + page("no-fields"), ending="close"),
        "repeats": Case(message=_of("repeats", *(b"Set-Cookie: n%d=v; Path=/" % n for n in range(60)))),
        "megabyte-line": Case(message=_of("megabyte-line", b"X-Long: " + b"y" * 1_000_000)),
        "megabyte-head": Case(message=_of("megabyte-head", *(b"X-H%05d: %080d" % (n, n) for n in range(10_000)))),
        "many-hints": Case(before=hints * 30, message=_of("many-hints")),
        "continue": Case(before=b"HTTP/1.1 100 Continue\r\n\r\n", message=_of("continue")),
        "hints-1.0": Case(before=b"HTTP/1.0 103 Early\r\n\r\n", message=_of("hints-1.0")),
        "hints-lf": Case(before=b"HTTP/1.1 103 Early\nA: b\n\n", message=_of("hints-lf")),
        "hints-length": Case(
            before=b"HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\n\r\n", message=_of("hints-length")
        ),
        "hints-apart": Case(before=hints, message=_of("hints-apart"), pieces=7, pause_s=0.05),
        "hints-then-304": Case(
            before=hints, message=b'HTTP/1.1 304 Not Modified\r\nETag: "2"\r\n\r\n', fate="redirect"
        ),
        "raw-hop": Case(
            message=head("Location: /case/日".encode(), b"Content-Length: 0", status=b"HTTP/1.1 302 Found")
        ),
        "close-upper": Case(message=_of("close-upper", b"Connection: CLOSE"), ending="close"),
        "close-list": Case(message=_of("close-list", b"Connection: foo, close"), ending="close"),
    }  # fmt: skip


def _lengths() -> dict[str, Case]:
    """What Content-Length says, and does not say."""

    def stating(name: str, value: bytes, *fields: bytes) -> bytes:
        length = b"%d" % len(page(name))
        return head(b"Content-Length: " + value.replace(b"N", length), *fields) + page(name)

    return {
        "plus-length": Case(message=stating("plus-length", b"+N")),
        "spaced-length": Case(message=stating("spaced-length", b"   N\t ")),
        "zeros-length": Case(message=stating("zeros-length", b"0000N")),
        "twice-length": Case(message=stating("twice-length", b"N\r\ncontent-length: 0N")),
        "list-length": Case(message=stating("list-length", b"N, N")),
        "word-length": Case(message=stating("word-length", b"many"), ending="close"),
        "minus-length": Case(message=stating("minus-length", b"-1"), ending="close"),
        "hex-length": Case(message=stating("hex-length", b"0xN"), ending="close"),
        "empty-length": Case(message=stating("empty-length", b""), ending="close"),
        "huge-length": Case(
            message=stating("huge-length", b"99999999999999999999999"), ending="close"
        ),
        "length-too-long": Case(
            message=stating("length-too-long", b"1N"), ending="close", truncated="disconnect", fate="cut_short"
        ),
        "length-too-short": Case(
            message=stating("length-too-short", b"N"), after=b"<p>more than was said</p>", ending="close"
        ),
        "one-byte-missing": Case(
            message=with_length(page("one-byte-missing"))[:-1], ending="close", truncated="disconnect", fate="cut_short"
        ),
        "just-fits": Case(message=_exactly("just-fits", MAX_BODY)),
        "one-too-many": Case(
            message=_exactly("one-too-many", MAX_BODY + 1), kept=len(_exactly("one-too-many", MAX_BODY + 1)) - 1,
            truncated="length", fate="too_large",
        ),
        "open-too-large": Case(
            message=head() + page("open-too-large", filler=2 * MAX_BODY), kept=len(head()) + MAX_BODY, ending="close",
            truncated="length", fate="too_large",
        ),
        "reset": Case(
            message=head(b"Content-Length: 9000") + page("reset"), ending="reset", truncated="disconnect",
            fate="cut_short",
        ),
        "reset-open": Case(
            message=_open("reset-open"), ending="reset", truncated="disconnect", fate="cut_short",
        ),
    }  # fmt: skip


def _exactly(name: str, size: int) -> bytes:
    body = page(name)
    return with_length(body + b" " * (size - len(body)))


def _chunks() -> dict[str, Case]:
    """Chunked bodies: written in odd ways, and broken ones."""

    def whole(name: str, framing: bytes, *fields: bytes, **more: object) -> Case:
        size = b"%x" % len(page(name))
        parts = framing.replace(b"SIZE", size).replace(b"PAGE", page(name))
        message = head(b"Transfer-Encoding: chunked", *fields) + parts
        return Case(message=message, body=page(name), **more)  # type: ignore[arg-type]

    def coded(name: str, coding: bytes) -> Case:
        message = chunked(page(name)).replace(b"Transfer-Encoding: chunked", b"Transfer-Encoding: " + coding)
        return Case(message=message, body=page(name))

    plain = b"SIZE\r\nPAGE\r\n0\r\n\r\n"
    packed = gzip.compress(page("te-gzip"), mtime=0)
    return {
        "te-upper": coded("te-upper", b"CHUNKED"),
        "te-spaced": coded("te-spaced", b"  chunked  "),
        "te-parameter": coded("te-parameter", b"chunked;q=1"),
        "te-identity": coded("te-identity", b"identity, chunked"),
        "te-twice": whole("te-twice", plain, b"Transfer-Encoding: chunked"),
        "te-gzip": Case(
            message=chunked(packed).replace(b"Encoding: chunked", b"Encoding: gzip, chunked"), body=packed, fate="not_html"
        ),
        "te-identity-only": Case(message=_of("te-identity-only", b"Transfer-Encoding: identity")),
        "te-unknown": Case(message=_of("te-unknown", b"Transfer-Encoding: squeezed")),
        "te-unknown-open": Case(message=_open("te-unknown-open", b"Transfer-Encoding: squeezed"), ending="close"),
        "te-empty": Case(message=_of("te-empty", b"Transfer-Encoding:")),
        "chunks-and-length": whole("chunks-and-length", plain, b"Content-Length: 7"),
        "length-and-chunks": whole("length-and-chunks", plain, b"Content-Length: 70000"),
        "chunks-in-1.0": Case(
            message=chunked(page("chunks-in-1.0")).replace(b"HTTP/1.1", b"HTTP/1.0"), body=page("chunks-in-1.0"),
            ending="close", protocol="http/1.0",
        ),
        "size-zeros": whole("size-zeros", b"0000000000000000000000SIZE\r\nPAGE\r\n0000\r\n\r\n"),
        "size-spaces": whole("size-spaces", b"  SIZE  \r\nPAGE\r\n0   \r\n\r\n"),
        "size-upper": Case(
            message=head(b"Transfer-Encoding: chunked") + b"%X\r\n%b\r\n0\r\n\r\n" % (0xABC, page("size-upper").ljust(0xABC)),
            body=page("size-upper").ljust(0xABC),
        ),
        "size-lf": whole("size-lf", b"SIZE\nPAGE\n0\n\n"),
        "bytes-one-by-one": Case(
            message=chunked(page("bytes-one-by-one"), size=1), body=page("bytes-one-by-one")
        ),
        "long-extension": whole("long-extension", b"SIZE;" + b"e" * 5000 + b"\r\nPAGE\r\n0\r\n\r\n"),
        "odd-extension": whole("odd-extension", 'SIZE ; naïve="quoted; \t";;=\r\nPAGE\r\n0;last\r\n\r\n'.encode()),
        "many-trailers": whole(
            "many-trailers", b"SIZE\r\nPAGE\r\n0\r\n" + b"X-Trailer: of many\r\n" * 500 + b"\r\n"
        ),
        "odd-trailers": whole("odd-trailers", b"SIZE\r\nPAGE\r\n0\r\nno colon\r\n folded\r\nX: caf\xe9\r\n\r\n"),
        "chunks-apart": whole("chunks-apart", plain, pieces=9, pause_s=0.05),
        "empty-chunks": Case(
            message=head(b"Transfer-Encoding: chunked") + b"0\r\n\r\n", body=b"", fate="empty"
        ),
        "no-last-line": whole("no-last-line", b"SIZE\r\nPAGE\r\n0\r\n", ending="close"),
        "no-last-line-open": whole("no-last-line-open", b"SIZE\r\nPAGE\r\n0\r\n", ending="stall"),
        "no-last-chunk": whole(
            "no-last-chunk", b"SIZE\r\nPAGE\r\n", ending="close", truncated="disconnect", fate="cut_short"
        ),
        "no-chunks": Case(
            message=head(b"Transfer-Encoding: chunked") + b"ZZZ\r\n" + page("no-chunks"), ending="close",
        ),
        "no-chunks-at-all": Case(message=_open("no-chunks-at-all", b"Transfer-Encoding: chunked"), ending="close"),
        "no-chunks-length": Case(message=_of("no-chunks-length", b"Transfer-Encoding: chunked")),
        "nothing-chunked": Case(
            message=head(b"Transfer-Encoding: chunked"), ending="close", truncated="disconnect", fate="cut_short",
        ),
        "bad-second-size": whole(
            "bad-second-size", b"SIZE\r\nPAGE\r\nnot a size\r\nmore\r\n", ending="close", truncated="unspecified",
            fate="broken",
        ),
        "bad-chunk-end": whole(
            "bad-chunk-end", b"SIZE\r\nPAGEtoo much\r\n0\r\n\r\n", ending="close", truncated="unspecified",
            fate="broken",
        ),
        "bad-chunk-open": whole(
            "bad-chunk-open", b"SIZE\r\nPAGE\r\n-1\r\nmore\r\n", ending="stall", truncated="unspecified", fate="broken",
        ),
        "bad-chunk-later": whole(
            "bad-chunk-later", b"SIZE\r\nPAGE\r\nwhat?\r\n" + b"still coming\r\n" * 40, pieces=8, pause_s=0.1,
            ending="close", truncated="unspecified", fate="broken",
        ),
    }  # fmt: skip


def _codings() -> dict[str, Case]:
    """Content codings and encodings of text."""

    def coded(name: str, coding: bytes, body: bytes, fate: str = "kept") -> Case:
        return Case(message=with_length(body, b"Content-Encoding: " + coding), body=body, fate=fate)

    def packed(name: str) -> bytes:
        return gzip.compress(page(name), mtime=0)

    def typed(mime: bytes, body: bytes, fate: str = "kept") -> Case:
        message = with_length(body).replace(b"text/html; charset=utf-8", mime)
        return Case(message=message, body=body, fate=fate)

    two = page("two-members")
    frames = page("two-frames")
    wide = page("utf-16").decode().replace('<meta charset="utf-8">', "")
    return {
        "x-gzip": coded("x-gzip", b"x-gzip", packed("x-gzip")),
        "upper-gzip": coded("upper-gzip", b"GZIP", packed("upper-gzip")),
        "two-members": coded(
            "two-members", b"gzip", gzip.compress(two[:300], mtime=0) + gzip.compress(two[300:], mtime=0)
        ),
        "two-members-chunked": Case(
            message=chunked(packed("two-members-chunked") + gzip.compress(b" ", mtime=0), b"Content-Encoding: gzip"),
            body=packed("two-members-chunked") + gzip.compress(b" ", mtime=0),
        ),
        "padded-gzip": coded("padded-gzip", b"gzip", packed("padded-gzip") + bytes(40)),
        "stored-gzip": coded("stored-gzip", b"gzip", gzip.compress(page("stored-gzip"), compresslevel=0, mtime=0)),
        "two-frames": coded("two-frames", b"zstd", zstd.compress(frames[:300]) + zstd.compress(frames[300:])),
        "br-chunked": Case(
            message=chunked(brotli.compress(page("br-chunked")), b"Content-Encoding: br"),
            body=brotli.compress(page("br-chunked")),
        ),
        "zstd-gzip": coded("zstd-gzip", b"zstd, gzip", gzip.compress(zstd.compress(page("zstd-gzip")), mtime=0)),
        "two-fields": Case(
            message=with_length(
                zlib.compress(packed("two-fields")), b"Content-Encoding: gzip", b"Content-Encoding: deflate"
            )
        ),
        "coding-identity": coded("coding-identity", b"identity", page("coding-identity")),
        "coding-none": coded("coding-none", b"none", page("coding-none")),
        "coding-unknown": coded("coding-unknown", b"snappy", page("coding-unknown"), "undecodable"),
        "coding-wrong": coded("coding-wrong", b"gzip", page("coding-wrong"), "undecodable"),
        "coding-missing": coded("coding-missing", b"identity", packed("coding-missing"), "not_html"),
        "cut-gzip": coded("cut-gzip", b"gzip", packed("cut-gzip")[:-100], "undecodable"),
        "cut-br": coded("cut-br", b"br", brotli.compress(page("cut-br"))[:-40], "undecodable"),
        "bad-sum": coded("bad-sum", b"gzip", packed("bad-sum")[:-8] + bytes(8), "undecodable"),
        "empty-gzip": coded("empty-gzip", b"gzip", b"", "empty"),
        "bomb": coded("bomb", b"gzip", gzip.compress(bytes(60_000_000), mtime=0), "undecodable"),
        "utf-16": typed(b"text/html; charset=utf-16", b"\xff\xfe" + wide.encode("utf-16-le")),
        "utf-16-be": typed(b"text/html", b"\xfe\xff" + wide.replace("utf-16", "utf-16-be").encode("utf-16-be")),
        "utf-8-bom": typed(b"text/html", b"\xef\xbb\xbf" + page("utf-8-bom")),
        "no-type": Case(
            message=with_length(page("no-type")).replace(b"Content-Type: text/html; charset=utf-8\r\n", b"")
        ),
        "binary": typed(b"image/png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "not_html"),
        "blank-lines": Case(message=with_length(b"\r\n\r\n" + page("blank-lines")), body=b"\r\n\r\n" + page("blank-lines")),
        "http-inside": Case(
            message=with_length(page("http-inside") + b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno"),
            body=page("http-inside") + b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno",
        ),
        "every-byte": typed(b"application/octet-stream", bytes(range(256)) * 300, "not_html"),
    }  # fmt: skip


def _bodiless() -> dict[str, Case]:
    """Answers that have no body, whatever they say."""
    return {
        "204-length": Case(message=b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", fate="empty"),
        "204-chunked": Case(message=b"HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n", fate="empty"),
        "304-length": Case(message=b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5000\r\n\r\n", fate="redirect"),
        "304-chunked": Case(
            message=b"HTTP/1.1 304 Not Modified\r\nTransfer-Encoding: chunked\r\n\r\n", body=b"", fate="redirect"
        ),
        "205": Case(message=b"HTTP/1.1 205 Reset\r\nContent-Length: 0\r\n\r\n", fate="empty"),
        "206": Case(
            message=_of("206", b"Content-Range: bytes 0-9/100", status=b"HTTP/1.1 206 Partial Content")
        ),
        "101": Case(
            message=b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: other\r\n\r\n", after=b"\0\1\2 other words",
            ending="close", fate="http_status",
        ),
        "empty-open": Case(message=head(b"Connection: close"), ending="close", fate="empty"),
        "redirect-nowhere": Case(message=with_length(b"", status=b"HTTP/1.1 302 Found"), fate="redirect"),
    }  # fmt: skip


def _without_end() -> dict[str, Case]:
    """Answers that go on for ever: cut, marked, failed, and bounded in memory."""
    size = 2 * 1024 * 1024
    opened = head(b"Transfer-Encoding: chunked")
    last = opened + b"5\r\n<p>a \r\n0\r\n"
    return {
        "endless-head": Case(
            message=b"HTTP/1.1 200 OK\r\n", endless=b"X-More: and more\r\n" * 4000, kept=size, truncated="length",
            fate="too_large",
        ),
        "endless-line": Case(
            message=b"HTTP/1.1 200 OK\r\nX-Long: ", endless=b"and on " * 8000, kept=size, truncated="length",
            fate="too_large",
        ),
        "endless-hints": Case(
            message=b"", endless=b"HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n", has_record=False, fate="too_large"
        ),
        "endless-body": Case(
            message=head(), endless=b"<p>and so on " * 4000, kept=len(head()) + MAX_BODY, truncated="length",
            fate="too_large",
        ),
        "endless-chunks": Case(
            message=opened, endless=b"fff\r\n" + b"x" * 4095 + b"\r\n", kept=len(opened) + MAX_BODY,
            truncated="length", fate="too_large",
        ),
        "endless-extension": Case(
            message=opened + b"5;", endless=b"extension" * 4000, kept=len(opened) + MAX_BODY, truncated="length",
            fate="too_large",
        ),
        "endless-trailers": Case(
            message=last, endless=b"X-Trailer: more\r\n" * 1000, kept=len(opened) + MAX_BODY, truncated="length",
            fate="too_large",
        ),
    }  # fmt: skip


def _in_time() -> dict[str, Case]:
    """Slow answers: what is steady is waited for, what is silent is given up."""
    return {
        "late": Case(message=_of("late"), pause_s=1.2),
        "steady": Case(message=_of("steady"), pieces=9, pause_s=0.5),
        "steady-head": Case(message=_of("steady-head", b"X-Slow: yes"), pieces=40, pause_s=0.1),
        "silent": Case(message=b"", ending="stall", has_record=False, fate="timeout"),
        "silent-head": Case(message=b"HTTP/1.1 200 OK\r\nX-Ha", ending="stall", truncated="time", fate="timeout"),
        "silent-open": Case(message=_open("silent-open"), ending="stall", truncated="time", fate="timeout"),
        "no-byte": Case(message=b"", ending="close", has_record=False, fate="broken"),
        "reset-at-once": Case(message=b"", ending="reset", has_record=False, fate="broken"),
        "hints-only": Case(
            message=b"HTTP/1.1 103 Early Hints\r\n\r\n", ending="close", has_record=False, fate="broken"
        ),
    }  # fmt: skip
