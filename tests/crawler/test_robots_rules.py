"""crawler.robots_rules against RFC 9309: own cases from its sections, and where Scrapy's parser reads it otherwise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from protego import Protego

from crawler.robots_rules import MAX_BYTES, parse_robots

AGENT = "kakehashi"


def allows(text: str | bytes, target: str) -> bool:
    """What a robots.txt says to us about a path."""
    body = text.encode() if isinstance(text, str) else text
    return parse_robots(body, AGENT).allows(f"https://h.example{target}")


FOR_ALL = "User-agent: *\n"
# (section, robots.txt, path, may it be fetched)
TABLE: list[tuple[str, str | bytes, str, bool]] = [
    # 2.2.1, the line of the user agent
    ("own group", "User-agent: kakehashi\nDisallow: /a\n\nUser-agent: *\nDisallow: /\n", "/b", True),
    ("own group", "User-agent: kakehashi\nDisallow: /a\n\nUser-agent: *\nDisallow: /\n", "/a", False),
    ("own group last", "User-agent: *\nDisallow: /\n\nUser-agent: kakehashi\nDisallow: /a\n", "/b", True),
    ("case of the token", "USER-AGENT: KakeHashi\nDISALLOW: /a\n", "/a", False),
    ("no other's group", "User-agent: otherbot\nDisallow: /\n", "/a", True),
    ("falls back to all", "User-agent: otherbot\nDisallow: /\n\nUser-agent: *\nDisallow: /a\n", "/a", False),
    ("groups are merged", "User-agent: kakehashi\nDisallow: /a\n\nUser-agent: kakehashi\nDisallow: /b\n", "/a", False),
    ("groups are merged", "User-agent: kakehashi\nDisallow: /a\n\nUser-agent: kakehashi\nDisallow: /b\n", "/b", False),
    ("groups of all, merged", "User-agent: *\nDisallow: /a\nUser-agent: x\nDisallow: /c\nUser-agent: *\nDisallow: /b\n",
     "/a", False),
    ("several agents", "User-agent: x\nUser-agent: kakehashi\nUser-agent: y\nDisallow: /a\n", "/a", False),
    ("after a rule the group is new", "User-agent: kakehashi\nDisallow: /a\nUser-agent: x\nDisallow: /b\n", "/b", True),
    ("an empty line ends no group", "User-agent: kakehashi\n\n\nDisallow: /a\n", "/a", False),
    ("own group without rules", "User-agent: kakehashi\n\nUser-agent: *\nDisallow: /\n", "/a", False),
    ("own group that forbids nothing", "User-agent: kakehashi\nDisallow:\n\nUser-agent: *\nDisallow: /\n", "/a", True),
    ("token with a version", "User-agent: kakehashi/2.0 (x)\nDisallow: /a\n", "/a", False),
    ("part of our token", "User-agent: kake\nDisallow: /\n", "/a", True),
    ("more than our token", "User-agent: kakehashi-news\nDisallow: /\n", "/a", True),
    ("our token within another", "User-agent: notkakehashi\nDisallow: /\n", "/a", True),
    ("rules before any group", "Disallow: /\nUser-agent: *\nDisallow: /a\n", "/b", True),
    ("no agent named", "User-agent:\nDisallow: /\n", "/a", True),
    # 2.2.2, the path
    ("longest wins", FOR_ALL + "Disallow: /a\nAllow: /a/b\n", "/a/b/c", True),
    ("longest wins", FOR_ALL + "Allow: /a\nDisallow: /a/b\n", "/a/b/c", False),
    ("order is nothing", FOR_ALL + "Allow: /a/b\nDisallow: /a\n", "/a/b", True),
    ("allow wins ties", FOR_ALL + "Disallow: /a\nAllow: /a\n", "/a", True),
    ("nothing matches", FOR_ALL + "Disallow: /a\n", "/b", True),
    ("case of the path", FOR_ALL + "Disallow: /A\n", "/a", True),
    ("begins with", FOR_ALL + "Disallow: /fish\n", "/fish.html", False),
    ("begins with", FOR_ALL + "Disallow: /fish/\n", "/fish", True),
    ("query", FOR_ALL + "Disallow: /a?x=1\n", "/a?x=12", False),
    ("query without a path", FOR_ALL + "Disallow: /?x\n", "?x=12", False),
    ("everything", FOR_ALL + "Disallow: /\n", "", False),
    ("robots.txt itself", FOR_ALL + "Disallow: /\n", "/robots.txt", True),
    ("no slash", FOR_ALL + "Disallow: a\n", "/a", True),
    # 2.2.2, octets
    ("utf-8 in the file", FOR_ALL + "Disallow: /новости\n", "/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/1", False),
    ("utf-8 in the URL", FOR_ALL + "Disallow: /%E3%83%84\n", "/ツ", False),
    ("escapes in lower case", FOR_ALL + "Disallow: /foo/bar/%e3%83%84\n", "/foo/bar/%E3%83%84", False),
    ("escaped unreserved", FOR_ALL + "Disallow: /foo/bar/%62%61%7A\n", "/foo/bar/baz", False),
    ("escaped unreserved in the URL", FOR_ALL + "Disallow: /foo/bar/baz\n", "/foo/bar/%62%61%7A", False),
    ("an escaped slash is none", FOR_ALL + "Disallow: /a/b\n", "/a%2Fb", True),
    ("an escaped slash is itself", FOR_ALL + "Disallow: /a%2fb\n", "/a%2Fb", False),
    ("a blank within", FOR_ALL + "Disallow: /a b\n", "/a%20b", False),
    ("latin-1 is kept apart", b"User-agent: *\nDisallow: /caf\xe9\n", "/cafeteria", True),
    ("latin-1 is kept apart", b"User-agent: *\nDisallow: /caf\xe9\n", "/caf%E9", False),
    # 2.2.3, special characters
    ("wildcard", FOR_ALL + "Disallow: /*.php\n", "/a/b.php?x", False),
    ("wildcard at the end", FOR_ALL + "Disallow: /fish*\n", "/fishing", False),
    ("wildcard within", FOR_ALL + "Disallow: /a/*/c\n", "/a/b/c", False),
    ("wildcard within", FOR_ALL + "Disallow: /a/*/c\n", "/a/c", True),
    ("wildcard first", FOR_ALL + "Disallow: *.gif$\n", "/x.gif", False),
    ("end", FOR_ALL + "Disallow: /*.gif$\n", "/x.gif?y", True),
    ("end", FOR_ALL + "Allow: /$\nDisallow: /\n", "/", True),
    ("end", FOR_ALL + "Allow: /$\nDisallow: /\n", "/a", False),
    ("end twice in the URL", FOR_ALL + "Disallow: /*ab$\n", "/abab", False),
    ("a dollar within is a dollar", FOR_ALL + "Disallow: /a$b\n", "/a$b", False),
    ("an escaped dollar", FOR_ALL + "Disallow: /a%24\n", "/a$", False),
    ("an escaped dollar", FOR_ALL + "Disallow: /a%24\n", "/ab", True),
    ("an escaped star", FOR_ALL + "Disallow: /path/file-with-a-%2A.html\n", "/path/file-with-a-*.html", False),
    ("an escaped star", FOR_ALL + "Disallow: /path/file-with-a-%2A.html\n", "/path/file-with-a-x.html", True),
    ("comments", "User-agent: * # all\nDisallow: /a # not this\n# Disallow: /b\n", "/a", False),
    ("comments", "User-agent: * # all\nDisallow: /a # not this\n# Disallow: /b\n", "/b", True),
    # 2.2.4, other records
    ("sitemap within", "User-agent: *\nSitemap: https://h.example/s.xml\nDisallow: /a\n", "/a", False),
    ("crawl-delay between agents", "User-agent: kakehashi\nCrawl-delay: 1\nUser-agent: b\nDisallow: /a\n", "/a", False),
    ("unknown between agents", "User-agent: kakehashi\n\nNo-such: 1\n\nUser-agent: b\nDisallow: /a\n", "/a", False),
    ("crawl-delay alone", "User-agent: kakehashi\nCrawl-delay: 1\n\nUser-agent: b\nDisallow: /a\n", "/a", True),
    ("a record of nobody's", "User-agent: *\nNoindex: /a\nHost: h\nDisallow: /b\n", "/b", False),
    # 2.2, what files look like
    ("byte order mark", b"\xef\xbb\xbfUser-agent: *\nDisallow: /a\n", "/a", False),
    ("utf-16", "\ufeffUser-agent: *\nDisallow: /a\n".encode("utf-16-le"), "/a", False),
    ("carriage returns", "User-agent: *\rDisallow: /a\rDisallow: /b\r", "/b", False),
    ("no end of line", "User-agent: *\nDisallow: /a", "/a", False),
    ("blanks", "  User-agent  :   *  \n\tDisallow\t:\t/a\t\n", "/a", False),
    ("no colon", "User-agent *\nDisallow /a\n", "/a", False),
    ("misspelt", "Useragent: *\nDisalow: /a\nDissallow: /b\n", "/b", False),
    ("a form feed ends no line", "User-agent: *\nDisallow: /x\x0cAllow: /x\n", "/x", True),
    ("a web page", "<!doctype html><html><body><h1>Not found: see / for more</h1></body></html>", "/a", True),
    ("bytes", bytes(range(256)) * 4, "/a", True),
    ("empty", "", "/a", True),
]  # fmt: skip


@pytest.mark.parametrize(("what", "text", "target", "expected"), TABLE)
def test_the_rfc_decides(what: str, text: str | bytes, target: str, expected: bool) -> None:
    """Each case of the table."""
    assert expected is allows(text, target), what


@pytest.mark.parametrize(
    "what", ["part of our token", "token with a version", "crawl-delay between agents", "latin-1 is kept apart"]
)
def test_the_parser_of_scrapy_reads_these_otherwise(what: str) -> None:
    """Why there is a parser of our own; a test that fails here says that Scrapy's may be enough."""
    rows = [row for row in TABLE if row[0] == what]
    texts = [text if isinstance(text, str) else text.decode("utf-8", "ignore") for _, text, _, _ in rows]
    theirs = [
        Protego.parse(text).can_fetch(f"https://h.example{row[2]}", AGENT)
        for text, row in zip(texts, rows, strict=True)
    ]

    assert [row[3] for row in rows] != theirs


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("User-agent: *\nCrawl-delay: 7\n", 7.0),
        ("User-agent: *\nCrawl-delay: 0.5\nDisallow: /a\n", 0.5),
        ("User-agent: *\nDisallow: /a\nCrawl-delay: .5\n", 0.5),
        ("User-agent: kakehashi\nCrawl-delay: 2\n\nUser-agent: *\nCrawl-delay: 9\nDisallow: /a\n", 2.0),
        ("User-agent: *\nCrawl-delay: 9\nDisallow: /a\nUser-agent: kakehashi\nDisallow: /b\n", None),
        ("User-agent: other\nCrawl-delay: 9\nDisallow: /a\nUser-agent: *\nDisallow: /b\n", None),
        ("User-agent: other\nCrawl-delay: 9\n\nUser-agent: *\nDisallow: /b\n", None),
        ("User-agent: *\nCrawl-delay: 1\nCrawl-delay: 3\nCrawl-delay: 2\n", 3.0),
        *((f"User-agent: *\nCrawl-delay: {value}\n", None) for value in ("", "-1", "x", "nan", "inf", "1_0", "1s", "1e3")),
    ],
)  # fmt: skip
def test_crawl_delay_is_that_of_our_group(text: str, expected: float | None) -> None:
    """Seconds; what is no number says nothing."""
    assert expected == parse_robots(text.encode(), AGENT).crawl_delay


