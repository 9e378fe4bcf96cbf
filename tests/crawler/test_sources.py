"""crawler.sources: what the page stage is told of a source, and what makes it read pages anew."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from crawler.source_file import parse_source
from tests.crawler.source_example import EXPECTED, changed


def test_page_rules_hold_what_concerns_pages() -> None:
    """The page stage is told source, publisher, zone, languages, noise, and a digest of these."""
    rules = EXPECTED.page_rules()

    assert ("x", "Икс", "Asia/Bishkek", ("ky", "uz-Cyrl"), EXPECTED.noise) == (
        rules.source,
        rules.publisher,
        rules.timezone,
        rules.languages,
        rules.noise,
    )
    assert re.fullmatch("sha256:[0-9a-f]{64}", rules.digest or "")


@pytest.mark.parametrize(
    ("path", "value", "same"),
    [
        ("politeness/delay", 9, True),
        ("scope/exclude", ["^/z"], True),
        ("name_en", "Y", True),
        ("name", "Игрек", False),
        ("id", "y", False),
        ("timezone", "UTC", False),
        ("languages", ["ky"], False),
        ("noise/0/pattern", "KZT.*", False),
        ("noise/0/until", dt.date(2025, 1, 2), False),
    ],
)
def test_the_digest_changes_with_what_concerns_pages_alone(path: str, value: object, *, same: bool) -> None:
    """A change of scope or politeness makes no article anew."""
    digest = parse_source(changed(path, value), file="x.toml").page_rules().digest

    assert same == (digest == EXPECTED.page_rules().digest)
