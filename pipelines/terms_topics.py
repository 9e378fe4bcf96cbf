"""Topics, dealings between the sides, and subjects that speak against a story on relations. Data only.

A `tie` says that somebody deals with somebody: a visit, a treaty, a grant, a student. A `cue` names a subject (an
earthquake, a passport index, used cars, share prices) in which both countries may stand without any dealing.
"""

from __future__ import annotations

from pipelines.terms import Term


def _tie(name: str, forms: str, topic: str | None = None) -> Term:
    return Term(name=name, side="tie", topic=topic, forms=forms)


def _topic(topic: str, forms: str) -> Term:
    return Term(name=topic, side="topic", topic=topic, forms=forms)


def _cue(name: str, forms: str, topic: str | None = None) -> Term:
    return Term(name=name, side="cue", topic=topic, forms=forms)


TIES = (
    _tie(
        "summit",
        "summit* саммит* sammit* zirve* gipfel* leaders'~meeting 首脳会合 首脳会議 首脳会談 サミット",
        "summit",
    ),
    _tie(
        "visit",
        "visit visits visited visiting визит* сапар* safar* сафар* tashrif* ташриф* поезд[акув]* посети* ziyaret*"
        " tour trip 訪問 歴訪 視察",
    ),
    _tie(
        "talks",
        "talks negotiat* meeting dialogue dialog* перегов* диалог* келіссөз*"
        " суҳбат* suhbat* сұхбат* qabul~qil* қабул~қил* қабылда* кабыл~ал* kabul~et* "
        " muzokara* музокар* мулоқот* muloqot* сүйлөшүү* сүйлөшт* вохӯр* муколама* гуфтуш*"
        " машварат* ҳайат* mashvarat* maslahat* gepleşik* geňeşme* delegat* делегац* wekiliýet* görüşme* 会談 会見"
        " 会合 対話 協議",
    ),
    # Teams meet, too.
    _tie(
        "meeting",
        "meet meets met встреч* встрет* кездес* ushıras* ушырас* uchrash* учраш* жолуг* duşuş*",
    ),
    _tie(
        "cooperation",
        "cooperat* co-operat* partner* сотруднич* партн[её]р* ынтымақтаст* әріптес* серіктес* hamkor*"
        " ҳамкор* sherik*"
        " шерик* кызматташ* өнөктөш* шарик* hyzmatdaş* 協力 連携 パートナー",
    ),
    _tie(
        "agreement",
        "контракт* contract* agree agrees agreed agreement* memorandum* memoranda treaty sign signs signed"
        " signing соглаш* меморандум*"
        " подпис* договор* келісім* меморандум* қол~қой* kelishuv* келишув* imzo* имзо* bitim* битим* келишим*"
        " кол~кой* созишнома* ylalaş* 協定 覚書 合意 署名 締結 調印 交換公文 書簡",
    ),
    _tie(
        "embassy",
        "ambassador* embassy embassies consul* diploma* посол посла послом послу посольств* консул* дипломат* елші*"
        " elshi* elchi* элчи* элчилик* сафир* сафорат* büyükelçi* elçilik* ilçi* ilçihana* diplomat*"
        " 大使 領事 外交 国交",
    ),
    _tie(
        "trade and investment",
        "trade invest* export* business businessm* company companies firm firms corporation инвест* торгов*"
        " товарооборот*"
        " бизнес* компани* предпринимател* экспорт* сауда* инвести* savdo* савдо* sarmoya* сармоя* соода*"
        " söwda* maýa"
        " kompaniýa* kompaniya* ширкат* 貿易 投資 企業 商社 物産 ビジネス 進出",
    ),
    _tie(
        "project",
        "project* programme* program programs проект* программ* loyiha* лойиҳа* жоба* долбоор* лоиҳа* taslama* 事業",
    ),
    _tie(
        "friendship",
        "friendship bilateral diplomatic relations ties mutual двусторон* дружб* отношени* достық* достук*"
        " do'stlik*"
        " дўстлик* дӯст* dostluk* қатынас* munosabat* муносабат* мамиле* муносибат* gatnaşyk* 友好 友情 関係"
        " 二国間 国交",
    ),
    _tie("visa", "visa visas визов* визы виз viza* безвиз* виза* direct~flight* прям*~рейс* 査証 ビザ 直行便"),
    _tie(
        "condolence",
        "minnatdorlik* миннатдорлик* maktub* condolence* congratulat* соболезн* поздрав* көңіл~айт* құттықта*"
        " ta'ziya* таъзия* tabrik* табрик*"
        " көңүл~айт*"
        " куттукта* тасли* табрик* gynanç* gutla* 弔意 お見舞い 祝辞 祝意",
    ),
    _tie(
        "exchange",
        "exchange* обмен* алмасу* almashin* алмашин* алмашуу* alyş-çalyş* мубодил* 交流 研修 招聘",
    ),
    _tie(
        "education",
        "тил~курс* til~kurs* курсы~(?:языка|японск)* scholar* student* universit* course* trainee* training"
        " education* язык* стипенд* студент* маориф* мактаб*"
        " университет* обуч*"
        " образован* школ* білім* мектеп* оқу* ta'lim* talaba* maktab* таълим* талаба* билим* окуу* таҳсил* донишҷ*"
        " донишгоҳ* бурси* забони bilim* talyp* uniwersitet* mekdep* stipendi* school* 留学 大学 教育 奨学"
        " 学校 講座",
        "education",
    ),
    _tie(
        "labour",
        "nurse* caregiver* медсестр* ҳамшир* hamshira* мейірбике* медайым* 看護 labour labor migrant* worker*"
        " workforce intern interns specified~skilled employ* job jobs трудов* мигрант*"
        " трудоустро* работник* рабоч[иеаых]* заработк* еңбек* жұмысшы* mehnat* меҳнат* ishchi* ишчи* эмгек*"
        " жумуш[а-яңөү]*"
        " муҳоҷир* корӣ migrats* миграц* zähmet* 特定技能 技能実習 人材 労働者 就労 介護 送り出し 送出し",
        "labour",
    ),
    _tie(
        "aid",
        "grant grants handed~over hands~over donates donor donors aid loan loans assist* donat* funded funding oda"
        " humanitarian volunteer* помощ* помо[гжч]* передал[аио]? передач* вручил[аио]? подарил* подарок донор*"
        " гранты?* выдел[ия]* allocate* yardım* hibe"
        " грантов* кредит* безвозмезд* финансир* льготн* тапсырды сыйлады топширди topshir* sovg'a* совға* топшур*"
        " тапшыр* белек* gowşur* sowgat* супорид* тӯҳфа*"
        " доброволь* волонт* ыктыярчы* ерікті* ko'ngilli* кўнгилли* ихтиёриён meýletinçi* көмек* қаржыландыр* yordam*"
        " ёрдам* kredit*"
        " жардам* каржыла* кӯмак* kömek* ýardam*"
        " 無償資金 円借款 援助 支援 贈与 供与 寄贈 贈ら 供用 引渡 引き渡 贈呈 ボランティア",
        "aid",
    ),
    _tie(
        "culture and shared history",
        "cultur* exhibition* festival* concert* museum* theat[er]* cemeter* prisoner*~of~war internee*"
        " intern(?:ed|ment)"
        " pows? expo pavilion* cherry культур* фестивал* музе[йяюе]* выставк* концерт* театр* кладбищ* пленн*"
        " военноплен* интернир* павильон* экспо сакур* мәдени* көрме* madani* маданий* muzey* qabriston* қабристон*"
        " ko'rgazma* маданият* көргөзмө* фарҳанг* намоишгоҳ* озмун* medeni* serg[iä]* festiwal* sakura 文化"
        " 劇場 抑留 捕虜"
        " 墓地 展示 展覧 万博 博覧会 パビリオン 公演",
        "culture",
    ),
)

