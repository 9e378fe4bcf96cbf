"""Sentences that tell what somebody said or did: the article's, whatever words of a site's furniture are in them. Pure.

A call to subscribe, an appeal to pay or a disclaimer addresses the reader; it does not report.
"""

# ruff: noqa: E501 - as in phrases.py

from __future__ import annotations

import re

_FLAGS = re.IGNORECASE
_SAID = re.compile(
    # “…,” said the minister; …, the minister said
    r"[,?!.…][\"”’»]\s*[—–-]?\s*(?:[\w.’'-]+\s+){0,6}?(?:said|says|told|asked|added|wrote|replied|explained|warned|noted|recalled)\b|"
    r",\s*(?:[\w.’'-]+\s+){1,6}(?:said|says|told|added|wrote|warned|explained)\b|"
    r"[,»”\"]\s*[—–-]?\s*(?:сказал|заявил|отметил|говорит|сообщил|напомнил|добавил|рассказал|подчеркнул|пояснил|пишет|написал|ответил|указал)\w?\b|"
    r"[,，»”\"]\s*[—–-]?\s*(?:деп\s|дейді|деді|деген|дейт|деди|дейди|деган|deydi|dedi|degan|гуфт|таъкид кард|diýdi|diýip)|"
    r"[,“\"«»]\s*(?:sagte|sagt|erklärte|betonte|a déclaré|a dit|dit-il|explique|dijo|afirmó|explicó|disse|ha detto|powiedział|dedi|diyor)\b|"
    r"^[“\"«„][^”\"»“]{3,80}[”\"»“]\s+(?-i:[a-zа-яё])|"  # “…” is what the sentence speaks of
    r"[」』]と|と(?:述べ|語っ|語る|話し|話す|発表し|説明し|報じ|伝え|指摘し|強調し|訴え)",
    _FLAGS,
)
# The plain form that ends the sentences of Japanese papers; who addresses a reader says です, ます or ください.
_PLAIN_FORM = re.compile(
    r"(?:[たるだくつぬむぶぐ]|(?<!くださ)(?<!下さ)い|(?<!ょ)う|(?<!で)(?<!ま)す|(?:で|ま)した)。[」』）)]?\s*$"
)


def is_told(text: str) -> bool:
    """True for a sentence with somebody who says it, and for one in the plain form of Japanese prose."""
    return _PLAIN_FORM.search(text) is not None or _SAID.search(text) is not None
