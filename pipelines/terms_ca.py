"""Names of the Central Asian side: the region, the five states, their cities, people and institutions. Data only.

`Japarov` in all its spellings stands here, so that it can never be read as Japan. Left out on purpose, because the
word means something else in one of the languages: Mary, Семей (of families), панҷ (five), dushanba (Monday); kept
with a guard: астанасы (the capital of), Остона and Ош (capital letter), казак (Cossack in Russian).
"""

from __future__ import annotations

from pipelines.terms import Term
from pipelines.terms_ca_names import FIRMS_AND_BODIES, PEOPLE_IN_OFFICE
from pipelines.terms_ca_places import PLACES_BY_STATE

_NEIGHBOURS_OF_KAZAKHS = frozenset({"ky", "kaa"})


def _city(name: str, country: str, forms: str) -> Term:
    return Term(name=name, side="ca", weight=0.8, country=country, forms=forms)


def _person(name: str, country: str, forms: str) -> Term:
    return Term(name=name, side="ca", weight=0.8, country=country, forms=forms)


def _body(name: str, country: str, forms: str) -> Term:
    return Term(name=name, side="ca", weight=0.8, country=country, organisation=True, forms=forms)


REGION = (
    Term(
        name="Central Asia",
        side="region",
        forms="central~asia*(?:~and~(?:the~)?(?:south~)?caucasus)? centralasia*"
        " центральн*~ази*(?:~и~(?:южн*~)?(?:за)?кавказ*)? центральноазиат* центрально-азиат* средн*~ази*"
        " среднеазиат* =ца"
        " орталық~ази* ortalyq~azi* markaziy~osiyo* марказий~осиё* ўрта~осиё* o'rta~osiyo* борбор~ази*"
        " борбордук~ази*"
        " ортолук~ази* орто~ази* осиёи~марказ* осиёи~миёна merkezi~azi* orta~azi* orta~asya* mərkəzi~asiya*"
        " zentralasi* asie~centrale asia~central* asia~centrale централна~азия 中央アジア(?:・コーカサス)? 中亚 中亞",
    ),
    Term(name="C5", side="region", weight=0.7, forms="c5 с5 5c 5с"),
    # There are other fives: with Japan beside them, and nobody else, it is these.
    Term(
        name="the five states",
        side="region",
        weight=0.6,
        forms="five~(?:republics|presidents|foreign~ministers|heads~of~state|leaders~of~the~region|states~of~the~region|stans)"
        " пят[иь]~республик* пят[иь]~президент* пятер*~президент*"
        " 五か国(?:首脳|大統領|外相) 5か国(?:首脳|大統領|外相) 五カ国(?:首脳|大統領|外相) 5カ国(?:首脳|大統領|外相)",
    ),
    # Too weak to stand for the region: corridors and seas that others share. With Japan beside it, a near miss.
    Term(
        name="Middle Corridor",
        side="region",
        weight=0.4,
        forms="middle~corridor trans-caspian* средн*~коридор* транскаспийск* orta~dəhliz* orta~koridor* орта~дәліз*"
        " ўрта~коридор* o'rta~koridor* 中央回廊 カスピ海ルート",
    ),
    Term(
        name="Aral Sea",
        side="ca",
        weight=0.6,
        forms="aral~(?:sea|region) аральск*~мор* приарал* арал[ае]? orol~dengiz* орол~денгиз* orolbo'y* оролбўй*"
        " арал~теңіз* арал~деңиз* aral~boy[ıi]* баҳри~арал aral~deňz* アラル海",
    ),
)

