"""Small facts that a page states about its article: section, tags, images, rights, dateline, paywall. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pipelines import phrases
from pipelines.article import Image, Rights
from pipelines.told import is_told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.page import Page

_MAX_TAGS = 30
_LONGEST_CAPTION = 420
_APPEAL_REACH = 8
_DATELINE = re.compile(
    r"^(?P<place>[A-ZА-ЯЁҚҒҲЎӢӮҶҢӨҮІӘ][\w.’‘ʻ' -]{2,40}?)\s*"
    r"(?:,\s*[^.!?—–-]{0,60}?)?\s*(?:/[^/\n]{2,40}/|[（(][^()（）\n]{2,60}[)）])?\s*[.,]?\s*[—–-]{1,2}\s",
)
_AGENCY_MARK = re.compile(
    r"/(?P<a>[^/\n]{2,40})/|[（(](?P<b>[A-Za-zА-Яа-я][^()（）\n]{2,40}?"
    r"(?:Press|News Agency|Agency|uz|Агентство|АКИpress)?)[)）]\s*[—–-]|"
    r"[—–-]\s*(?P<c>[A-ZА-ЯЁ«][\w«»\s-]{2,30}?)\.\s",
)
_NOAI = re.compile(r"\bno(?:image)?ai\b", re.IGNORECASE)


def section_of(page: Page) -> str | None:
    """The section as the page declares it, None when it does not."""
    declared = page.meta("article:section", "og:article:section", "parsely-section", "section")
    if declared:
        return declared
    for item in page.linked_data:
        section = item.get("articleSection")
        first = section[0] if isinstance(section, list) and section else section
        if isinstance(first, str) and first.strip():
            return " ".join(first.split())
    return None


def tags_of(page: Page) -> tuple[str, ...]:
    """The tags as the page declares them, in order, without repeats; `keywords` only where nothing better is there."""
    tags = [value for name, value in page.metas if name in ("article:tag", "og:article:tag")]
    if not tags:
        for item in page.linked_data:
            tags += _keywords(item.get("keywords"))
    if not tags:
        tags = _keywords(page.meta("news_keywords", "keywords"))
    return tuple(dict.fromkeys(tag for tag in tags if 1 < len(tag) <= 80))[:_MAX_TAGS]


def _keywords(value: Any) -> list[str]:
    if isinstance(value, str):
        return [part.strip() for part in re.split(r"[,;、，]", value) if part.strip()]
    if isinstance(value, list):
        return [part.strip() for part in value if isinstance(part, str) and part.strip()]
    return []


def images_of(page: Page, body: Sequence[int]) -> list[Image]:
    """The pictures within the article, each with the caption that stands at it."""
    if not body:
        return []
    first, last = body[0], body[-1]
    images: dict[str, Image] = {}
    for picture in page.pictures:
        if first - 3 <= picture.before_block <= last + 1:
            caption, credit = _caption_at(page, picture.before_block, set(body))
            images.setdefault(picture.src, Image(url=picture.src, caption=caption, credit=credit))
    return list(images.values())


def _caption_at(page: Page, index: int, body: set[int]) -> tuple[str | None, str | None]:
    """Caption and credit below a picture; two elements that touch are taken apart at their edge."""
    if index >= len(page.blocks) or index in body:
        return None, None
    block = page.blocks[index]
    if not block.after_image or block.heading or len(block.text) > _LONGEST_CAPTION:
        return None, None
    for count in range(1, len(block.parts)):
        if phrases.CREDIT.match(block.parts[count]) and block.parts[count - 1][-1] not in ";,(（":
            return " ".join(block.parts[:count]), " ".join(block.parts[count:])
    return block.text, _credit(block.text)


def _credit(caption: str | None) -> str | None:
    if caption is None:
        return None
    match = phrases.CREDIT_TAIL.search(caption)
    return match[0].strip(" ;,.()（）—–-") if match else None


def rights_of(page: Page, headers: Sequence[tuple[str, str]]) -> Rights:
    """Licence and reservations as page and headers state them; None where they say nothing."""
    robots = " ".join(value for name, value in page.metas if name in ("robots", "googlebot"))
    robots += " " + " ".join(value for name, value in headers if name.lower() == "x-robots-tag")
    tdm = page.meta("tdm-reservation") or next((v for n, v in headers if n.lower() == "tdm-reservation"), None)
    return Rights(
        licence=page.link("license") or page.meta("dc.rights", "dcterms.license"),
        tdm_reservation=tdm.strip() == "1" if tdm else None,
        noai=True if _NOAI.search(robots) else None,
    )


def dateline_of(text: str) -> str | None:
    """The place in front of the first sentence (`TASHKENT, 20 December — …`), None where there is none."""
    match = _DATELINE.match(text[:160])
    if match is None:
        return None
    place = match["place"].strip(" ,.")
    is_capitals = place.upper() == place
    return place if is_capitals or "," in match[0] or "/" in match[0] or "(" in match[0] else None


def agency_of(text: str) -> str | None:
    """The agency that the dateline names, None where it names none."""
    match = _DATELINE.match(text[:160])
    if match is None:
        return None
    found = _AGENCY_MARK.search(text[: match.end() + 40])
    return next((group.strip(" «»") for group in found.groups() if group), None) if found else None


def is_paywalled(page: Page, body: Sequence[int]) -> bool:
    """True when the page declares that its text is not free, or asks for a subscription where the text breaks off."""
    values = (str(item.get("isAccessibleForFree", "")).lower() for item in page.linked_data)
    tier = (page.meta("article:content_tier") or "").lower()
    return "false" in values or tier in ("locked", "metered") or _is_appealed(page, body)


def _is_appealed(page: Page, body: Sequence[int]) -> bool:
    """True for an appeal to subscribe right below the last paragraph."""
    below = page.blocks[body[-1] + 1 : body[-1] + 1 + _APPEAL_REACH] if body else ()
    return any(
        len(block.text) < 300 and phrases.PAYWALL.search(block.text) and not is_told(block.text) for block in below
    )
