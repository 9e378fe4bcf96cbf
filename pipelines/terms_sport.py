"""Words of sport, and the athletes and sports that one of the sides has. Data only."""

from __future__ import annotations

from pipelines.terms import Term

# A colon between small numbers is a score; with a hyphen only where one is 0, or it may be a span of days.
_SCORES = " ".join(
    [*(rf"{own}:\d(?![\d:])" for own in range(10)), *(rf"{own}-0(?![\d-])" for own in range(1, 10)), r"0-\d(?![\d-])"]
    + [rf"1{own}-0(?![\d-])" for own in range(10)]
)

SPORT = (
    Term(
        name="sumo",
        side="sport",
        country="JP",
        forms="sumo* kinb[oō]zan* kimbozan* kimbōzan* makuuchi* maegashira* yokozuna* сумо сумоист* сумошы* сумочу*"
        " кимбодзан*"
        " кинбодзан* маэгасира маэгасиры маэгасиру 金峰山 幕内 大相撲 相撲 力士 十両",
    ),
    Term(
        name="athletes of Japan",
        side="sport",
        country="JP",
        forms="naomi~osaka наоми~осак* nishikori* нисикори mitoma minamino* okazaki* окадзаки shohei~ohtani naoya~inoue"
        " наоя~иноуэ samurai~blue なでしこ 侍ジャパン 大坂なおみ 錦織",
    ),
    Term(
        name="athletes of Kazakhstan",
        side="sport",
        country="KZ",
        forms="rybakina* рыбакин[аыеу] рыбакиной ^бублик* bublik* golovkin* головкин* smetov* сметов* alimkhanuly*"
        " алимханулы",
    ),
    Term(
        name="athletes of Uzbekistan",
        side="sport",
        country="UZ",
        forms="khusanov* хусанов* husanov* shomurodov* шомуродов* jalolov* жалолов* giyasov* гиясов*",
    ),
    Term(
        name="a score",
        side="sport",
        weight=0.6,
        forms=_SCORES,
    ),
    Term(
        name="sport",
        side="sport",
        forms="football* soccer judo* wrestl* box(?:er|ers|ing) olympi* paralymp* medal* champion*"
        " tournament* hat-trick playoff* play-off* kick-off"
        " world~cup asian~cup asian~games grand~slam qualifier* futsal karate taekwondo volleyball*"
        " basketball* hockey"
        " three~sets two~sets straight~sets =wta =atp grand~prix top~seed* tennis* weightlift* gymnast* coach coaches"
        " striker* midfielder* goalkeeper* defender athlet*"
        " semi-final* semifinal*"
        " quarter-final* quarterfinal* knockout chess swimm(?:er|ers|ing) rugby"
        " goalless hat~trick shoot-out* shootout* knockout* rematch* title~fight* squad* penalt(?:y|ies) relegat*"
        " substitut(?:e|es) marathon* cyclist* archer*"
        " skater* skating fencing triathlon athletics freestyle"
        " нокаут* реванш* раунд[ае]? бо[йяе] боя боев поедин* тренировк* плават* плавани* марафон* биатлон* лыжн*"
        " конькобеж* фигурист* штангист* тяжелоатлет* фехтован* гандбол* регби ничь[яюе] вничью плей-офф пьедестал*"
        " разгром* победил*~соперни* татами ринг[ае]?"
        " футбол* футзал* гол голы голом дубль пенальти отборочн*~(?:матч*|турнир*|раунд*) кубк*~ази* вничью"
        " дзюдо* дзюдоист* борц*  вольн*~борьб* греко-римск*~борьб* бокс* боксер* боксёр*"
        " олимп* олімп* паралимп*"
        " медал* чемпион* турнир* матч* сборн* тренер* мундиал* волейбол* баскетбол* хокке* теннис* гимнаст*"
        " спортсмен*"
        " вратар* полуфинал* четвертьфинал* нападающ* полузащитник* карате каратэ таэквондо"
        " жарыс* балуан* боксшы* турнир* финал* қарсылас* чемпионат* шеф-де-миссион ойыншы* матч* допты төреші*"
        " құрама* жаттықтырушы* күрес* жекпе-жек* додашы* жүлдегер* спортшы* дзюдошы* қола~медал* күміс~медал*"
        " o'yinchi* kubog* kubok* medal* turnir* finalda musobaqa* to'qnashuv* raqib* darvozabon* yengdi mag'lub*"
        " dzyudo*"
        " qurama* olimpiad* olımpi* chempion* jamoaviy sportchi* gurash* terma~jamoa* murabbiy* мусобақ*"
        " терма~жамоа* жамоавий"
        " кураш* ўйинлари* курама* стадион* ўйинчи* машыктыруучу* спортчу* мелдеш* оюнчу* варзиш**"
        " дзюдочу* балбан* оюнда футболчу* стадиону чемпион* таймаш* беттеш* жеңилди ракиб* ринг* спорт* рақиб* ғолиб*"
        " қаҳрамони~ҷаҳон бозии~рафиқона гӯштингир* дзюдочӣ* мағлуб*"
        " дастаи~мунтахаб* мураббӣ*"
        " duşuşygynda oýunçy* kubog* saýlama~tapgyr* türgenleşik* agyr~atletika* ýeňiş~gazandy"
        " ýygyndy* ýaryş* türgen* çempion* futbol* boks* göreş* voleybol* medaly"
        " サッカー 柔道 五輪 オリンピック パラリンピック 選手 金メダル 銀メダル 銅メダル メダル"
        " w杯 ワールドカップ 優勝"
        " アジア大会 アジア杯 アジアカップ 代表戦 レスリング ボクシング 体操 バレーボール フットサル 予選",
    ),
)