STATES = (
    Term(
        name="Kazakhstan",
        side="ca",
        country="KZ",
        forms="kazakh* kazakst* kazakist* kazachst* kasach* qazaq* qazax* казах* казаш[ке]* қазақ* казакст* қазоқ*"
        " қозоқ* қозоғ*"
        " qozog'* qozog* qozoq* gazak gazakl* gazagy* gazagyst* カザフ 哈萨克 哈薩克",
    ),
    Term(
        name="Kazakhstan",
        side="ca",
        country="KZ",
        languages=_NEIGHBOURS_OF_KAZAKHS,
        forms="казак казакт* казакка казакча",
    ),
    Term(
        name="Kyrgyzstan",
        side="ca",
        country="KG",
        forms="kyrgyz* kirghiz* kirgiz* kirgis* qyrgyz* qırgız* kırgız* qirg'iz* qirgiz* gyrgyz* кыргыз* киргиз*"
        " қырғыз* қирғиз* キルギス 吉尔吉斯",
    ),
    Term(
        name="Tajikistan",
        side="ca",
        country="TJ",
        forms="tajik* tadjik* tadzhik* tadschik* tacik* tojik* täjik* täjig* таджик* таджич[ке]* тажик* тәжік* тәжик*"
        " тоҷик*"
        " тожик* タジキスタン タジク 塔吉克",
    ),
    Term(
        name="Turkmenistan",
        side="ca",
        country="TM",
        forms="turkmen* türkmen* turkmanist* туркмен* түрікмен* түркмен* түркмөн* туркман* トルクメ 土库曼",
    ),
    Term(
        name="Uzbekistan",
        side="ca",
        country="UZ",
        forms="uzbek* usbek* o'zbek* ozbek* özbek* ózbek* özbeg* ouzbek* узбек* узбеч[ке]* өзбек* ўзбек* ӯзбек* ウズベ"
        " 乌兹别克",
    ),
)

# What only these peoples have: with Japan beside it, it is they who show it there.
CULTURE = (
    Term(
        name="things of Central Asia",
        side="ca",
        weight=0.6,
        forms="dombra* dombyra* домбыр* домбр[аыеу]* kobyz* qobyz* кобыз* қобыз* komuz* комуз* shyrdak* шырдак*"
        " манасчы*"
        " manaschi* akhal-teke* ахалтекин* ahalteke* ahal-teke* suzani* сузани сюзане beshbarmak* бешбармак*"
        " бесбармақ*"
        " наурыз~көже наурыз~мейрам* nauryz* алтын~адам* golden~man золот*~человек* kumis kymyz* кымыз* қымыз*"
        " kök-boru көк~бөрү* kok-boru* кокпар*"
        " көкпар* kokpar*"
        " adras адрас* doʻppi do'ppi* дўппи* shashmaqom* shashmakom* шашмак[оа]м* шашмақом* bakhshi* nomad~games"
        " magtymguly* махтумкули* aitmatov* айтматов* ^abai ^abay ^абай ^абая ^абаю auezov* ауэзов* әуезов*"
        " amir~t[ei]mur*"
        " амир*~т[еи]мур* ulug'?bek* улугбек* улуғбек* manas~epic эпос*~манас манас~эпос* baiterek"
        " игр*~кочевник* көчмөндөр~оюндар* көшпенділер~ойын*",
    ),
)

# "Our country" in a national language names the state as surely as its name, but only for readers at home.
HOME = (
    Term(
        name="Kazakhstan",
        side="ca",
        country="KZ",
        weight=0.6,
        forms="еліміз* elimiz* елорда* elorda* мемлекет~басшысы* memleket~basshysy* президентіміз* отандас* жерлес*"
        " otandas*"
        " jerles* қандас* тенге теңге* отандық* ел~экономика*",
    ),
    Term(
        name="Kyrgyzstan", side="ca", country="KG", weight=0.6, forms="өлкөбүз* мамлекетибиз* президентибиз* мекендеш*"
    ),
    Term(
        name="Tajikistan",
        side="ca",
        country="TJ",
        weight=0.6,
        forms="кишвари~мо кишварамон пешвои~миллат ҳамватан* сомонӣ",
    ),
    Term(
        name="Turkmenistan",
        side="ca",
        country="TM",
        weight=0.6,
        forms="ýurdumyz* döwletimiz* gahryman~arkadag* watandaş* ildeş*",
    ),
    Term(
        name="Uzbekistan",
        side="ca",
        country="UZ",
        weight=0.6,
        forms="mamlakatimiz* yurtimiz* мамлакатимиз* юртимиз* prezidentimiz* президентимиз* vatandosh* ватандош*"
        " yurtdosh* юртдош* hamyurt* ҳамюрт*",
    ),
)

IN_ONE_LANGUAGE = (
    Term(
        name="Turkmen regions",
        side="ca",
        weight=0.8,
        country="TM",
        languages=frozenset({"tk"}),
        forms="^balkan* ^mary ^mary(?:da|daky|dan|nyň) ^lebap*",
    ),
    Term(
        name="cabinet of Kyrgyzstan",
        side="ca",
        weight=0.7,
        country="KG",
        languages=frozenset({"ky"}),
        forms="министрлер~кабинет* президенттик~администрац*",
    ),
    Term(
        name="cabinet of Uzbekistan",
        side="ca",
        weight=0.7,
        country="UZ",
        languages=frozenset({"uz"}),
        forms="migratsiya~agentlig* миграция~агентлиг* vazirlar~mahkama* вазирлар~маҳкама* qonunchilik~palata*"
        " қонунчилик~палата*",
    ),
)

