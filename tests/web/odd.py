"""What the adverse sites do to mislead: links that are no articles, addresses that answer to anything. Pure.

A twist is done here where it adds documents or links; where it changes what a site writes itself, it is in `site`.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from tests.web.stories import slug_of

if TYPE_CHECKING:
    from tests.web.site import Doc, Site
    from tests.web.stories import Story

_TAGS = 120
_UZBEK = (
    "yanvar", "fevral", "mart", "aprel", "may", "iyun", "iyul", "avgust", "sentabr", "oktabr", "noyabr", "dekabr",
)  # fmt: skip
_AUTHORS = ("aigul-bekova", "john-a-smith", "tanaka-hiroshi", "maria-ivanova-petrova")
ZONE = dt.timezone(dt.timedelta(hours=5))


def furniture(site: Site) -> str:
    """Links that stand on every page of a noisy site, none of them to an article."""
    if not site.has("noise"):
        return ""
    links = [
        "javascript:void(0)", "mailto:info@example.org", "#top", "tel:+77172000000", "/login?next=/cabinet/", "/search",
        "https://facebook.example/sharer.php?u=BASE/", "https://partner.example/2026/11/20/what-others-write-today",
        "/upload/2026/report-on-trade-and-transit.pdf", "/img/banner-of-the-day-2026.jpg", "/vacancies", "/advertising/",
        "/privacy-policy", "/subscribe?utm_source=footer",
    ]  # fmt: skip
    return "".join(f'<a rel="nofollow" href="{link}">{slug_of(link)[:12] or "link"}</a> ' for link in links)


def beside(site: Site, story: Story) -> str:
    """What stands beside the headline of a story in a list, and on its page: its author, its tags, its comments."""
    found = ""
    if site.has("authors"):
        name = _AUTHORS[story.number % len(_AUTHORS)]
        found += f'<a class="author" href="{_author_path(site)}{name}">{name.replace("-", " ").title()}</a> '
    if site.has("tags"):
        for step in range(3):
            number = (story.number * 7 + step * 31) % _TAGS
            found += f'<a href="/tags/{_tag(site, number)}/">#{_tag(site, number)}</a> '
    if site.has("noise"):
        found += f'<a href="{site.paths[story.number]}#comments">{story.number % 17}</a> '
    return found


def _tag(site: Site, number: int) -> str:
    words = slug_of(site.stories[number % site.count].title).split("-")
    return "-".join([*words[:2], str(number)])


def _author_path(site: Site) -> str:
    return "/ja/authors/" if site.layout.article.startswith("/ja/") else "/author/"


def foot_of_article(site: Site, story: Story, path: str) -> str:
    """What an article links at its end."""
    found = beside(site, story)
    if site.has("tags"):
        found += "".join(f'<a href="/tags/{_tag(site, n)}/">{_tag(site, n)}</a> ' for n in range(_TAGS))
    if site.has("parts"):
        found += f'<div class="parts">1 <a href="{path}?page=2">2</a></div><a href="{path}/comments">Comments</a>'
    if site.has("print-query"):
        found += f'<a href="{path}&print=Y">Print version</a>'
    return found


def add_documents(site: Site) -> None:
    """Documents that are neither lists nor articles of the true list."""
    from tests.web.site import Doc

    if site.has("long-pages"):
        for name in ("about-our-editorial-office-and-history", "rules-for-the-use-of-our-materials-by-others"):
            site.add(
                f"/{name}/", site.page(name.replace("-", " "), "<p>" + "What we want from those who quote us. " * 30)
            )
    if site.has("noise"):
        for path in ("/vacancies", "/advertising/", "/privacy-policy", "/search", "/login?next=/cabinet/"):
            site.add(path, site.page(path, "<p>" + "Nothing that happened is told here. " * 20 + "</p>"))
    if site.has("home-refresh"):
        site.docs["/index.php"] = site.docs["/"]
        site.add("/", '<html><head><meta http-equiv="refresh" content="0; url=/index.php"></head><body></body></html>')
    if site.has("tongue-homes"):
        site.docs["/"] = Doc(b"", status=302, location="/kk/")
    if site.has("no-robots"):
        site.docs["/robots.txt"] = Doc(b"no", status=404)


def tongue_homes(site: Site) -> None:
    """A home page in each language, which links the list of its own alone."""
    for index, tongue in enumerate(site.layout.sections):
        own = [story for story in site.stories if story.section == index][:6]
        menu = (
            f'<nav><a href="/{tongue}/news">{ {"kk": "Жаңалықтар", "ru": "Новости", "en": "News"}[tongue] }</a></nav>'
        )
        others = " ".join(f'<a href="/{each}/">{each.upper()}</a>' for each in site.layout.sections if each != tongue)
        body = f"<html lang='{tongue}'><head><title>{site.layout.name}</title></head><body>{others}{menu}"
        site.add(f"/{tongue}/", body + "".join(map(site.teaser, own)) + "</body></html>", tells=_numbers(own))


def _numbers(stories: list[Story]) -> frozenset[int]:
    return frozenset(story.number for story in stories)


def popular(site: Site) -> str:
    """A block of the most read, with their days, on every page."""
    if not site.has("popular-dated"):
        return ""
    shown = [site.stories[number % site.count] for number in (0, 9, 23, 41, 57)]
    return f"<aside class='top'>{''.join(map(site.teaser, shown))}</aside>"


def pinned(site: Site) -> str:
    """An old story on top of every page of a list."""
    return site.teaser(site.stories[min(30, site.count - 1)]) if site.has("pinned") else ""


def looping(site: Site) -> str:
    """Links that lead round and round, and one to what was taken away."""
    if not site.has("loops"):
        return ""
    round_and_round = '<div class="item"><a href="/novost/77001">Эта ссылка ведет по кругу, и так без конца</a></div>'
    away = '<div class="item"><a href="/go?to=3">Спецпроект партнера: узнайте больше о регионе</a></div>'
    return round_and_round + away


def answer(site: Site, target: str) -> Doc | None:  # noqa: PLR0911 (a table of twists)
    """The document for an address that stands for many; None where it is none of those."""
    from tests.web.site import Doc

    if site.has("jsession") and ";jsessionid=" in target:
        return site.docs.get(re.sub(r";jsessionid=[0-9A-F]*", "", target))
    if site.has("slash-moves") and target + "/" in site.docs:
        return Doc(b"", status=301, location=target + "/")
    if target.startswith(("/tags/", "/author/", "/ja/authors/")) and (site.has("tags") or site.has("authors")):
        name = target.strip("/").rpartition("/")[2].partition("?")[0]
        start = sum(map(ord, name)) % 11
        shown = site.stories[start::7][:9]
        return Doc(site.page(name, "".join(map(site.teaser, shown))).encode(site.charset, "xmlcharrefreplace"))
    if site.has("parts") and (target.endswith(("?page=2", "/comments"))):
        base = site.docs.get(target.removesuffix("?page=2").removesuffix("/comments"))
        return Doc(base.body) if base is not None and base.story is not None else None
    if site.has("print-query") and target.endswith("&print=Y"):
        return site.docs.get(target.removesuffix("&print=Y"))
    if site.has("loops") and target.startswith(("/novost/7700", "/go?to=")):
        number = int(target[-1])
        return Doc(b"", status=302, location=f"{target[:-1]}{number % 3 + 1}")
    if site.has("endless") and target.startswith(site.list_path(None) + "?page="):
        number = int(target.rpartition("=")[2])
        body = "".join(map(site.teaser, site.stories[-site.layout.per_page :]))
        more = (
            f'<div class="pagination"><a class="next" href="{site.list_path(None)}?page={number + 1}">Кийинки</a></div>'
        )
        return Doc(site.page("List", body + more).encode())
    if site.has("day-filter") and "?date=" in target:
        wanted = target.rpartition("=")[2]
        shown = [story for story in site.stories if f"{story.published:%Y-%m-%d}" == wanted]
        return Doc(site.page(wanted, "".join(map(site.teaser, shown))).encode())
    return None


def calendar(site: Site) -> str:
    """Links to the days of this month and the one before, whether or not something happened."""
    if not site.has("day-filter"):
        return ""
    days = [dt.date(2026, 11, 22) - dt.timedelta(days=back) for back in range(40)]
    cells = "".join(f'<td><a href="{site.list_path(None)}?date={day}">{day.day}</a></td>' for day in days)
    return f"<table class='calendar'><tr>{cells}</tr></table>"


def ago(site: Site, moment: dt.datetime) -> str | None:
    """A moment of the last days as it is told now, in the site's own zone; None for what is older."""
    now = dt.datetime.now(ZONE).replace(tzinfo=None)
    passed, days = now - moment, (now.date() - moment.date()).days
    is_english = site.layout.language == "en"
    if passed < dt.timedelta(hours=1):
        minutes = int(passed.total_seconds() // 60)
        return f"{minutes} minutes ago" if is_english else f"{minutes} мин. назад"
    if passed < dt.timedelta(hours=10):
        hours = int(passed.total_seconds() // 3600)
        return f"{hours} hours ago" if is_english else f"{hours} ч. назад"
    if days < 2:
        return (("Today", "Yesterday") if is_english else ("Сегодня", "Вчера"))[days] + f", {moment:%H:%M}"
    if days < 7:
        return f"{days} days ago" if is_english else f"{days} дн. назад"
    return None


def is_of_this_year(day: dt.datetime) -> bool:
    """True where a day needs no year to be understood today."""
    return dt.datetime.now(ZONE).replace(tzinfo=None) - day < dt.timedelta(days=300)


def yearless(day: dt.datetime, months: list[str] | None, language: str) -> str:
    """A day without its year."""
    if language == "ja":
        return f"{day.month}月{day.day}日 {day:%H:%M}"
    if language == "uz":
        return f"{day.day}-{_UZBEK[day.month - 1]}, {day:%H:%M}"
    return f"{day.day} {months[day.month - 1]}, {day:%H:%M}" if months else f"{day:%d.%m %H:%M}"
