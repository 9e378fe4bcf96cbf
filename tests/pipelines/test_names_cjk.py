"""Bylines of Japanese, Chinese and Korean papers."""

from __future__ import annotations

import pytest

from pipelines.names_cjk import signed_name, titled_name


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("編集委員　高橋恵子", "高橋恵子"),
        ("社会部・高橋恵子", "高橋恵子"),
        ("高橋恵子記者", "高橋恵子"),
        ("高橋恵子・山岳大学教授", "高橋恵子"),
        ("記者高橋恵／即時報導", "高橋恵"),
        ("김하늘 기자", "김하늘"),
        ("橋の建設が始まる", None),
        ("編集部", None),
        ("Olga Reed", None),
    ],
)
def test_role_beside_a_name(line: str, name: str | None) -> None:
    """The role before it or behind it."""
    assert titled_name(line) == name


@pytest.mark.parametrize(
    ("paragraphs", "names"),
    [
        (["【ビシケク=高橋恵子】橋の建設が始まった。", "完成は来年だ。"], ["高橋恵子"]),
        (["橋の建設が始まった。", "完成は来年だ。【高橋恵子】"], ["高橋恵子"]),
        (["橋の建設が始まった。", "完成は来年だ。【ビシケク高橋恵子、タシケント山本進】"], ["高橋恵子", "山本進"]),
        (["橋の建設が始まった。", "完成は来年だ。（高橋恵子）"], ["高橋恵子"]),
        (["橋の建設が始まった。", "完成は来年だ。（敬称略）"], []),
        (["橋の建設が始まった。", "完成は来年だ。（写真提供）"], []),
        (["橋の建設が始まった。", "完成は来年だ。"], []),
    ],
)
def test_name_in_brackets(paragraphs: list[str], names: list[str]) -> None:
    """Before the first paragraph or behind one of the last two; other words stand in brackets as well."""
    assert signed_name(paragraphs) == names
