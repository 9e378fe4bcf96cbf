"""What a robots.txt says to one crawler (RFC 9309): bytes in, decisions out. Pure; no byte makes it raise.

Section numbers are those of the RFC. Where real files are sloppier than its grammar (misspelt names, no colon), the
reading is the one that forbids: nobody writes `Disalow` who means to allow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

# 2.5 asks for at least this much; nobody can make us read more.
MAX_BYTES = 500 * 1024
_MAX_SITEMAPS = 50

_LINE_END = re.compile(rb"\r\n|\r|\n")
# The name ends at its colon; where that is missing, at the blank after a name that is known.
_RECORD = re.compile(rb"([^:]*?)\s*:(.*)|(user-?agent|dis?s?all?[ao]w|allow|crawl-delay)\s+(.*)", re.IGNORECASE)
_USER_AGENT = frozenset({b"user-agent", b"useragent", b"user agent"})
_DISALLOW = frozenset({b"disallow", b"dissallow", b"dissalow", b"disalow", b"diasllow", b"disallaw"})
_PRODUCT_TOKEN = re.compile(rb"[a-z_-]+")
_SECONDS = re.compile(rb"\d{1,9}(?:\.\d{0,9})?|\.\d{1,9}")
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
# Octets that no URL holds as they are: a path is compared in its escaped form (2.2.2).
_ESCAPED = re.compile(rb'%([0-9A-Fa-f]{2})|([\x00-\x20\x7f-\xff"<>\\^`{|}])')


@dataclass(frozen=True, slots=True)
class Rule:
    """One `Allow` or `Disallow`: `pattern` is escaped as URLs are, `text` the line for people."""

    allows: bool
    pattern: bytes
    text: str

    def matches(self, target: bytes) -> bool:
        """True when an escaped path (and query) begins as the pattern says; `*` is anything, a final `$` the end."""
        is_anchored = self.pattern.endswith(b"$")
        first, *others = (self.pattern[:-1] if is_anchored else self.pattern).replace(b"$", b"%24").split(b"*")
        if not target.startswith(first):
            return False
        position = len(first)
        if not others:
            return not is_anchored or position == len(target)
        last = others.pop()
        for part in others:
            found = target.find(part, position)
            if found < 0:
                return False
            position = found + len(part)
        if is_anchored:
            return len(target) - len(last) >= position and target.endswith(last)
        return target.find(last, position) >= 0


@dataclass(frozen=True, slots=True)
class RobotsRules:
    """The rules for one crawler, the deciding ones first; `crawl_delay` is in seconds, None where none is asked for.

    `sitemaps` are the addresses that the file names for everybody, as it writes them.
    """

    rules: tuple[Rule, ...] = ()
    crawl_delay: float | None = None
    sitemaps: tuple[str, ...] = ()

    def rule_for(self, url: str) -> Rule | None:
        """The rule that decides over a URL: the longest that matches, Allow before Disallow (2.2.2); None allows."""
        target = _target(url)
        if target == b"/robots.txt":
            return None
        return next((rule for rule in self.rules if rule.matches(target)), None)

    def allows(self, url: str) -> bool:
        """True when the URL may be fetched."""
        rule = self.rule_for(url)
        return rule is None or rule.allows


@dataclass(slots=True)
class _Group:
    """What is said to one user agent, from all of its groups (2.2.1 merges them)."""

    is_there: bool = False
    rules: list[Rule] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)


def parse_robots(body: bytes, agent: str) -> RobotsRules:
    """What `body` says to the crawler with the product token `agent`: its own groups, else those of `*`."""
    ours, everyone = _Group(), _Group()
    token = agent.lower().encode()
    groups: list[_Group] = []
    sitemaps: dict[str, None] = {}
    begins_anew, has_delay = True, False
    for name, value in _records(body):
        if name in _USER_AGENT:
            groups = [] if begins_anew else groups
            # 2.2.4: other records, such as Crawl-delay, end no group; rules do.
            begins_anew = has_delay = False
            named = _PRODUCT_TOKEN.match(value.lower())
            group = everyone if value.startswith(b"*") else ours if named and named[0] == token else None
            if group is not None:
                group.is_there = True
                groups.append(group)
        elif name == b"allow" or name in _DISALLOW:
            begins_anew = True
            _add_rule(groups, value, allows=name == b"allow")
        elif name == b"crawl-delay":
            has_delay = True
            for group in groups if _SECONDS.fullmatch(value) else ():
                group.delays.append(float(value))
        elif name == b"sitemap" and value and len(sitemaps) < _MAX_SITEMAPS:
            sitemaps[value.decode("utf-8", "replace")] = None
        elif not name:
            # Crawl-delay is older than the RFC, and who writes it alone ends the group as the older convention did.
            begins_anew = begins_anew or has_delay
    group = ours if ours.is_there else everyone
    ordered = sorted(group.rules, key=lambda rule: (-len(rule.pattern), not rule.allows))
    return RobotsRules(tuple(ordered), max(group.delays, default=None), tuple(sitemaps))


def _records(body: bytes) -> list[tuple[bytes, bytes]]:
    """Each line as its name in lower case and its value, both empty for an empty line; others are passed over (2.2)."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        body = body.decode("utf-16", "replace").encode("utf-8", "replace")
    lines = _LINE_END.split(body[: MAX_BYTES + 1].removeprefix(b"\xef\xbb\xbf"))
    if len(body) > MAX_BYTES:
        del lines[-1]  # half a rule is a wrong rule
    return [record for line in lines if (record := _record(line.strip()))]


def _record(line: bytes) -> tuple[bytes, bytes] | None:
    if not line:
        return b"", b""
    match = _RECORD.fullmatch(line.partition(b"#")[0].strip())
    if match is None:
        return None
    name, value = match[1] or match[3] or b"?", match[2] or match[4] or b""
    return name.lower(), value.strip()


def _add_rule(groups: list[_Group], value: bytes, *, allows: bool) -> None:
    if not value:
        return  # `Disallow:` forbids nothing
    pattern = re.sub(rb"\*+", b"*", _escaped(value))
    text = f"{'Allow' if allows else 'Disallow'}: {pattern.decode('ascii')[:200]}"
    for group in groups:
        group.rules.append(Rule(allows, pattern, text))


def _target(url: str) -> bytes:
    """The path and query of a URL, escaped, where `*` and `$` mean themselves."""
    found = re.search(r"[/?].*", url.partition("#")[0].partition("://")[2], re.DOTALL)
    path = "/" + found[0].removeprefix("/") if found else "/"
    return _escaped(path.encode("utf-8", "surrogateescape")).replace(b"*", b"%2A").replace(b"$", b"%24")


def _escaped(text: bytes) -> bytes:
    """`text` in the one spelling that is compared: escapes of unreserved octets undone, all others in upper case."""
    return _ESCAPED.sub(_escape, text)


def _escape(match: re.Match[bytes]) -> bytes:
    octet = int(match[1], 16) if match[1] else match[2][0]
    return bytes([octet]) if match[1] and octet in _UNRESERVED else b"%%%02X" % octet