TOPICS = (
    _topic(
        "minerals",
        "mineral* rare~earth* rare~metal* uranium* lithium gallium dysprosium минерал* редкоземел*"
        " редк*~металл* уран"
        " уран[ауе] ураном уранов* уранның сирек~жер* noyob~yer* камёб* seýrek~metal* 重要鉱物 鉱物"
        " レアメタル レアアース ウラン",
    ),
    _topic(
        "transport",
        "transport* corridor* logistic* railway* railroad* airport* airline* highway* bridge* road roads transit*"
        " транспорт* коридор* логист* железн*~дорог* железнодорожн* аэропорт* автодорог* дорог[аиуе]*"
        " транзит* көлік*"
        " теміржол* дәліз* temir~yo'l* темир~йўл* йўлак* темир~жол* нақлиёт* ulag* demir~ýol* transport*"
        " 回廊 物流 輸送"
        " 鉄道 空港 道路 橋梁 直行便",
    ),
    _topic(
        "energy",
        "energy energ* electric* hydrogen solar nuclear~power natural~gas power~plant* энерг* электростанц*"
        " водород*"
        " солнечн* природн*~газ* декарбон* қуат* energetik* энергетик* энергия* нерӯгоҳ* tebigy~gaz* nebit*"
        " エネルギー 水素 発電 脱炭素 電力 天然ガス",
    ),
    _topic(
        "security",
        "security defen[cs]e terror* narcot* border~control безопасност* оборон* террор* наркот* қауіпсізд*"
        " xavfsizlik*"
        " хавфсизлик* коопсузд* амният* howpsuzlyk* 安全保障 国境管理 麻薬 防衛 テロ",
    ),
    _topic(
        "disaster",
        "disaster* mudflow* landslide* avalanche* стихийн* бедстви* лавин* селев* паводк* апат* табиғи~апат*"
        " tabiiy~ofat* табиий~офат* кырсык* офат* 防災 災害 土砂",
    ),
)

