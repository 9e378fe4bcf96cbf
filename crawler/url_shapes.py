"""What the addresses of a site's articles have in common, learned from examples and written as expressions. Pure.

An address is cut at its slashes and each piece is called by what it looks like: a year, a number, a slug, a plain word.
Addresses of one shape are a group; which groups hold articles is for `survey` to say. The expressions are anchored at
both ends, since the doubles of an article (for printers, for AMP) have its address with something around it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from crawler.urls import target_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Parameters that say what kind of page it is, where their value is a word: `view=article`.
_SWITCH = re.compile(
    r"(?:option|view|module|mod|action|act|do|op|task|controller|type|cmd|a|m|c|page|section)=[a-z_]{2,24}"
)
# What stands at the beginning of an address, or after a language, where it leads to no article on any site.
_MENUS = """
    about about-us account advertise advertising amp archive archives author authors calendar cart category
    categories comment comments contact contact-us contacts cookie-policy cookies editorial-policy events faq
    feed feeds help imprint index login logout mobile newsletter page pages partners podcast print privacy
    privacy-policy profile register rss search sitemap static subscribe subscription tag tags team terms terms-
    and-conditions terms-of-service terms-of-use topic topics user users wp-admin wp-content wp-includes wp-json
"""
NO_ARTICLES = tuple(_MENUS.split())
_YEAR, _DAY, _NUMBER = re.compile(r"(?:19|20)\d\d"), re.compile(r"\d{1,2}"), re.compile(r"\d+")
_FULL_DAY = re.compile(r"(?:19|20)\d\d-?\d\d-?\d\d")
_WORD = re.compile(r"[a-z]+(?:[-_][a-z]+){0,2}", re.IGNORECASE)
_EXTENSION = re.compile(r"\.[a-z]{2,5}\Z", re.IGNORECASE)
_PROGRAM = re.compile(r"\.(?:php\d?|aspx?|cgi|jsp|do|pl)", re.IGNORECASE)
_LANGUAGE = re.compile(r"en|eng|english|ja|jp|ru|rus|kk|kz|kaz|qaz|uz|uzb|uzc|oz|ky|kg|kyr|tg|tj|taj|tm|tk|tkm")
_MANY_WORDS = 3
_SLUGS_ENOUGH = 8
_MANY_OTHERS = 40
# The words that were seen at a place: its number, and the kinds of what stands before the last piece.
Words = dict[tuple[int, tuple[str, ...]], set[str]]


@dataclass(frozen=True, slots=True)
class Shape:
    """The form of an address. `pieces` are (kind, text, extension); the text counts for kind `word` alone.

    Kinds: year, day (one or two digits after a year), number, date, word, slug, other. The last piece is no word, since
    it names one page, unless it is the file before a query. `keys` are the names in the query, in order; one that says
    what kind of page it is has its value.
    """

    pieces: tuple[tuple[str, str, str], ...]
    has_slash: bool
    keys: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """The plain words before the last piece."""
        return tuple(text for kind, text, _ in self.pieces[:-1] if kind == "word")

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kind of each piece."""
        return tuple(kind for kind, _, _ in self.pieces)

    @property
    def form(self) -> object:
        """What shapes share that differ in their plain words alone."""
        return self.kinds, self.pieces[-1][2] if self.pieces else "", self.has_slash, self.keys

    @property
    def is_dated_page(self) -> bool:
        """True for a page of a calendar: a date and nothing behind it."""
        return bool(self.pieces) and self.kinds[-1] in {"year", "day", "date"} and not self.keys

    @property
    def is_identified(self) -> bool:
        """True where a number, a date or a slug tells one page from another; a word of a menu does not."""
        return bool(self.keys) or any(kind in {"slug", "number", "year", "date"} for kind in self.kinds)

    @property
    def is_never_article(self) -> bool:
        """True where its first word, after a language, is one that no site has its articles under."""
        words = [text.lower() for _, text, _ in self.pieces[:2]]
        first = words[1:] if words and _LANGUAGE.fullmatch(words[0]) else words[:1]
        is_program = bool(self.keys) and first == ["index"]  # all pages are `index.php` with a query
        return bool(first) and first[0] in NO_ARTICLES and not is_program