# In the language of a Central Asian state a ministry of nobody's is its own, and so is a president: Japan has none.
_AT_HOME = frozenset({"kk", "ky", "uz", "tg", "tk"})
OWN_STATE = (
    Term(name="a president", side="own", languages=_AT_HOME, forms="президент* prezident*"),
    Term(
        name="a ministry of nobody's",
        side="own",
        languages=_AT_HOME,
        forms="министрл[іи][гк]* ministrli[gk]* vazirli[gk]* вазирли[гк]* вазорат* agentli[gk]* агентли[гк]* агенттіг*"
        " агенттиг* агентии муассиса* ҳукумат* hukumat* hökümet* өкмөт* vazir[ia]* вазир[иа]* министрі* министри*",
    ),
)

CITIES = (
    _city(
        "Astana",
        "KZ",
        "astan(?!asy|asi)* астан(?!асы)* ^остона* ^ostona* nur-sultan* нур-султан* нұр-сұлтан* アスタナ ヌルスルタン",
    ),
    _city(
        "Almaty",
        "KZ",
        "almat[yı]* алмат* олмаота* olmaota* алмаато* алма-ат* алмаатинск* alma-ata アルマティ アルマトイ",
    ),
    _city("Shymkent", "KZ", "shymkent* шымкент* chimkent* чимкент* シムケント"),
    _city("Karaganda", "KZ", "karagand* qaragand* караганд* қарағанд* カラガンダ"),
    _city("Aktau", "KZ", "aktau* aqtau* актау* ақтау* mangystau* mangistau* мангистау* маңғыстау* アクタウ"),
    _city("Atyrau", "KZ", "atyrau* атырау* アティラウ"),
    _city("Aktobe", "KZ", "aktobe* aqtobe* aqtöbe* актобе* актюбин* ақтөбе*"),
    _city("Pavlodar", "KZ", "pavlodar* павлодар*"),
    _city("Semipalatinsk", "KZ", "semipalatinsk* семипалатинск* ^semey セミパラチンスク"),
    _city("Kostanay", "KZ", "kostana* qostana* костана* қостанай*"),
    _city("Kyzylorda", "KZ", "kyzylorda* qyzylorda* кызылорд* қызылорда* クズロルダ"),
    _city("Baikonur", "KZ", "baikonur* bayqongyr* байконур* байқоңыр* バイコヌール"),
    _city(
        "Turkistan",
        "KZ",
        "turkistan* turkestan~region* turkestan~oblast* туркестанск*~област* түркістан* turkestan~province*",
    ),
    _city("Zhambyl", "KZ", "^taraz ^тараз ^таразе ^таразда zhambyl* жамбылск* жамбыл~облыс*"),
    _city("Akmola", "KZ", "akmola* aqmola* акмолинск* ақмола* kokshetau* кокшетау* көкшетау*"),
    _city(
        "East Kazakhstan",
        "KZ",
        "ust-kamenogorsk* усть-каменогорск* oskemen* öskemen* өскемен* ekibastuz* экибастуз* екібастұз*",
    ),
    _city("Khorgos", "KZ", "khorgos* хоргос* қорғас* qorgas*"),
    _city("Kashagan", "KZ", "kashagan* кашаган* қашаған* tengizchevroil* тенгизшевройл* カシャガン"),
    _city(
        "Bishkek",
        "KG",
        "bishkek* bişkek* бишкек* бішкек* manas~airport аэропорт*~манас* манас~аэропорт* манас~эл*"
        " ビシュケク マナス空港",
    ),
    _city("Osh", "KG", "^osh ^ош ^оше ^оша ^ошто ^оштогу ^ошту ^оштон ошск* オシュ州 オシ州"),
    _city("Jalal-Abad", "KG", "jalal-abad* джалал-абад* жалал-абад* ジャララバード州"),
    _city("Issyk-Kul", "KG", "issyk-kul* ysyk-k* иссык-кул* ысык-көл* イシククル イシク・クル"),
    _city("Naryn", "KG", "naryn* нарын* ナリン州"),
    _city("Batken", "KG", "batken* баткен* バトケン"),
    _city("Talas", "KG", "^talas ^талас ^талас(?:та|тагы|тын|ка|тан) ^таласск* タラス州"),
    _city("Karakol", "KG", "^karakol ^каракол ^караколе ^караколдо"),
    _city("Chuy", "KG", "chui~region* chuy~region* чуйск*~област* чүй~облус* chui~oblast* tokmok* токмок*"),
    _city("Dushanbe", "TJ", "dushanbe* duşenbe* duschanbe* душанбе* ドゥシャンベ"),
    _city("Khujand", "TJ", "khujand* khudjand* xo'jand* худжанд* хуҷанд* хӯҷанд* sughd* согдийск* суғд* ホジェンド"),
    _city("Khatlon", "TJ", "khatlon* хатлон* xatlon* bokhtar* бохтар* kulob* куляб* кӯлоб* ハトロン"),
    _city(
        "Badakhshan",
        "TJ",
        "gorno-badakhshan* горно-бадахшан* гбао бадахшон* khorog* хорог* хоруғ* ゴルノ・バダフシャン",
    ),
    _city("Panj", "TJ", "^pyanj ^panj пяндж* ^панҷ ピャンジ パンジ"),
    _city("Nurek", "TJ", "nurek нурек* норак* penjikent* panjakent* пенджикент* панҷакент*"),
    _city("Rogun", "TJ", "rogun* рогун* роғун*"),
    _city(
        "Ashgabat",
        "TM",
        "ashgabat* ashkhabad* aşgaba[td]* aschgabat* ашхабад* ашгабат* ашғабат* ашқобод* ashxobod* アシガバ"
        " アシュガバ アシハバ",
    ),
    _city(
        "Turkmenbashi",
        "TM",
        "awaza* avaza* аваза* garabogaz* гарабогаз* galkyny* галкыныш* daşoguz* dashoguz* дашогуз*",
    ),
    _city("Mary", "TM", "mary~(?:region|province|welaýat|döwlet|şäher)* мары~велаят* марыйск*"),
    _city(
        "Ahal", "TM", "^ahal ^ahal(?:a|da|daky|dan|yň) ахалск* lebap* лебап* türkmenaba[td]* turkmenabat* туркменабат*"
    ),
    _city("Kiyanly", "TM", "gyýanly* kiyanly* гыянл* киянл*"),
    _city("Arkadag", "TM", "arkadag* аркадаг* アルカダグ"),
    _city(
        "Tashkent",
        "UZ",
        "tashkent* toshkent* taschkent* taşkent* daşkent* daşkend* ташкент* тошкент* тошканд* タシケント",
    ),
    _city("Samarkand", "UZ", "samarkand* samarqand* samarkant* semerkant* самарканд* самарқанд* サマルカンド"),
    _city("Bukhara", "UZ", "bukhara* buchara* buxoro* бухар[аыеу] бухарск* бухоро* ブハラ"),
    _city("Khiva", "UZ", "khiva ^xiva* ^хив[аыеу] ^хивада ヒヴァ ヒワ"),
    _city("Fergana", "UZ", "fergana* ferghana* farg'ona* ферган* фарғона* フェルガナ"),
    _city("Namangan", "UZ", "namangan* наманган* andijan* andijon* андижан* андижон* ナマンガン アンディジャン"),
    _city("Navoi", "UZ", "navoi* navoiy* ^наво[ий]* ナボイ ナヴォイ"),
    _city(
        "Karakalpakstan",
        "UZ",
        "karakalpak* qoraqalpog'* qaraqalpaq* каракалпак* қорақалпоғ* қарақалпақ* nukus* нукус* nókis* нөкис*"
        " カラカルパク ヌクス",
    ),
    _city("Termez", "UZ", "termez* termiz* термез* термиз* surkhandar* surxondar* сурхандар* сурхондар* テルメズ"),
    _city(
        "Khorezm",
        "UZ",
        "khorezm* xorazm* хорезм* хоразм* urgench* ургенч* kashkadar* qashqadar* кашкадар* қашқадар* ホラズム",
    ),
    _city("Kokand", "UZ", "kokand* qo'qon* коканд* қўқон* コーカンド"),
    _city(
        "Angren",
        "UZ",
        "bekabad* bekobod* бекабад* бекобод* farhad~dam angren* ангрен* almalyk* olmaliq* алмалык* олмалиқ*"
        " chirchi[kq]* чирчик* чирчиқ* アングレン",
    ),
    _city("Shahrisabz", "UZ", "shahrisabz* шахрисабз* шаҳрисабз* ^qarshi ^карши rishtan* rishton* риштан* риштон*"),
    _city("Muynak", "UZ", "mo'ynoq* muynak* муйнак* мўйноқ*"),
    _city(
        "old Urgench",
        "TM",
        "köneürgenç* kunya-urgench* куня-ургенч* köne~ürgenç* ^merw* ^merv ^мерв[аеу]? ancient~merv ^nisa~fortress*",
    ),
    _city("Ak-Beshim", "KG", "ak-beshim* ак-бешим* суяб* suyab* burana~tower* бурана アク・ベシム"),
    _city("Otrar", "KZ", "^otrar* ^отрар* sayram сайрам"),
    _city("Jizzakh", "UZ", "jizzakh* jizzax* джизак* жиззах* ジザフ"),
)

