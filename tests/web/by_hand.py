"""The source files of the made-up sites as a person writes them who looked at each site for five minutes. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.web.site import Site

_FIELDS = {
    "{slug}": "[a-z0-9-]+", "{title}": "[^/?]+", "{id}": r"\d+", "{section}": "[a-z]+", "{y}": r"\d{4}", "{m:02}": r"\d\d",
    "{d:02}": r"\d\d", "{hex}": "[0-9a-f]{8}", "{lang}": "[a-z]{2}",
}  # fmt: skip

_ARCHIVES = {
    "days": "/{year}/{month}/{day}/", "months": "/archive/{year}-{month}", "dotted": "/archive/?date={day}.{month}.{year}",
}  # fmt: skip


def source_file(site: Site, base: str) -> str:
    """The TOML of a source whose home page is at `base`."""
    layout = site.layout
    pattern = re.escape(layout.article).replace(r"\-", "-").replace(r"\{", "{").replace(r"\}", "}")
    for name, expression in _FIELDS.items():
        pattern = pattern.replace(name, expression)
    patterns = [f"^{pattern.rstrip('/')}/?$"] + ([r"^/old/\d+$"] if site.has("moved") else [])
    entries = "".join(
        f'[[entries]]\ntype = "{kind}"\nurl = "{base}{path}"\n' + ("max_pages = 500\n" if kind != "feed" else "") + "\n"
        for kind, path in _entries(site)
    )
    entries = re.sub(r'(type = "sitemap"\nurl = "[^"]*"\n)max_pages = 500\n', r"\1", entries)
    # The page of a list may look like an article.
    exclude = f"exclude = ['^{re.escape(site.list_path(None))}$']\n" if layout.lists == "all" else ""
    listed = ", ".join(f"'{each}'" for each in patterns)
    return (
        f'schema = 1\nid = "{layout.name}"\nname = "{layout.name}"\nname_en = "{layout.name}"\ncountry = "KG"\n'
        f'languages = ["{layout.language}"]\nkind = "private"\ntimezone = "Asia/Tashkent"\n\n{entries}[scope]\n'
        f'hosts = ["{base.removeprefix("http://")}"]\n'
        f"article = [{listed}]\n"
        f'{exclude}samples = ["{base}{site.paths[0]}"]\n'
    )


def _entries(site: Site) -> list[tuple[str, str]]:
    layout = site.layout
    if layout.sitemap in {"flat", "months", "days", "numbered"}:
        return [("sitemap", "/sitemap.xml")]
    if layout.archive != "none":
        return [("archive", _ARCHIVES[layout.archive])]
    if site.has("feed-pages"):
        return [("feed", layout.feed_path)]
    if layout.lists == "all":
        return [("listing", site.list_path(None))]
    return [("listing", site.list_path(index)) for index in range(len(layout.sections))]
