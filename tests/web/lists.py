"""The lists of a made-up site and the ways in which they go on: pagers, and endpoints that load more. Pure."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.web import odd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.web.site import Site
    from tests.web.stories import Story

_NEXT = {"en": "Next", "ru": "Следующая", "kk": "Келесі", "uz": "Keyingi", "uz-Cyrl": "Кейинги", "ky": "Кийинки", "tg": "Навбатӣ",
         "tk": "Indiki", "ja": "次へ"}  # fmt: skip
_MORE = {"en": "Load more", "kk": "Тағы", "uz-Cyrl": "Яна"}


def add_list(
    site: Site, path: str, stories: Sequence[Story], *, page_path: str | None = None, pager: str | None = None
) -> None:
    """Add a list of stories, page after page, each reached from the one before."""
    layout = site.layout
    size, pager = layout.per_page, pager or layout.pager
    pages = [stories[start : start + size] for start in range(0, len(stories), size)] or [[]]
    before = None
    for number, group in enumerate(pages, start=1):
        tells = frozenset(story.number for story in group)
        if number > 1 and pager in _ENDPOINTS:
            target = _endpoint(path, number, size)[pager]
            body = _ENDPOINTS[pager](site, path, group, number, len(pages), size)
            site.add(target, body, kind="application/json", tells=tells, needs=before, is_list=True)
        else:
            target = _target(path, page_path or layout.page_path, number, size)
            more = _pager(site, path, page_path or layout.page_path, pager, number, len(pages), size)
            shown = "".join(map(site.teaser, group))
            body = odd.pinned(site) + (odd.looping(site) if number == 1 else "") + shown + more
            page = site.page(f"List {number}", body)
            site.add(target, page, tells=tells, needs=before, is_list=True, is_dated=site.shows_days)
        before = target


def _target(path: str, page_path: str, number: int, size: int) -> str:
    if number == 1:
        return path
    more = page_path.format(n=number, n0=number - 1, offset=(number - 1) * size)
    if more.startswith("="):
        return more[1:]
    return path.rstrip("/") + more if more.startswith("/") else path + more


def _pager(site: Site, path: str, page_path: str, pager: str, number: int, last: int, size: int) -> str:  # noqa: PLR0911, PLR0917
    if pager in _ENDPOINTS:
        return _button(site, _endpoint(path, 2, size)[pager], pager) if last > 1 else ""
    if pager == "none" or last == 1:
        return ""
    following = _target(path, page_path, number + 1, size)
    if pager == "next":
        return (
            f'<div class="pagination"><a class="next" href="{following}">{_NEXT[site.layout.language]} »</a></div>'
            * (number < last)
        )
    if pager == "rel":
        return f'<a rel="next" href="{following}">→</a>' * (number < last)
    if pager == "short":  # five numbers, and none of the last
        numbers = range(1, min(last, max(5, number + 2)) + 1)
        links = "".join(
            f"<b>{n}</b> " if n == number else f'<a href="{_target(path, page_path, n, size)}">{n}</a> '
            for n in numbers
        )
        return f'<div class="pages">{links}</div>'
    window = sorted({1, *range(max(1, number - 2), min(last, number + 2) + 1), last})
    links = "".join(
        f'<span class="current">{n}</span> '
        if n == number
        else f'<a href="{_target(path, page_path, n, size)}">{n}</a> '
        for n in window
    )
    if pager == "offset":  # no mark on the page that is shown, and no class on the pager
        links = links.replace(' class="current"', "")
        return f"<div class='bottom'>{links}</div>"
    if pager == "arrows":
        links += f'<a href="{following}">&rarr;</a>' * (number < last)
        return f'<div class="navigation">{links}</div>'
    return f'<ul class="pagination">{links}</ul>'


def _endpoint(path: str, number: int, size: int) -> dict[str, str]:
    skip = (number - 1) * size
    return {
        "json": f"/api/articles?offset={skip}&limit={size}",
        "html": f"/ajax/more?page={number}",
        "cursor": f"{path}more?after=c{skip}",
        "results": f"/api/v1/posts/?page={number}",
        "slugs": f"/api/posts?page={number}&size={size}",
    }


def _button(site: Site, target: str, pager: str) -> str:
    if site.has("script") and pager == "json":
        return (
            '<div id="more"></div><script>let offset = 10; document.querySelector("#more").onclick = () => '
            "fetch(`/api/articles?offset=${offset}&limit=10`).then(add)</script>"
        )
    text = _MORE.get(site.layout.language, "Load more")
    attribute = {
        "json": "data-url",
        "html": "data-href",
        "cursor": "data-next-url",
        "results": "data-next",
        "slugs": "data-api",
    }[pager]
    return f'<button class="load-more" {attribute}="{target}">{text}</button>'


def _as_json(site: Site, path: str, group: Sequence[Story], number: int, last: int, size: int) -> str:  # noqa: PLR0917
    items = [
        {"id": 90210 - story.number, "title": story.title, "url": site.link_to(story), "image": f"/img/{story.number}.jpg",
         "published_at": f"{story.published.isoformat()}+05:00", "author": {"name": "A. B.", "url": "/author/a-b"}}
        for story in group
    ]  # fmt: skip
    return json.dumps({"items": items, "total": last * size, "has_more": number < last}, ensure_ascii=False)


def _as_html(site: Site, path: str, group: Sequence[Story], number: int, last: int, size: int) -> str:  # noqa: PLR0917
    html = "".join(map(site.teaser, group))
    return json.dumps({"status": "ok", "html": html, "next_page": number + 1 if number < last else None})


def _as_cursor(site: Site, path: str, group: Sequence[Story], number: int, last: int, size: int) -> str:  # noqa: PLR0917
    items = [
        {"headline": story.title, "link": site.link_to(story), "date": site.day_text(story.published)}
        for story in group
    ]
    cursor = f"c{number * size}" if number < last else None
    return json.dumps({"data": {"posts": items}, "meta": {"next_cursor": cursor}}, ensure_ascii=False)


def _as_results(site: Site, path: str, group: Sequence[Story], number: int, last: int, size: int) -> str:  # noqa: PLR0917
    items = [
        {"id": story.number, "headline": story.title, "absolute_url": site.link_to(story), "pub_date": site.day_text(story.published),
         "author": {"name": "A. B.", "slug": "a-b"}, "tags": [{"name": "x", "url": "/tags/x/"}]}
        for story in group
    ]  # fmt: skip
    following = f"BASE/api/v1/posts/?page={number + 1}" if number < last or site.has("endless-scroll") else None
    return json.dumps({"count": last * size, "next": following, "previous": None, "results": items}, ensure_ascii=False)


def _as_slugs(site: Site, path: str, group: Sequence[Story], number: int, last: int, size: int) -> str:  # noqa: PLR0917
    items = [
        {"id": story.number, "slug": site.paths[story.number].rpartition("/")[2], "title": story.title,
         "publishedAt": f"{story.published.isoformat()}+05:00"}
        for story in group
    ]  # fmt: skip
    return json.dumps({"data": items, "meta": {"page": number, "totalPages": last}}, ensure_ascii=False)


_ENDPOINTS = {"json": _as_json, "html": _as_html, "cursor": _as_cursor, "results": _as_results, "slugs": _as_slugs}
