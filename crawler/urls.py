"""The identity of a URL: two spellings of one address give one string. Pure.

What is normalised is what no server tells apart: case of scheme and host, default port, fragment, percent-encoding,
dot segments, parameters that only track the reader, and ids of sessions, which give one page an address for every
visitor. The order of parameters, empty path segments and the final
slash stay, since servers do tell those apart.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, unquote_plus, urljoin, urlsplit

from w3lib.url import safe_url_string

_TRACKING = re.compile(
    r"utm_.*|fbclid|gclid|gclsrc|gbraid|wbraid|dclid|gad_source|srsltid|yclid|ysclid|ymclid|_openstat|msclkid|twclid"
    r"|ttclid|igsh|igshid|mc_cid|mc_eid|mkt_tok|vero_id|_hsenc|_hsmi|_ga|_gl|fb_action_ids|fb_action_types|fb_source"
    r"|__twitter_impression",
    re.IGNORECASE | re.DOTALL,
)
# Ids of a session, whatever they look like; and names that mean other things too (`sid` numbers stories), which count
# where the value looks like such an id.
_SESSION = re.compile(r"phpsessid|jsessionid|aspsessionid[a-z]*|asp\.net_sessionid|cfid|cftoken|zenid", re.IGNORECASE)
_MAYBE_SESSION = re.compile(r"s|sid|sess|session|session_?id|oscsid", re.IGNORECASE)
_TOKEN = re.compile(r"[0-9a-fA-F]{32,128}|(?=\D*\d)(?=[^A-Za-z]*[A-Za-z])[0-9A-Za-z]{24,128}", re.ASCII)
_SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid)=[^/;]*|/\([saf]\([0-9a-z]{20,}\)\)(?=/)", re.IGNORECASE)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})?")
_ASCII = "".join(map(chr, range(128)))
# What most addresses are made of: characters and escapes that stay as they are. The host and the parameters of such an
# address are all that is left to look at, which costs a tenth of the whole way.
_KEPT = r"[A-Za-z0-9_~!$&()*+,:@=/.-]*"
_KEPT_ESCAPE = r"%(?:[0189A-F][0-9A-F]|2[0-9ABCF]|3[A-F]|40|5[BCDE]|60|7[BCDF])"
_PLAIN_ORIGIN = re.compile(r"https?://[a-z0-9_.:-]+")
_PLAIN = re.compile(
    rf"({_PLAIN_ORIGIN.pattern})(/{_KEPT}(?:{_KEPT_ESCAPE}{_KEPT})*)"
    rf"(?:\?({_KEPT}(?:{_KEPT_ESCAPE}{_KEPT})*))?(?:#[!-~]*)?"
)
# The underscore is no letter of a host name, yet such hosts exist and answer.
_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*|\[[0-9a-f:.]+\]")


class BadUrl(ValueError):  # noqa: N818 (named for the thing, like Dropped)
    """`url` is no http(s) address; `problem` says why in a few words."""

    def __init__(self, url: str, problem: str) -> None:
        super().__init__(url, problem)
        self.url = url
        self.problem = problem

    def __str__(self) -> str:
        return f"{self.problem}: {shorten(self.url)}"


def shorten(text: str, limit: int = 120) -> str:
    """`text` quoted on one line, cut in the middle to about `limit` characters."""
    if len(text) > limit:
        text = f"{text[: limit // 2]}…{text[-limit // 2 :]}"
    return repr(text)


@lru_cache(maxsize=512)  # of one page it is asked some ten times
def normalise_url(url: str) -> str:
    """The one spelling of `url` under which it is fetched and remembered; idempotent.

    Raises BadUrl for what is no http(s) URL, has no host, or carries a user name (it would be archived).
    """
    return _normalise_plain(url) or _normalise_any(url)


def resolve_url(base: str, reference: str) -> str:
    """`reference`, as a page at `base` writes it, as a normalised URL. Raises BadUrl."""
    reference = reference.strip()
    origin = _origin_of(base)
    if origin is not None:
        is_rooted = reference.startswith("/") and not reference.startswith("//")
        plain = _normalise_plain(origin + reference if is_rooted else reference)
        if plain is not None:
            return plain
    try:
        return _normalise_any(urljoin(base, reference))
    except BadUrl:
        raise
    except ValueError as error:
        raise BadUrl(reference, _reason(error)) from None


def host_of(url: str) -> str:
    """`host`, or `host:port` where the port is not the default, of a normalised URL."""
    return url.partition("://")[2].partition("/")[0]


def target_of(url: str) -> str:
    """The path of a normalised URL, with `?` and the query where there is one."""
    return "/" + url.partition("://")[2].partition("/")[2]


def _normalise_plain(url: str) -> str | None:
    """What `_normalise_any` gives, ten times as fast; None where that must be asked."""
    try:
        match = _PLAIN.fullmatch(url if url.isascii() else quote(url, safe=_ASCII))
    except UnicodeEncodeError:
        return None
    if match is None or "/." in match[2] or "/(" in match[2] or not _is_normal_origin(match[1]):
        return None
    query = match[3] and _without_tracking(match[3])
    return f"{match[1]}{match[2]}?{query}" if query else match[1] + match[2]


@lru_cache(maxsize=1024)
def _is_normal_origin(origin: str) -> bool:
    try:
        return _normalise_any(f"{origin}/") == f"{origin}/"
    except BadUrl:
        return False


@lru_cache(maxsize=128)
def _origin_of(base: str) -> str | None:
    """The scheme and host of `base` where they are written as a normalised URL writes them."""
    match = re.match(rf"{_PLAIN_ORIGIN.pattern}(?=[/?#]|\Z)", base)
    return match[0] if match and _is_normal_origin(match[0]) else None


def _normalise_any(url: str) -> str:
    try:
        parts = urlsplit(safe_url_string(url))
        port = parts.port
    except ValueError as error:  # UnicodeError is one of them
        raise BadUrl(url, _reason(error)) from None
    if parts.scheme not in _DEFAULT_PORTS:
        raise BadUrl(url, "expected http:// or https://")
    if "@" in parts.netloc:
        raise BadUrl(url, "a URL with a user name is not fetched")
    host = _normal_host(url, parts.netloc)
    if port is not None and port != _DEFAULT_PORTS[parts.scheme]:
        host = f"{host}:{port}"
    path = _without_dots(_SESSION_IN_PATH.sub("", _normal_escapes(parts.path))) or "/"
    query = _without_tracking(_normal_escapes(parts.query))
    return f"{parts.scheme}://{host}{path}" + (f"?{query}" if query else "")


def _reason(error: ValueError) -> str:
    if isinstance(error, UnicodeError):
        return "characters that no URL can hold"
    return " ".join(str(error).split()) or "no URL"


def _normal_host(url: str, netloc: str) -> str:
    # What w3lib could not encode it leaves as it came, so the host is checked here.
    host = re.sub(r":\d*\Z", "", netloc.lower()).removesuffix(".")
    if not host:
        raise BadUrl(url, "no host")
    if not _HOST.fullmatch(host):
        raise BadUrl(url, f"{shorten(host)} is no host name")
    return host


def _normal_escapes(text: str) -> str:
    return _ESCAPE.sub(_normal_escape, text)


def _normal_escape(match: re.Match[str]) -> str:
    if match[1] is None:
        return "%25"
    character = chr(int(match[1], 16))
    return character if character in _UNRESERVED else match[0].upper()


def _without_dots(path: str) -> str:
    """`path` with `.` and `..` resolved (RFC 3986, 5.2.4); empty segments stay."""
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments and segments[-1] in {".", ".."}:
        kept.append("")
    return "/" + "/".join(kept)


def _without_tracking(query: str) -> str:
    return "&".join(field for field in query.split("&") if field and not _is_passing(*field.partition("=")[::2]))


def _is_passing(name: str, value: str) -> bool:
    """True for a parameter that says who reads, not what is read."""
    kind = _kind_of(name)
    return kind == "passing" or (kind == "maybe" and _TOKEN.fullmatch(value) is not None)


@lru_cache(maxsize=1024)
def _kind_of(name: str) -> str:
    name = unquote_plus(name)
    if _TRACKING.fullmatch(name) or _SESSION.fullmatch(name):
        return "passing"
    return "maybe" if _MAYBE_SESSION.fullmatch(name) else "kept"
