"""What the names of HTML elements mean to a reader: tables. Pure data."""

from __future__ import annotations

INLINE = frozenset([
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
    "kbd", "label", "mark", "nobr", "q", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup",
    "time", "tt", "u", "var", "wbr",
])  # fmt: skip
SILENT = frozenset([
    "script", "style", "noscript", "template", "svg", "math", "head", "title", "object", "embed", "canvas", "rt", "rp",
    "select", "option",
])  # fmt: skip
PICTURES = frozenset(["img", "picture", "video", "iframe", "amp-img", "audio"])
CONTROLS = frozenset(["input", "button", "textarea"])
REGIONS = frozenset([
    "nav", "header", "footer", "aside", "form", "figure", "figcaption", "table", "blockquote", "li", "address",
    "caption",
])  # fmt: skip
HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
WHOLE_PAGE = frozenset({"body", "html", "main", "article"})
# Values of the style property `display` that set an inline element apart as a block of its own.
BLOCK_DISPLAYS = ("display:block", "display:flex", "display:grid", "display:table", "display:list-item")
# Values that hide an element from the eye, the last ones from the eye alone.
HIDING = ("display:none", "visibility:hidden", "clip:rect(0", "clip:rect(1px", "clip-path:inset(50%)")
