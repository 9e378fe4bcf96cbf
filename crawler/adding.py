"""`sources add`: survey a site, draft its source file, write it where nothing stands yet."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from crawler.asking import ask
from crawler.clock import utc_now
from crawler.draft import Draft, to_toml
from crawler.drafting import draft_of
from crawler.interview import SurveyError
from crawler.source_file import parse_source
from crawler.survey import survey
from pipelines.article import Article

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.findings import Findings
    from crawler.options import FetchOptions


def draft_source(url: str, options: FetchOptions, *, id: str | None) -> tuple[Draft, str]:  # noqa: A002
    """The draft for the site whose home page is at `url`, and its file as text, which is valid.

    Raises `SurveyError` when the home page cannot be had or is none, when the site shows no articles, and when the
    time was over before the survey ended; `KeyboardInterrupt` when it was asked to stop.
    """
    result = ask({"survey": survey(url, read_article=_read_article, now=utc_now())}, options).get("survey")
    if isinstance(result, BaseException):
        raise result
    if result is None:
        raise SurveyError(url, "no end of the survey within the time")
    findings: Findings = result
    now = utc_now()
    draft = draft_of(findings, id=id, now=now)
    if draft.problems:
        raise SurveyError(url, draft.problems[0])
    text = to_toml(draft, url=url, day=now.date().isoformat())
    parse_source(tomllib.loads(text), file=f"{draft.id}.toml")
    return draft, text


def write_new(path: Path, text: str) -> None:
    """Write a file that is not there yet, and its folder. Raises `FileExistsError`, or another `OSError`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8") as file:
        file.write(text)


def _read_article(body: bytes, url: str, content_type: str | None) -> Article | None:
    from pipelines.flow import extract_page  # loads the extractor, which takes a second

    outcome = extract_page(body, url=url, captured_at=utc_now(), content_type=content_type)
    return outcome if isinstance(outcome, Article) else None
