"""From a capture to its outcome: what is dropped or fails unread, what is read, and nothing that depends on the clock."""

from __future__ import annotations

import datetime as dt
import gzip
import time
from typing import Any

import pytest

from archive.capture import Capture, Location
from pipelines import Article, Dropped
from pipelines.article import EVERY_LABEL, Failed, Reason
from pipelines.flow import derive

WHEN = dt.datetime(2026, 1, 10, 12, tzinfo=dt.UTC)
TITLE = "Japanese Engineers Survey the Naryn Cascade"
PARAGRAPHS = [
    "Engineers from Japan have begun to survey three old power stations on the Naryn river in Kyrgyzstan this week.",
    "The Kyrgyz energy ministry expects the Japanese team to report to Bishkek on the state of the turbines in spring.",
    "Tokyo pays for the survey from a fund for Central Asia, and a loan for the repairs may follow, officials say.",
]
PAGE = (
    f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1>"
    f"{''.join(f'<p>{text}</p>' for text in PARAGRAPHS)}</body></html>"
)
ELSEWHERE = PAGE.replace("Naryn", "Loire").replace("Kyrgyzstan", "France").replace("Kyrgyz", "French")
ELSEWHERE = ELSEWHERE.replace("Bishkek", "Paris").replace("Central Asia", "Europe").replace("Japanese", "Spanish")
ELSEWHERE = ELSEWHERE.replace("Japan", "Spain").replace("Tokyo", "Madrid")


def capture(payload: bytes = PAGE.encode(), mime: str | None = "text/html", **facts: Any) -> Capture:
    headers = list(facts.pop("headers", ()))
    headers += [("Content-Type", mime)] if mime else []
    values: dict[str, Any] = {
        "url": "https://example.org/naryn",
        "captured_at": WHEN,
        "record_type": "response",
        "record_id": "<urn:uuid:1>",
        "status": 200,
        "reason": "OK",
        "headers": tuple(headers),
        "payload": payload,
        "payload_digest": None,
        "truncated": None,
        "location": Location(warc="a.warc.gz", offset=0, length=1),
    }
    return Capture(**(values | facts))


def reason_of(found: Capture) -> Reason:
    outcome = derive(found)
    assert isinstance(outcome, Dropped), outcome
    assert outcome.detail
    return outcome.reason


def text_of(found: Capture) -> str:
    outcome = derive(found, keep=EVERY_LABEL)
    assert isinstance(outcome, Article), outcome
    return outcome.text


def test_page_becomes_an_article_with_its_provenance() -> None:
    """The record is named, and the present is the time of the capture."""
    outcome = derive(capture())
    assert isinstance(outcome, Article)
    assert (outcome.title, outcome.text) == (TITLE, "\n\n".join(PARAGRAPHS))
    assert outcome.fetched == "2026-01-10T12:00:00.000Z"
    assert outcome.provenance.record_id == "<urn:uuid:1>"


@pytest.mark.parametrize(
    ("status", "reason"), [(404, Reason.HTTP_STATUS), (410, Reason.HTTP_STATUS), (403, Reason.HTTP_STATUS)]
)
def test_status_that_brings_no_article_is_dropped(status: int, reason: Reason) -> None:
    """Even where the page looks like one."""
    assert reason_of(capture(status=status, reason="No")) is reason


def test_redirect_names_its_target() -> None:
    """Where it leads is another capture."""
    outcome = derive(capture(status=301, headers=[("Location", "/b")]))
    assert isinstance(outcome, Dropped)
    assert (outcome.reason, outcome.detail) == (Reason.REDIRECT, "to /b")


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_trouble_of_the_server_is_a_failure(status: int) -> None:
    """It may be gone tomorrow: failed, not dropped."""
    outcome = derive(capture(status=status, reason="Trouble"))
    assert isinstance(outcome, Failed)
    assert outcome.cause == f"http_{status}"


def test_truncated_body_is_a_failure() -> None:
    """Half a page may lack half its text."""
    outcome = derive(capture(truncated="length"))
    assert isinstance(outcome, Failed)
    assert outcome.cause == "truncated_length"


