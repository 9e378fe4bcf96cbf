"""Questions to a site and its answers, as values. Pure: fetching is `asking`'s.

An interview is a generator: it yields the next URL, gets the answer sent, and returns what it found out. So what is
asked next may rest on every answer before, and an interview is tested without a network.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of asking for `asked`. `url` is where redirects ended; `body` is without its content codings.

    `problem` says in a line why nothing of use came, None where a document did; a status that is no 2xx is one.
    `cause` is one word for it: `http_404`, `robots_txt`, `dns`, … `charset` is that of the Content-Type header.
    """

    asked: str
    url: str
    status: int | None = None
    content_type: str | None = None
    charset: str | None = None
    body: bytes = b""
    problem: str | None = None
    cause: str | None = None


Interview = Generator[str, Answer, T]


class SurveyError(Exception):
    """The home page gave nothing to go on; `url` is what was asked for, `problem` says what came."""

    def __init__(self, url: str, problem: str) -> None:
        super().__init__(url, problem)
        self.url = url
        self.problem = problem

    def __str__(self) -> str:
        return f"{self.url}: expected the home page of a site, got {self.problem}"