def shape_of(url: str) -> Shape:
    """The shape of a normalised URL."""
    path, _, query = target_of(url).partition("?")
    names = [name for name in path.split("/") if name]
    pieces: list[tuple[str, str, str]] = []
    for index, name in enumerate(names):
        is_last = index == len(names) - 1
        found = _EXTENSION.search(name) if is_last else None
        extension = found[0] if found else ""
        kind = _kind(name.removesuffix(extension), is_last=is_last, before=pieces[-1][0] if pieces else "")
        pieces.append((kind, name if kind == "word" else "", extension))
    fields = [field for field in query.split("&") if field]
    keys = tuple(field if _SWITCH.fullmatch(field) else field.partition("=")[0] for field in fields)
    if keys and pieces and (pieces[-1][0] == "other" or _PROGRAM.fullmatch(pieces[-1][2])):  # `/news.php?id=1`
        pieces[-1] = ("word", names[-1].removesuffix(pieces[-1][2]), pieces[-1][2])
    return Shape(tuple(pieces), path.endswith("/") and len(path) > 1, keys)


def _kind(name: str, *, is_last: bool, before: str) -> str:
    if _YEAR.fullmatch(name):
        return "year"
    if _DAY.fullmatch(name) and before in {"year", "day"}:
        return "day"
    if _FULL_DAY.fullmatch(name):
        return "date"
    if _NUMBER.fullmatch(name):
        return "number"
    if not is_last and _WORD.fullmatch(name):
        return "word"
    return "slug" if re.search(r"[-_]", name) else "other"


def group_by_shape(urls: Iterable[str]) -> dict[Shape, list[str]]:
    """The URLs by their shape, each in the order in which it came."""
    groups: dict[Shape, list[str]] = defaultdict(list)
    for url in dict.fromkeys(urls):
        groups[shape_of(url)].append(url)
    return groups


def learn_patterns(articles: Iterable[str], others: Iterable[str] = ()) -> tuple[str, ...]:
    """Expressions that match each of `articles`, and none of `others` as far as its shape allows; most common first.

    They are in the form of `scope.article`: searched in path and query. A place where three words or more were seen
    takes any word, but for those that `others` and the usual menus have there.
    """
    others = tuple(dict.fromkeys(others))
    families: dict[object, list[tuple[Shape, list[str]]]] = defaultdict(list)
    for shape, urls in group_by_shape(articles).items():
        families[_family(shape)].append((shape, urls))
    ordered = sorted(families.values(), key=lambda members: -sum(len(urls) for _, urls in members))
    rows = [_words_of(members) for members in ordered]
    patterns: list[str] = []
    for members, words in zip(ordered, rows, strict=True):
        urls = [url for _, group in members for url in group]
        if not patterns or not all(any(re.search(pattern, target_of(url)) for pattern in patterns) for url in urls):
            # Where each section has this kind too (moved articles, say), those that were not seen have it as well.
            wider = next((row for row in rows if words.keys() == row.keys() and _is_part(words, row)), words)
            patterns.append(_pattern([shape for shape, _ in members], urls, others, wider))
    return tuple(patterns)


def _words_of(members: Sequence[tuple[Shape, list[str]]]) -> Words:
    """The words of a family by their place, which is told by what stands before the last piece."""
    found: Words = defaultdict(set)
    for shape, _ in members:
        for index, (kind, text, _) in enumerate(shape.pieces[:-1]):
            if kind == "word":
                found[index, shape.kinds[:-1]].add(text)
    return found


def _is_part(
    words: dict[tuple[int, tuple[str, ...]], set[str]], of: dict[tuple[int, tuple[str, ...]], set[str]]
) -> bool:
    return any(len(of[key]) >= _MANY_WORDS for key in words) and all(words[key] <= of[key] for key in words)


def _family(shape: Shape) -> object:
    """Shapes that differ in words and in the final slash alone are written as one expression."""
    last = shape.kinds[-1] if shape.pieces else ""
    is_text = last in {"slug", "other"}
    return shape.kinds[:-1], "text" if is_text else last, shape.pieces[-1][2] if shape.pieces else "", shape.keys


def _pattern(
    shapes: Sequence[Shape],
    urls: Sequence[str],
    others: Sequence[str],
    words: Words,
) -> str:
    first = shapes[0]
    names = [[name for name in target_of(url).partition("?")[0].split("/") if name] for url in urls]
    body = ""
    for index, (kind, _, extension) in enumerate(first.pieces):
        column = [row[index].removesuffix(extension) for row in names]
        column += sorted(words.get((index, first.kinds[:-1]), ()))
        is_last = index == len(first.pieces) - 1
        body += "/" + (_last(kind, column) if is_last else _piece(kind, column)) + re.escape(extension)
    slashes = {shape.has_slash for shape in shapes}
    body += "/" if slashes == {True} else "/?" if slashes == {True, False} and first.pieces else ""
    body = (body or "/") + _query(first.keys, urls)
    return "^" + _without(body, urls, others) + body + "$"


