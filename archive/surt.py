"""URL -> sort key (SURT): the key of a CDXJ line, and the only function that makes one.

Pure. The rules are those that Wayback-like replay tools share: scheme, user, `www`, default port and fragment go,
host labels are reversed, escapes are undone and redone minimally, path and query are lower case, the query's
arguments are sorted. `tests/archive/test_surt.py` compares with the reference package over a table of URLs, and
names where and why we differ.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

_WWW = re.compile(r"^www\d*\.")
_ESCAPE = re.compile(rb"%([0-9a-fA-F]{2})")
_SLASHES = re.compile(rb"/{2,}")
_SESSION_ARGUMENT = re.compile(
    rb"^(?:(?:phpsessid|jsessionid|sid)=[0-9a-z]{32}|aspsessionid[a-z]{8}=[a-z]{24}|cfid=[^&]+|cftoken=[^&]+)$"
)
_ASPX_SESSION = re.compile(rb"/\((?:[a-z]\([0-9a-z]{24}\))+\)(?=/.*\.aspx)|/\([0-9a-z]{24}\)(?=/.*\.aspx)")
_PLAIN = re.compile(rb"[!\"$&-~]*")
# What most URLs are made of; none of the rules but lower case and the slash at the end touches such a path.
_USUAL = re.compile(r"(https?)://([a-z0-9.-]+)(?::([0-5]?[0-9]{1,4}))?((?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*)/?")
_DEFAULT_PORTS = {"http": 80, "https": 443}


def surt(url: str) -> str:
    """The sort key of an absolute http(s) URL: `com,example)/path?a=1`.

    Always printable ASCII without a space, as a line of an index needs it. A URL that cannot be split (a bad port, a
    broken IPv6 literal) is its own key, escaped, so that no record is lost to it.
    """
    usual = _USUAL.fullmatch(url)
    return _by_the_rules(url) if usual is None else _usual_key(*usual.groups())


def _usual_key(scheme: str, host: str, port: str | None, path: str) -> str:
    is_default = port is None or int(port) == _DEFAULT_PORTS[scheme]
    return f"{_host_key(host)}{'' if is_default else f':{int(port or 0)}'}){path.lower() or '/'}"


def _by_the_rules(url: str) -> str:
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return _escape(_bytes(url))
    if not parts.hostname:
        return _escape(_bytes(url))
    host = _host_key(parts.hostname)
    if port is not None and port != _DEFAULT_PORTS.get(parts.scheme.lower()):
        host = f"{host}:{port}"
    key = _path_key(parts.path) + _query_key(parts.query)
    return f"{host}){key}"


@lru_cache(4096)
def _host_key(host: str) -> str:
    if ":" in host:
        return _escape(_bytes(host))  # an IPv6 address has no labels to reverse
    try:
        ascii_host = host.encode("ascii" if host.isascii() else "idna").decode("ascii")
    except UnicodeError:
        ascii_host = host
    bare = _WWW.sub("", ascii_host.lower().strip("."))
    return _escape(_bytes(",".join(reversed(bare.split(".")))))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _unescape(raw: bytes) -> bytes:
    while (undone := _ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), raw)) != raw:
        raw = undone  # escapes of escapes are undone until nothing changes
    return raw


def _escape(raw: bytes) -> str:
    if _PLAIN.fullmatch(raw):
        return raw.decode("ascii")
    return "".join(chr(byte) if 0x20 < byte < 0x7F and byte not in b"#%" else f"%{byte:02x}" for byte in raw)


def _path_key(path: str) -> str:
    raw = _unescape(_bytes(path))
    kept: list[bytes] = []
    for segment in _SLASHES.sub(b"/", raw).split(b"/"):
        if segment == b"..":
            del kept[-1:]
        elif segment not in (b"", b"."):
            kept.append(segment)
    return _escape(_ASPX_SESSION.sub(b"", b"/" + b"/".join(kept).lower()))


def _query_key(query: str) -> str:
    raw = _unescape(_bytes(query)).lower()
    arguments = sorted(part for part in raw.split(b"&") if not _SESSION_ARGUMENT.match(part))
    joined = b"&".join(arguments)
    return "?" + _escape(joined) if joined else ""
