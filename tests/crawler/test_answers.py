"""What the tap tells of exchanges of a foreign spider: other methods, odd moments, and how much of a body it gets."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest

from crawler.tap import PARTIAL
from tests import commands
from tests.wireserver import Case, WireServer, chunked, head, page, with_length

pytestmark = pytest.mark.xdist_group("tap")


def told(server: WireServer, *requests: str) -> list[dict[str, Any]]:
    """What the tap and the spider saw of each request."""
    done = commands.run(server.base, *requests, module="tests.crawler.tapped")
    assert done.code == 0, done.err
    assert done.err == ""
    return json.loads(done.out)


def test_an_answer_to_head_ends_with_its_head() -> None:
    """Whatever length or framing it states, no body is waited for, and the connection serves the next request."""
    cases = {
        "/length": Case(message=head(b"Content-Length: 5000")),
        "/chunked": Case(message=head(b"Transfer-Encoding: chunked")),
        "/open": Case(message=head()),
        "/next": Case(message=with_length(page("next"))),
    }
    with WireServer(cases=cases) as server:
        answers = told(server, "HEAD /length", "HEAD /chunked", "HEAD /open", "GET /next")
        connections = {item.connection for item in server.log}

    assert [item["received"].encode("latin-1") for item in answers] == [case.message for case in cases.values()]
    assert [(item["is_whole"], item["truncated"], item["error"]) for item in answers] == [(True, None, None)] * 4
    assert answers[0]["headers"]["Content-Length"] == ["5000"]
    assert len(connections) == 1


def test_an_answer_that_comes_before_the_request_is_complete_is_whole() -> None:
    """A server that says no at the sight of the head; what was sent is what was handed to the socket."""
    refusal = with_length(b"too much", b"Connection: close", status=b"HTTP/1.1 413 Too Large")
    with WireServer(cases={"/post": Case(message=refusal, ending="stall")}) as server:
        (answer,) = told(server, "POST /post 3000000")
        (asked,) = server.asked("/post")

    assert answer["received"].encode("latin-1") == refusal
    assert (answer["is_whole"], answer["error"], answer["body"]) == (True, None, "too much")
    assert answer["sent"].encode("latin-1").startswith(asked.request[:100])
    assert answer["sent"].endswith("b" * 3_000_000)


@pytest.mark.parametrize("message", [with_length(page("long")), chunked(page("long"))], ids=["length", "chunks"])
def test_a_spider_gets_no_more_of_a_body_than_it_asked_for(message: bytes) -> None:
    """The record has all of it; the response has the beginning, and a flag that says so."""
    with WireServer(cases={"/long": Case(message=message)}) as server:
        (answer,) = told(server, "GET /long")

    assert answer["received"].encode("latin-1") == message
    assert answer["body"].encode() == page("long")[:300]
    assert PARTIAL in answer["flags"]
    assert answer["is_whole"]


def test_a_cut_answer_is_an_error_to_the_spider_and_marked() -> None:
    """As far as it came, it is told."""
    message = head(b"Content-Length: 5000") + page("cut")
    with WireServer(cases={"/cut": Case(message=message, ending="close")}) as server:
        (answer,) = told(server, "GET /cut")

    assert answer["received"].encode("latin-1") == message
    assert (answer["is_whole"], answer["truncated"]) == (False, "disconnect")
    assert answer["failed"] == answer["error"] == "ResponseDataLossError"


def test_what_scrapy_cannot_hold_of_a_head_does_not_cost_the_page() -> None:
    """Names that are no tokens are in the record alone; the others come with every value, in order."""
    message = with_length(b"page", b"X (odd): 1", b"X-A: 1", b"x-a: 2", b": none", b"X-Latin: caf\xe9")
    with WireServer(cases={"/odd": Case(message=message)}) as server:
        (answer,) = told(server, "GET /odd")

    assert answer["body"] == "page"
    assert answer["headers"]["X-A"] == ["1", "2"]
    assert not [name for name in answer["headers"] if "odd" in name]


def test_a_connection_that_never_comes_about_is_given_up() -> None:
    """Nobody takes the call: the limit for connecting holds, not the longer one for an answer."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        base = f"http://127.0.0.1:{listener.getsockname()[1]}"
        waiting = [socket.socket() for _ in range(8)]  # more than the line holds
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(listener.getsockname())
        done = commands.run(base, "GET /never", module="tests.crawler.tapped", timeout=25)
        for one in waiting:
            one.close()

    (answer,) = json.loads(done.out)
    assert answer["failed"] == answer["error"] == "DownloadTimeoutError"
    assert (answer["sent"], answer["received"]) == ("", "")