PEOPLE = (
    _person("Tokayev", "KZ", "tokayev* tokaev* toqayev* toqaev* tokaýew* токаев* тоқаев* トカエフ"),
    _person("Nazarbayev", "KZ", "nazarbayev* nazarbaev* nazarbaýew* назарбаев* ナザルバエフ"),
    _person(
        "Kazakh ministers",
        "KZ",
        "alim~bayel* smailov* смаилов* смайылов* tileuberdi* тлеуберди* тілеуберді* askar~mamin* аскар*~мамин*"
        " nurtleu* нуртлеу* нұртілеу* kosherba* кошербаев* көшербаев* bektenov* бектенов* бектенұлы*"
        " karim~mas(?:s)?imov* карим*~масимов* кәрім~мәсімов* sagintayev* сагинтаев* сағынтаев* serik~akhmetov*"
        " kazykhanov* казыханов* қазыханов* yerlan~idris* erlan~idris* ерлан*~идрисов* ерлан~ыдырысов*"
        " kairat~abdrakhmanov* кайрат*~абдрахманов* қайрат~әбдірахманов* beibut~atamkulov* бейбут*~атамкулов*"
        " roman~vassilenko* роман*~василенко* роман~василенко* alibek~baka(?:y)?ev* алибек*~бакаев* әлібек~бақаев*"
        " zhumangarin* жумангарин* жұманғарин* nigmatulin* нигматулин* нығматулин* koshanov* кошанов* қошанов*"
        " ashimbayev* ашимбаев* әшімбаев* ヌルトレウ コシェルバエフ トレウベルディ ベクテノフ ナザルバーエフ",
    ),
    _person(
        "Mirziyoyev",
        "UZ",
        "mirziyoy* mirziyoev* mirziyaev* mirziyayev* mirziýoýew* мирзиё* мирзияев* мирзиеев* ミルジヨ",
    ),
    _person(
        "Uzbek ministers",
        "UZ",
        "abdulla~aripov* абдулл*~арипов* aripov* арипов* umurzakov* умурзаков* jamshid~xo'jayev* laziz~qudratov*"
        " лазиз*~кудратов* umerova* умеров[аыуе] kamilov* камилов* ^норов ^норова vladimir~norov* владимир*~норов*"
        " elyor~ganiev* эльёр*~ганиев* jamshid~khodja* jamshid~kuchkarov* джамшид*~кучкаров* khodjaev* ходжаев*"
        " xo'jayev* хўжаев* tanzila~narba* танзил*~нарбаев* saida~mirziyo* уззоков* カミーロフ アリポフ",
    ),
    _person("Islam Karimov", "UZ", "islam~karimov* islom~karimov* ислам*~каримов* ислом~каримов* カリモフ大統領"),
    _person("Bakhtiyor Saidov", "UZ", "bakhtiyor~saidov* baxtiyor~saidov* бахтиёр*~саидов* サイドフ外"),
    _person(
        "Japarov",
        "KG",
        "japarov* zhaparov* žaparow* žaparov* japarow* caparov* dschaparow* жапаров* джапаров* ジャパロフ",
    ),
    _person(
        "Kyrgyz leaders",
        "KG",
        "jeenbekov* zheenbekov* жээнбеков* atambayev* atambaev* атамбаев* kulubaev* кулубаев* kasymaliev* касымалиев*"
        " torobaev* төрөбаев* торобаев* baisalov* байсалов* otunba* отунба* bakiyev* bakiev* бакиев* akylbek~*"
        " акылбек* sariev* сариев* abylgazi* абылгазиев* satybaldi* сатыбалдиев* otorba* оторбаев* оторбаевa*"
        " abdyldaev* абдылдаев* aidarbekov* айдарбеков* kazakbaev* казакбаев* ジェエンベコフ アタムバエフ"
        " オトゥンバエワ"
        " クルバエフ",
    ),
    _person("Rahmon", "TJ", "emomali* эмомал* rahmon ^рахмон ^рахмона ^рахмоном ^раҳмон ラフモン大統領 ラフモン"),
    _person(
        "Tajik ministers",
        "TJ",
        "muhriddin* мухриддин* муҳриддин* ^aslov ^аслов* rasulzoda* расулзод* zavqizoda* завкизод* завқизод* zohidi*"
        " зохиди khamrokhon~zarif* hamrokhon~zarif* хамрохон*~зариф* ҳамрохон~зариф* rustam~emomal* oqil~oqilov*"
        " акил*~акилов* оқил~оқилов* daler~juma* далер*~джума* далер~ҷумъа* ムフリッディン アスロフ",
    ),
    _person(
        "Berdimuhamedov",
        "TM",
        "berdimuham* berdymuham* berdymukham* berdimukham* бердымухам* бердимухам* бердімұхам* ベルディムハメドフ",
    ),
    _person("Meredov", "TM", "meredow* meredov* мередов* メレドフ"),
)

