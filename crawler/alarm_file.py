"""The strict reading of the file that says who is told of alarms. Pure: data in, AlarmSettings or SourceError out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crawler.incidents import KINDS
from crawler.source_file import SourceError

_SECURITIES = ("none", "starttls", "tls")
_ADDRESS = re.compile(r"[^@\s<>,]+@[^@\s<>,]+")
_SERVER = re.compile(r"(?P<host>\[[0-9A-Fa-f:]+\]|[^\s:/@\[\]]+):(?P<port>\d{1,5})")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """Mail to `to` through an SMTP server; `security` is none, starttls or tls. `password` was in the environment."""

    to: tuple[str, ...]
    sender: str
    host: str
    port: int
    security: str = "starttls"
    user: str | None = None
    password: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A POST of JSON to `url`, with `token` as its bearer where there is one."""

    url: str
    token: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmSettings:
    """Who is told: by mail, by a webhook, by a `command` that reads the alarm as JSON; of all `kinds`, or of some."""

    email: Email | None = None
    webhook: Webhook | None = None
    command: tuple[str, ...] = ()
    kinds: tuple[str, ...] = KINDS

    @property
    def channels(self) -> tuple[str, ...]:
        """The names of the ways that are set up, the log aside."""
        named = (("email", self.email), ("webhook", self.webhook), ("command", self.command))
        return tuple(name for name, value in named if value)


def parse_alarms(data: Mapping[str, object], *, file: str, environ: Mapping[str, str]) -> AlarmSettings:
    """The settings in the parsed TOML of `file`; secrets stand in the environment under the names that it gives.

    Raises SourceError for the first thing that is wrong, with the rest in its `more`.
    """
    reader = _Reader(file, environ)
    reader.known("", data, ("email", "webhook", "command", "kinds"))
    email, webhook, command = (reader.table(data, name) for name in ("email", "webhook", "command"))
    settings = AlarmSettings(
        email=_email(reader, email) if email is not None else None,
        webhook=_webhook(reader, webhook) if webhook is not None else None,
        command=_command(reader, command) if command is not None else (),
        kinds=reader.kinds(data) if "kinds" in data else KINDS,
    )
    if reader.errors:
        first, *rest = reader.errors
        first.more = tuple(rest)
        raise first
    return settings


class _Reader:
    def __init__(self, file: str, environ: Mapping[str, str]) -> None:
        self._file = file
        self._environ = environ
        self.errors: list[SourceError] = []

    def wrong(self, key: str, expected: str, got: object) -> None:
        shown = "nothing" if got is None else "a table" if isinstance(got, Mapping) else repr(got)[:80]
        self.errors.append(SourceError(self._file, key, expected, shown))

    def known(self, at: str, data: Mapping[str, object], names: tuple[str, ...]) -> None:
        for name in sorted(data.keys() - set(names)):
            self.wrong(f"{at}{name}", f"one of {', '.join(names)}", "a key that means nothing here")

    def table(self, data: Mapping[str, object], name: str) -> Mapping[str, object] | None:
        value = data.get(name)
        if value is not None and not isinstance(value, Mapping):
            self.wrong(name, "a table", value)
            return None
        return value

    def text(self, table: Mapping[str, object], key: str, expected: str, pattern: str = r".+") -> str:
        value = table.get(key.rpartition(".")[2])
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            self.wrong(key, expected, value)
            return ""
        return value

    def texts(self, table: Mapping[str, object], key: str, expected: str, pattern: str = r"(?s).+") -> tuple[str, ...]:
        value = table.get(key.rpartition(".")[2])
        if not isinstance(value, list) or not value:
            self.wrong(key, f"an array of {expected}", value)
            return ()
        for index, item in enumerate(value):
            if not isinstance(item, str) or not re.fullmatch(pattern, item):
                self.wrong(f"{key}[{index}]", expected, item)
        return tuple(map(str, value))

    def secret(self, table: Mapping[str, object], key: str) -> str | None:
        """The value of the environment variable that a key names; None where the key is not there."""
        if key.rpartition(".")[2] not in table:
            return None
        name = self.text(table, key, "the name of an environment variable", _NAME.pattern)
        if name and not self._environ.get(name):
            self.wrong(key, f"the environment to have {name}", "no such variable, or an empty one")
        return self._environ.get(name)

    def kinds(self, data: Mapping[str, object]) -> tuple[str, ...]:
        return self.texts(data, "kinds", f"one of {', '.join(KINDS)}", "|".join(KINDS))


def _email(reader: _Reader, table: Mapping[str, Any]) -> Email:
    reader.known("email.", table, ("to", "from", "server", "security", "user", "password_env"))
    address = "an address, such as desk@example.org"
    server = _SERVER.fullmatch(reader.text(table, "email.server", "host:port", _SERVER.pattern))
    security = table.get("security", "starttls")
    if security not in _SECURITIES:
        reader.wrong("email.security", " | ".join(_SECURITIES), security)
    user = reader.text(table, "email.user", "a name") if "user" in table else None
    password = reader.secret(table, "email.password_env")
    if (user is None) != ("password_env" not in table):
        reader.wrong("email.user", "user and password_env together, or neither", "one of them")
    return Email(
        to=reader.texts(table, "email.to", address, _ADDRESS.pattern),
        sender=reader.text(table, "email.from", address, _ADDRESS.pattern),
        host=server["host"].strip("[]") if server else "",
        port=int(server["port"]) if server else 0,
        security=str(security),
        user=user,
        password=password,
    )


def _webhook(reader: _Reader, table: Mapping[str, Any]) -> Webhook:
    reader.known("webhook.", table, ("url", "token_env"))
    url = reader.text(table, "webhook.url", "an http(s) URL", r"https?://[^\s/]+(/\S*)?")
    return Webhook(url=url, token=reader.secret(table, "webhook.token_env"))


def _command(reader: _Reader, table: Mapping[str, Any]) -> tuple[str, ...]:
    reader.known("command.", table, ("run",))
    return reader.texts(table, "command.run", "a word of a command line")
