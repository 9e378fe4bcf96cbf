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
        name="clubs and athletes of Japan",
        side="sport",
        country="JP",
        forms="vissel* виссел* urawa~red* урав[аыеу]~р[эе]д* kawasaki~frontale кавасаки~фронтал* gamba~osaka"
        " гамба~осак*"
        " yokohama~f иокогам*~ф kashima~antlers касима~антлерс* sanfrecce* санфречче machida~zelvia uta~abe"
        " hifumi~abe"
        " утэ?~абэ? хифуми~абэ? shohei~ono сёхэй~оно kaoru~mitoma takefusa~kubo такэфус*~кубо ritsu~doan рицу~доан*"
        " yuzuru~hanyu юдзуру~ханю yuma~kagiyama юма~кагияма saori~yoshida саори~ёсид* rizin* 阿部一二三 阿部詩"
        " 三笘 久保建英"
        " 羽生結弦 鍵山優真 浦和レッズ ガンバ大阪 s-pulse* jubilo* albirex* vegalta* consadole* reysol* cerezo*"
        " grampus* marinos* avispa* sagan~tosu bellmare* kyoto~sanga"
        " tokyo~verdy* trinita* v-varen* fagiano* с-палс джубило альбирекс* консадоле рейсол* сересо грампус* маринос*"
        " ависпа"
        " エスパルス ジュビロ アルビレックス ベガルタ コンサドーレ サンガ アビスパ サガン鳥栖 ヴェルディ ベルマーレ"
        " トリニータ フロンターレ マリノス サンフレッチェ アントラーズ グランパス"
        " セレッソ レイソル ゼルビア FC東京 ヴィッセル Jリーグ 森保",
    ),
    Term(
        name="clubs and athletes of Central Asia",
        side="sport",
        country="UZ",
        forms="pakhtakor* paxtakor* пахтакор* ^nasaf ^насаф* navbahor* навбахор* navbahor* istiklol* истиклол*"
        " ^dordoi"
        " дордой* ordabasy* ордабас* fc~kairat* кайрат*~алматы arkadag~fc tynybekova* тыныбеков* тыныбековa*"
        " sharshenbekov*"
        " шаршенбеков* makhmudov~akzhol акжол*~махмудов* keldiyorova* кельдиёров* келдиёров* chusovitina* чусовитин*"
        " rashitov* рашитов* shaidorov* шайдоров* самоделкин[аыуе] samodelkina* putintseva* путинцев[аыуе]"
        " abuzhakynova*"
        " абужакынов* denis~ten денис*~тен kyrgyzbayev* パフタコール シャイドロフ ルイバキナ",
    ),
    Term(
        name="sumo wrestler from Kazakhstan",
        side="sport",
        country="JP",
        seems="ca",
        forms="kinb[oō]zan* kimb[oō]zan* кимбодзан* кинбодзан* 金峰山",
    ),
    Term(
        name="Asian Games in Aichi",
        side="sport",
        country="JP",
        forms="aichi-nagoya* aichi~nagoya* айти-нагоя* айчи-нагоя* аити-нагоя* nagoya~2026 нагоя-2026 愛知・名古屋",
    ),
    Term(
        name="sumo",
        side="sport",
        country="JP",
        forms="sumo* makuuchi* maegashira* yokozuna* сумо сумоист* сумошы* сумочу*"
        " "
        " маэгасира маэгасиры маэгасиру 幕内 大相撲 相撲 力士 十両",
    ),
    Term(
        name="athletes of Japan",
        side="sport",
        country="JP",
        forms="naomi~osaka наоми~осак* nishikori* нисикори mitoma minamino* okazaki* окадзаки shohei~ohtani"
        " naoya~inoue"
        " наоя~иноуэ samurai~blue なでしこ 侍ジャパン 大坂なおみ 錦織",
    ),
    Term(
        name="athletes of Kazakhstan",
        side="sport",
        country="KZ",
        forms="rybakina* рыбакин[аыеу] рыбакиной ^бублик*"
        " bublik* golovkin* головкин* smetov* сметов* alimkhanuly*"
        " алимханулы",
    ),
    Term(
        name="athletes of Uzbekistan",
        side="sport",
        country="UZ",
        forms="khusanov* хусанов* husanov* shomurodov* шомуродов* jalolov* жалолов* giyasov* гиясов*",
    ),
    Term(name="sport", side="sport", languages=frozenset({"kk"}), forms="дода*"),  # Tajik дода: given
    Term(
        name="sport",
        side="sport",
        forms="winger* full-back centre-back playmaker* racing~driver* motorsport* rally~driver* super~gt super-gt"
        " =nba =nhl =f1 baseball softball handball water~polo surfing skateboard* sport~climbing archery equestrian"
        " rowing"
        " snowboard* biathl* skiers? skiing ski~jump* esports e-sports dota counter-strike checkers grandmaster*"
        " arm~wrestl* bodybuild* powerlift* steeplechas* hurdl(?:es|er|ers) high~jump* long~jump* javelin* decathl*"
        " badminton* kickbox* jiu-jitsu rikishi* ozeki* two-year~deal three-year~deal"
        " гонщи* автогон* автоспорт* мотоспорт* ралли-* супер-gt формул[аыеу]-1 велогон* велоспорт* бейсбол*"
        " бадминтон*"
        " серфинг* сёрфинг* скейтборд* скалолаз* гребл[аияеу]* стипль-чез* эстафет* киберспорт* шахмат* шашк[аи]"
        " шашист*"
        " гроссмейстер* армрестл* пауэрлифт* бодибилд* легионер* форвард* вингер* хавбек* сумотори* рикиси ёкодзун*"
        " одзэки кикбокс* джиу-джитсу болельщик* прыгун* копь[ея]метател* лучник*"
        " футболшы* шахматшы* жүгіруші* велошабандоз* каратэші* таэквондошы* белдес* айласын~асыр* есе~жібер* боксшы*"
        " шахматчы* күрөшчү* боксчу* чабандес* каратист* shaxmatchi* shaxmat* polvon* шахматчи* полвон* шоҳмот*"
        " боксёр*"
        " паҳлавон* küştçi* küşt hokkeý* badminton*"
        " 囲碁 将棋 チェス eスポーツ 卓球 水泳 陸上 マラソン 野球 ラグビー バドミントン 自転車競技 移籍 入団 退団 j1の"
        " j2の j3の 得点 大関"
        " 横綱 幕下 金星 序二段"
        " 元力士 競技",
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
        " world~cup asian~cup asian~games grand~slam* qualifier* futsal karate taekwondo volleyball*"
        " basketball* hockey"
        " three~sets two~sets straight~sets =wta =atp grand~prix top~seed* tennis* weightlift* gymnast* coach coaches"
        " striker* midfielder* goalkeeper* defender athlet*"
        " semi-final* semifinal*"
        " quarter-final* quarterfinal* knockout chess swimm(?:er|ers|ing) rugby"
        " under-1\\d under-2\\d u-1\\d u-2\\d u1[5-9] u2[0-3] asian~final* world~final* cup~final* finalist*"
        " wrestling~world table~tennis"
        " basho grand~sumo bout bouts middleweight* welterweight* bantamweight* flyweight* featherweight*"
        " heavyweight* lightweight*"
        " =mma =ufc =afc =fifa =uefa sambo kurash thrash* nets netted equali[sz]er* group~stage"
        " league~(?:match*|title)"
        " premier~league matchday* fixture* sparring  wins?~gold won~gold took~gold won~silver won~bronze"
        " took~silver took~bronze"
        " wins?~silver wins?~bronze takes~(?:gold|silver|bronze) paralympian* weightlifter* lifter* sprinter*"
        " rower* canoe* karateka*"
        " goalless hat~trick shoot-out* shootout* knockout* rematch* title~fight* squad* relegat*"
        " penalty~(?:kick|shoot|spot|area|goal)* on~penalties missed~penalt*"
        " substitut(?:e|es) marathon* cyclist* archer*"
        " skater* skating fencing triathlon athletics freestyle"
        " боец бойца бойцу бойцов~мма =мма лига~чемпионов лиг[иеу]~чемпионов самбо самбист* приз[её]р*"
        " первенств* забил*"
        " взя(?:л|ла|ли)~(?:золот*|серебр*|бронз*) завоева*~(?:золот*|серебр*|бронз*)"
        " выигра*~(?:золот*|серебр*|бронз*|турнир*)"
        " вольн*~борьбе женск*~борьбе по~борьбе(?!\\s+с) единоборств* соперниц* четвертьфинал* финале полул[её]гк*"
        " борьб[аеуы]~(?:до|в~вес*) весов*~категор* татами арена~боя ледов* каратист* таэквондист* легкоатлет*"
        " пловец пловчих*"
        " нокаут* реванш* раунд[ае]? бо[йяе] боя боев поедин* тренировк* плават* плавани* марафон* биатлон* лыжн*"
        " конькобеж* фигурист* штангист* тяжелоатлет* фехтован* гандбол* регби ничь[яюе] вничью плей-офф пьедестал*"
        " разгром* победил*~соперни* татами ринг[ае]?"
        " футбол* футзал* гол голы голом дубль пенальти отборочн*~(?:матч*|турнир*|раунд*) кубк*~ази* вничью"
        " дзюдо* дзюдоист* борц*  вольн*~борьб* греко-римск*~борьб* бокс* боксер* боксёр*"
        " олимп* олімп* паралимп*"
        " медал* чемпион* турнир* матч* сборн* тренер* мундиал* волейбол* баскетбол* хокке* теннис* гимнаст*"
        " спортсмен*"
        " вратар* полуфинал* четвертьфинал* нападающ* полузащитник* карате каратэ таэквондо"
        " жеңіл~атлет* жүлде* палуан* іріктеу* ұтылды жеңілді футзал* қоржынына* қанжығасына*"
        " алтын~медаль*"
        " оқу-жаттығу* жаттығу~жиын* машыгуу~жыйын* mashg'ulot~yig'in* машғулот~йиғин* учебно-тренировочн*"
        " титлат* мачов* равенство четвъртфинал* класира* нападател*"
        " davis~cup кубк*~д[эе]виса кубок~д[эе]виса billie~jean* билли~джин* еспеш* ескекш* семсерлес* садақшы* жүзуші*"
        " шаңғышы* зілтемір* суга~сүз* suzuvchi* сузувчи* qilichboz* қиличбоз* шиновар* ýüzüji*"
        " training~camp* short-track* шорт-трек* каноист* байдар* гребец гребц* паралимпи* параолимп* paraolimp*"
        " curling bobsle*"
        " modern~pentathlon world~tour world~series жұдырықтас*"
        " кубок* кубогу* утулу* утулуш* кубогы*"
        " мушташ* ショートトラック カーリング"
        " жарыс* балуан* боксшы* турнир* финал* қарсылас* чемпионат* шеф-де-миссион ойыншы* матч* допты төреші*"
        " құрама* жаттықтырушы* күрес* жекпе-жек* додашы* жүлдегер* спортшы* дзюдошы* қола~медал* күміс~медал*"
        " o'yinchi* kubog* kubok* medal* turnir* finalda musobaqa* to'qnashuv* raqib* darvozabon* yengdi mag'lub*"
        " dzyudo*"
        " qurama* olimpiad* olımpi* chempion* jamoaviy sportchi* gurash* terma~jamoa* murabbiy* мусобақ*"
        " терма~жамоа* жамоавий"
        " oltin~medal* kumush~medal* bronza~medal* олтин~медал* кумуш~медал* бронза~медал* чемпионат*"
        " chempionat* hisobida"
        " ҳисобида финалда мурабб* футболчи* боксчи* bokschi* dzyudochi* дзюдочи* курашчи* kurashchi* yutqaz* ютқаз*"
        " кураш* ўйинлари* курама* стадион* ўйинчи* машыктыруучу* спортчу* мелдеш* оюнчу* варзиш**"
        " дзюдочу* балбан* оюнда футболчу* стадиону чемпион* таймаш* беттеш* жеңилди ракиб* ринг* спорт* рақиб*"
        " ғолиб*"
        " алтын~медал* күмүш~медал* коло~медал* жарыш* утулду  мусобиқа* мусобиқот* ҷоми~осиё ҷоми~ҷаҳон варзишгар*"
        " медал* футболбоз*"
        " қаҳрамони~ҷаҳон бозии~рафиқона гӯштингир* дзюдочӣ* мағлуб*"
        " дастаи~мунтахаб* мураббӣ*"
        " duşuşygynda oýunçy* kubog* saýlama~tapgyr* türgenleşik* agyr~atletika* ýeňiş~gazandy"
        " medal* dzýudo* ýeňildi utuldy ýaryşyna* pälwan* futbolça* boksçy* göreşçi*"
        " ýygyndy* ýaryş* türgen* çempion* futbol* boks* göreş* voleybol* medaly"
        " サッカー 柔道 五輪 オリンピック パラリンピック 選手 金メダル 銀メダル 銅メダル メダル"
        " w杯 ワールドカップ 優勝"
        " 千秋楽 勝ち越し 負け越し 準々決勝 準決勝 決勝戦 引き分け 連勝 グランドスラム 世界選手権 十両 キロ級"
        " 五輪 メンバー招集"
        " スケート フィギュア 監督 ゴール 先発出場"
        " アジア大会 アジア杯 アジアカップ 代表戦 レスリング ボクシング 体操 バレーボール フットサル 予選",
    ),
)
