"""Names of the Japanese side: the country, its cities, people, institutions and firms. Data only.

Weights below 0.5 cannot stand for Japan alone: a make of car, a news agency that is only quoted, the yen.
Presidents of the Asian Development Bank are left out on purpose; a Japanese surname there is not Japan.
"""

from __future__ import annotations

from pipelines.terms import Term
from pipelines.terms_jp_names import INSTITUTIONS, PLACES
from pipelines.terms_jp_state import STATE


def _jp(name: str, forms: str, weight: float = 0.8) -> Term:
    return Term(name=name, side="jp", weight=weight, country="JP", forms=forms)


def _body(name: str, forms: str, weight: float = 1.0) -> Term:
    return Term(name=name, side="jp", weight=weight, country="JP", organisation=True, forms=forms)


# How given names of Japan begin or sound. Only after `ambassador`: a Japanese name elsewhere is not Japan.
_GIVEN = (
    "keiko|yuko|yoko|noriko|masako|hiroko|akiko|takeshi|kenji|koji|yuji|seiji|kazuo|akira|jun|susumu|mamoru|makoto|satoshi"
    "|tsutomu|manabu|(?:toshi|yoshi|masa|hide|nori|kazu|shige|taka|tomo|hiro|tatsu|mitsu|katsu|shin|ryo|shun|tetsu|aki"
    "|nobu|yasu|haru|kiyo)[a-z]+"
)
_GIVEN_CYRILLIC = (
    "к[эе]йко|юко|[йё]ко|норико|хироко|такэси|к[эе]ндзи|кодзи|юдзи|синдзи|дзюн|сусуму|мамору|макото|сатоси|цутому|(?:тоси|ёси"
    "|маса|хид[эе]|нори|кадзу|сиг[эе]|шиг[эе]|така|томо|хиро|тацу|мицу|кацу|синъ|рё|т[эе]цу|аки|нобу|ясу|хару|киё)[а-яё]+"
)
_AMBASSADORS = " ".join(
    [rf"ambassador~(?:{_GIVEN})"]
    + [
        rf"{word}~(?:{_GIVEN_CYRILLIC})"
        for word in ("посол", "посла", "послом", "послу", "елші[а-яі]*", "элчи[а-я]*", "сафир[иӣ]?")
    ]
    + [rf"{word}~(?:{_GIVEN})" for word in ("elchi[a-z]*", "ilçi[a-zý]*")]
)

# A make of car or of a camera is Japan where the firm itself acts, or is called a firm.
_MAKERS = (
    "toyota nissan honda suzuki mazda subaru isuzu panasonic sony toshiba yamaha canon kawasaki тойот[аыуе] тойотой"
    " ниссан* хонд[аыуе] судзуки сузуки мазд[аыуе] субару исузу исудзу панасоник* тошиб[аыуе] кавасаки"
)
_ACTING_MAKERS = " ".join(
    rf"{make}~(?:motors?|corp(?:oration)?|plans?|will|intends?|interested|wants|eyes|considers?|may|delegation"
    rf"|executives?|representatives?|engineers?|plant|factory|starts|begins|opens|builds|invests|launches|joins|to~(?:build|assemble|open|invest|produce|launch|supply)"
    rf"|построит|откроет|начн[её]т|запустит|собирает|строит|вложит|поставит|планиру|намерен|намерева|заинтересован|готов[аы]?|хочет|может|инвестиру|мотор|корпорац"
    rf"|kompani|korporat|компани|концерн)*"
    for make in _MAKERS.split()
)

