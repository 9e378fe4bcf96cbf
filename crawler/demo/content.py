"""The texts of the demo sites as frozen values, read from the TOML files beside this module.

One file is one site. A body entry is a paragraph, a subhead (`## `) or a list item (`- `); with the marks taken off,
the body is the gold: what a careful reader keeps of the page, in order. Each key is checked, so a slip of
the pen is an error that names file, article and key, and not an odd page.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping

CONTENT_FOLDER = Path(__file__).parent / "content"
PORTS = {"demo-magazine": 47801, "demo-thinktank": 47802, "demo-ministry": 47803, "demo-agency": 47804}
LABELS = frozenset({"core", "mention", "sport", "off"})

_PATHS = {
    "demo-magazine": "/{slug}/",
    "demo-thinktank": "/uz/outputs/{slug}",
    "demo-ministry": "/press/{day:%Y}/{slug}.html",
    "demo-agency": "/news/{day:%Y}/{day:%m}/{day:%d}/{slug}/",
}
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
_MARK = re.compile(r"^(?:## |- )")
_SITE_KEYS = {"id": str, "name": str, "language": str, "timezone": str}
_ARTICLE_KEYS = {
    "slug": str, "title": str, "published": datetime, "authors": list, "author_bio": list,
    "section": str, "tags": list, "label": str, "body": list, "figure": list, "language": str,
}  # fmt: skip
_FIGURE_KEYS = {"after": int, "caption": str, "credit": str}
_OPTIONAL = frozenset({"author_bio", "figure", "language"})


class DemoContentError(ValueError):
    """A content file breaks the format; `file`, `where` and `expected` say how."""

    def __init__(self, file: str, where: str, expected: str) -> None:
        super().__init__(f"{file}: {where}: expected {expected}")
        self.file, self.where, self.expected = file, where, expected


@dataclass(frozen=True, slots=True)
class DemoFigure:
    """A picture that stands after `body[after]`."""

    after: int
    caption: str
    credit: str


@dataclass(frozen=True, slots=True)
class DemoArticle:
    """One article of a demo site; `base` is the address the site is served at.

    `language` is the site's unless the article names its own, as a Cyrillic one on an Uzbek Latin site does.
    """

    site: str
    language: str
    slug: str
    title: str
    published: datetime
    authors: tuple[str, ...]
    author_bio: tuple[str, ...]
    section: str
    tags: tuple[str, ...]
    label: str
    body: tuple[str, ...]
    figures: tuple[DemoFigure, ...]
    base: str

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The gold text: the body in order, without its marks for subheads and list items."""
        return tuple(_MARK.sub("", entry) for entry in self.body)

    @property
    def path(self) -> str:
        """The absolute path of the page on its site."""
        return _PATHS[self.site].format(slug=self.slug, day=self.published)

    @property
    def url(self) -> str:
        """The whole address of the page, with the real port."""
        return self.base + self.path


@dataclass(frozen=True, slots=True)
class DemoSite:
    """One demo site with its articles, newest first."""

    id: str
    name: str
    language: str
    timezone: str
    base: str
    articles: tuple[DemoArticle, ...]

    def at(self, base: str) -> DemoSite:
        """The same site, served at another address."""
        return replace(self, base=base, articles=tuple(replace(article, base=base) for article in self.articles))


def default_base(site_id: str) -> str:
    """The address that the source files name for this site."""
    return f"http://127.0.0.1:{PORTS[site_id]}"


def load_sites(folder: Path = CONTENT_FOLDER) -> tuple[DemoSite, ...]:
    """Every site that has a file in the folder, in the order of its default ports."""
    sites = [parse_site(file.name, file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.toml"))]
    return tuple(sorted(sites, key=lambda site: PORTS[site.id]))


def parse_site(file: str, text: str) -> DemoSite:
    """The site that a content file describes, or DemoContentError; `file` is its name in messages."""
    data = tomllib.loads(text)
    _check(file, "top level", data, {"site": dict, "article": list})
    site = data["site"]
    _check(file, "[site]", site, _SITE_KEYS)
    if site["id"] not in PORTS:
        raise DemoContentError(file, "[site] id", "one of " + ", ".join(PORTS))
    articles = [_article(file, site, row) for row in data["article"]]
    _check_timezone(file, site["timezone"])
    _check_unique(file, articles)
    newest_first = sorted(articles, key=lambda article: (article.published, article.slug), reverse=True)
    return DemoSite(**site, base=default_base(site["id"]), articles=tuple(newest_first))


def _article(file: str, site: dict[str, Any], row: dict[str, Any]) -> DemoArticle:
    where = f"article {row.get('slug', '?')}"
    _check(file, where, row, _ARTICLE_KEYS)
    for key in ("authors", "author_bio", "tags", "body"):
        if not all(isinstance(entry, str) and entry.strip() == entry != "" for entry in row.get(key, [])):
            raise DemoContentError(file, f"{where}: {key}", "a list of texts without blanks at the ends")
    _check_values(file, where, row)
    figures = row.get("figure", [])
    for figure in figures:
        _check(file, f"{where}: figure", figure, _FIGURE_KEYS)
        if not 0 <= figure["after"] < len(row["body"]):
            raise DemoContentError(file, f"{where}: figure: after", "the number of a body entry, from 0")
    return DemoArticle(
        site=site["id"],
        language=row.get("language", site["language"]),
        slug=row["slug"],
        title=row["title"],
        published=row["published"],
        authors=tuple(row["authors"]),
        author_bio=tuple(row.get("author_bio", [])),
        section=row["section"],
        tags=tuple(row["tags"]),
        label=row["label"],
        body=tuple(row["body"]),
        figures=tuple(DemoFigure(**figure) for figure in figures),
        base=default_base(site["id"]),
    )


def _check(file: str, where: str, row: dict[str, Any], keys: Mapping[str, type]) -> None:
    unknown = sorted(row.keys() - keys.keys())
    if unknown:
        raise DemoContentError(file, where, f"no key {unknown[0]!r}")
    for key, kind in keys.items():
        if key in row and not isinstance(row[key], kind):
            raise DemoContentError(file, f"{where}: {key}", f"a {kind.__name__}")
        if key not in row and key not in _OPTIONAL:
            raise DemoContentError(file, where, f"a key {key!r}")


def _check_values(file: str, where: str, row: dict[str, Any]) -> None:
    if not _SLUG.fullmatch(row["slug"]):
        raise DemoContentError(file, f"{where}: slug", "lower-case ASCII words joined by hyphens, two or more")
    if row["published"].tzinfo is None:
        raise DemoContentError(file, f"{where}: published", "a time with its offset")
    if row["label"] not in LABELS:
        raise DemoContentError(file, f"{where}: label", "one of " + ", ".join(sorted(LABELS)))
    if not row["body"]:
        raise DemoContentError(file, f"{where}: body", "at least one paragraph")


def _check_timezone(file: str, name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise DemoContentError(file, "[site] timezone", "an IANA time zone") from None


def _check_unique(file: str, articles: list[DemoArticle]) -> None:
    _check_no_repeat(file, "slug", [article.slug for article in articles])
    # A short subhead or a list item may come twice; a paragraph may not.
    entries = chain.from_iterable(article.body for article in articles)
    _check_no_repeat(file, "body", [entry for entry in entries if not _MARK.match(entry)])


def _check_no_repeat(file: str, key: str, values: list[str]) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise DemoContentError(file, key, f"only once {value[:60]!r}")
        seen.add(value)
