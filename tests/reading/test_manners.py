"""Whom the room answers."""

from __future__ import annotations

import pytest

from reading.manners import host_name


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("127.0.0.1:8080", "127.0.0.1"),
        ("localhost:8080", "localhost"),
        ("[::1]:8080", "[::1]"),
        ("192.168.1.5", "192.168.1.5"),
        ("Archive.Example:80", "archive.example"),
        ("evil.example:8080", None),
        ("127.0.0.1.evil.example", None),
        ("localhost@evil.example", None),
        ("", None),
        (None, None),
    ],
)
def test_addresses_and_own_names_alone(header: str | None, name: str | None) -> None:
    """A stranger's name may point here (DNS rebinding)."""
    assert host_name(header, ours=("archive.example",)) == name