BODIES = (
    _body(
        "JICA",
        "jica* джайка жайка жика ҷайка* ҷика* japan~international~cooperation~agency"
        " японск*~агентств*~международн*~сотрудничеств* японск*~агентств*~по~международн*~сотрудничеств*"
        " yaponiya~xalqaro~hamkorlik~agentlig* япония~халқаро~ҳамкорлик~агентлиг*"
        " жапония*~халықаралық~ынтымақтас*~агент* жапон*~эл~аралык~кызматташ*~агент*"
        " агентии~ҳамкор*~байналмилал* ýaponiýanyň~halkara~hyzmatdaşlyk~agentlig* 国際協力機構",
    ),
    _body("JETRO", "jetro джетро japan~external~trade~organi[sz]ation ジェトロ 日本貿易振興機構"),
    _body(
        "JBIC",
        "jbic japan~bank~for~international~cooperation японск*~банк*~международн*~сотрудничеств*"
        " ýaponiýanyň~halkara~hyzmatdaşlyk~bank* 国際協力銀行",
    ),
    _body("NEXI", "=nexi nippon~export~and~investment~insurance 日本貿易保険"),
    _body("JOGMEC", "jogmec エネルギー・金属鉱物資源機構 石油天然ガス・金属鉱物資源機構"),
    _body("Japan Foundation", "japan~foundation японск*~фонд* 国際交流基金"),
    _body("Nippon Foundation", "nippon~foundation ниппон~фонд* 日本財団 笹川平和財団"),
    _body("MEXT", "=mext monbukagakusho* монбукагакусё* 文部科学省 文科省", 0.8),
    _body("METI", "=meti 経済産業省 経産省"),
    _body("Ministry of Foreign Affairs of Japan", "外務省 外務大臣 外務副大臣", 0.6),
    _body("ROTOBO", "=rotobo ロシアnis貿易会"),
    _body("Japan Chamber of Commerce", "日本商工会議所 東京商工会議所 経団連 keidanren* кейданрэн"),
    _body("JDS", "=jds 人材育成奨学計画", 0.6),
    _body("Japan Airlines", "japan~airlines 日本航空 全日空 全日本空輸"),
    _body("Mitsubishi", "mitsubishi* мицубис* мицубиш* 三菱", 0.7),
    _body("Mitsui", "mitsui* мицуи* 三井物産 三井", 0.8),
    _body("Itochu", "itochu* итотю* иточу* 伊藤忠", 0.8),
    _body("Marubeni", "marubeni* марубени* 丸紅", 0.8),
    _body("Sumitomo", "sumitomo* сумитом* 住友", 0.8),
    _body("Sojitz", "sojitz* содзиц* 双日", 0.8),
    _body("a maker of Japan that acts", _ACTING_MAKERS, 0.7),
    _body("Toyota Tsusho", "toyota~tsusho* 豊田通商", 0.8),
    _body("Toyota", "toyota* тойот* トヨタ", 0.4),
    _body(
        "firms of Japan",
        "daiwa* дайва* nomura* номура* yokogawa* йокогав* иокогав* yanmar* янмар* kubota* кубота* nippon~steel*"
        " nippon~koei*"
        " ниппон~коэй* oriental~consultants* ntt~data* =nec fujitsu* фудзитсу shimadzu* симадзу*"
        " kansai~electric* kyuden* tepco*"
        " =ihi =orix =sbi softbank* софтбанк* rakuten* ракутен* =sbi tadano* тадано hino~motors asahi~kasei*"
        " taiheiyo* sekisui*"
        " mitsubishi~heavy* horiba* katahira* obayashi* kajima* taisei* тайсэй 大和証券 野村 三菱重工 日本工営"
        " 清水建設 大林組 鹿島建設",
        0.7,
    ),
    _body(
        "makers of goods",
        "panasonic* панасоник* ^sony toshiba* тошиба* hino yamaha* ямаха* uniqlo* юникло canon* nikon*",
        0.3,
    ),
    _body("Komatsu", "komatsu* комацу* 小松製作所 コマツ", 0.7),
    _body("Hitachi", "hitachi* хитачи* хитати* 日立", 0.6),
    _body("Isuzu", "isuzu* исузу* исудзу* いすゞ", 0.5),
    _body("Kawasaki Heavy Industries", "kawasaki~heavy~industries кавасаки~хэви* 川崎重工", 0.8),
    _body("Toyo Engineering", "toyo~engineering 東洋エンジニアリング", 0.8),
    _body("JGC", "=jgc 日揮 =chiyoda 千代田化工", 0.7),
    _body("Tokyo Boeki", "tokyo~boeki* 東京貿易", 0.8),
    _body("Bridgestone", "bridgestone* бриджстоун* ブリヂストン", 0.5),
    _body("Inpex", "inpex* インペックス", 0.8),
    _body("Muji", "=muji 無印良品", 0.6),
    _body("Japanese banks", "=mufg =smbc mizuho* みずほ 三菱ufj", 0.7),
    _body("Muroosystems", "muroosystems* muroo~systems*", 0.6),
    _body(
        "makes of car",
        "nissan* honda subaru* lexus* mazda* suzuki suzukis ниссан* хонда хонды субару лексус* мазда",
        0.3,
    ),
)

