"""What sites print to share an article with, as `pipelines.phrases`; beside it, since the link stage asks for it alone.

Pure data.
"""

# ruff: noqa: E501 - alternatives of one meaning stand on one line
from __future__ import annotations

import re

_FLAGS = re.IGNORECASE


def words(text: str) -> str:
    """An expression for phrases between bars, the longest first; any white space does for a space."""
    alternatives = [re.escape(word.strip()).replace(r"\ ", r"\s+") for word in text.split("|") if word.strip()]
    return "(?:" + "|".join(sorted(alternatives, key=len, reverse=True)) + ")"


_SHARE_WORDS = words(
    "share|share this|share article|share this page|share this story|share this article|share this post|share on|share via|share on social media|tweet|post|like|"
    "facebook|twitter|x|x (twitter)|telegram|whatsapp|vk|vkontakte|вконтакте|ok|одноклассники|viber|linkedin|pinterest|"
    "reddit|messenger|email|e-mail|mail|print|copy link|copy|copied|copy to clipboard|link|rss|line|はてなブックマーク|"
    "はてな|ツイート|シェア|シェアする|共有|共有する|ポスト|印刷|印刷する|保存|поделиться|поделитесь|поделиться статьёй|"
    "поделиться статьей|поделиться новостью|печать|распечатать|скопировать|скопировать ссылку|отправить|"
    "бөлісу|бөлісіңіз|бөлүшүү|бөлүшүңүз|бўлишиш|улашиш|ulashish|ulashing|bo‘lishish|do‘stlarga yuborish|"
    "мубодила|ба дӯстон фиристед|paýlaş|paýlaşmak|paylaş|button|close|text size|font size|facebook share"
)
# Only share words, icons and separators, any number of them; counts may stand between.
SHARE = re.compile(rf"(?>{_SHARE_WORDS}\b|[\W_]|\d|[・ー])+", _FLAGS)

# Share words at the end of a line of other things.
SHARE_END = re.compile(rf"(?:[\s|·•,:/–—-]+{_SHARE_WORDS}\b)+[\s|·•,:/–—-]*$", _FLAGS)
