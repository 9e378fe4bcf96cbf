"""The body of a response as its reader means it, for what the crawl itself reads: feeds, listings, robots.txt.

Scrapy's own decoding is off (see `crawler.settings`): pages are decoded by the workers, from the record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from w3lib.encoding import http_content_type_encoding

from archive.coding import UndecodableError, decode_content
from archive.http_message import content_codings
from crawler.tap import PARTIAL

if TYPE_CHECKING:
    from scrapy.http import Response

MAX_DOCUMENT_BYTES = 50 * 1024 * 1024
"""How large a document may be that announces pages, on the wire and decoded: the limit of the sitemaps' protocol."""


class TooLargeError(UndecodableError):
    """A document that announces pages has more than `MAX_DOCUMENT_BYTES` bytes."""

    def __init__(self) -> None:
        super().__init__("identity", f"more than {MAX_DOCUMENT_BYTES} bytes")


def decoded_body(response: Response, *, first: int | None = None) -> bytes:
    """The body without its content codings. Raises `archive.coding.UndecodableError`; bounded in size and ratio.

    With `first`, what so many bytes of a coded body give, None: all of it.
    """
    if PARTIAL in response.flags:
        raise TooLargeError
    values = (
        (name, value.decode("latin-1")) for name in ["Content-Encoding"] for value in response.headers.getlist(name)
    )
    codings = content_codings(values)
    return decode_content(response.body[:first] if codings else response.body, codings, limit=MAX_DOCUMENT_BYTES)


def content_type_of(response: Response) -> str | None:
    """The Content-Type header, None when there is none."""
    value = response.headers.get("Content-Type")
    return value.decode("latin-1") if value else None


def charset_of(response: Response) -> str | None:
    """The encoding that the Content-Type header names, None when it names none that is known."""
    return http_content_type_encoding(content_type_of(response))
