"""Bylines as Japanese, Chinese and Korean papers write them: a role beside the name, a name in brackets. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAME = r"[\u3400-\u9fff々][\u3400-\u9fff\u3040-\u309fー々]{1,5}"
_ROLE = (
    "編集委員|論説委員|解説委員|上級論説委員|客員編集委員|シニアライター|記者|特派員|通信員|支局長|総局長|デスク|ニュース・エディター|"
    "エディター|ライター|ジャーナリスト|フリーライター|フリージャーナリスト|経済部|政治部|社会部|国際部|科学部|外信部|文化部|運動部|"
    "聯合報 記者|記者|特派記者|本報記者|本报记者|记者"
)
_PROFESSION = (
    r"(?:教授|准教授|講師|研究員|弁護士|医師|記者|委員|作家|評論家|代表|ジャーナリスト|エコノミスト|ライター|所長|理事)"
)
_TITLED = (
    re.compile(rf"(?:.{{0,12}}[\s\u3000])?(?:{_ROLE})[\s\u3000・:：]*(?P<name>{_NAME})(?:[／/].*)?"),
    re.compile(rf"(?P<name>{_NAME})[\s\u3000]?(?:記者|特派員|通信員)"),
    re.compile(rf"(?P<name>{_NAME})・.{{0,30}}{_PROFESSION}"),
    re.compile(r"(?P<name>[\uac00-\ud7a3]{2,4})\s?기자(?:\s*\|.*)?"),
)
_PLACE = r"(?:[\u30a0-\u30ff]{2,10}|[\u3400-\u9fff]{2,4}[=＝・])?[=＝・]?"
_AT_END = re.compile(
    rf"【(?P<square>{_PLACE}{_NAME}(?:、{_PLACE}{_NAME})*)】$|[（(](?P<round>[\u3400-\u9fff々]{{3,5}})[）)]$"
)
_AT_START = re.compile(rf"【[^】]{{2,12}}[=＝](?P<name>{_NAME}(?:、{_NAME})*)】")
_LEADING_PLACE = re.compile(r"^(?:[\u30a0-\u30ff]{2,10}(?=[\u3400-\u9fff])|.*[=＝・])")
_NO_NAMES = re.compile(
    r".*(?:敬称略|終わり|おわり|続く|つづく|写真|共同|時事|談|抜粋|編集|速報|更新|関連|一部|提供|撮影|当時|会社|新聞|出典|参照|引用|"
    r"通信|時間|以上|以下|下記|上記|予定|無料|有料|限定|会員|年月|東京|大阪|地図|別表|図表|表|注|図)"
)


def titled_name(text: str) -> str | None:
    """The name in `編集委員 NAME`, `NAME記者`, `NAME・大学教授` or `NAME 기자`, None for any other line."""
    if len(text) > 60 or text.isascii():
        return None
    for pattern in _TITLED:
        match = pattern.fullmatch(text)
        if match is not None and _NO_NAMES.match(match["name"]) is None:
            return match["name"]
    return None


def signed_name(paragraphs: Sequence[str]) -> list[str]:
    """The names in `【東京=NAME】` before the first paragraph, in `【NAME】` or `（NAME）` behind one of the last."""
    if paragraphs and (start := _AT_START.match(paragraphs[0])):
        return start["name"].split("、")
    for text in reversed(paragraphs[-2:]):
        end = _AT_END.search(text[-60:])
        if end is not None:
            names = [_LEADING_PLACE.sub("", part) for part in (end["square"] or end["round"]).split("、")]
            return [name for name in names if 2 <= len(name) <= 6 and not _NO_NAMES.match(name)]
    return []
