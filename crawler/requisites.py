"""What a page needs to look like itself: pictures, styles, scripts, icons and fonts, as its markup names them. Pure.

Whether one is to be fetched is decided here too. What belongs to the page's look may come from any host; scripts only
from the site itself and from hosts of well-known libraries, since any other is an advertisement, a counter or a player.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Literal
from urllib.parse import urljoin, urlsplit

from w3lib.encoding import html_to_unicode, http_content_type_encoding
from w3lib.url import safe_url_string

from crawler.traps import MAX_URL_CHARS
from crawler.urls import BadUrl, host_of, normalise_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Kind = Literal["image", "style", "script", "font"]
Refusal = Literal["tracker", "foreign_script"]

# So many of one page, what its styles ask for included: a page of a gallery has hundreds of pictures.
MAX_OF_A_PAGE = 100
MAX_STYLE_DEPTH = 3
_MAX_SRCSET_WIDTH = 2048
_HTML = ("text/html", "application/xhtml+xml")
_MAX_SRCSET_DENSITY = 2.0
_ICON_RELS = frozenset({"icon", "apple-touch-icon", "apple-touch-icon-precomposed", "mask-icon"})
_AS: dict[str, Kind] = {"style": "style", "script": "script", "font": "font", "image": "image"}
_LAZY = ("data-src", "data-lazy-src", "data-original", "data-lazy", "data-lazyload", "data-echo", "data-orig-file")
_LAZY_SETS = ("srcset", "data-srcset", "data-lazy-srcset", "imagesrcset")
_LAZY_BACKGROUNDS = ("data-bg", "data-background", "data-background-image", "data-bg-url")
# Elements that show a picture, and the attribute that names it.
_PICTURES = {"video": "poster", "input": "src", "image": "href", "use": "href"}
_SCRIPT_TYPES = re.compile(r"(?i)|module|(?:text|application)/(?:x-)?(?:java|ecma)script(?:;.*)?")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_IMPORT = re.compile(r"""@import\s+(?:url\(\s*)?(?:"([^"]*)"|'([^']*)'|([^"'()\s;]+))""", re.IGNORECASE)
_URL = re.compile(r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^"'()\s]+))\s*\)""", re.IGNORECASE)
_FONT = re.compile(r"\.(?:woff2?|[to]tf)(?:\Z|[?#])", re.IGNORECASE)
# No browser of today asks for these: fonts of Internet Explorer and of old telephones.
_OLD_FONT = re.compile(r"\.eot(?:\Z|[?#])|\.svg#", re.IGNORECASE)
_LIBRARIES = frozenset(
    {
        "ajax.googleapis.com", "cdn.jsdelivr.net", "cdnjs.cloudflare.com", "code.jquery.com", "maxcdn.bootstrapcdn.com",
        "netdna.bootstrapcdn.com", "polyfill.io", "stackpath.bootstrapcdn.com",
        "unpkg.com", "use.fontawesome.com", "kit.fontawesome.com", "c0.wp.com", "s0.wp.com",
        "yastatic.net", "ajax.aspnetcdn.com",
    }
)  # fmt: skip
_TRACKERS = re.compile(
    r"(?:\A|\.)(?:doubleclick\.net|googlesyndication\.com|googletagmanager\.com|google-analytics\.com"
    r"|googleadservices\.com|adservice\.google\.[a-z.]+|facebook\.com|facebook\.net|mc\.yandex\.[a-z]+"
    r"|an\.yandex\.ru|counter\.yadro\.ru|top-fwz1\.mail\.ru|top\.mail\.ru|counter\.rambler\.ru|vk\.com"
    r"|www\.uz|cnt0\.www\.uz|scorecardresearch\.com|quantserve\.com|hotjar\.com|chartbeat\.(?:com|net)"
    r"|criteo\.(?:com|net)|taboola\.com|outbrain\.com|adfox\.ru|mgid\.com|histats\.com|statcounter\.com|amazon-adsystem\.com"
    r"|stats\.wp\.com|pixel\.wp\.com|zero\.kz|metrika\.kz|openstat\.net|adnxs\.com|rubiconproject\.com|pubmatic\.com"
    r"|matomo\.cloud|clarity\.ms|bat\.bing\.com|ads-twitter\.com|static\.ads-twitter\.com|analytics\.twitter\.com"
    r"|im-apps\.net|microad\.(?:jp|net)|i-mobile\.co\.jp|logly\.co\.jp|popin\.cc|fout\.jp|gsspcln\.jp)\Z"
)


@dataclass(frozen=True, slots=True)
class Requisite:
    """A part of a page: its URL as a browser would ask for it, without fragment, and what it is to the page."""

    url: str
    kind: Kind


def requisites_of_page(body: bytes, *, url: str, encoding: str | None) -> list[Requisite]:
    """What an HTML page asks for, in its order, each URL once. No byte makes it raise."""
    html = html_to_unicode(f"charset={encoding}" if encoding else None, body)[1]
    reader = _Page(url)
    with suppress(AssertionError):  # what Python's parser calls impossible, and pages do all the same
        reader.feed(html)
        reader.close()
    return list(reader.found.values())


def requisites_of_style(text: str, *, url: str) -> list[Requisite]:
    """What a style sheet at `url`, or one within the page at `url`, asks for: other sheets, pictures and fonts."""
    found = (_requisite(url, reference, kind) for reference, kind in _references(text))
    return list({item.url: item for item in found if item is not None}.values())


