"""Whose athletes a report of sport names: by surnames and patronymics, which the rest of a page is not judged by.

Pure. A surname alone is no country (rule sheet R11); in a report of a match with the other side it tells who played.
"""

from __future__ import annotations

import re

from pipelines.japanese_names import is_family_name

_CENTRAL_ASIAN = re.compile(
    r"[A-Z][a-z]{2,}(?:bekova?|ba[iy]?eva?|bayev|zhanova?|jonova?|ulla[iy]?eva?|sultanova?|tursunova?|tursynova?|muratova?"
    r"|temirova?|murodova?|berdiyeva?|geldiyev|muhammedova?|uly|ugli|o['‘ʻ’]g['‘ʻ’]li|kyzy|zoda)\b"
    r"|\b(?:Tursunov|Tursynov|Uulu|Kyzy|Muratov|Temirov)\b"
    r"|[А-ЯЁ][а-яё]*(?:галиев|ралиев|балиев|налиев|далиев)[а-я]{0,3}\b|[A-Z][a-z]+(?:gali|rali|bali|nali|dali)y?ev\b"
    r"|[А-ЯЁҚҒӘҰҮӨҲЎ][а-яёқғәұүөҳўі]{2,}(?:беков|баев|жанов|жонов|сынов|уллаев|султанов|турсунов|турсынов|муратов|темиров"
    r"|муродов|бердиев|гельдыев|мухаммедов|угл[иы]|улы|ұлы|уулу|кызы|қызы|зод[аеыу])[а-яі]{0,4}\b"
    r"|\b(?:Турсунов|Турсынов|Муратов|Темиров)[а-я]{0,3}\b|[А-ЯЁ][а-яё]+ (?:уулу|кызы)\b"
    r"|[ァ-ヴー]{2,}(?:ベコ|バエ|ジャノ|ムラト|ムロド|スルタノ|トゥルスノ|ラエ|ベルディエ)[フワ]|スメトフ|クルバノフ|ジャロロフ"
)
_SURNAMES = (
    "abe ando aoki doi endo fujii fujinami fujita fujiwara fukuda goto hara harada harimoto hasegawa hashimoto"
    " hayashi hirano ikeda inoue ishida ishikawa ito kaneko kato kimura kobayashi kondo kudo kusaka maeda"
    " maruyama matsuda matsumoto miura miyazaki mori morita murakami nagasawa nakagawa nakamura nakano nakayama"
    " nishimura ogawa ohashi okada ono ota saito sakai sakamoto sasaki sato shibata shimizu sudo sugiyama"
    " suzuki takagi takahashi takeuchi tamura tanaka tsuboi uchida ueda wada watanabe yamada yamaguchi yamamoto"
    " yamashita yokoyama yoshida"
)
_SURNAMES_CYRILLIC = (
    "абэ андо аоки ватанабэ икэда иноуэ исида исикава кимура кобаяси кондо кусака маруяма мацуда мацумото"
    " миура миядзаки морита мураками накагава накамура накано накаяма нисимура огава окада охаси сайто сакаи"
    " сакамото сасаки судзуки такаги такахаси такэути тамура танака утида уэда фудзии фудзинами фудзита фукуда"
    " харимото хасегава хасимото хасэгава хирано цубои эндо ямагути ямада ямамото ямасита ёкояма ёсида"
)
_JAPANESE = re.compile(
    rf"\b(?:{'|'.join(word.capitalize() for word in (*_SURNAMES.split(), *_SURNAMES_CYRILLIC.split()))})\b"
)
# Long enough that no name of another country is spelt so.
_CAPITALISED = re.compile(r"\b(?:[A-Z][a-z]{5,}|[А-ЯЁ][а-яё]{5,})\b")


def athletes_of(text: str) -> frozenset[str]:
    """The sides, `ca` and `jp`, that surnames in a text speak for."""
    sides = {"ca"} if _CENTRAL_ASIAN.search(text) else set()
    if _JAPANESE.search(text) or any(is_family_name(word) for word in _CAPITALISED.findall(text)):
        sides.add("jp")
    return frozenset(sides)
