"""What a page is read as: its blocks of text in order, and its pictures between them. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from pipelines.lines import weight

_MAX_PARTS: Final = 24


# Not frozen, and with an __init__ of its own: a page has hundreds, and that of a dataclass is never compiled.
@dataclass(slots=True, init=False)
class Block:
    """A run of text that a reader sees as one block.

    `container` names the element around the block's own element, so equal containers mean siblings; `path` are the
    tags around it; `heading` is 1–6 or 0; `link_share` is the part of the characters inside links, 0 to 1; `regions`
    are the semantic elements around it (nav, aside, figure …); `after_image` is True when a picture stands between it
    and the text before; `is_strong`, `is_soft`: all of it is bold, or is italic or small; `in_widget`: its nearest box
    has form controls; `in_link`: a link goes round the whole block. `hrefs` are its links as written, `parts` its
    texts between the edges of inline elements.
    """

    index: int
    text: str
    tag: str
    container: int
    outer: int
    heading: int
    link_share: float
    regions: frozenset[str]
    after_image: bool
    is_strong: bool
    is_soft: bool
    in_widget: bool
    hrefs: tuple[str, ...]
    path: str
    parts: tuple[str, ...]
    # What was found out of it: every rule asks for that.
    is_prose: bool | None = field(init=False, repr=False, compare=False)
    _weight: int = field(init=False, repr=False, compare=False)

    def __init__(
        self,
        *,
        index: int,
        text: str,
        tag: str,
        container: int,
        outer: int,
        heading: int,
        link_share: float,
        regions: frozenset[str],
        after_image: bool,
        is_strong: bool,
        is_soft: bool,
        in_widget: bool,
        hrefs: tuple[str, ...],
        path: str = "",
        parts: tuple[str, ...] = (),
    ) -> None:
        self.index = index
        self.text = text
        self.tag = tag
        self.container = container
        self.outer = outer
        self.heading = heading
        self.link_share = link_share
        self.regions = regions
        self.after_image = after_image
        self.is_strong = is_strong
        self.is_soft = is_soft
        self.in_widget = in_widget
        self.hrefs = hrefs
        self.path = path
        self.parts = parts
        self.is_prose = None
        self._weight = -1

    @property
    def weight(self) -> int:
        """The length of the text, letters of Japanese and Chinese counted twice."""
        if self._weight < 0:
            self._weight = weight(self.text)
        return self._weight

    @property
    def spaced(self) -> str:
        """The text with a space at each edge of an inline element: day, name and button often touch in the source."""
        return " ".join(self.parts) if 1 < len(self.parts) <= _MAX_PARTS else self.text


@dataclass(slots=True, init=False)
class Picture:
    """An image: its address as written, and the index of the block that follows it."""

    src: str
    before_block: int

    def __init__(self, src: str, before_block: int) -> None:
        self.src = src
        self.before_block = before_block