CUES = (
    _cue(
        "earthquake",
        "пострадавш* погибш* авиакатастроф* крушени* casualties among~the~(?:dead|injured|victims) plane~crash*"
        " nationals~(?:hurt|injured|killed) zarar~ko'r* жабырла* жәбірлен* зардап~шек* 墜落 負傷"
        " volcan* erupt(?:s|ed|ion)* извержен* вулкан* жанартау* vulqon* вулқон* 噴火 火山"
        " earthquake*(?!~(?:proof|resistan|engineer|prepar|drill|research|monitor|safe)) quake* tsunami* typhoon*"
        " evacuat* землетряс* цунами тайфун* эвакуир* жер~сілкін*"
        " зілзала* zilzila*"
        " зилзила* жер~титир* заминларза* ýer~titre* ýertitre* deprem* zəlzələ*"
        " 地震(?!体験|対策|観測|計|学|工学|研究|予知|防災|に強) 津波"
        " 台風 避難",
        "disaster",
    ),
    _cue(
        "passport index",
        "passport*~(?:index|ranking|power) henley* powerful~passport* convenient~passport* паспорт*~рейтинг*"
        " рейтинг*~паспорт* pasport*~reyting* パスポートランキング",
    ),
    _cue(
        "cars",
        "used~cars? right-hand~drive right~hand~drive right-hand-drive праворульн* подержанн* legkovy*"
        " легков* car~import*"
        " imported~cars? cars~imported"
        " колдонулган~(?:унаа|машина)* минилген~(?:унаа|машина)* автоунаа* унаа~базар* оң~рул*"
        " ishlatilgan~(?:avto|mashina)*"
        " avtomobil~(?:import|bozor)* автомобил~(?:импорт|бозор)* мошинҳои~истифода*"
        " автокөлік~(?:импорт|сату|нарығ)* 中古車 右ハンドル",
    ),
    _cue(
        "markets",
        "shares stocks stock~market prices~(?:rise|rose|fall|fell) spot~price*"
        " uranium~(?:price|demand|market|outlook|spot|sentiment|shares|stocks|miner|equit)* рын[ок]*~урана"
        " спрос*~на~уран*"
        " price~of~(?:uranium|oil|gas)"
        " котировк* акции фьючерс* цен[аыу]~на~уран* стоимост*~уран* уран~баға* uran~narx* уран~нарх* баҳои~уран"
        " oil~prices? цен[аыу]~на~(?:нефть|газ) 原油高 原油価格 電気料金 ガソリン価格 株価 相場 ウラン価格 価格高騰"
        " 価格上昇 年ぶり高値",
    ),
    _cue(
        "ranking",
        r"top-\d+ топ-\d+ топ~\d+ на~\d+-(?:м|ом)~месте ranks?~\d+(?:st|nd|rd|th) ranked~\d+ at~no[.]~\d+"
        r" орунду~ээле* орунда"
        r" o'rinda ўринда эң~кымбат~шаар* кымбат~шаар* сап~түзе* қатарын(?:да|а) katarynda~ýer*"
        " world~heritage~(?:list|committee|status|session)* спис*~всемирн*~наследи* дүниежүзілік~мұра*"
        " jahon~merosi~ro'yxat*"
        " жаҳон~мероси~рўйхат* 世界遺産(?:に|へ|登録|委員会|リスト|一覧)"
        " freedom~house transparency~international reporters~without~borders human~development~index фридом~хаус"
        " трансперенси* репортёр*~без~границ репортер*~без~границ"
        " мрот минимальн*~(?:зарплат|оплат)* minimum~wage* ең~төмен~жалақы* ең~төменгі~жалақы*"
        " eng~kam~(?:ish~haqi|maosh) 最低賃金 happiness~(?:index|ranking|report) peace~index innovation~index"
        " corruption~(?:perceptions~)?index"
        " press~freedom"
        " life~expectancy ranking~of~(?:countries|cities|states|universit*) world~ranking* countries~ranked"
        " list~of~(?:the~)?(?:countries|cities|states|hosts|host~cities|members|winners|largest|world)*"
        " спис[ок]*~(?:стран|городов|государств) рейтинг*~(?:лучш|сам|сильн|крупн|богат|дорог)*~[а-я]{4,20}"
        " рейтинг*~(?:стран|счаст*|городов|государств|университет*|самых) место~в~рейтинг* строчк*~рейтинг*"
        " индекс*~(?:счаст*"
        "|восприят*|миролюб*|свобод*|процветан*) продолжительност*~жизни бақыт~индекс* елдер~рейтинг*"
        " ең~(?:бақытты|узақ|ұзақ|бай|қымбат|қауіпсіз)"
        " өлкөлөр~рейтинг* эң~узак~жаша* baxt~indeks* davlatlar~reyting* reytingi* давлатлар~рейтинг*"
        " рейтинги~кишвар*"
        " ランキング 世界(?:の|で)[^。、]{0,12}(?:都市|順位|平均|寿命|物価|賃金|格付|比較) 幸福度 қымбат~қала*"
        " тізіміне "
        " "
        " where~to~go places~to~(?:go|visit|see) best~destinations куда~поехать лучш*~направлени*"
        " ўринни дар~ҷои самых~дорог* most~expensive~cit* largest~economies strongest~economies startup~cit*",
    ),
    _cue(
        "rates",
        "exchange~rate* key~rate interest~rate* central~banks currenc(?:y|ies)~(?:rates?|market) курс*~валют*"
        " обменн*~курс*"
        " ключев*~ставк* базов*~ставк* учётн*~ставк* учетн*~ставк* валюта*~(?:бағам*|курс*) valyuta~kurs*"
        " қурби~асъор walýuta~kurs* 為替 政策金利 利上げ 利下げ",
    ),
    _cue(
        "deported peoples",
        "koryo-saram* koryo~saram* корё-сарам* депортац*~кор* депортирован*~кор*"
        " deport(?:ed|ation)~(?:of~)?(?:the~)?koreans"
        " переселени*~корейц* кәрістер* коре*~депортац*",
    ),
    _cue(
        "news digest",
        "обзор*~(?:мировых~|зарубежн*~)?(?:сми|прессы) книжн*~(?:обзор|полк|новинк)* обзор*~книг"
        " press~review* review~of~the~press главн*~новост*"
        " новост*~(?:дня|недели|за~неделю) итог*~(?:дня|недели) дайджест* дайжест* dayjest*"
        " week~in~review"
        " news~(?:roundup|round-up|digest|in~brief) top~stories weekly~digest morning~briefing апта~жаңалықтар*"
        " ニュースまとめ 今週のニュース",
    ),
    _cue("travel guide", "travel~guide* backpack* путеводител* ガイドブック"),
)

