"""Pages that leave one side unsaid: papers do not name their own country over each athlete and each minister. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines.athletes import athletes_of
from pipelines.relevance_page import LOOSE_TIES, SEVERAL, STANDS, TOP, is_sport, stands_for

if TYPE_CHECKING:
    from pipelines.relevance_page import Page
    from pipelines.terms_found import Hit

# Bodies by which Japan is abroad.
_ENVOYS = frozenset({"JICA", "JETRO", "Japan Foundation", "JDS", "Kusanone"})
# Dealings that a paper would not report of two parties in Japan.
_HOME_TIES = frozenset({"cooperation", "agreement", "aid", "exchange", "education", "visa", "friendship"})
_DEALINGS_OF_MINISTRIES = _HOME_TIES | {"labour", "talks", "meeting", "embassy", "condolence"}
_NAME_CHARACTERS = 45
_LOCATIVE = re.compile(r"(?:[дт][аеоө]|d[ae]|^дар .*)$", re.IGNORECASE)
_BREAK = re.compile(r"[.,:;!?«»“”\n—–]| бо ")  # Tajik `with`


def is_home_sport(page: Page) -> bool:
    """Papers do not name their own country over each athlete: in its language, no third party by, it is understood."""
    away = {"ca": "jp", "jp": "ca"}.get(page.home or "")
    if away is None or page.weight(str(page.home)):
        return False
    # One third party may be the town of the next games.
    others = len(page.names("other"))
    if others >= SEVERAL or (page.names("other", "title") and page.weight("sport") < SEVERAL):
        return False
    is_named = page.weight(away) > STANDS or _plays(page, away) or away in athletes_of(f"{page.title}\n{page.text}")
    return is_named and is_sport(page)


def is_match(page: Page) -> bool:
    """One side named, and an athlete whose surname speaks for the other."""
    named = {side for side in ("ca", "jp") if page.weight(side) > STANDS or _plays(page, side)}
    if not is_sport(page) or len(page.names("other")) >= SEVERAL:
        return False
    return named | athletes_of(f"{page.title}\n{page.text}") == {"ca", "jp"}


def _plays(page: Page, side: str) -> bool:
    return any(stands_for(hit, side) and hit.side == "sport" for hit in page.hits)


def is_home_story(page: Page) -> bool:
    """Nor over each minister: an envoy of Japan, or several dealings, in a language of Central Asia, is core."""
    ties = page.names("tie", *TOP)
    cues = page.names("cue") and "condolence" not in ties
    if not page.at_home or page.weight("ca") or page.names("other") or page.names("rival") or cues:
        return False
    is_dealt_with = (
        "embassy" in ties
        or bool(page.names("jp", *TOP) & _ENVOYS)
        or (len(ties - LOOSE_TIES) >= SEVERAL and bool(ties & _HOME_TIES))
        or (bool(ties & _DEALINGS_OF_MINISTRIES) and _names_own_state(page))
    )
    return page.best("jp", *TOP) > STANDS and is_dealt_with and not is_sport(page)


def _names_own_state(page: Page) -> bool:
    """A president, as Japan has none, or a ministry that is not called Japan's, where Japan is more than the place."""
    japan = [hit for hit in page.hits if hit.side == "jp"]
    own = [hit for hit in page.hits if hit.side == "own" and hit.zone in TOP]
    if any(hit.term.name == "a president" for hit in own):
        return True
    is_place = all(_is_place_of_it(page, hit) for hit in japan if hit.zone in TOP)
    return not is_place and any(not any(_are_one_name(page, hit, body) for hit in japan) for body in own)


def _is_place_of_it(page: Page, hit: Hit) -> bool:
    """`Японияда`, `дар Ҷопон`: in Japan."""
    return _LOCATIVE.search(page.between(hit.where, max(0, hit.start - len("дар ")), hit.end)) is not None


def _are_one_name(page: Page, japan: Hit, body: Hit) -> bool:
    """Not a comma between them, and not far: `Япония Ташқи ишлар вазирлиги`, in Tajik `Вазорати хориҷии Ҷопон`."""
    if japan.where != body.where or (japan.start > body.start and page.language != "tg"):
        return False
    start, end = min(japan.end, body.end), max(japan.start, body.start)
    return end - start <= _NAME_CHARACTERS and not _BREAK.search(page.between(japan.where, start, end))
