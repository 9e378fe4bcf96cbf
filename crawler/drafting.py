"""From what a survey found to the draft of a source file: which entries to use, which patterns, which facts. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.address_names import matches
from crawler.archives import has_days
from crawler.choosing import choose
from crawler.draft import Draft, DraftEntry, id_for
from crawler.scope import is_media
from crawler.urls import host_of, target_of
from crawler.whereabouts import guess_country, guess_zone
from pipelines.charset import decode_page
from pipelines.page import parse_page
from pipelines.title import site_names

if TYPE_CHECKING:
    import datetime as dt

    from crawler.findings import Findings, Found
    from crawler.sources import SourceKind
    from pipelines.page import Page

_CODES = {"jp": "ja", "kz": "kk", "kg": "ky", "tj": "tg", "tm": "tk"}
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_MAIL = re.compile(rb"mailto:([\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+)", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s+[|•·–—:-]+\s+|\s*[|｜]\s*")
_FEED_WORDS = re.compile(r"\s+(?:[-–—|»:]+\s+)?(?:rss|atom|feed)\b.*\Z", re.IGNORECASE)
# A list is read to its end, or to the first day that is asked for: its pager seldom says how long it is.
_USUAL_PAGES, _SPARE_PAGES, _MOST_PAGES = 100, 10, 1000
_DAYS, _MONTHS = 100, 60
_NOT_NEEDED = " Not needed: what is used shows all of them."
_SAMPLES = 5
_MINISTRY = r"ministry|министерств|vazirlig|министрліг|министрлиги|вазорат|省\Z|embassy|посольств|大使館"
_KINDS: tuple[tuple[SourceKind, str], ...] = (
    ("ministry", _MINISTRY),
    ("think_tank", r"institute|институт|instituti|research|think tank|研究所|tahlil"),
    ("agency", r"agency|агентств|agentlig|агенттіг|通信"),
)


def draft_of(findings: Findings, *, id: str | None, now: dt.datetime) -> Draft:  # noqa: A002 (the file's word)
    """The draft. `id` is None where the host is to give it; `now` is when the site was surveyed, aware.

    Where no article was found, `problems` says so, and the draft has no patterns to be written.
    """
    evidence = findings.evidence
    patterns = evidence.patterns()
    misspelled = evidence.misspelled()
    articles = {url for url in evidence.articles() if url in misspelled or matches(patterns, url)}
    entries = _entries(findings, articles)
    articles -= misspelled
    page = parse_page(decode_page(findings.home_body, findings.home_type)[0])
    name, name_note = _name(page, findings)
    languages, language_note = _languages(page, findings)
    country, country_note = guess_country(host_of(findings.home), languages)
    zone, zone_note = guess_zone(country, findings.offsets, now)
    mail = _MAIL.search(findings.home_body)
    samples = _samples(findings, articles)
    is_read = any(url in findings.pages for url in samples)
    unverified = ["name_en", "country", "kind", "timezone", *(["contact"] if mail else [])]
    return Draft(
        id=id or id_for(host_of(findings.home)),
        name=name,
        name_en=name,
        country=country,
        languages=languages,
        kind=next((kind for kind, words in _KINDS if re.search(words, name, re.IGNORECASE)), "private"),
        timezone=zone,
        contact=mail[1].decode() if mail else None,
        entries=tuple(entries),
        hosts=tuple(sorted({host_of(url) for url in articles} | _entry_hosts(entries, findings))),
        article=patterns,
        listing=_listing_patterns(findings, entries),
        samples=tuple(samples),
        unverified=(*unverified, *(() if is_read else ("scope.article",))),
        notes={
            "name": f"From {name_note}.",
            "name_en": "Its name in English was not looked for.",
            "country": f"A guess from {country_note}.",
            "languages": f"From {language_note}.",
            "kind": "A guess: state | private | exile | think_tank | agency | ministry.",
            "timezone": f"A guess from {zone_note}.",
            "contact": "From a link of the home page." if mail else "No address was found on the home page.",
            "rights": 'What its terms allow was not read: rights = "…"',
            "scope.article": f"Learned from {len(articles)} addresses; {len(findings.pages)} of these pages were read.",
        },
        problems=() if articles and entries else ("no articles were found: no feed, sitemap or list that names any",),
    )


def _entries(findings: Findings, articles: set[str]) -> list[DraftEntry]:
    needed, spare = choose(findings, articles - findings.old_addresses() if findings.is_mapped() else articles)
    return [_entry(found, articles) for found in needed] + [_entry(found, articles, used=False) for found in spare]


def _entry(found: Found, articles: set[str], *, used: bool = True) -> DraftEntry:
    if found.kind == "listing":
        return _listing(found, articles, used=used)
    pages = (_DAYS if has_days(found.url) else _MONTHS) if found.kind == "archive" else None
    note = _seen(found, len(_urls(found, articles))) + ("" if used else _NOT_NEEDED)
    return DraftEntry(type=found.kind, url=found.url, note=note, max_pages=pages, used=used)  # type: ignore[arg-type]


def _seen(found: Found, count: int) -> str:
    days = sorted(item.published.date() for item in found.items if item.published is not None)
    newest = f", the newest of {days[-1]}" if days else ""
    part = "some of its sitemaps name" if found.is_index else "names"
    return f"Seen: {part} {count} articles{newest}."


def _urls(found: Found, articles: set[str]) -> set[str]:
    return {item.url for item in found.items} & articles


def _listing(found: Found, articles: set[str], *, used: bool = True) -> DraftEntry:
    pages = min(_MOST_PAGES, max(_USUAL_PAGES, found.pages + _SPARE_PAGES)) if found.next_page else None
    pages = 1 if found.is_stuck else pages
    label = f"“{found.label}”: " if found.label else ""
    why = "" if used else _NOT_NEEDED
    note = f"Seen: {label}{len(_urls(found, articles))} articles{' on its first page' if found.next_page else ''}.{why}"
    return DraftEntry(type="listing", url=found.url, note=note, max_pages=pages, used=used)


def _entry_hosts(entries: list[DraftEntry], findings: Findings) -> set[str]:
    own = {host_of(entry.url) for entry in entries if entry.used} & findings.evidence.hosts
    return own | {host_of(findings.home)}


def _listing_patterns(findings: Findings, entries: list[DraftEntry]) -> tuple[str, ...]:
    """Expressions for the listings that are used, and for their further pages."""
    by_url = {found.url: found for found in findings.of("listing")}
    patterns = []
    for entry in entries:
        found = by_url.get(entry.url) if entry.type == "listing" else None
        if found is not None:
            patterns.append(_listing_pattern(target_of(found.url), found.next_page and target_of(found.next_page)))
    return tuple(dict.fromkeys(patterns))


def _listing_pattern(target: str, further: str | None) -> str:
    own = _escape(target.rstrip("/")) + ("/?" if not target.partition("?")[1] else "")
    if not further:
        return f"^{own}$"
    if further.startswith((target, target.rstrip("/") + "?")):
        rest = further[len(target.rstrip("/")) :]
        slash = "/?" if rest.startswith("?") else "/" if rest.startswith("/") else ""
        return f"^{_escape(target.rstrip('/'))}{slash or '/?'}(?:{_numbered(rest.lstrip('/'))})?$"
    return f"^(?:{own}|{_numbered(further)})$"


def _numbered(text: str) -> str:
    """`text` as an expression in which the last number may be any."""
    numbers = list(re.finditer(r"\d+", text))
    if not numbers:
        return _escape(text)
    return _escape(text[: numbers[-1].start()]) + r"\d+" + _escape(text[numbers[-1].end() :])


def _escape(text: str) -> str:
    return re.escape(text).replace(r"\-", "-")


def _samples(findings: Findings, articles: set[str]) -> list[str]:
    """Pages that were read, then announced ones; each of another shape first where there are several."""
    seen = findings.evidence.seen
    ranked = sorted(articles, key=lambda url: (url not in findings.pages, not seen[url].is_announced, url))
    return [url for url in ranked if not is_media(url)][:_SAMPLES]


def _name(page: Page | None, findings: Findings) -> tuple[str, str]:
    names = site_names(page) if page is not None else []
    if names:
        return " ".join(names[0].split()), "what the home page calls its site"
    if findings.names:
        return _FEED_WORDS.sub("", findings.names[0]) or findings.names[0], "its feed or news sitemap"
    if page is not None and page.title_tag:
        return _SEPARATOR.split(" ".join(page.title_tag.split()))[0] or findings.home, "the title of the home page"
    return host_of(findings.home), "its host"


def _languages(page: Page | None, findings: Findings) -> tuple[tuple[str, ...], str]:
    declared = (page.language or "").lower().replace("_", "-").partition("-")[0] if page is not None else ""
    declared = _CODES.get(declared, declared)
    read = [article.language for article in findings.pages.values() if article.language]
    read = [language.removesuffix("-Latn") for language in read if language != "und"]
    found = list(dict.fromkeys([*read, *([declared] if _LANGUAGE.fullmatch(declared) else [])]))
    if read:
        return tuple(found), "pages that were read" + (" and what the home page declares" if declared else "")
    return (tuple(found), "what the home page declares") if found else (("en",), "nothing that it says")
