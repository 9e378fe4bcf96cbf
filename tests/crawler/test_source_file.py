"""crawler.source_file: a source file is read strictly, and says in one line what is wrong."""

from __future__ import annotations

import copy
import datetime as dt
import pickle
import tomllib

import pytest

from crawler.source_file import SourceError, parse_source
from crawler.sources import Politeness
from tests.crawler.source_example import ABSENT, EXPECTED, TOML, changed

FILE = "crawler/sources/x.toml"


def test_a_whole_file_becomes_a_source() -> None:
    """Every key is read; URLs and hosts come out normalised."""
    assert parse_source(tomllib.loads(TOML), file=FILE) == EXPECTED


def test_optional_keys_have_polite_defaults() -> None:
    """One request a second, one at a time, five pages of a listing, no bad certificate, HTTP/1.1."""
    data = tomllib.loads(TOML)
    for key in ("rights", "contact", "unverified", "politeness", "noise", "tls", "http2", "requisites", "render"):
        del data[key]
    del data["entries"][1]["max_pages"], data["scope"]["listing"], data["scope"]["exclude"]
    source = parse_source(data, file=FILE)

    assert Politeness(delay=1.0, concurrency=1) == source.politeness
    assert source.entries[1].max_pages == 5
    assert (source.tls, source.http2, source.requisites) == ("verify", False, False)
    assert (
        source.rights,
        source.contact,
        source.unverified,
        source.noise,
        source.scope.listing,
        source.scope.exclude,
    ) == (None, None, (), (), (), ())


TABLE = [
    ("tls", "ignore", "tls: expected verify | record, got 'ignore'"),
    ("http2", "yes", "http2: expected true or false, got 'yes'"),
    ("requisites", "true", "requisites: expected true or false, got 'true'"),
    ("http2", 1, "http2: expected true or false, got 1"),
    ("scope/article/0", "(", "scope.article[0]: expected a regular expression, got '(' (missing ), unterminated subpattern at position 0)"),
    ("scope/article/0", "[[a]", "scope.article[0]: expected a regular expression, got '[[a]' (Possible nested set at position 1)"),
    ("scope/article/0", "a{99999999999}", "scope.article[0]: expected a regular expression, got 'a{99999999999}' (the repetition number is too large)"),
    ("scope/article/0", "", "scope.article[0]: expected a regular expression, got ''"),
    ("scope/article/0", 1, "scope.article[0]: expected a regular expression, got 1"),
    ("scope/article", [], "scope.article: expected an array of 1 or more, got an empty array"),
    ("scope/article", "x", "scope.article: expected an array of 1 or more, got 'x'"),
    ("scope/artcle", [], "scope.artcle: expected one of hosts, article, listing, exclude, samples, got a key that means nothing here"),
    ("scope/hosts/0", "https://x.example/", "scope.hosts[0]: expected a host or host:port, got 'https://x.example/'"),
    ("scope/hosts/0", "x..example", "scope.hosts[0]: expected a host or host:port, got 'x..example' ('x..example' is no host name)"),
    ("scope/hosts/1", "x.EXAMPLE:80", "scope.hosts[1]: expected no duplicate of scope.hosts[0], got 'x.EXAMPLE:80'"),
    ("scope/samples/0", "https://x.example/A/", "scope.samples[0]: expected the URL of an article, got 'https://x.example/A/' (no scope.article pattern matches it)"),
    ("scope/samples/0", "https://x.example/about/", "scope.samples[0]: expected the URL of an article, got 'https://x.example/about/' (scope.exclude matches it)"),
    ("scope/samples/0", "https://y.example/a/", "scope.samples[0]: expected the URL of an article, got 'https://y.example/a/' (its host is not in scope.hosts)"),
    ("scope", "x", "scope: expected a table, got 'x'"),
    ("scope", ABSENT, "scope: expected a value, got nothing"),
    ("schema", 2, "schema: expected 1, got 2"),
    ("schema", True, "schema: expected 1, got true"),
    ("id", "X Y", "id: expected an id of a-z, 0-9, - and _, got 'X Y'"),
    ("id", 7, "id: expected an id of a-z, 0-9, - and _, got 7"),
    ("name", " ", "name: expected a string, got ' '"),
    ("name", ABSENT, "name: expected a value, got nothing"),
    ("country", "Kyrgyzstan", "country: expected an ISO 3166-1 alpha-2 code, or '001', got 'Kyrgyzstan'"),
    ("languages/0", "kz", "languages[0]: expected a BCP 47 tag, such as ja or uz-Cyrl, got 'kz' (Kazakh is kk)"),
    ("languages/0", "english", "languages[0]: expected a BCP 47 tag, such as ja or uz-Cyrl, got 'english'"),
    ("languages/1", "ky", "languages[1]: expected no duplicate of languages[0], got 'ky'"),
    ("kind", "newspaper", "kind: expected state | private | exile | think_tank | agency | ministry, got 'newspaper'"),
    ("timezone", "Asia/Atlantis", "timezone: expected an IANA time zone, such as Asia/Tashkent, got 'Asia/Atlantis'"),
    ("timezone", "Asia", "timezone: expected an IANA time zone, such as Asia/Tashkent, got 'Asia'"),
    ("timezone", "localtime", "timezone: expected an IANA time zone, such as Asia/Tashkent, got 'localtime'"),
    ("timezone", "../../etc/passwd", "timezone: expected an IANA time zone, such as Asia/Tashkent, got '../../etc/passwd'"),
    ("unverified/0", "entries[2].url", "unverified[0]: expected a dotted key of this file, got 'entries[2].url'"),
    ("entries/0/url", "feed/", "entries[0].url: expected an http(s) URL, got 'feed/' (expected http:// or https://)"),
    ("entries/0/url", 1, "entries[0].url: expected an http(s) URL, got 1"),
    ("entries/0/type", "rss", "entries[0].type: expected feed | sitemap | listing | archive, got 'rss'"),
    ("entries/0/max_pages", 3, "entries[0].max_pages: expected this key in a listing only, got it in a feed"),
    ("entries/1/max_pages", 0, "entries[1].max_pages: expected a whole number from 1 to 1000, got 0"),
    ("entries/1/max_pages", 2.0, "entries[1].max_pages: expected a whole number from 1 to 1000, got 2.0"),
    ("entries", [], "entries: expected an array of 1 or more, got an empty array"),
    ("entries", {"type": "feed"}, "entries: expected an array of 1 or more, got a table"),
    ("politeness/delay", -1, "politeness.delay: expected seconds from 0 to 3600, got -1"),
    ("politeness/delay", float("nan"), "politeness.delay: expected seconds from 0 to 3600, got nan"),
    ("politeness/delay", float("inf"), "politeness.delay: expected seconds from 0 to 3600, got inf"),
    ("politeness/delay", True, "politeness.delay: expected seconds from 0 to 3600, got true"),
    ("politeness/concurrency", 17, "politeness.concurrency: expected a whole number from 1 to 16, got 17"),
    ("noise/0/pattern", "*", "noise[0].pattern: expected a regular expression, got '*' (nothing to repeat at position 0)"),
    ("noise/0/since", "2024-01-01", "noise[0].since: expected a date, such as 2026-11-21, got '2024-01-01'"),
    ("noise/0/since", dt.datetime(2024, 1, 1, tzinfo=dt.UTC), "noise[0].since: expected a date, such as 2026-11-21, got 2024-01-01 00:00:00+00:00"),
    ("noise/0/since", dt.date(2026, 1, 1), "noise[0].until: expected a day not before 2026-01-01, got 2025-01-01"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "line"), TABLE)
