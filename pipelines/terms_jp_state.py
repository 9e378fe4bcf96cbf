"""Ministries, parliament and court of Japan, its prefectures in Russian, arts, towns like surnames. Data only.

Left out on purpose: ministries that every state has under the same name in Japanese (`財務省`, `防衛省`, `法務省`).
"""

from __future__ import annotations

from pipelines.terms_jp_names import of_japan

# Alone they are words or surnames; behind `prefecture` or `in` they are Japan.
_PREFECTURES_IN_RUSSIAN = (
    "хоккайд|аомори|ивате|иватэ|мияги|акит|ямагат|фукусим|ибараки|тотиги|гумм|гунм|сайтам|тиб[аеыу]|токио|канагав"
    "|ниигат|тоям|исикав|фукуи|яманаси|нагано|гифу|сидзуок|аити|айти|миэ|мие|сига|сиге|киото|осак|хёго|хиого|нар[аеыу]"
    "|вакаям|тоттори|симанэ|симане|окаям|хиросим|ямагути|токусим|кагав|эхимэ|эхиме|коти|фукуок|саг[аеу]|нагасак"
    "|кумамот|оит[ае]|миядзаки|кагосим|окинав"
)
_TOWNS_LIKE_SURNAMES = (
    "takayama|matsumoto|toyota~city|sakai|okazaki|fujisawa|toyooka|maebara|kashiwa|kawasaki|miyazaki|yamaguchi"
    "|ishikawa|ogawa|nishio|handa|mito|otsu|kofu"
)

STATE = (
    of_japan(
        "ministries of Japan",
        "経産相 経産副大臣 経済産業相 経済産業大臣 国交相 国交省 国土交通省 国土交通大臣 厚労相 厚労省 厚生労働省"
        " 農水相 農水省 農林水産省 文科相 環境省 総務省 総務相 内閣府 デジタル庁 観光庁 資源エネルギー庁 気象庁"
        " 海上保安庁 国税庁 特許庁 =mlit =maff =mhlw",
        0.6,
    ),
    of_japan(
        "parliament of Japan",
        "参議院 衆議院 参院 衆院 自民党 公明党 立憲民主党 日本維新 house~of~councillors палат*~советников =ldp",
        0.6,
    ),
    of_japan(
        "court of Japan",
        "皇居 宮内庁 秋篠宮 佳子さま 愛子さま emperor's~birthday birthday~of~the~emperor audience~with~the~emperor"
        " день~рождения~император* дня~рождения~император* дню~рождения~император* дн[её]м~рождения~император*"
        " аудиенц*~у~император* imperator*~doglan* император*~туған~күн* imperator*~tug'ilgan* император*~туғилган*"
        " император*~туулган* akishino* акисино",
        0.6,
    ),
    of_japan(
        "bodies of Japan for labour and research",
        "=jitco =otit =nedo =jsce =jaif kosen 高専 im~japan",
        0.6,
    ),
    of_japan("a prefecture of Japan", f"префектур[а-я]{{1,3}}~(?:{_PREFECTURES_IN_RUSSIAN})*", 0.7),
    of_japan("a town of Japan", f"in~(?:{_TOWNS_LIKE_SURNAMES}) from~(?:{_TOWNS_LIKE_SURNAMES}) такаям[аеуы]", 0.6),
    of_japan(
        "arts of Japan",
        "and~koto koto~(?:and|concert|player|ensemble|performance|music)* shakuhachi* сякухати сякухачи"
        " hinamatsuri хинамацури kore-eda* корээда кореэд[аеуы] kurosawa* куросав[аеуы] ozu~yasujiro yasujiro~ozu одзу"
        " hayao~miyazaki хаяо~миядзаки makoto~shinkai макото~синка* hamaguchi~ryusuke рюсукэ~хамагути haruki~murakami*"
        " харуки~мураками murakami~haruki ёко~тавада 是枝 黒澤明 小津安二郎 村上春樹"
        " tanabata* танабат* noh~(?:theatre|theater|play|drama)* театр*~но\\b butoh rakugo ракуго"
        " karuta furoshiki* фуросики kintsugi* кинцуги omotesenke* ikuo~hirayama* hirayama~ikuo* икуо~хираям*"
        " хираям*~икуо 平山郁夫",
        0.6,
    ),
)
