"""The language of a text as a BCP 47 tag: a trained classifier, put right where it measurably fails.

On whole articles the classifier alone (`pipelines.classifier`) is right; on headlines and leads it takes English for
Nigerian Pidgin, Russian for Kyrgyz or Bulgarian, Kazakh in Latin letters for Azerbaijani. So its scores (log
likelihoods) are summed with what it cannot know: which languages this archive holds, which letters only one of them
writes, and what the page claims. All three decide near-ties only.
"""

from __future__ import annotations

import math
import re

from pipelines.classifier import ranked

_HOME = frozenset({"en", "ja", "ru", "kk", "uz", "ky", "tg", "tk"})
_HOME_BONUS = 12.0
# As much as a claim weighs: it settles a headline, never an article in another language.
_CLAIM_BONUS = 10.0
_LETTER_BONUS = 6.0
_MOST_LETTER_BONUS = 60.0
# A language with letters of its own uses one in about fifteen; each letter without one speaks against it.
_ABSENCE_PENALTY = 0.1
_MOST_ABSENCE_PENALTY = 20.0
_READ_CHARACTERS = 2000
_ENOUGH_CHARACTERS = (300, 600)  # where so many leave no doubt, the rest is not looked at
# Words that no other language writes, and small ones that others write, too: the classifier, whose tables of 68 MB
# take half a millisecond, need not say what three quarters of the English texts show by them.
_ENGLISH = frozenset({
    "the", "and", "that", "with", "from", "which", "this", "their", "were", "has", "are", "its", "been", "would",
    "they", "who", "said", "these", "those", "there", "when", "while",
})  # fmt: skip
_ENGLISH_TOO = frozenset({
    "of", "to", "in", "for", "was", "by", "will", "on", "is", "at", "as", "an", "be", "have", "it", "had", "his", "a",
    "not", "he", "she",
})  # fmt: skip
_LEAST_ENGLISH, _SMALL_SHARE = 4, 0.18
_NOT_OF_ENGLISH = re.compile(r"[^\x00-\x7f\u00a0\u2010-\u2026€£©®™°·½]")

