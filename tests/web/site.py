"""A made-up site: every document that it serves, made at once from its layout and its stories. Pure.

A document knows which articles it announces and which document leads to it, so that what must be fetched can be counted.
`base` of each address is put in when it is served, in the place of BASE.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

from tests.web import odd
from tests.web.announce import announce
from tests.web.stories import NEWEST, slug_of, stories

if TYPE_CHECKING:
    from tests.web.layout import Layout
    from tests.web.stories import Story

TAGS = {"en": "Japan", "ru": "Япония", "kk": "Жапония", "uz": "Yaponiya", "uz-Cyrl": "Япония", "ky": "Жапония",
        "tg": "Ҷопон", "tk": "Ýaponiýa", "ja": "中央アジア"}  # fmt: skip
_NEXT = {"en": "Next", "ru": "Следующая", "kk": "Келесі", "uz": "Keyingi", "uz-Cyrl": "Кейинги", "ky": "Кийинки", "tg": "Навбатӣ",
         "tk": "Indiki", "ja": "次へ"}  # fmt: skip
_ALL = {"en": "All news", "ru": "Все новости", "kk": "Барлық жаңалықтар", "uz": "Barcha yangiliklar", "uz-Cyrl": "Барча янгиликлар",
        "ky": "Бардык кабарлар", "tg": "Ҳамаи хабарҳо", "tk": "Ähli habarlar", "ja": "ニュース一覧"}  # fmt: skip
_ARCHIVE = {"en": "Archive", "ru": "Архив", "ky": "Архив", "tk": "Arhiw"}
_MONTHS = {
    "en": ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
    "ru": ["января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"],
    "kk": ["қаңтар", "ақпан", "наурыз", "сәуір", "мамыр", "маусым", "шілде", "тамыз", "қыркүйек", "қазан", "қараша", "желтоқсан"],
    "uz-Cyrl": ["январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь"],
}  # fmt: skip


@dataclass(slots=True)
class Doc:
    """What is served under an address. `tells` are the numbers of the stories that it announces.

    `needs` is the address of the document that leads here, None for what is known beforehand; `story` the article that it is;
    `is_list` is True for a page of a list that may go on, `is_dated` False for a map or list that tells no true days.
    """

    body: bytes
    kind: str = "text/html; charset=utf-8"
    status: int = 200
    location: str | None = None
    tells: frozenset[int] = frozenset()
    needs: str | None = None
    story: int | None = None
    fails_first: bool = False
    is_list: bool = False
    is_dated: bool = True


@dataclass
class Site:
    """A layout with its stories. `docs` are all documents by target; `paths` the address of each story."""

    layout: Layout
    seed: int = 1
    count: int = 60
    hours: float = 8.0
    newest: dt.datetime = NEWEST
    docs: dict[str, Doc] = field(default_factory=dict)

    def __post_init__(self) -> None:
        layout = self.layout
        self.stories = stories(
            layout.language, seed=self.seed, count=self.count, hours=self.hours, sections=len(layout.sections),
            newest=dt.datetime.now(odd.ZONE).replace(tzinfo=None) if self.has("ago") else self.newest,
        )  # fmt: skip
        self.paths = [self._path(story) for story in self.stories]
        self.moved = {n: f"/old/{900 - n}" for n in range(2, self.count, 9)} if self.has("moved") else {}
        for story in self.stories:
            self._add_article(story)
        self._add_lists()
        self._add_archive()
        announce(self)
        self._add_furniture()
        odd.add_documents(self)

    def has(self, twist: str) -> bool:
        """True when the layout has this oddity."""
        return twist in self.layout.twists

    @property
    def lang(self) -> str:
        """The language as addresses write it."""
        return {"kk": "kk", "ky": "kg", "tg": "tj", "tk": "tm"}.get(self.layout.language, self.layout.language[:2])

    def _path(self, story: Story) -> str:
        day = story.published
        code = hashlib.sha256(f"{self.seed} {story.number} {self.layout.name}".encode()).hexdigest()[:8]
        kinds = self.layout.article.split("|")
        return quote(kinds[story.section % len(kinds)], safe="/?=&%{}:").format(
            slug=slug_of(" ".join(story.title.split()[:-1])) if self.has("plain-slugs") else story.slug[:90], title=quote(story.title.lower().replace(" ", "-").replace(":", "")), id=90210 - story.number,
            section=self.layout.sections[story.section], y=day.year, m=day.month, d=day.day, hex=code, lang=self.lang,
            code=f"{chr(97 + int(code[0], 16))}{code[1:6]}",
        )  # fmt: skip

    def add(self, target: str, body: str | bytes, **more: object) -> None:
        """One more document; a text is coded as the site codes its pages."""
        kind = more.pop("kind", None) or f"text/html; charset={'utf-8' if self.has('cp1251') else self.charset}"
        if isinstance(body, str):
            body = body.encode(self.charset, "xmlcharrefreplace")
        self.docs[target] = Doc(body=body, kind=str(kind), **more)  # type: ignore[arg-type]

    @property
    def charset(self) -> str:
        """That of its pages, whatever their header says."""
        return "cp1251" if self.has("cp1251") else "shift_jis" if self.has("sjis") else "utf-8"

    def page(self, title: str, body: str, head: str = "") -> str:
        """A web page of the site with its menus."""
        menu = "".join(f'<li><a href="{path}">{text}</a></li>' for path, text in self.menus())
        base = '<base href="BASE/kg/">' if self.has("base") else ""
        feed = ""
        kind = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json",
                "rdf": "application/rdf+xml"}.get(self.layout.feed or "")  # fmt: skip
        if kind and not self.has("feed-in-a"):
            feed = f'<link rel="alternate" type="{kind}" href="BASE{self.layout.feed_path}">'
        return (
            f'<!DOCTYPE html><html lang="{self.layout.language}"><head><meta charset="{self.charset}">{base}<title>{escape(title)} | '
            f"{self.layout.name}</title>{feed}{head}</head><body><header><a href='/'>{self.layout.name}</a><nav><ul>{menu}</ul></nav>"
            f"</header><main>{body}</main>{self.sidebar()}{odd.popular(self)}{odd.calendar(self)}<footer>{odd.furniture(self)}<a href='/about'>About</a> <a href='/contacts'>Contacts</a></footer></body></html>"
        )

    @property
    def shows_days(self) -> bool:
        """True where its lists tell the days of their articles."""
        return self.layout.dates != "none" or "{d:02}" in self.layout.article

    def sidebar(self) -> str:
        """What stands beside everything: the newest, and the most read of all times, without days."""
        if not self.has("sidebar"):
            return ""
        shown = [*self.stories[:4], *self.stories[7::17][:4]]
        links = "".join(f'<li><a href="{self.paths[story.number]}">{escape(story.title)}</a></li>' for story in shown)
        return f"<aside class='popular'><ul>{links}</ul></aside>"

    def menus(self) -> list[tuple[str, str]]:
        """What every page links: its lists, its tag, its archive, its traps."""
        layout, found = self.layout, []
        if self.has("tongue-homes"):
            return found
        if self.has("feed-in-a"):
            found.append((layout.feed_path, "RSS"))
        if layout.lists == "all":
            found.append((self.list_path(None), _ALL[layout.language]))
        if layout.lists == "sections":
            found += [(self.list_path(index), name.title()) for index, name in enumerate(layout.sections)]
        if layout.lists not in {"none", "home"}:
            found.append(("/tag/japan/", TAGS[layout.language]))
        if layout.archive != "none":
            found.append(("/archive/", _ARCHIVE.get(layout.language, "Archive")))
        if self.has("calendar"):
            found.append(("/calendar/2026/11/", "Calendar"))
        if self.has("orders"):
            found += [(f"{self.list_path(0)}?sort=old", "Oldest"), (f"{self.list_path(0)}?sort=popular", "Popular")]
        if self.has("facets"):
            found.append(("/search?sort=new&filter=a", "Filter"))
        return found

    def list_path(self, section: int | None) -> str:
        """Where a list is: of all stories, or of a section."""
        name = "news" if section is None else self.layout.sections[section]
        return quote(self.layout.list_path.format(name=name, lang=self.lang, number=40 + (section or 0)), safe="/?=&%")

    def link_to(self, story: Story) -> str:  # noqa: PLR0911 (a table of twists)
        """The address under which a list links a story: some by a double of it."""
        path = self.moved.get(story.number, self.paths[story.number])
        turn = story.number % 4 == 3
        if self.has("utm-list") and turn:
            return path + ("&" if "?" in path else "?") + "utm_source=list&utm_medium=block"
        if self.has("slash-list") and turn:
            return path.rstrip("/") if path.endswith("/") else path + "/"
        if self.has("index-doubles") and turn:
            return f"{path}index.html"
        if self.has("session"):
            return f"{path}&PHPSESSID={story.number:032x}"
        if self.has("jsession"):
            return path.replace("?", f";jsessionid={story.number * 7919:032X}?")
        if self.has("raw-hrefs"):
            from urllib.parse import unquote

            return unquote(path)
        if self.has("base"):
            return path.removeprefix("/kg/")
        return path

    def _add_article(self, story: Story) -> None:
        path = self.paths[story.number]
        date = self.day_text(story.published)
        text = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in story.paragraphs)
        others = [self.stories[(story.number + step) % self.count] for step in (1, 2, 5)]
        related = "".join(f'<li><a href="{self.link_to(other)}">{escape(other.title)}</a></li>' for other in others)
        head = f'<meta property="article:published_time" content="{story.published.isoformat()}+05:00">'
        head += f'<meta property="og:type" content="article"><link rel="canonical" href="{"https://other.example" if self.has("canonical-away") else "BASE"}{path}">'
        extra = self._doubles(story, path)
        body = (
            f"<article><h1>{escape(story.title)}</h1><time datetime='{story.published.isoformat()}+05:00'>{date}</time>"
            f"{text}</article>{extra}{odd.foot_of_article(self, story, path)}<aside><ul>{related}</ul></aside>"
        )
        page = self.page(story.title, body, head)
        fails = self.has("503") and story.number % 7 == 3
        self.add(path, page, story=story.number, fails_first=fails)
        for double in self.doubles_of(path):
            self.add(double, page, story=story.number)
        if story.number in self.moved:
            self.docs[self.moved[story.number]] = Doc(b"", status=301, location=path)

    def doubles_of(self, path: str) -> list[str]:
        """The other addresses that show the article at `path`."""
        slash = path.rstrip("/") if path.endswith("/") else path + "/"
        found = {
            "amp-suffix": path + "amp/", "amp-prefix": "/amp" + path, "print": "/print" + path, "canonical": path + "?from=main",
            "print-dle": path + "?print=1", "slash-list": slash,
            "index-doubles": path + "index.html",
        }  # fmt: skip
        return [double for twist, double in found.items() if self.has(twist)]

    def _doubles(self, story: Story, path: str) -> str:
        links = "".join(f'<a href="{double}">{story.title}</a> ' for double in self.doubles_of(path))
        return f"<p class='tools'>{links}</p>" if links and not self.has("slash-list") else ""

    def day_text(self, day: dt.datetime) -> str:
        """A day as the site writes it for its readers."""
        language = self.layout.language
        if (self.has("relative") or self.has("ago")) and (told := odd.ago(self, day)) is not None:
            return told
        if self.has("yearless") and odd.is_of_this_year(day):
            return odd.yearless(day, _MONTHS.get(language), language)
        if self.has("reiwa"):
            return f"令和{day.year - 2018}年{day.month}月{day.day}日"
        if language == "ja":
            return f"{day.year}年{day.month}月{day.day}日"
        if language in _MONTHS:
            month = _MONTHS[language][day.month - 1]
            return f"{month} {day.day}, {day.year}" if language == "en" else f"{day.day} {month} {day.year}"
        return f"{day:%d.%m.%Y}, {day:%H:%M}"

    def teaser(self, story: Story) -> str:
        """A story as a list shows it."""
        if self.has("dl"):
            return f'<dt>{self.day_text(story.published)}</dt><dd><a href="{self.link_to(story)}">{escape(story.title)}</a></dd>'
        day = {
            "time": f"<time datetime='{story.published.isoformat()}+05:00'>{self.day_text(story.published)}</time>",
            "text": f"<span class='date'>{self.day_text(story.published)}</span>",
            "none": "",
        }[self.layout.dates]
        double = odd.beside(self, story)
        if self.has("amp-prefix") and story.number % 4 == 3:
            double += f' <a href="/amp{self.paths[story.number]}">AMP</a>'
        if self.has("canonical") and story.number % 5 == 2:
            return f'<div class="item">{day}<a href="{self.link_to(story)}?from=main">{escape(story.title)}</a></div>'
        return (
            f'<div class="item">{day}<h3><a href="{self.link_to(story)}">{escape(story.title)}</a></h3>{double}</div>'
        )

    def _add_lists(self) -> None:
        from tests.web.lists import add_list  # its pagers

        layout = self.layout
        if layout.lists == "all":
            add_list(self, self.list_path(None), self.stories)
        if layout.lists == "sections":
            for index in range(len(layout.sections)):
                add_list(self, self.list_path(index), [story for story in self.stories if story.section == index])
        if layout.lists == "home":
            add_list(self, "/", self.stories)
        elif layout.lists != "none":
            tagged = [story for story in self.stories if story.is_topic]
            add_list(self, "/tag/japan/", tagged, page_path="?page={n}", pager="next")

    def _add_archive(self) -> None:
        kind = self.layout.archive
        if kind == "none":
            return
        groups: dict[str, list[Story]] = {}
        for story in self.stories:
            day = story.published
            key = {
                "days": f"/{day:%Y/%m/%d}/",
                "dotted": f"/archive/?date={day:%d.%m.%Y}",
                "months": f"/archive/{day:%Y-%m}",
                "paged": f"/{day:%Y/%m}/",
            }[kind]
            groups.setdefault(key, []).append(story)
        for key, group in groups.items():
            if kind == "paged":
                from tests.web.lists import add_list

                add_list(self, key, group)
                continue
            teasers = "".join(map(self.teaser, group))
            self.add(key, self.page(key, teasers), tells=frozenset(story.number for story in group))
        if self.has("deep-archive"):
            self._add_months(list(groups))
            return
        links = "".join(f'<li><a href="{key}">{key.strip("/")}</a></li>' for key in groups)
        self.add("/archive/", self.page("Archive", f"<ul>{links}</ul>"))

    def _add_months(self, days: list[str]) -> None:
        months = sorted({day[:9] for day in days}, reverse=True)
        self.add("/archive/", self.page("Archive", "".join(f'<a href="{month}">{month[6:8]}</a> ' for month in months)))
        for month in months:
            links = "".join(f'<td><a href="{day}">{day[9:11]}</a></td>' for day in days if day.startswith(month))
            self.add(month, self.page(month, f"<table><tr>{links}</tr></table>"))

    def _add_furniture(self) -> None:
        newest = self.stories[: self.layout.per_page if self.layout.per_page < 100 else 8]
        teasers = "".join(map(self.teaser, newest))
        if "/" not in self.docs:
            tells = frozenset(story.number for story in newest)
            self.add("/", self.page(self.layout.name, teasers), tells=tells, is_dated=self.shows_days)
        if self.has("tongue-homes"):
            odd.tongue_homes(self)
        for path in ("/about", "/contacts"):
            self.add(path, self.page(slug_of(path), "<p>" + "Who we are and where. " * 20 + "</p>"))
        if "/robots.txt" not in self.docs:
            self.add("/robots.txt", b"User-agent: *\nDisallow: /admin/\n", kind="text/plain")

    def answer(self, target: str) -> Doc:
        """The document for a request; traps answer to any address of theirs."""
        found = self.docs.get(target)
        if found is None and "utm_" in target:
            found = self.docs.get(target.partition("?utm_")[0].partition("&utm_")[0])
        if found is None and "PHPSESSID" in target:
            found = self.docs.get(target.partition("&PHPSESSID")[0])
        found = found or odd.answer(self, target)
        if found is not None:
            return found
        if "?sort=" in target:
            shown = self.stories[::-1] if "old" in target else self.stories[5::3]
            more = f'<a class="next" rel="next" href="{target}&page=2">Next</a>'
            return Doc(self.page("Sorted", "".join(map(self.teaser, shown[:10])) + more).encode())
        if self.has("calendar") and target.startswith("/calendar/"):
            year, month = (int(part) for part in target.strip("/").split("/")[1:3])
            later = f"/calendar/{year + month // 12}/{month % 12 + 1:02}/"
            return Doc(self.page("Calendar", f'<a rel="next" href="{later}">&raquo;</a>').encode())
        if self.has("facets") and target.startswith("/search"):
            more = "".join(f'<a href="{target}&filter={name}">{name}</a>' for name in "abc")
            return Doc(self.page("Search", more + "".join(map(self.teaser, self.stories[:5]))).encode())
        status = 200 if self.has("soft404") else 404
        return Doc(self.page("Not found", "<p>Nothing is here. Try the search.</p>").encode(), status=status)
