"""crawler.config: the catalogue and the environment, read once and strictly."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawler.config import Catalogue, CatalogueErrors, Settings, UnknownSource, load_catalogue, read_environment
from crawler.scope import Verdict, classify

TOML = r"""
schema = 1
id = "{id}"
name = "X"
name_en = "X"
country = "KG"
languages = ["ky"]
kind = "state"
timezone = "Asia/Bishkek"
[[entries]]
type = "feed"
url = "https://{id}.example/feed/"
[scope]
hosts = ["{id}.example", "{id}.example:8080"]
article = ['^/[a-z-]+/$']
samples = ["https://{id}.example/a-b/"]
"""


def write(folder: Path, *ids: str) -> None:
    for id_ in ids:
        (folder / f"{id_}.toml").write_text(TOML.replace("{id}", id_), encoding="utf-8")


def errors_of(**folders: Path | None) -> list[str]:
    with pytest.raises(CatalogueErrors) as caught:
        load_catalogue(**{"sources_dir": None, "only_dir": None} | folders)
    lines = str(caught.value).split("\n")
    assert len(lines) == len(caught.value.errors)
    return lines


@pytest.fixture
def packaged() -> Catalogue:
    return load_catalogue(sources_dir=None, only_dir=None)


def test_the_packaged_sources_are_valid(packaged: Catalogue) -> None:
    """Every packaged file loads, sorted by id, and each sample is an article."""
    assert sorted(packaged.ids) == list(packaged.ids)
    assert {"iais", "timesca"} <= set(packaged.ids)
    for source in packaged:
        assert {Verdict(kind="article")} >= {classify(source, url) for url in source.scope.samples}


@pytest.mark.parametrize(
    ("source", "url", "kind"),
    [
        ("timesca", "https://timesca.com/tokyo-steps-up-iwayas-central-asia-tour/", "article"),
        ("timesca", "https://timesca.com/tag/central-asia-japan/page/2/", "listing"),
        ("timesca", "https://timesca.com/category/news/uzbekistan/", "listing"),
        ("timesca", "https://timesca.com/category/news/uzbekistan/feed/", "other"),
        ("timesca", "https://timesca.com/author/x/", "other"),
        ("timesca", "https://timesca.com/", "other"),
        ("iais", "https://www.iais.uz/en/outputs/economic-security-strategy", "article"),
        ("iais", "https://iais.uz/en/outputnews/3?page=2", "listing"),
        ("iais", "https://iais.uz/en/outputs", "other"),
    ],
)
def test_the_scope_of_the_packaged_sources(packaged: Catalogue, source: str, url: str, kind: str) -> None:
    """Articles, listings and the rest are told apart."""
    assert kind == classify(packaged.get(source), url).kind


@pytest.mark.parametrize(
    ("text", "is_noise"),
    [
        ("KGS/USD = 0.01144 0%", True),
        ("• TJS/USD = 0.10899 -0.37%", True),
        ("Suggested Articles", True),
        ("The som fell; KGS/USD = 0.01144 0%", False),
    ],
)
def test_the_noise_of_timesca(packaged: Catalogue, text: str, *, is_noise: bool) -> None:
    """The ticker goes, a sentence about the rate stays."""
    assert is_noise == any(rule.pattern.fullmatch(text) for rule in packaged.get("timesca").noise)


def test_an_own_folder_stands_beside_the_packaged_sources_or_alone(tmp_path: Path, packaged: Catalogue) -> None:
    """`sources_dir` adds, `only_dir` replaces; other files in it are left alone."""
    write(tmp_path, "zz", "aa")
    (tmp_path / "README.md").write_text("no source", encoding="utf-8")
    (tmp_path / "._aa.toml").write_bytes(b"\0")

    assert sorted([*packaged.ids, "aa", "zz"]) == list(load_catalogue(sources_dir=tmp_path, only_dir=None).ids)
    assert load_catalogue(sources_dir=None, only_dir=tmp_path).ids == ("aa", "zz")
    assert load_catalogue(sources_dir=tmp_path, only_dir=tmp_path).ids == ("aa", "zz")


def test_a_byte_order_mark_is_no_error(tmp_path: Path) -> None:
    """Some editors write one."""
    (tmp_path / "x.toml").write_bytes(b"\xef\xbb\xbf" + TOML.replace("{id}", "x").encode())

    assert load_catalogue(sources_dir=None, only_dir=tmp_path).ids == ("x",)


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    """One line for each fault, in the order of the files."""
    write(tmp_path, "timesca")
    (tmp_path / "a.toml").write_text("schema = ", encoding="utf-8")
    (tmp_path / "b.toml").write_bytes(b"name = '\xff'")
    (tmp_path / "c.toml").mkdir()
    (tmp_path / "d.toml").write_text(TOML.replace("{id}", "e"), encoding="utf-8")
    (tmp_path / "f.toml").write_text(TOML.replace("{id}", "f").replace("KG", "kg").replace("state", "?"))

    assert [
        f"{tmp_path}/a.toml: expected TOML, got Invalid value (at end of document)",
        f"{tmp_path}/b.toml: expected UTF-8 text, got byte 0xff at offset 8",
        f"{tmp_path}/c.toml: expected a file that can be read, got is a directory",
        f"{tmp_path}/d.toml: id: expected the name of the file, 'd', got 'e'",
        f"{tmp_path}/f.toml: country: expected an ISO 3166-1 alpha-2 code, or '001', got 'kg'",
        f"{tmp_path}/f.toml: kind: expected state | private | exile | think_tank | agency | ministry, got '?'",
        f"{tmp_path}/timesca.toml: id: expected an id that crawler/sources/timesca.toml has not, got 'timesca'",
    ] == errors_of(sources_dir=tmp_path)


def test_a_folder_that_cannot_be_read_is_wrong(tmp_path: Path) -> None:
    """A missing folder is told; an empty one too, where nothing else is read."""
    missing = tmp_path / "missing"

    assert [f"{missing}: expected a folder that can be read, got no such file or directory"] == errors_of(
        sources_dir=missing
    )
    assert [f"{missing}: expected a folder that can be read, got no such file or directory"] == errors_of(
        only_dir=missing
    )
    assert [f"{tmp_path}: expected a folder with source files (*.toml), got none"] == errors_of(only_dir=tmp_path)


def test_an_unknown_source_is_answered_with_a_guess(packaged: Catalogue) -> None:
    """One line says what may have been meant, and what there is."""
    with pytest.raises(UnknownSource) as caught:
        packaged.get("timsca")

    assert ("timsca", packaged.ids) == (caught.value.id, caught.value.known)
    assert f"no source is called 'timsca'; did you mean 'timesca'? (known: {', '.join(packaged.ids)})" == str(
        caught.value
    )


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("x.example", "x"),
        ("X.Example:443", "x"),
        ("x.example:80", "x"),
        ("x.example:8080", "x"),
        ("x.example:8081", None),
        ("sub.x.example", None),
        ("", None),
        ("a b", None),
    ],
)
def test_for_host(tmp_path: Path, host: str, expected: str | None) -> None:
    """A host leads to its source; a port that is not the default belongs to it."""
    write(tmp_path, "x", "y")
    source = load_catalogue(sources_dir=None, only_dir=tmp_path).for_host(host)

    assert expected == (source.id if source else None)


def test_the_environment_is_read_in_one_place() -> None:
    """Each variable has one field; absent or empty means the default."""
    environ = {
        "KAKEHASHI_STORE": "s3://b/p",
        "KAKEHASHI_SOURCES": "mine",
        "KAKEHASHI_ONLY_SOURCES": "theirs",
        "KAKEHASHI_SPOOL": "spool",
        "KAKEHASHI_CONTACT": "desk@x.example",
    }

    assert Settings(
        store="s3://b/p",
        sources=Path("mine"),
        only_sources=Path("theirs"),
        spool=Path("spool"),
        contact="desk@x.example",
    ) == read_environment(environ)
    assert Settings(store="./data") == read_environment({})
    assert Settings() == read_environment(dict.fromkeys(environ, ""))