def parts_named(body: bytes, *, url: str, content_type: str | None) -> list[str]:
    """The URLs of all parts that an archived page or style sheet asks for; none of what is neither."""
    kind = (content_type or "").split(";")[0].strip().lower()
    encoding = http_content_type_encoding(content_type)
    if kind in _HTML:
        return [item.url for item in requisites_of_page(body, url=url, encoding=encoding)]
    if kind == "text/css":
        return [item.url for item in requisites_of_style(_decoded(body, encoding), url=url)]
    return []


def _decoded(body: bytes, encoding: str | None) -> str:
    with suppress(LookupError):
        return body.decode(encoding or "utf-8", "replace")
    return body.decode("utf-8", "replace")


def refusal_of(requisite: Requisite, site: Iterable[str]) -> Refusal | None:
    """Why a requisite is not fetched; None when it is. `site` are the hosts of the source."""
    host = (urlsplit(requisite.url).hostname or "").lower()
    if _TRACKERS.search(host):
        return "tracker"
    is_own = _site_of(host) in {_site_of(name.rsplit(":", 1)[0]) for name in site}
    if requisite.kind == "script" and not is_own and host not in _LIBRARIES:
        return "foreign_script"
    return None


def _site_of(host: str) -> str:
    """The part of a host name that one owner has: `example.kz`, `example.co.jp`; an address as it is."""
    labels = host.split(".")
    if labels[-1].isdigit() or ":" in host:
        return host
    is_second_level = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3
    return ".".join(labels[-3 if is_second_level else -2 :])


def _references(text: str) -> Iterator[tuple[str, Kind]]:
    text = _COMMENT.sub(" ", text)
    imports = {_group(match): None for match in _IMPORT.finditer(text)}
    yield from ((reference, "style") for reference in imports)
    for match in _URL.finditer(text):
        reference = _group(match)
        if reference not in imports and not _OLD_FONT.search(reference):
            yield reference, "font" if _FONT.search(reference) else "image"


def _group(match: re.Match[str]) -> str:
    return next((group for group in match.groups() if group is not None), "")


def _requisite(base: str, reference: str | None, kind: Kind) -> Requisite | None:
    reference = (reference or "").strip()
    if not reference or reference.startswith("#") or len(reference) > MAX_URL_CHARS:
        return None
    try:
        url = safe_url_string(urljoin(base, reference)).split("#", 1)[0]
        host_of(normalise_url(url))
    except (BadUrl, ValueError):
        return None
    return Requisite(url, kind) if len(url) <= MAX_URL_CHARS else None


@dataclass(slots=True)
class _Sheet:
    """The text of a `style` element while it is read."""

    parts: list[str] = field(default_factory=list)


class _Page(HTMLParser):
    def __init__(self, url: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: dict[str, Requisite] = {}
        self._base = url
        self._sheet: _Sheet | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in reversed(attrs)}
        if tag == "base" and given.get("href"):
            self._base = urljoin(self._base, given["href"])
        elif tag == "style":
            self._sheet = _Sheet()
        else:
            self._element(tag, given)
        if "style" in given:
            self._style(given["style"])
        for name in (*_LAZY_BACKGROUNDS, "background"):
            self._add(given.get(name), "image")

    def _element(self, tag: str, given: dict[str, str]) -> None:
        if tag == "link":
            self._link(given)
        elif tag == "script" and _SCRIPT_TYPES.fullmatch(given.get("type", "").strip()):
            self._add(given.get("src"), "script")
        elif tag == "img" and not _is_pixel(given):
            for name in ("src", *_LAZY):
                self._add(given.get(name), "image")
        elif tag in _PICTURES:
            self._add(given.get(_PICTURES[tag]) or given.get("xlink:href"), "image")
        if tag in ("img", "source", "link") and not _is_pixel(given):
            for name in _LAZY_SETS:
                for reference in _candidates(given.get(name, "")):
                    self._add(reference, "image")

    def _link(self, given: dict[str, str]) -> None:
        rels = set(given.get("rel", "").lower().split())
        if "stylesheet" in rels:
            self._add(given.get("href"), "style")
        elif rels & _ICON_RELS:
            self._add(given.get("href"), "image")
        elif "modulepreload" in rels:
            self._add(given.get("href"), "script")
        elif "preload" in rels and given.get("as", "").lower() in _AS:
            self._add(given.get("href"), _AS[given["as"].lower()])

    def handle_endtag(self, tag: str) -> None:
        if tag == "style" and self._sheet is not None:
            sheet, self._sheet = self._sheet, None
            self._style("".join(sheet.parts))

    def handle_data(self, data: str) -> None:
        if self._sheet is not None:
            self._sheet.parts.append(data)

    def _style(self, text: str) -> None:
        for item in requisites_of_style(text, url=self._base):
            self.found.setdefault(item.url, item)

    def _add(self, reference: str | None, kind: Kind) -> None:
        item = _requisite(self._base, reference, kind)
        if item is not None:
            self.found.setdefault(item.url, item)


def _is_pixel(given: dict[str, str]) -> bool:
    """True for a picture of one point, which counts readers and shows nothing."""
    return given.get("width", "").strip() in ("0", "1") and given.get("height", "").strip() in ("0", "1")


def _candidates(srcset: str) -> Iterator[str]:
    """The addresses of a srcset, without those for screens that nobody replays on."""
    for match in re.finditer(r"\s*,*\s*(\S*[^\s,])\s*([^,]*)", srcset):
        reference, size = match[1], match[2].strip().lower()
        number = re.fullmatch(r"([0-9.]{1,9})([wx])", size)
        limit = {"w": _MAX_SRCSET_WIDTH, "x": _MAX_SRCSET_DENSITY}[number[2]] if number else 0.0
        if number is None or number[1].count(".") > 1 or float(number[1].strip(".") or 0) <= limit:
            yield reference