COUNTRY = (
    _jp("Japanese language", "日本語", 0.6),
    _jp(
        "Japan",
        "japan* япон* жапон* japon* zhapon* yapon* ýapon* japón* giappon* ҷопон* nippon* land~of~the~rising~sun"
        " стран*~восходящ*~солнц* кунчиқар~юрт* kunchiqar~yurt* күншығыс~ел* күнчыгыш~өлкө* 日本",
        1.0,
    ),
    Term(name="Japan", side="jp", country="JP", languages=frozenset({"tg"}), forms="чопон*"),
    _jp(
        "Japan",
        "対日 在日 駐日 訪日 来日 日系 邦人 都内 <日・中央アジア <日中央アジア <日カザフ <日ウズベ <日キルギス <日タジ"
        " <日トルクメ",
    ),
    _jp("our country (Japan)", "我が国 わが国", 0.4),
    _jp(
        "money in yen",
        "billion~yen million~yen trillion~yen bn~yen млрд~иен* миллиард*~иен* млн~иен* миллион*~иен* трлн~иен*"
        " триллион*~иен*"
        " милли(?:ард|он)~(?:иен*|йен*) milli(?:ard|on)~iyen* млрд~йен* млн~йен* trillion~iyen*",
        0.6,
    ),
    _jp(
        "things of Japan",
        "hibakusha* хибакус* ikebana* икебан* kabuki кабуки haiku хайку хокку ukiyo-e укиё-э shamisen* сямисэн* "
        " bunka~kaikan kokugikan* budokan* кокугикан будокан* 国技館 urasenke* урасэнкэ tea~ceremony чайн*~церемон*"
        " wagashi bunraku kokeshi кокэси"
        " 生け花 茶道 被爆者 琉球 ジブリ 宮崎駿 手塚治虫 任天堂 ghibli* гибли джибли 歌舞伎 能楽 狂言 和太鼓 三味線"
        " 尺八 浮世絵 和紙 日本酒",
        0.6,
    ),
    _jp("dress and arms of Japan", "samurai* самура[йяе]* yukata юката kimono* кимоно taiko~drum*", 0.4),
    _jp("yen", "yen ^yenes иен[аыуе]? иенов йен[аыуе]? iyen* 円借款 億円 兆円 万円", 0.4),
    _jp(
        "Japanese television",
        "nhk~(?:world|director*|crew*|documentar*|режисс*|съёмоч*|съемоч*|телекан*|ekib*|rejiss*)",
        0.7,
    ),
    _jp(
        "Japanese news agencies",
        "=nhk ^kyodo ^киодо ^jiji asahi~shimbun асахи~симбун* yomiuri* иомиури ёмиури йомиури mainichi* майнити"
        " sankei"
        " санкэй санкей 共同通信 時事通信 朝日新聞 読売新聞 毎日新聞 産経新聞",
        0.3,
    ),
    _jp("Nikkei", "nikkei* никкей* никкэй* 日経", 0.4),
)

