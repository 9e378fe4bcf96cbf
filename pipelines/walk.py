"""A parsed tree cut into the blocks of text that a reader sees, each with its place. Pure; one walk for everything."""

from __future__ import annotations

from typing import Any, Final

from pipelines.block import Block, Picture
from pipelines.lines import PLAIN, Line, Piece, Style, cut, hrefs_of, parts_of, shares, text_of
from pipelines.phrases import NEW_WINDOW
from pipelines.shown import is_empty_pair, is_hidden, is_set_apart, is_tiny
from pipelines.tags import CONTROLS, HEADINGS, INLINE, PICTURES, REGIONS, SILENT, WHOLE_PAGE

# Final: looked up once, not in the module's names for each element.
_MAX_DEPTH: Final = 250
_SMALL_BOX: Final = 600  # characters of a box that may be a form with its words; a page-wide form has more
_BUTTON_BOX: Final = 250
_LONGEST_HEADING: Final = 400
_NEARLY_ALL: Final = 0.95
_SHORTEST_HINT: Final = 13  # of letters of ASCII: `external link`
_LONGEST_HINT: Final = 120
_BLOCK: Final = 0
_INLINE: Final = 1
_BREAK: Final = 2
_PICTURE: Final = 3
_SILENT: Final = 4
_KINDS: Final = {
    **dict.fromkeys(INLINE, _INLINE),
    **dict.fromkeys(PICTURES, _PICTURE),
    **dict.fromkeys([*SILENT, *CONTROLS], _SILENT),
    "br": _BREAK,
}
_STRONG: Final = frozenset({"b", "strong"})
_SOFT: Final = frozenset({"i", "em", "small", "cite"})


class _Box:
    """An open block element; `path` and `regions` are those of what stands directly in it, found when asked for."""

    __slots__ = ("_path", "_regions", "_widget", "has_controls", "node", "number", "parent", "rank", "tag")

    def __init__(self, node: Any, tag: str, number: int, parent: _Box | None, *, has_controls: bool) -> None:
        self.node = node
        self.tag = tag
        self.number = number
        self.parent = parent
        self.rank: int = HEADINGS.get(tag) or (parent.rank if parent is not None else 0)
        self.has_controls = has_controls
        self._path: str | None = None
        self._widget: bool | None = None
        self._regions: frozenset[str] | None = None

    @property
    def path(self) -> str:
        """The tags around, from the outermost inwards."""
        if self._path is None:
            up = self.parent
            self._path = "" if up is None else f"{up.path}/{up.tag}" if up.path else up.tag
        return self._path

    @property
    def is_widget(self) -> bool:
        """True for a box with form controls and little text: a newsletter box, a poll, a search line."""
        if not self.has_controls:
            return False
        if self._widget is None:
            kinds = {control.tag for control in self.node.iter("input", "textarea", "button")}
            # Buttons alone share and print: they stand beside text of any kind, in a heading they copy its link.
            if self.tag in HEADINGS:
                kinds.discard("button")
            limit = 0 if not kinds else _BUTTON_BOX if kinds == {"button"} else _SMALL_BOX
            self._widget = limit > 0 and len(self.node.text_content()) < limit
        return self._widget

    @property
    def regions(self) -> frozenset[str]:
        """The semantic elements around; a form round the whole page is none."""
        if self._regions is None:
            around: frozenset[str] = frozenset() if self.parent is None else self.parent.regions
            is_one = self.tag in REGIONS and (self.tag != "form" or self.is_widget or not _is_wide(self.node))
            self._regions = around | {self.tag} if is_one else around
        return self._regions