@pytest.mark.parametrize("mime", ["application/pdf", "image/jpeg", "application/json"])
def test_other_types_are_no_html(mime: str) -> None:
    """By the header's word."""
    assert reason_of(capture(mime=mime)) is Reason.NOT_HTML


@pytest.mark.parametrize("start", [b"\xff\xd8\xff\xe0", b"%PDF-1.7", b"\x89PNG\r\n", b"PK\x03\x04"])
def test_binary_that_calls_itself_html_is_none(start: bytes) -> None:
    """The bytes belie the header."""
    assert reason_of(capture(start + bytes(200))) is Reason.NOT_HTML


@pytest.mark.parametrize("payload", [b"", b"  \n", b"<html><head></head><body></body></html>"])
def test_nothing_to_read_is_empty(payload: bytes) -> None:
    """No bytes, or no text in them."""
    assert reason_of(capture(payload)) is Reason.EMPTY


def test_page_of_a_few_words_has_no_text() -> None:
    """A caption is no article."""
    assert reason_of(capture(b"<html><body><p>Not found.</p></body></html>")) is Reason.NO_TEXT


def test_content_coding_is_undone() -> None:
    """As the header names it."""
    assert text_of(capture(gzip.compress(PAGE.encode()), headers=[("Content-Encoding", "gzip")])).startswith(
        "Engineers"
    )


def test_damaged_coding_is_undecodable() -> None:
    """Named as that."""
    broken = capture(b"no such thing" * 9, headers=[("Content-Encoding", "gzip")])
    assert reason_of(broken) is Reason.UNDECODABLE


@pytest.mark.parametrize("encoding", ["shift_jis", "euc_jp", "iso2022_jp", "utf-8", "utf-16"])
def test_charset_of_the_header_holds(encoding: str) -> None:
    """Japanese comes out whole in every encoding of its web."""
    text = "キルギスの首都ビシケクで、日本の支援による橋の建設が始まった。完成は来年の春になる見通しだ。" * 2
    page = f"<html><head><title>橋の建設始まる</title></head><body><h1>橋の建設始まる</h1><p>{text}</p></body></html>"
    assert text_of(capture(page.encode(encoding), f"text/html; charset={encoding}")) == text


def test_topic_decides_what_is_kept() -> None:
    """A label that is asked for is an article, another is dropped with its evidence."""
    assert text_of(capture(ELSEWHERE.encode()))
    assert reason_of(capture(ELSEWHERE.encode())) is Reason.OFF_TOPIC


def test_same_capture_gives_the_same_article(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no clock in it: a year later nothing differs."""
    first = derive(capture())
    later = time.time() + 31_536_000
    monkeypatch.setattr(time, "time", lambda: later)
    assert derive(capture()) == first


WALLS = [
    "<html><head><title>Just a moment...</title></head><body><div id=c></div><script>window._cf_chl_opt={}</script></body></html>",
    "<html><head><title>Attention Required! | Cloudflare</title></head><body><h1>Please complete the check</h1></body></html>",
    (
        "<html><head><title>example.org</title></head><body><script src='https://ct.captcha-delivery.com/c.js'></script>"
        "<p>Please enable JS and disable any ad blocker</p></body></html>"
    ),
    "<html><head></head><body><iframe src='/_Incapsula_Resource?SWUDNSAI=31'>Request unsuccessful.</iframe></body></html>",
    "<html><head><title>DDoS-Guard</title></head><body><p>Checking your browser before accessing the site.</p></body></html>",
]


@pytest.mark.parametrize("page", WALLS)
@pytest.mark.parametrize("status", [200, 202, 403, 503])
def test_wall_against_bots_is_a_challenge(page: str, status: int) -> None:
    """Whatever status it comes with."""
    assert reason_of(capture(page.encode(), status=status, reason="-")) is Reason.CHALLENGE


def test_article_beside_the_script_of_a_wall_is_none() -> None:
    """Sites behind such services load their scripts with every page, and a headline may begin in the same words."""
    script = "<script src='/cdn-cgi/challenge-platform/scripts/a.js'></script></body>"
    assert text_of(capture(PAGE.replace("</body>", script).encode()))
    assert text_of(capture((PAGE * 3).replace(TITLE, "Just a moment").encode()))
