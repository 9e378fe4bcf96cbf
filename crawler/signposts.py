"""Where a link leads, by its words and its address alone: to a feed, to news, or to the furniture of a site. Pure."""

from __future__ import annotations

import re

from crawler.url_shapes import NO_ARTICLES, shape_of
from crawler.urls import target_of

_FEED_LIKE = re.compile(r"(?:^|[/._=-])(?:rss|feeds?|atom|rdf)(?:[/._-]|\d*$)|feed\.json$", re.IGNORECASE)
_NEWS_LIKE = re.compile(
    r"news|latest|press|release|publications|articles|archive|lenta|novosti|новост|лент|публикац|жаңалық|жаналык|кабар"
    r"|yangilik|янгилик|хабар|xabar|habar|täzelik|報道|ニュース|新着|記事|一覧",
    re.IGNORECASE,
)
_ARCHIVE_LIKE = re.compile(
    r"archive|arkhiv|arxiv|arhiw|архив|мұрағат|бойгонӣ|бойгани|アーカイブ|バックナンバー|過去の|calendar|календар|kalendar|kundaliq",
    re.IGNORECASE,
)
_LOGIN_LIKE = re.compile(r"login|signin|sign-in|register|account|subscribe|cart|share|mailto|logout", re.IGNORECASE)


def is_feed_like(url: str) -> bool:
    """True for an address that names itself a feed."""
    return _FEED_LIKE.search(target_of(url)) is not None


def is_news_like(text: str) -> bool:
    """True where a text promises news, in any of our languages."""
    return _NEWS_LIKE.search(text) is not None


def is_archive_like(text: str) -> bool:
    """True where a text promises an archive by days or months."""
    return _ARCHIVE_LIKE.search(text) is not None


def is_furniture(url: str) -> bool:
    """True for what the foot of a site links: contacts, terms, logins. Tags and archives are none."""
    if _LOGIN_LIKE.search(target_of(url)):
        return True
    useful = {"archive", "archives", "category", "categories", "tag", "tags", "topic", "topics", "page", "index"}
    words = [text.lower() for _, text, _ in shape_of(url).pieces if text]
    names = [name.lower() for name in target_of(url).partition("?")[0].split("/") if name]
    return any(name in NO_ARTICLES and name not in useful for name in (*words, *names[-1:]))
