"""The body of a response as its reader means it, for what the crawl itself reads: feeds, listings, robots.txt.

Scrapy's own decoding is off (see `crawler.settings`): pages are decoded by the workers, from the record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from w3lib.encoding import http_content_type_encoding

from archive.coding import decode_content

if TYPE_CHECKING:
    from scrapy.http import Response


def decoded_body(response: Response) -> bytes:
    """The body without its content codings. Raises `archive.coding.UndecodableError`; bounded in size and ratio."""
    named = (value.decode("latin-1").split(",") for value in response.headers.getlist("Content-Encoding"))
    codings = [coding.strip().lower() for values in named for coding in values]
    return decode_content(response.body, tuple(coding for coding in codings if coding not in ("", "identity")))


def content_type_of(response: Response) -> str | None:
    """The Content-Type header, None when there is none."""
    value = response.headers.get("Content-Type")
    return value.decode("latin-1") if value else None


def charset_of(response: Response) -> str | None:
    """The encoding that the Content-Type header names, None when it names none that is known."""
    return http_content_type_encoding(content_type_of(response))
