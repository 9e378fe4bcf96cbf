"""Who is told of alarms: a file that is read strictly; mail, webhook and command, each once, and again until it works."""

from __future__ import annotations

import json
import socket
import sys
import threading
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.controller import Controller

from archive.blobs import LocalBlobs
from crawler.__main__ import main
from crawler.alarm_file import AlarmSettings, Email, Webhook, parse_alarms
from crawler.alarms import deliver, post
from crawler.incidents import Alarm
from crawler.source_file import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ALARM = Alarm(
    source="timesca",
    kind="feed_is_page",
    state="raised",
    at="2026-11-22T09:30:00Z",
    since="2026-11-22T09:30:00Z",
    run="20260922T093000Zaaaaaa",
    saw="expected a feed, got an HTML page 架け橋",
    expected="a feed of about 20 items",
    example="https://timesca.example/feed",
)
WHOLE: dict[str, Any] = {
    "kinds": ["feed_is_page", "silent"],
    "email": {
        "to": ["desk@example.org"], "from": "kakehashi@example.org", "server": "smtp.example.org:587",
        "security": "tls", "user": "desk", "password_env": "MAIL_PASSWORD",
    },
    "webhook": {"url": "https://hooks.example.org/x", "token_env": "HOOK"},
    "command": {"run": ["notify", "--now"]},
}  # fmt: skip
SECRETS = {"MAIL_PASSWORD": "s3", "HOOK": "t0"}