# Letters that one of our languages writes and its neighbours do not; for Uzbek and Kazakh in both scripts.
_OWN_LETTERS = {
    "kk": re.compile(r"[әұіһӘҰІҺ]"),
    "ky": re.compile(r"[ңөүҢӨҮ]"),
    "tg": re.compile(r"[ӣӯҷӢӮҶ]"),
    "uz": re.compile(r"[ўЎ]|[oOgG][ʻ‘’'`](?=[a-z])"),
    "tk": re.compile(r"[ňŇýÝžŽ]"),
}
# Letters that a language never writes, though a neighbour does.
_FOREIGN_LETTERS = {
    "ky": re.compile(r"[әұіқғһӣӯҷҳў]", re.IGNORECASE),
    "ru": re.compile(r"[әұіқғһӣӯҷҳўңөү]", re.IGNORECASE),
    "uz": re.compile(r"[әұіӣӯҷңөүňýžäöüşçıńǵ]", re.IGNORECASE),
    "tg": re.compile(r"[әұіңөүў]", re.IGNORECASE),
    "kk": re.compile(r"[ӣӯҷҳўňž]", re.IGNORECASE),
    "tk": re.compile(r"[ńǵıúq]", re.IGNORECASE),
}
# Words and endings that one of two near languages writes so: what is left where a headline has none of those letters.
_OWN_WORDS = {
    "en": re.compile(
        r"\b(?:the|of|and|with|from|by|its|has|will|was|were|japanese|says|meets|signs|opens|proposes|visits|holds|hosts|wins)\b",
        re.IGNORECASE,
    ),
    "ru": re.compile(
        r"\b(?:его|ему|они|что|для|это|также|как|уже|лет|года|году|между|\w{3}(?:ила?|л(?:ся|ась|ись)|ются|[еи]тся)|\w+(?:ские|ского|ских|ской|ский|ого|ому|ыми?|ые))\b",
        re.IGNORECASE,
    ),
    "kk": re.compile(
        r"\b(?:бастал\w*|басшы\w*|тарихи|мемлекет\w*|осы|сондай|ашыл\w+|ашты|болды|бойынша|және|мен|туралы|дейді|деді|ол|отандас\w*|кездесті|келді|жүрген|бастады|бірге)\b",
        re.IGNORECASE,
    ),
    "ky": re.compile(
        r"\b(?:баштал\w*|башчы\w*|тарыхый|мамлекет\w*|ошол|ачыл\w+|ачты|болду|боюнча|жана|менен|дейт|деди|мекендеш\w*|жолукту|келди|менин|алар|берди|утул\w+|утту|баштады)\b"
        r"|\w{2}(?:одо|одон|онун|олор|угунда)\b|\w{3}(?:нун|нын|тте|тти)\b|\w{3}(?:ойт|ейт|айт)\b",
        re.IGNORECASE,
    ),
    "tk": re.compile(
        r"\b(?:bilen|barada|boldy|bardy|boýunça|gurady|duşuşdy|açyldy|geçirildi|etdi|hakda|eýdýär)\b|\w{3}(?:owyň|ewiň|ow|ew|dyr)\b",
        re.IGNORECASE,
    ),
    "uz": re.compile(
        r"\b(?:bilan|uchun|haqida|ikki|yangi|va|dedi|kuni|kunda|yil|yilda|qayd|etildi|berildi|nafar|bugun|keyin|qanday|eng|qaror\w*|viloyat\w*|tuman\w*|shahar\w*|keldi|bo'ldi|qildi|билан|учун|янги|икки|ва)\b"
        r"|\w{3}(?:нинг|лари|ларни|ларида|ларга|даги|лигаси|моқда)\b|[a-z]{3}(?:landi|lashdi|rashdi|tirildi|moqda|ning|adi|dagi|shdi)\b",
        re.IGNORECASE,
    ),
}
_WORD_BONUS = 8.0
_MOST_WORD_BONUS = 24.0
_LEAST_CORRECTION = _MOST_ABSENCE_PENALTY + _MOST_LETTER_BONUS
_MOST_CORRECTION = _HOME_BONUS + _CLAIM_BONUS + _MOST_LETTER_BONUS + _MOST_WORD_BONUS
_KANA = re.compile(r"[\u3041-\u30ff]")
# Kazakh of the 2018-2021 alphabets; the classifier has seen none. Karakalpak, which has no ISO 639-1 code, joins it.
_KAZAKH_LATIN = re.compile(r"[ǵńúıǴŃÚ]")
_KAZAKH_PAIR = re.compile(r"\A(?=[^ı]*ı)(?=(?:[^áóúń]*[áóúń]){2})[^ğşçöüəýñĞŞÇÖÜƏÝÑ]*\Z")
_KAZAKH_VOWEL = re.compile(r"[áóýÁÓÝ]")
_LETTER = re.compile(r"[^\W\d_]")
_CYRILLIC = re.compile(r"[\u0400-\u052f]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_HAN = re.compile(r"[\u3400-\u9fff]")


def detect_language(text: str, *, claimed: str | None = None) -> str | None:
    """The BCP 47 tag of `text`: `uz-Latn` or `uz-Cyrl` for Uzbek, else an ISO 639-1 code; None without letters.

    `claimed` is what the page says of itself (`ru`, `uz-Cyrl`, `kk_KZ`). It is evidence: it breaks a near-tie and
    cannot make an article of another language its own.
    """
    sample = text[:_READ_CHARACTERS]
    if not _LETTER.search(sample):
        return None
    if not sample.isascii():
        if _is_japanese(sample):
            return "ja"
        if _is_kazakh_latin(sample):
            return "kk"
    claim = _primary(claimed)
    return _with_script(_soon_sure(sample) or _best(sample, claim), sample)


def _soon_sure(sample: str) -> str | None:
    """The language that the first letters leave no doubt of; None where they do."""
    if len(sample) > _ENOUGH_CHARACTERS[0] and _is_plainly_english(sample[: _ENOUGH_CHARACTERS[0]]):
        return "en"
    for count in _ENOUGH_CHARACTERS:  # a loop: once compiled, a generator finds all before the first is looked at
        if len(sample) > count and (found := _sure(sample[:count])):
            return found
    return None


def _is_plainly_english(beginning: str) -> bool:
    if not beginning.isascii() and _NOT_OF_ENGLISH.search(beginning):
        return False
    words = beginning.lower().split()
    own = sum(word in _ENGLISH for word in words)
    return own >= _LEAST_ENGLISH and own + sum(word in _ENGLISH_TOO for word in words) >= _SMALL_SHARE * len(words)


def _sure(beginning: str) -> str | None:
    """The language that scores so high that none could catch up; None where one could."""
    (first, highest), (_, second) = ranked(beginning)[:2]
    return first if second + _MOST_CORRECTION < highest - _LEAST_CORRECTION else None


def _best(sample: str, claim: str | None) -> str:
    """The language with the highest score; what cannot catch up any more is not looked into, as that costs most."""
    best, highest = "", -math.inf
    for code, score in ranked(sample):
        if best and score + _MOST_CORRECTION < highest:
            break
        corrected = score + _correction(code, sample, claim)
        if corrected > highest:
            best, highest = code, corrected
    return best


def _primary(tag: str | None) -> str | None:
    return re.split("[-_]", tag.strip().lower())[0] if tag else None


def _is_japanese(text: str) -> bool:
    """Kana stands in no other language; the shares keep out a page that only cites a name, Chinese or Western."""
    kana, han = len(_KANA.findall(text)), len(_HAN.findall(text))
    return kana > 0 and han <= 12 * kana and 3 * (kana + han) >= len(_LETTER.findall(text))


def _is_kazakh_latin(text: str) -> bool:
    """One letter in forty of its own, with ǵ, or ı beside two of á, ó, ú and ń, among them: no neighbour writes so.

    Turkish, Azeri and Crimean Tatar write ı, too, beside letters that this Kazakh has not.
    """
    own = len(_KAZAKH_LATIN.findall(text))
    if not own:
        return False
    has_own = "ǵ" in text or ("ń" in text and "q" in text) or _KAZAKH_PAIR.match(text) is not None
    return has_own and 40 * (own + len(_KAZAKH_VOWEL.findall(text))) >= len(text)


def _correction(code: str, text: str, claim: str | None) -> float:
    """What is added to the classifier's score for this language."""
    return (
        (_HOME_BONUS * (code in _HOME)) + (_CLAIM_BONUS * (code == claim)) + _letters(code, text) + _words(code, text)
    )


def _words(code: str, text: str) -> float:
    own = _OWN_WORDS.get(code)
    return min(_MOST_WORD_BONUS, _WORD_BONUS * len(own.findall(text))) if own is not None else 0.0


def _letters(code: str, text: str) -> float:
    own, foreign = _OWN_LETTERS.get(code), _FOREIGN_LETTERS.get(code)
    score = 0.0
    if own is not None:
        count = len(own.findall(text))
        absent = min(_MOST_ABSENCE_PENALTY, _ABSENCE_PENALTY * len(text))
        score += min(_MOST_LETTER_BONUS, _LETTER_BONUS * count) if count else -absent
    if foreign is not None:
        score -= min(_MOST_LETTER_BONUS, _LETTER_BONUS * len(foreign.findall(text)))
    return score


def _with_script(code: str, text: str) -> str:
    """`uz` with the script that most of its letters are of; any other code as it is."""
    if code != "uz":
        return code
    return "uz-Cyrl" if len(_CYRILLIC.findall(text)) > len(_LATIN.findall(text)) else "uz-Latn"
