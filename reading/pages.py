"""The room's pages as HTML: templates that escape everything, and the words they use. The one importer of Jinja2."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipelines.history_html import marked_change
from reading import wording

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.history import Change

FOLDER = Path(__file__).parent
_COLLECTION = "kakehashi"


def make_pages() -> Environment:
    """The templates, ready to be rendered."""
    pages = Environment(
        loader=FileSystemLoader(FOLDER / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    pages.filters |= {
        "count": wording.count,
        "day_name": wording.day_name,
        "direction": wording.direction,
        "language_name": wording.language_name,
        "moment_name": wording.moment_name,
        "month_name": wording.month_name,
        "change": _change,
        "path": lambda text: quote(text, safe=""),
        "query": _query,
    }
    pages.globals |= {"KINDS": wording.KINDS, "LABELS": wording.LABELS}
    return pages


def archived_page(player: str, url: str, moment: str | None, modifier: str = "") -> str:
    """Where the player has a capture: with `mp_` the page alone, without a frame around it."""
    return f"{player}/{_COLLECTION}/{wording.timestamp_of(moment)}{modifier}/{url}"


def calendar_of(player: str, url: str) -> str:
    """Where the player has the calendar of a URL."""
    return f"{player}/{_COLLECTION}/*/{url}"


def _change(change: Change) -> Markup:
    return Markup(marked_change(change))  # noqa: S704  (escaped where it is made)


def _query(values: Mapping[str, Any], **changed: Any) -> str:
    """The query of an address, without what is empty, with some values changed."""
    return urlencode({name: value for name, value in {**values, **changed}.items() if value not in ("", None)})