def test_half_a_megabyte_is_read_and_no_half_line() -> None:
    """A rule at the end of 500 KiB counts; one that the limit cuts, or that comes later, does not."""
    start, rule = b"User-agent: *\n", b"Disallow: /deep\n"
    filler = b"#" * (MAX_BYTES - len(start) - len(rule) - 1) + b"\n"
    whole = start + filler + rule

    assert len(whole) == MAX_BYTES
    assert not allows(whole + b"Disallow: /late\n", "/deep")
    assert allows(whole + b"Disallow: /late\n", "/late")
    assert allows(start + filler + b"####\n" + rule, "/d-is-where-it-was-cut")


def test_the_rule_that_decides_can_be_named() -> None:
    """For the metadata record."""
    rules = parse_robots(b"User-agent: *\nDisallow: /a\nAllow: /a/%62\n", AGENT)

    assert "Allow: /a/b" == getattr(rules.rule_for("http://h/a/b?c"), "text", None)
    assert "Disallow: /a" == getattr(rules.rule_for("http://h/a"), "text", None)
    assert rules.rule_for("http://h/") is None


def test_a_file_made_to_hurt_costs_little() -> None:
    """Wildcards as many as fit: a decision takes rules times bytes; a matcher that went back would never end."""
    rules = parse_robots(b"User-agent: *\n" + b"Disallow: /*a*a*a*a*a*a*a*a*b\n" * 20_000, AGENT)

    assert rules.allows("http://h/" + "a" * 2000)


@given(st.binary(max_size=300), st.text(max_size=50))
def test_no_bytes_raise(body: bytes, path: str) -> None:
    """Documents come from strangers."""
    rules = parse_robots(b"User-agent: *\n" + body, AGENT)

    assert rules.allows(f"http://h/{path}") in (True, False)