CITIES = (
    # The games are sport, though many a team came from Central Asia.
    Term(
        name="Tokyo 2020",
        side="sport",
        country="JP",
        forms="tokyo~(?:2020|olympic)* tokio~(?:2020|olimp)* tokıo~2020 токио~(?:2020|олимп)*"
        " 東京(?:2020|五輪|オリ|パラ)",
    ),
    _jp("Tokyo", "tokyo* tokio* tokiýo* tokiyo* tokıo* токио* токийск* tóquio 東京"),
    _jp("Osaka", "osaka* осака* осак[иеу] осакой осакск* 大阪 関西"),
    _jp("Kyoto", "kyoto* kioto* kýoto* kiýoto* киото* кёто 京都"),
    _jp("Hiroshima", "hiroshima* hirosima* xirosima* хиросим* хиросіма* 広島"),
    _jp("Nagasaki", "nagasaki* нагасак* 長崎"),
    _jp(
        "Fukushima Prefecture",
        "fukushima~(?:prefecture|city|university|medical)* префектур*~фукусим* 福島(?!第|原|事故|の原)",
    ),
    _jp("Fukushima", "fukushima* fukuşima* fukusima* фукусим* фукусім* фукушим* 福島", 0.5),
    _jp("Nagoya", "nagoya* нагоя* нагой* 名古屋"),
    _jp("Yokohama", "yokohama* iokogama* yokogama* ýokogama* йокохам* ёкогам* иокогам* йокогам* 横浜"),
    _jp("Kobe", "^kobe ^кобе 神戸", 0.6),
    _jp("Hokkaido", "hokkaid* хоккайд* sapporo* саппоро* 北海道 札幌"),
    _jp("Okinawa", "okinawa* окинав* 沖縄"),
    _jp("Sendai", "sendai* сендай* сэндай* 仙台"),
    _jp("Fukuoka", "fukuoka* фукуок* kyushu* кюсю 福岡 九州"),
    _jp("Tsukuba", "tsukuba* цукуб* 筑波 つくば"),
    _jp("Niigata", "niigata* ниигат* 新潟"),
    _jp("Kumamoto", "kumamoto* кумамот* 熊本"),
    _jp("Kagoshima", "kagoshima* кагосим* 鹿児島"),
    _jp("Maizuru", "maizuru* майдзуру* 舞鶴"),
    # Before the third parties: Канадзава begins like Canada.
    _jp("Kanazawa", "kanazawa* канадзав* 金沢"),
    _jp("Kanagawa", "kanagawa* канагав* 神奈川"),
    _jp("Nagano", "nagano нагано 長野"),
    _jp("Shizuoka", "shizuoka* сидзуок* 静岡"),
    _jp("Saitama", "saitama* сайтам* 埼玉"),
    _jp("Hyogo", "hyogo хёго 兵庫"),
    _jp("Aichi", "^aichi 愛知", 0.6),
    _jp("Narita", "narita нарита наритой 成田 羽田 haneda ханэда ханеда"),
    _jp(
        "universities of Japan",
        "soka~universit* сока~университет* университет*~сока hitotsubashi* хитоцубас* ritsumeikan*"
        " рицум[эе]йкан* doshisha*"
        " досися дёсися tohoku* тохоку tokai~universit* университет*~токай meiji~universit* университет*~м[эе]йдзи"
        " kindai~universit*"
        " sophia~universit* rikkyo* 東北大 一橋大 立命館 創価大 神戸大 京大 東大(?!会|使) 東海大 明治大",
    ),
    _jp("Waseda", "waseda* васэда* васеда* keio 早稲田 慶應"),
    _jp("a governor in Japan", "губернатор*~префектур* префектур*~айти governor*~of~[a-z]+~prefecture", 0.7),
    _jp("prefecture", "prefecture* префектур* prefektur* 県知事", 0.4),
)