NEUTRAL_BODIES = tuple(
    Term(name=name, side="organisation", organisation=True, forms=forms)
    for name, forms in (
        ("ADB", "=adb asian~development~bank азиатск*~банк*~развит* =абр アジア開発銀行"),
        ("AIIB", "=aiib asian~infrastructure~investment~bank"),
        (
            "EBRD",
            "=ebrd european~bank~for~reconstruction~and~development =ебрр 欧州復興開発銀行",
        ),
        ("World Bank", "world~bank всемирн*~банк* jahon~banki* жаҳон~банк* 世界銀行"),
        ("IMF", "=imf =мвф 国際通貨基金"),
        ("CAREC", "=carec =царэс"),
        ("SCO", "=sco shanghai~cooperation~organi[sz]ation =шос =шҳт =сҳш 上海協力機構"),
        ("UNDP", "=undp =проон =бмтту 国連開発計画"),
        ("UNICEF", "=unicef =юнисеф ユニセフ"),
        ("UNESCO", "=unesco =юнеско ユネスコ"),
        ("UNHCR", "=unhcr =увкб 国連難民高等弁務官"),
        ("UNODC", "=unodc =унп 国連薬物・犯罪事務所 国連薬物犯罪事務所"),
        ("WFP", "=wfp world~food~programme =впп 世界食糧計画"),
        ("WHO", "=воз world~health~organi[sz]ation 世界保健機関"),
        ("United Nations", "united~nations =un =оон =бмт =бұұ =bmg 国連"),
        ("EAEU", "=eaeu eurasian~economic~union =еаэс ユーラシア経済同盟"),
        (
            "OTS",
            (
                "=ots organi[sz]ation~of~turkic~states turkic~(?:states|council) организац*~тюркск*~государств*"
                " тюркск*~государств*"
                " түркі~мемлекет* turkiy~davlatlar* туркий~давлатлар* түрк~мамлекеттер* türki~döwlet* テュルク諸国"
            ),
        ),
        ("CIS", "=cis =снг =тмд =мдҳ =кмш =mdh commonwealth~of~independent~states 独立国家共同体"),
        ("BRICS", "=brics =брикс briks"),
    )
)