class Outside:
    """A mail server and a web server that keep what they get; `status` is what the web server answers."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.calls: list[tuple[dict[str, str], dict[str, Any]]] = []
        self.status = 204
        outside = self

        class Hook(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outside.calls.append((dict(self.headers), json.loads(body)))
                self.send_response(outside.status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._web = HTTPServer(("127.0.0.1", 0), Hook)
        threading.Thread(target=self._web.serve_forever, args=(0.02,), daemon=True).start()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.smtp_port = free.getsockname()[1]
        self._smtp = Controller(self, hostname="127.0.0.1", port=self.smtp_port)
        self._smtp.start()
        self.url = f"http://127.0.0.1:{self._web.server_address[1]}/hook"

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802
        """The name under which aiosmtpd hands each mail over."""
        self.mails.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 OK"

    def close(self) -> None:
        """Both ports are free."""
        self._smtp.stop()
        self._web.shutdown()
        self._web.server_close()


@pytest.fixture
def outside() -> Iterator[Outside]:
    servers = Outside()
    yield servers
    servers.close()


def settings(outside: Outside, folder: Path) -> AlarmSettings:
    """All three ways."""
    script = f"import sys, pathlib; pathlib.Path({str(folder / 'told')!r}).open('a').write(sys.stdin.read() + chr(10))"
    return AlarmSettings(
        email=Email(to=("desk@example.org",), sender="k@example.org", host="127.0.0.1", port=outside.smtp_port, security="none"),
        webhook=Webhook(url=outside.url, token="t0"),
        command=(sys.executable, "-c", script),
    )  # fmt: skip


def test_an_alarm_goes_out_by_every_way_once(tmp_path: Path, outside: Outside) -> None:
    """With what was seen, what was expected and an example; what is sent has left the outbox."""
    blobs, told = LocalBlobs(tmp_path / "store"), settings(outside, tmp_path)
    post(blobs, told, ALARM)
    assert deliver(blobs, told) == 0
    assert deliver(blobs, told) == 0

    ((receivers, mail),) = outside.mails
    assert receivers == ["desk@example.org"]
    assert mail["Subject"] == "[kakehashi] timesca: feed is page raised"
    for text in (ALARM.saw, ALARM.expected, ALARM.example):
        assert text in mail.get_content()
    ((headers, body),) = outside.calls
    assert headers["Authorization"] == "Bearer t0"
    assert Alarm.from_json(body) == ALARM
    assert [json.loads(line) for line in (tmp_path / "told").read_text().splitlines()] == [ALARM.as_json()]
    assert list(blobs.list("state/alarms/")) == []


def test_what_could_not_be_sent_is_sent_later_and_nothing_twice(tmp_path: Path, outside: Outside) -> None:
    """The webhook is down at first: mail and command are not repeated for it."""
    blobs, told = LocalBlobs(tmp_path / "store"), settings(outside, tmp_path)
    outside.status = 500
    post(blobs, told, ALARM)
    assert [deliver(blobs, told), deliver(blobs, told)] == [1, 1]
    outside.status = 200
    assert deliver(blobs, told) == 0

    assert [len(outside.mails), len(outside.calls)] == [1, 3]
    assert len((tmp_path / "told").read_text().splitlines()) == 1


def test_nothing_out_there_breaks_a_crawl(tmp_path: Path) -> None:
    """Nobody listens, the command is not there: no error, and the alarm waits."""
    told = AlarmSettings(
        email=Email(to=("a@b.example",), sender="c@d.example", host="127.0.0.1", port=9, security="none"),
        webhook=Webhook(url="http://127.0.0.1:9/"),
        command=("/nonexistent/program",),
    )
    blobs = LocalBlobs(tmp_path)
    post(blobs, told, ALARM)
    assert deliver(blobs, told) == 1


def test_who_wants_some_kinds_is_told_of_no_others(tmp_path: Path) -> None:
    """And without a way nothing is kept."""
    blobs = LocalBlobs(tmp_path)
    post(blobs, AlarmSettings(command=("true",), kinds=("silent",)), ALARM)
    post(blobs, AlarmSettings(), ALARM)
    post(blobs, None, ALARM)
    assert list(blobs.list("state/alarms/")) == []


def test_a_whole_file_is_read() -> None:
    """Secrets come from the environment under the names that it gives."""
    found = parse_alarms(WHOLE, file="f", environ=SECRETS)

    assert found.channels == ("email", "webhook", "command")
    assert found.email == Email(
        to=("desk@example.org",), sender="kakehashi@example.org", host="smtp.example.org", port=587, security="tls",
        user="desk", password="s3",
    )  # fmt: skip
    assert found.webhook == Webhook(url="https://hooks.example.org/x", token="t0")
    assert (found.command, found.kinds) == (("notify", "--now"), ("feed_is_page", "silent"))


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"email": {**WHOLE["email"], "server": "smtp.example.org"}}, "email.server"),
        ({"email": {**WHOLE["email"], "to": []}}, "email.to"),
        ({"email": {**WHOLE["email"], "to": ["nobody"]}}, "email.to[0]"),
        ({"email": {**WHOLE["email"], "from": "a@b\nBcc: c@d"}}, "email.from"),
        ({"email": {**WHOLE["email"], "security": "ssl"}}, "email.security"),
        ({"email": {**WHOLE["email"], "password_env": "NOT_THERE"}}, "email.password_env"),
        ({"email": {k: v for k, v in WHOLE["email"].items() if k != "password_env"}}, "email.user"),
        ({"email": "desk@example.org"}, "email"),
        ({"webhook": {"url": "ftp://x/"}}, "webhook.url"),
        ({"webhook": {"uri": "https://x/"}}, "webhook.uri"),
        ({"command": {"run": "notify"}}, "command.run"),
        ({"command": {"run": [1]}}, "command.run[0]"),
        ({"kinds": ["feed"]}, "kinds[0]"),
        ({"mail": {}}, "mail"),
    ],
)
def test_what_is_wrong_in_a_file_is_named(change: dict[str, Any], key: str) -> None:
    """File, key, and what was expected."""
    with pytest.raises(SourceError) as raised:
        parse_alarms({**WHOLE, **change}, file="alarms.toml", environ=SECRETS)

    errors = [raised.value, *raised.value.more]
    assert key in [error.key for error in errors]
    assert str(errors[0]).startswith("alarms.toml: ")


def test_a_wrong_file_ends_a_command_with_3_before_anything_is_fetched(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line for each thing that is wrong."""
    (tmp_path / "alarms.toml").write_text('[webhook]\nurl = "x"\n[email]\nto = ["a@b.example"]\n')
    for command in (["schedule", "run"], ["crawl", "--due"], ["crawl", "timesca"]):
        code = main([*command, "--store", str(tmp_path / "store"), "--alarms", str(tmp_path / "alarms.toml")])
        said = capsys.readouterr().err

        assert code == 3
        assert "alarms.toml: webhook.url: expected an http(s) URL, got 'x'" in said
        assert "alarms.toml: email.server: expected host:port, got nothing" in said
    assert not (tmp_path / "store").exists()
