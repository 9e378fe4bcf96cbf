"""What can be told of a capture before its text is read: whether it can hold an article at all. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archive.capture import MAX_PAGE_BYTES
from archive.coding import UndecodableError, decode_content
from pipelines.article import Dropped, Failed, Provenance, Reason
from pipelines.charset import decode_page
from pipelines.mementos import OTHER_MOMENT

if TYPE_CHECKING:
    from archive.capture import Capture

_HTML = ("html", "xml", "text/plain")
_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"%PDF", b"PK\x03\x04", b"RIFF", b"\x1f\x8b", b"\x00\x00\x01\x00")
# Statuses with which the walls of sites against bots answer, and what these walls leave in their pages.
_WALL_STATUSES = frozenset({403, 503})
_WALL_MARKS = (
    "_cf_chl_opt", "/cdn-cgi/challenge-platform/", "challenges.cloudflare.com", "cf-browser-verification",
    "_Incapsula_Resource", "Incapsula incident ID", "captcha-delivery.com", "px-captcha", "ddos-guard", "__qrator",
    "servicepipe.ru", "AwsWafIntegration", "awswaf.com", "sucuri_cloudproxy", "/_sec/cp_challenge", "sgcaptcha",
    "anubis_challenge",
)  # fmt: skip
_WALL_TITLE = re.compile(
    r"(?:just a moment|one moment,? please|checking your browser.*|attention required!?|access denied|please wait|"
    r"verify(?:ing)? (?:that )?you are (?:a )?human|are you a robot\??|robot check|security check(?:point)?|"
    r"human verification|pardon our interruption|ddos-guard|ddos protection.*|making sure you['’]re not a bot!?|"
    r"один момент|подождите|проверка браузера|checking the site connection security|"
    r"少々お待ちください|しばらくお待ちください)"
    r"[\s.…!]*(?:[|–—-].{0,40})?",
    re.IGNORECASE,
)
_TITLE = re.compile(r"<title[^>]*>([^<]{0,200})", re.IGNORECASE)
_MARKUP = re.compile(r"<(script|style|head|noscript)\b.*?</\1\s*>|<[^>]*>", re.IGNORECASE | re.DOTALL)
_LONGEST_WALL, _LONGEST_BARE_WALL, _LONGEST_SILENT_WALL = 1500, 600, 120
_LONGEST_PAGE = 60_000


def codings_of(capture: Capture) -> tuple[str, ...]:
    """The content codings of a capture's payload, in the order they were applied."""
    values = (value for name, value in capture.headers if name.lower() == "content-encoding")
    named = (coding.strip().lower() for value in values for coding in value.split(","))
    return tuple(coding for coding in named if coding and coding != "identity")


def reject(capture: Capture, provenance: Provenance) -> Dropped | Failed | None:
    """What can be told from the head: no parsing is spent on a page that cannot hold an article."""
    if capture.truncated and capture.record_type != "revisit":
        return Failed(
            url=capture.url,
            cause=f"truncated_{capture.truncated}",
            detail="the body is not whole",
            provenance=provenance,
        )
    if not 200 <= capture.status < 300:
        return _reject_status(capture, provenance)
    if (problem := capture.fact(OTHER_MOMENT)) is not None:
        return Dropped(url=capture.url, reason=Reason.OTHER_MOMENT, detail=problem, provenance=provenance)
    if capture.left_out is not None:
        detail = f"{capture.left_out} bytes, expected at most {MAX_PAGE_BYTES} of a page"
        return Dropped(url=capture.url, reason=Reason.TOO_LARGE, detail=detail, provenance=provenance)
    if not capture.payload:
        return Dropped(url=capture.url, reason=Reason.EMPTY, detail="the body is empty", provenance=provenance)
    return None


def _reject_status(capture: Capture, provenance: Provenance) -> Dropped | Failed:
    if capture.status in _WALL_STATUSES and (wall := _wall_of(capture)) is not None:
        return Dropped(url=capture.url, reason=Reason.CHALLENGE, detail=wall, provenance=provenance)
    if capture.status >= 500 or capture.status == 429:
        return Failed(url=capture.url, cause=f"http_{capture.status}", detail=capture.reason, provenance=provenance)
    if 300 <= capture.status < 400:
        target = capture.header("Location") or "nowhere"
        return Dropped(url=capture.url, reason=Reason.REDIRECT, detail=f"to {target}", provenance=provenance)
    detail = f"{capture.status} {capture.reason}".strip()
    return Dropped(url=capture.url, reason=Reason.HTTP_STATUS, detail=detail, provenance=provenance)


def not_html(body: bytes, content_type: str | None) -> tuple[Reason, str] | None:
    """Why these bytes are no HTML page, None where they may be one."""
    mime = (content_type or "text/html").split(";")[0].strip().lower()
    if body[:8].startswith(_SIGNATURES):
        return Reason.NOT_HTML, f"the bytes begin {body[:4]!r}: a binary file, expected HTML"
    if not any(word in mime for word in _HTML):
        return Reason.NOT_HTML, f"Content-Type is {mime}, expected HTML"
    if not body.strip():
        return Reason.EMPTY, "the page is empty"
    return None


def challenge_in(text: str, *, is_refused: bool = False) -> str | None:
    """What a page that asks the reader to prove to be human shows of it; None for any other page.

    A wall has little text. Its marks alone make one only where there is next to none, or where the status refuses
    (`is_refused`): sites load the same scripts beside their articles.
    """
    if len(text) > _LONGEST_PAGE:
        return None
    found = _TITLE.search(text)
    title = " ".join(found[1].split()) if found else ""
    says_so = _WALL_TITLE.fullmatch(title) is not None
    mark = next((mark for mark in _WALL_MARKS if mark in text), None)
    if not says_so and mark is None:
        return None
    visible = len(" ".join(_MARKUP.sub(" ", text).split()))
    if says_so and visible < (_LONGEST_WALL if mark else _LONGEST_BARE_WALL):
        return f"a wall against bots: {title!r}"
    limit = _LONGEST_WALL if is_refused else _LONGEST_SILENT_WALL
    return f"a wall against bots: {mark}" if mark and visible < limit else None


def _wall_of(capture: Capture) -> str | None:
    try:
        body = decode_content(capture.payload, codings_of(capture), limit=MAX_PAGE_BYTES)
    except UndecodableError:
        return None
    return challenge_in(decode_page(body, capture.header("Content-Type"))[0], is_refused=True)