# The prefectures and cities that are not above; where the name is a word or a surname, only with 県, or not at all.
PREFECTURES = tuple(
    _jp(name, forms, 0.7)
    for name, forms in (
        ("Aomori", "aomori* аомори 青森"),
        ("Iwate", "iwate* иватэ ивате 岩手"),
        ("Miyagi", "miyagi* мияги 宮城(?:県|市|の)"),
        ("Akita", "^akita ^акита 秋田"),
        ("Yamagata", "yamagata* ямагата 山形"),
        ("Ibaraki", "ibaraki* ибараки 茨城"),
        ("Tochigi", "tochigi* тотиги 栃木"),
        ("Gunma", "gunma* гунма гумма 群馬"),
        ("Chiba", "^chiba ^çiba ^тиба ^тибе ^тибы ^чиба 千葉"),
        ("Toyama", "^toyama ^тояма ^тояме 富山"),
        (
            "Ishikawa",
            "ishikawa~prefecture* in~ishikawa исикав* 石川(?:県|市|の) noto~peninsula* полуостров*~ното 能登",
        ),
        ("Fukui", "fukui* фукуи 福井(?:県|市|の)"),
        ("Yamanashi", "yamanashi* яманаси 山梨"),
        ("Gifu", "gifu гифу 岐阜"),
        ("Shiga", "shiga~prefecture* 滋賀"),
        ("Nara", "from~nara in~nara nara~city nara~prefecture* префектур*~нара 奈良"),
        ("Wakayama", "wakayama* вакаяма вакаяме 和歌山"),
        ("Tottori", "tottori* тоттори 鳥取"),
        ("Shimane", "shimane* симанэ симане 島根"),
        ("Okayama", "okayama* окаяма окаяме 岡山"),
        ("Yamaguchi", "yamaguchi~prefecture* 山口(?:県|市|の)"),
        ("Tokushima", "tokushima* токусима 徳島"),
        ("Ehime", "ehime* эхимэ эхиме 愛媛"),
        ("Kochi", "kochi~prefecture* 高知(?:県|市|の)"),
        ("Saga", "saga~prefecture* 佐賀(?:県|市|の)"),
        ("Oita", "^oita ^оита ^оите 大分(?:県|市|の)"),
        ("Miyazaki", "miyazaki~prefecture* 宮崎(?:県|市|の)"),
        ("Honshu", "honshu* honsyu* xonsyu* хонсю 本州"),
        ("Shikoku", "shikoku* сикоку 四国"),
        ("Hamamatsu", "hamamatsu* хамамацу 浜松"),
        ("Himeji", "himeji* химэдзи 姫路"),
        ("Beppu", "beppu беппу 別府"),
        ("Kansai", "kansai кансай"),
    )
)