def test_what_is_wrong_is_said_in_one_line(path: str, value: object, line: str) -> None:
    """The line names file, key, what was expected and what was there."""
    with pytest.raises(SourceError) as caught:
        parse_source(changed(path, value), file=FILE)

    assert f"{FILE}: {line}" == str(caught.value)
    assert caught.value.more == ()


def test_a_duplicate_entry_is_wrong() -> None:
    """Two equal entries are one too many."""
    data = tomllib.loads(TOML)
    data["entries"].append(copy.deepcopy(data["entries"][0]))
    with pytest.raises(SourceError) as caught:
        parse_source(data, file=FILE)

    assert caught.value.key == "entries[2]"


def test_all_that_is_wrong_is_found_at_once() -> None:
    """The first error carries the others."""
    data = changed("timezone", "x") | {"colour": "red", "kind": 1}
    with pytest.raises(SourceError) as caught:
        parse_source(data, file=FILE)

    assert [error.key for error in (caught.value, *caught.value.more)] == ["colour", "kind", "timezone"]


def test_a_source_without_samples_is_wrong() -> None:
    """Also where its pattern is unverified: somebody must have seen an article."""
    for unverified in ([], ["scope.article"]):
        with pytest.raises(SourceError) as caught:
            parse_source(changed("scope/samples", []) | {"unverified": unverified}, file=FILE)

        assert str(caught.value) == f"{FILE}: scope.samples: expected the URL of an article that was seen, got nothing"


def test_an_error_stays_on_one_line_and_survives_pickling() -> None:
    """Control characters are escaped; worker processes can hand it back."""
    error = SourceError("x\ny.toml", "a\u2028b", "a string", "'\x1b'")
    again = pickle.loads(pickle.dumps(error))

    assert str(error) == r"x\ny.toml: a\u2028b: expected a string, got '\x1b'"
    assert str(error) == str(again)
