"""Formats that name both sides at once, and traps that look like a side and are none. Data only.

The format in its many spellings ("Central Asia plus Japan", 「中央アジア＋日本」) is not listed: the judge joins a
region and Japan that stand side by side. Here are the names which cannot be put together that way.
"""

from __future__ import annotations

from pipelines.terms import Term


def _trap(name: str, forms: str, *, seems: str = "jp") -> Term:
    return Term(name=name, side="trap", forms=forms, seems=seems)


FORMATS = (
    Term(
        name="Central Asia plus Japan",
        side="format",
        country="JP",
        forms=r"ca\s?\+\s?jad cajad カジャッド",
    ),
)

# A trap swallows its words, so that no name is found inside.
TRAPS = (
    _trap(
        "an official's title",
        "division~(?:for|of|on)~central~asia*~and~(?:the~)?caucasus "
        "department~(?:for|of|on)~central~asia*~and~(?:the~)?caucasus "
        "bureau~(?:for|of|on)~central~asia*~and~(?:the~)?caucasus "
        "director~(?:for|of|on)~central~asia*~and~(?:the~)?caucasus "
        "desk~(?:for|of|on)~central~asia*~and~(?:the~)?caucasus "
        ""
        " charged~with~central~asia* tasked~with~central~asia*"
        r" special~representative[^.\n]{0,40}?~for~(?:the~)?(?:countries~of~)?central~asia*"
        r" special~envoy[^.\n]{0,40}?~(?:for|to)~central~asia*"
        r" спецпредставител*[^.\n]{0,40}?~по~центральн*~ази*"
        r" специальн*~представител*[^.\n]{0,40}?~по~центральн*~ази*"
        " 中央アジア担当 中央アジア・コーカサス担当",
        seems="ca",
    ),
    _trap(
        "made in Japan",
        "made~in~japan japan(?:ese)?-made japanese~(?:used~)?(?:cars?|vehicles?) сделан*~в~япони* японск*~сборки"
        " японск*~иномар* японск*~автомоб* japan~made 日本製 日本車",
    ),
    _trap("a sea or an illness", "sea~of~japan японск*~мор* japanese~encephalitis японск*~энцефалит* 日本海 日本脳炎"),
    _trap(
        "the war of 1945",
        "japan(?:ese|'s)?~militaris* militarist*~japan* японск*~милитари* милитаристск*~япон* милитаризми~ҷопон*"
        " жапон*~милитари* япон*~милитари* yapon*~militari* ýapon*~militari* japanese~aggress* японск*~агресс*"
        " victory~over~(?:militaristic~)?japan* resistance~against~japan* побед*~над~(?:милитаристск*~)?япон*"
        " 軍国主義 抗日戦争",
    ),
    _trap(
        "a treaty named for a city",
        "kyoto~protocol* киотск*~протокол* kioto~protokol* 京都議定書 sendai~framework"
        " сендайск*~рамочн* сендайск*~програм* 仙台防災枠組 仙台枠組 hiroshima~and~nagasaki хиросим*~и~нагасак*",
    ),
    _trap(
        "a dish or a garden",
        "japanese~(?:restaurants?|cuisine|food|knotweed|beetle|quince)"
        " японск*~кухн* японск*~ресторан* япон*~таом* yapon*~taom* yapon*~oshxona* жапон*~тағам* жапон*~мейрамхана*"
        " жапон*~тамак* таом*~ҷопон* ýapon~tagam* 日本料理"
        " "
        " japanese~(?:tea|garden~furniture|sushi|whisky|maple|pancake|noodle|ramen|curry|dish|dessert)(?:s|es)?"
        " japanese~(?:snack|sauce|menu|kitchen|knife|knives|style~(?:sushi|rolls?|dishes))s?"
        " японск*~ча[йяею] японск*~(?:блюд|лапш|соус|десерт|панкейк|рамен|меню|роллы|закуск|нож)* суши-бар*"
        " sushi~(?:bar|restaurant)* японск*~(?:виски|клён*|клен*|спире*)",
    ),
    _trap("a breed of dog", "central~asian~shepherd* среднеазиатск*~овчарк*", seems="ca"),
    _trap(
        "a language switcher",
        r"language~(?:switcher|menu|list|bar)[^.\n]{0,60}?~japanese список~языков[^.\n]{0,60}?~japanese"
        r" переключател*~язык*[^.\n]{0,60}?~(?:japanese|японск*)",
    ),
    _trap(
        "a contest that is no sport",
        "финалист*~(?:конкурс|преми)* finalists?~(?:of|in|for)~the~(?:[a-z]+~)?(?:prize|award|contest|competition)*",
        seems="",
    ),
    _trap(
        "a quake long ago",
        "землетрясени*~1966 ташкентск*~землетрясен* earthquake~of~1966 1966~earthquake* tashkent~earthquake*"
        " 1966~(?:yilgi~|yildagi~)?(?:zilzila|зилзила)* 1966年の(?:大)?地震 タシケント(?:大)?地震",
        seems="",
    ),
    _trap(
        "a decoration",
        r"медаль[ю]?\s[«\"] dank~medal* dostyk~medal* do'stlik~medal* medal~of~(?:friendship|merit|labour|glory)",
        seems="",
    ),
    _trap("a surname", "japanov* жапанов* japaridze* джапаридзе*", seems=""),
)