PEOPLE = (
    _jp("Takaichi", "takaichi* takaiçi* такаити* такаичи* 高市"),
    _jp("Ishiba", "ishiba* исиб[аыуеой]* 石破"),
    _jp("Kishida", "kishida* kisida* кисид* кишид* 岸田"),
    _jp("Suga", "yoshihide~suga suga~yoshihide ёсихидэ~суга 菅義偉 菅首相"),
    _jp("Abe", "shinzo~abe* shinzō~abe* abe~shinzo şinzo~abe* синдзо~аб* ^абэ 安倍"),
    _jp("Koizumi", "koizumi* коидзуми* 小泉"),
    _jp("Hashimoto", "ryutaro~hashimoto* рютаро~хасимото 橋本龍太郎 橋本政権 橋本首相"),
    _jp("Hatoyama", "hatoyama* хатояма* 鳩山"),
    _jp("Iwaya", "iwaya* ^ива[яиюе] ^иваей 岩屋"),
    _jp("Motegi", "motegi* мотэги* мотеги* 茂木"),
    _jp("Hayashi", "hayashi* хаяси* хаяши* ҳаяш* 林芳正 林外"),
    _jp("Kamikawa", "kamikawa* kamikava* камикав* 上川"),
    _jp("Kono", "taro~kono kono~taro таро~коно коно~таро 河野"),
    _jp("Kawaguchi", "kawaguchi* кавагути* 川口順子 川口外"),
    _jp("Aso", "taro~aso aso~taro таро~асо асо~таро 麻生"),
    _jp("Emperor of Japan", "naruhito* нарухито* akihito* акихито* 天皇 徳仁"),
    _jp("Nagashima", "akihisa~nagashima nagashima~akihisa* акихис*~нагасим* 長島昭久"),
    _jp("Kan", "naoto~kan kan~naoto наото~кан* 菅直人"),
    _jp("Noda", "yoshihiko~noda noda~yoshihiko ёсихико~нод* нод*~ёсихико 野田佳彦 野田首相"),
    _jp("Okada", "katsuya~okada кацуя~окад* 岡田克也 岡田外"),
    _jp("Maehara", "seiji~maehara сэйдзи~маэхар* 前原誠司 前原外"),
    _jp("Gemba", "koichiro~gemba коитиро~гэмб* 玄葉"),
    _jp(
        "ministers",
        "yasutoshi~nishimura ken~saito yoji~muto ryosei~akazawa toshiko~abe yoshimasa~* ёсимас* 西村康稔"
        " 武藤容治 赤沢亮正 辻清人 柘植芳文 藤井比早之 宮路拓馬 松本剛明外 takeshi~iwaya такэси~ива* такеши~ива*",
    ),
    _jp("Koike", "yuriko~koike юрико~коик* 小池百合子"),
    _jp("presidents of JICA", "akihiko~tanaka tanaka~akihiko akixiko~tanaka 田中明彦 shinichi~kitaoka 北岡伸一"),
    _jp(
        "ambassadors of Japan",
        "iijima~yasumasa yasumasa~iijima ясумас*~иидзим* иидзим*~ясумас* jun~yamada yamada~jun ichiro~kawabata"
        " итиро~кавабат* кавабат*~итиро hideki~goda goda~hideki года~хидэки хидэки~год* ryuichi~hirano hirano~ryuichi"
        " yoshihiro~yamamura takayuki~koike koike~takayuki takayuki~miyashita hajime~kitaoka kitaoka~hajime"
        " takashi~hatori hatori~takashi такаси~хатори хатори~такаси yoshinori~fujiyama ёсинори~фудзиям* nobuaki~ito"
        " нобуаки~ито hiroshi~sasaki sasaki~hirosi",
    ),
    _jp("an ambassador with a Japanese name", _AMBASSADORS),
    _jp("Kusanone", "kusanone* кусаноне* корн*~травы ggp grassroots~human~security 草の根", 0.6),
    _jp("Nikkensei", "nikkensei* никкенсей* 日研生", 0.6),
)

# What only Japan has: its programmes for foreign labour, and the captives of 1945.
PROGRAMMES = (
    # In Japanese papers `ODA` and grant aid are Japan's own.
    _jp("Japan's aid", "無償資金協力 政府開発援助 青年海外協力隊 海外協力隊 経済協力開発(?!機構) 日本国際", 0.6),
    _jp(
        "institutions of Japan",
        "系商社 総合商社 大手商社 県内 県庁 県立 県議会 県警 社会福祉法人 育成就労 技能実習 介護福祉 日本語学校"
        " 衆院議員 参院議員"
        " 登録支援機関 監理団体 外国人材 在留外国人 在留資格 在留カード 入管庁 出入国在留 首相官邸 官房長官 政務官"
        " 経済同友会"
        " 商工会議所 samurai~bond* самурайск*~облигац* サムライ債 joint~crediting~mechanism*"
        " совместн*~кредит*~механизм*",
        0.6,
    ),
    _jp("Specified Skilled Worker", "specified~skilled~worker* 特定技能 技能実習生", 0.6),
    _jp("Expo in Osaka", "万博(?<!ドバイ万博)(?<!アスタナ万博)(?<!上海万博)(?<!ミラノ万博)", 0.6),
    _jp("internees", "抑留(?:者|中|所|され|生活|体験|死|地|兵) シベリア抑留", 0.6),
    _jp("Silk Road diplomacy", "シルクロード外交 ユーラシア外交", 0.6),
)

# Full names before the short ones they begin with.
JAPAN = (*BODIES, *STATE, *PEOPLE, *CITIES, *PREFECTURES, *PLACES, *INSTITUTIONS, *PROGRAMMES, *COUNTRY)