def _piece(kind: str, column: Sequence[str]) -> str:
    if kind == "word":
        words = sorted(set(column))
        if len(words) == 1:
            return _escape(words[0])
        if len(words) < _MANY_WORDS or all(map(_LANGUAGE.fullmatch, words)):
            return f"(?:{'|'.join(map(_escape, words))})"
        return "[A-Za-z]+(?:[-_][A-Za-z]+)*"
    return _last(kind, column, is_whole=False)


def _last(kind: str, column: Sequence[str], *, is_whole: bool = True) -> str:
    if kind == "year" and not is_whole:
        return r"\d{4}"
    if kind == "day":
        return r"\d{1,2}"
    if kind == "date":
        return r"\d{4}-?\d\d-?\d\d"
    if kind in {"number", "year"}:  # the number of a page may look like a year
        return r"\d+"
    if kind == "word":  # the file before a query
        return _piece(kind, column)
    return _slug(column)


def _slug(column: Sequence[str]) -> str:
    """The expression for slugs, as strict as enough of them allow."""
    if not all(re.fullmatch(r"[\w.~-]+", name, re.ASCII) for name in column):
        return "[^/?]+"
    letters = "a-z" if all(name == name.lower() for name in column) else "A-Za-z"
    join = "_-" if any("_" in name for name in column) else "-"
    join_one = "[_-]" if "_" in join else "-"
    letters += "".join(sign for sign in ".~" if any(sign in name for name in column))
    if len(column) >= _SLUGS_ENOUGH:
        if all(re.fullmatch(rf"\d+{join_one}.+", name) for name in column):
            return rf"\d+{join_one}[{letters}0-9{join}]+"
        if all(re.fullmatch(rf".+{join_one}\d+", name) for name in column):
            return rf"[{letters}0-9{join}]*{join_one}\d+"
        if all(re.fullmatch(r"[a-z]{1,3}\d+", name) for name in column):
            return r"[a-z]{1,3}\d+"
    if all(re.search(rf"[^{join}][{join}]", name) for name in column):
        return rf"[{letters}0-9]+{join_one}[{letters}0-9{join}]*"
    return rf"[{letters}0-9{join}]+"


def _query(keys: Sequence[str], urls: Sequence[str]) -> str:
    if not keys:
        return ""
    rows = [target_of(url).partition("?")[2].split("&") for url in urls]
    parts = []
    for index, key in enumerate(keys):
        values = {row[index].partition("=")[2] for row in rows}
        if len(values) == 1 and not next(iter(values)).isdecimal():
            value = _escape(next(iter(values)))
        else:
            value = r"\d+" if all(value.isdecimal() for value in values) else "[^&]+"
        parts.append(f"{_escape(key.partition('=')[0])}={value}")
    whole = r"\?" + "&".join(parts)
    is_passing = all(len({row[index] for row in rows}) == 1 for index in range(len(keys))) and len(urls) > 1
    return f"(?:{whole})?" if is_passing else whole


def _without(body: str, urls: Sequence[str], others: Sequence[str]) -> str:
    """A look ahead that keeps out what the expression would take though it is no article."""
    kept = re.compile(f"^{body}$")
    wrong = [target_of(url) for url in others if kept.search(target_of(url))]
    known = [path for word in NO_ARTICLES for path in (f"/{word}", f"/{word}/", f"/{word}/a-b", f"/{word}/a-b/")]
    names = {path.split("/")[1] for path in known if kept.search(path)}
    right = {target_of(url).split("/")[1].partition("?")[0] for url in urls}
    whole = {unquote(path) for path in wrong if path.split("/")[1] in right or path.count("/") > 2}
    names |= {path.split("/")[1].partition("?")[0] for path in wrong if unquote(path) not in whole}
    words = "|".join(map(_escape, sorted(names - right - {""})))
    parts = [rf"/(?:{words})(?:/|$)"] if words else []
    parts += [f"{_escape(path)}$" for path in sorted(whole)[:_MANY_OTHERS]]
    return f"(?!{'|'.join(parts)})" if parts else ""


def _escape(text: str) -> str:
    return re.escape(text).replace(r"\-", "-")