class Walker:
    """Walks a tree once; `blocks` and `pictures` fill up in the order of the page."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.pictures: list[Picture] = []
        self._pieces: list[Piece] = []
        self._stack: list[_Box] = []
        self._next_number = 1
        self._image_pending = False
        self._has_break = False
        self._style: Style = PLAIN
        self._with_controls: set[Any] = set()
        self._styled: set[Any] = set()

    def walk_all(self, tree: Any, styled: set[Any]) -> None:
        """Take in a whole tree; `styled` are its elements with a style or hidden, few of all."""
        self._styled = styled
        for control in tree.iter("input", "textarea", "button"):
            for above in control.iterancestors():
                if above in self._with_controls:
                    break
                self._with_controls.add(above)
        self.walk(tree)
        self.flush()

    def walk(self, node: Any) -> None:
        """Take in an element with all below it."""
        tag = node.tag
        if not isinstance(tag, str):
            return
        kind = _KINDS.get(tag, _BLOCK)
        if kind == _SILENT:
            return
        is_inline = kind == _INLINE
        if self._styled and node in self._styled:
            style = node.get("style")
            if is_hidden(node, style):
                return
            is_inline = is_inline and not (style and is_set_apart(style))
        if is_inline:
            self._inline(node, tag)
        elif kind == _BREAK:
            self._add(None)
        else:
            if kind == _PICTURE:
                self._picture(node, tag)
            self._block(node, tag)

    def _inline(self, node: Any, tag: str) -> None:
        before = self._style
        self._edge(before)
        if tag == "span" and not node.text and is_empty_pair(node):
            self._has_break = True
            self._pieces += [Piece(None, PLAIN)] * 2
        if tag == "a":
            self._style = Style(node.get("href"), True, before.is_strong, before.is_soft)
        elif tag in _STRONG:
            self._style = Style(before.href, before.in_link, True, before.is_soft)
        elif tag in _SOFT:
            self._style = Style(before.href, before.in_link, before.is_strong, True)
        self._children(node)
        self._style = before
        self._edge(before)

    def _block(self, node: Any, tag: str) -> None:
        if self._pieces:
            self.flush()
        stack = self._stack
        if len(stack) > _MAX_DEPTH:
            return
        parent = stack[-1] if stack else None
        stack.append(_Box(node, tag, self._next_number, parent, has_controls=node in self._with_controls))
        self._next_number += 1
        self._children(node)
        if self._pieces:
            self.flush()
        stack.pop()

    def _children(self, node: Any) -> None:
        text = node.text
        if text:
            if self._style.in_link and _may_be_hint(text) and NEW_WINDOW.fullmatch(text):
                node.text = None  # what a screen reader is told of a link; the extractor is to see the same text
            else:
                self._add(text)
        children: list[Any] = node[:]  # a list costs a third of an iterator over them
        for child in children:
            self.walk(child)
            tail = child.tail
            if tail:
                self._add(tail)

    def _edge(self, style: Style) -> None:
        """The edge of an inline element; one is enough, and none begins a block outside of links."""
        pieces = self._pieces
        if pieces and pieces[-1].text != "":
            pieces.append(Piece("", style))

    def _add(self, text: str | None) -> None:
        # No block begins with the space between two.
        if text is None:
            self._has_break = True
        elif not self._pieces and not self._style.in_link and text.isspace():
            return
        self._pieces.append(Piece(text, self._style))

    def _picture(self, node: Any, tag: str) -> None:
        if is_tiny(node):
            return
        if any(piece.text and not piece.text.isspace() for piece in self._pieces):
            self.flush()
        self._image_pending = True
        src: str = node.get("src") or node.get("data-src") or ""
        if src and not src.startswith("data:") and tag in ("img", "amp-img"):
            self.pictures.append(Picture(src, len(self.blocks)))

    def flush(self) -> None:
        """End the current block, if there is text in it."""
        pieces = self._pieces
        if not pieces:
            return
        self._pieces = []
        if not self._has_break:  # one line
            if text := text_of(pieces):
                self._append(pieces, text)
            return
        self._has_break = False
        texts = [piece.text or "" for piece in pieces]
        if not any(text and not text.isspace() for text in texts):
            return
        size = sum([len(text) for text in texts])
        is_heading = size <= _LONGEST_HEADING and any(box.tag in HEADINGS for box in self._stack[-3:])
        for line in cut(pieces, is_heading=is_heading):
            self._append(line, text_of(line))

    def _append(self, line: Line, text: str) -> None:
        box = self._stack[-1] if self._stack else None
        parent = box.parent if box else None
        outer = parent.parent if parent else None
        link_share, strong_share, soft_share = shares(line)
        self.blocks.append(
            Block(
                index=len(self.blocks),
                text=text,
                tag=box.tag if box else "body",
                container=parent.number if parent else 0,
                outer=outer.number if outer else 0,
                heading=box.rank if box and len(text) <= _LONGEST_HEADING else 0,
                link_share=link_share,
                regions=box.regions if box else frozenset(),
                after_image=self._image_pending,
                is_strong=strong_share > _NEARLY_ALL,
                is_soft=soft_share > _NEARLY_ALL,
                in_widget=self._in_widget(),
                hrefs=hrefs_of(line),
                path=box.path if box else "",
                parts=(text,) if len(line) == 1 else parts_of(line, text),
            )
        )
        self._image_pending = False

    def _in_widget(self) -> bool:
        if not self._with_controls:
            return False
        for box in reversed(self._stack[-3:]):
            if box.tag in WHOLE_PAGE:
                return False
            if box.is_widget:
                return True
        return False


def _may_be_hint(text: str) -> bool:
    size = len(text)
    return size < _LONGEST_HINT and (size >= _SHORTEST_HINT or not text.isascii())


def _is_wide(node: Any) -> bool:
    return len(node.text_content()) >= 2 * _SMALL_BOX
