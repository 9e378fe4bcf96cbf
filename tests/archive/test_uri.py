"""Target URIs are ASCII and one line, whatever URL was asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.uri import target_uri


@pytest.mark.parametrize(
    ("url", "uri"),
    [
        ("https://example.org/a?b=c&d[]=%20", "https://example.org/a?b=c&d[]=%20"),
        ("https://example.org/a#part", "https://example.org/a"),
        ("https://пример.рф/путь?q=я", "https://xn--e1afmkfd.xn--p1ai/%D0%BF%D1%83%D1%82%D1%8C?q=%D1%8F"),
        ("http://例え.jp:8080/", "http://xn--r8jz45g.jp:8080/"),
        ("http://us er@host/", "http://us%20er@host/"),
        ('http://host/a b"<c>{d}|\\^`', "http://host/a%20b%22%3Cc%3E%7Bd%7D%7C%5C%5E%60"),
        ("http://host/a\r\nWARC-Type: metadata", "http://host/a%0D%0AWARC-Type:%20metadata"),
        ("http://host/100%", "http://host/100%25"),
        ("http://host/%zz%41", "http://host/%25zz%41"),
        ("http://exämple..com/", "http://ex%C3%A4mple..com/"),
        ("\thttp://host/ \n", "http://host/"),
        ("http://host/\udce9", "http://host/%ED%B3%A9"),
    ],
)
def test_a_url_becomes_a_uri(url: str, uri: str) -> None:
    """RFC 3986: ASCII, percent-encoded, no fragment."""
    assert target_uri(url) == uri


@given(st.one_of(st.text(), st.text().map(lambda tail: f"https://example.org/{tail}")))
def test_a_uri_stays_itself_and_fits_a_header(url: str) -> None:
    """Idempotent; nothing in it ends a line or closes a bracket."""
    uri = target_uri(url)

    assert target_uri(uri) == uri
    assert uri.isascii()
    assert not set(uri) & set('\r\n\t <>"')