BODIES = (
    # What only these states call so: their parliaments and the heads of their regions and towns.
    _body("parliament of Kazakhstan", "KZ", "mazhilis* majilis* мажилис* мәжіліс* mäjilis*"),
    _body("parliament of Kyrgyzstan", "KG", "jogorku~ken* zhogorku~ken* жогорку~ке[нң]еш*"),
    _body("parliament of Uzbekistan", "UZ", "oliy~majlis* oly~majlis* олий~мажлис* олий~мажлис*"),
    _body(
        "parliament of Tajikistan",
        "TJ",
        "majlisi~(?:oli|namoyandagon|milli)* маджлис[иа]~(?:оли|намояндагон|милли) маҷлиси~(?:олӣ|намояндагон|миллӣ)*",
    ),
    _body("parliament of Turkmenistan", "TM", "milli~geňeş* mejlis* меджлис*~туркмен* милли~генгеш*"),
    _body(
        "regional governments",
        "KZ",
        "^akim akims akimat* аким акима акиму акимом акимы акимат* әкім әкімі әкімдіг* әкімшіліг* äkim*",
    ),
    _body("regional governments of Uzbekistan", "UZ", "khokim* hokim(?!i?yat)* хоким* ҳоким(?!ият)*"),
    _body(
        "Al-Farabi University",
        "KZ",
        "al-farabi~(?:kazakh|university)* аль-фараби әл-фараби* =кимэп =kimep"
        " satbayev~university* евразийск*~национальн*~университет*",
    ),
    _body("mines and works", "KG", "kumtor* кумтор* құмтөр* talco* талко"),
    _body("Tau-Ken Samruk", "KZ", "tau-ken* тау-кен* qazgeology* казгеолог* қазгеолог* kazatom* baiterek* байтерек*"),
    _body("Nazarbayev University", "KZ", "nazarbayev~university назарбаев~университет*"),
    _body("Kazakh National University", "KZ", "=kaznu =казну =қазұу"),
    _body("Akorda", "KZ", "akorda* aqorda* ақорда* ^акорд[аыеу]"),
    _body("Kazatomprom", "KZ", "kazatomprom* казатомпром* қазатом* カザトムプロム"),
    _body("KazMunayGas", "KZ", "kazmunay* kazmunai* казмунай* қазмұнай* カズムナイガス"),
    _body("Samruk-Kazyna", "KZ", "samruk* самрук* самұрық*"),
)

# Full names before the short ones they begin with.
CENTRAL_ASIA = (
    *BODIES,
    *REGION,
    *STATES,
    *CITIES,
    *PEOPLE,
    *IN_ONE_LANGUAGE,
    *FIRMS_AND_BODIES,
    *PLACES_BY_STATE,
    *PEOPLE_IN_OFFICE,
    *CULTURE,
    *HOME,
)
