"""Which pages can come out otherwise where nothing but templates changed since they were derived. Pure.

A template decides on the blocks that were chosen as the article: those that its text has, and those that were removed.
Where none of them is a line of the template, old or new, the page would come out as it is.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipelines.article import Reason, Removed
from pipelines.template import Template, host_of, line_key, template_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pipelines.store_templates import Templates

# What is decided before a page is read, by no template.
_UNREAD = frozenset({Reason.REDIRECT.value})
# A sample of a longer block may end in the middle of a letter that is written as two.
_UNSURE_END = 2


@dataclass(frozen=True, slots=True)
class NewTemplates:
    """The hosts whose template changed, with their templates before and after; none of either is left out."""

    by_host: Mapping[str, tuple[Template, ...]] = field(default_factory=dict)

    def touched(self, articles: Iterable[bytes], dropped: Iterable[bytes]) -> frozenset[int]:
        """The offsets of the records that may come out otherwise, from the lines of one WARC's pages."""
        found = {_offset(item) for item in map(json.loads, articles) if self._may_touch(item)}
        found |= {_offset(item) for item in map(json.loads, dropped) if self._is_to_be_read(item)}
        return frozenset(found)

    def packed(self, found: Templates) -> dict[str, Any]:
        """As JSON values, beside the templates `found` that they lead to: of each host what it had before."""
        return {
            host: [[template.pages, sorted(template.lines)] for template in pair if template != found.get(host)]
            for host, pair in self.by_host.items()
        }

    @classmethod
    def unpacked(cls, values: Mapping[str, Any], found: Templates) -> NewTemplates:
        """Made from the values that `packed` gave with the same templates."""
        return cls(
            {
                host: (*(template_of(*item) for item in before), *([found[host]] if host in found else []))
                for host, before in values.items()
            }
        )

    def _may_touch(self, article: Mapping[str, Any]) -> bool:
        templates = self.by_host.get(host_of(article["url"]), ())
        removed = [Removed(**item) for item in article["removed"]] if templates else []
        return any(may_decide(template, article["text"], removed) for template in templates)

    def _is_to_be_read(self, dropped: Mapping[str, Any]) -> bool:
        return host_of(dropped["url"]) in self.by_host and dropped["reason"] not in _UNREAD


def new_templates(former: Templates, found: Templates) -> NewTemplates:
    """What changed between two sets of templates, by host."""
    changed = {host for host in former.keys() | found.keys() if former.get(host) != found.get(host)}
    pairs = {host: (former.get(host), found.get(host)) for host in changed}
    return NewTemplates({host: tuple(one for one in pair if one is not None) for host, pair in pairs.items()})


def _offset(item: Mapping[str, Any]) -> int:
    return int(item["provenance"]["offset"])


def may_decide(template: Template, text: str, removed: Iterable[Removed]) -> bool:
    """True where a block of an article, of its text or of what was removed, is or may be a line of the template."""
    return any(map(template.recurs, text.split("\n\n"))) or any(_may_recur(template, block) for block in removed)


def _may_recur(template: Template, removed: Removed) -> bool:
    if len(removed.sample) == removed.characters:
        return template.recurs(removed.sample)
    beginning = line_key(removed.sample)[:-_UNSURE_END]
    return any(line.startswith(beginning) for line in template.lines)
