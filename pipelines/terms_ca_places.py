"""Small towns, districts, rivers and mountains of the five states, in the spellings of their neighbours. Data only.

Left out on purpose: places that are words or surnames of our languages (Абай, Алга, Чу, Pop, Asaka, Buston, Serdar).
"""

from __future__ import annotations

from pipelines.terms import Term

_TOWNS = {
    "KZ": "tekeli ^текели ^риддер* satpa[iy]ev~city ^сатпаев хромтау* khromtau* rudny~kazakh* лисаковск* lisakovsk*"
    " аркалык* арқалық* arkalyk* щучинск* schuchinsk* shchuchinsk* степногорск* stepnogorsk* шахтинск* каскелен*"
    " қаскелең* kaskelen* ^талгар* ^талғар* ^talgar* капчага* қапшағай* kapchaga* qapshaghai* ^қонаев ^конаев[ае]?"
    " konayev~city жаркент* zharkent* ушарал* үшарал* аягоз* аягөз* ayagoz* зайсан* zaysan* zaisan* шемонаих*"
    " казалинск* қазалы ^аральск* ^арал~(?:қала|ауд)* жанатас* жаңатас* zhanatas* сарыагаш* сарыағаш* saryagash*"
    " жетысай* жетісай* zhetysay* кульсар* құлсары* kulsary* бейнеу* beyneu* beineu* кандыагаш* қандыағаш* kandyagash*"
    " экибастуз* аксай~(?:қала|город)* құрчатов* kurchatov~(?:city|town) город*~курчатов* бурабай* ерейментау*"
    " ереймен* yereymentau*"
    " макинск* kuryk* курык* құрық* форт-шевченко fort-shevchenko аксу-жабагл* ақсу-жабағ* aksu-zhabag* алаколь*"
    " алакөл* alakol* kaindy каинды қайыңды kolsai* кольсай* көлсай* テケリ クルチャトフ市 ジャルケント"
    " ペトロパブロフスク タラズ ウスチカメノゴルスク"
    " オスケメン エキバストゥズ テミルタウ バルハシ ジェズカズガン セメイ コスタナイ パブロダール ウラリスク"
    " アルカリク リッデル",
    "KG": "таш-кумыр* таш-көмүр* tash-kum* майлуу-суу* майлы-сай* mailuu-suu* kochkor* ^кочкор* кара-суу kara-suu"
    " кара-көл kerben* ^кербен* nookat* ноокат* suluktu* сулюкт* сүлүктү* kadamjai* кадамжа[йяе]*"
    " раззаков[ае]? razzakov kemin~district ^кемин* ^канте бокомбаев* боконбаев* bokonba* barskoon* барскоон*"
    " арсланбоб*"
    " арстанбап* arslanbob* сары-челек* sary-chelek* song-kul* сон-кул* соң-көл* son-kol чаткал*"
    " chatkal~(?:district|valley)"
    " alai~(?:valley|district|region)* alay~(?:valley|district|region)* алайск* алай~район* chon-alai* чон-алай*"
    " ат-башы atbashy бостери* bosteri* каджи-са* кажы-сай kaji-say тамга~(?:село|айыл) ^тюп ^түп~район*"
    " тюпск* казарман* kazarman* токто-гул* сузак* ^сузакск* suzak~district ноорузов*"
    " каинда* ивановк*~чуй* джергалан* jyrgalan* жыргалаң* лейлек* leilek* leylek*"
    " アルスランボブ トクマク カラコル バルィクチ ジャラル・アバド ジャラルアバド"
    " コチコル ウズゲン",
    "TJ": "^восе* vose~district dangara* danghara* дангар[аыеу]* данғара* khovaling* ховалинг* ховалинг* muminobod*"
    " муминобод* муминабад* mu'minobod файзобод* файзабад*~район* fayzobod нурабад* нуробод* тавильдар* tavildara*"
    " джиргатал* jirgatol* лахш* lakhsh~district shughnon* шугнан* шуғнон* ишкашим* ishkashim* ишкошим* ^ванч*"
    " vanj~district"
    " ванҷ* дарваз* дарвоз* ^айни~(?:район|ноҳия)* ноҳияи~айнӣ ашт~(?:район|ноҳия)* ноҳияи~ашт мастчох* мастчоҳ*"
    " matcha~district"
    " спитамен* spitamen* зафарабад*~район* бустон~(?:шаҳр|город)* вахдат* ваҳдат vahdat~(?:city|district)"
    " рудаки~район*"
    " ноҳияи~рӯдак* rudaki~district шахринав* шаҳринав* shahrinav* гозималик* ғозималик* хуросон~ноҳия* ноҳияи~хуросон"
    " бальджуван* балҷувон* temurmalik* темурмалик* дусти~ноҳия* ноҳияи~дӯстӣ fann~mountains фанск*~гор*"
    " фанские~горы ホログ クリャブ ボフタル クルガン・チュベ ペンジケント イスタラフシャン ヌレク ログン",
    "TM": "balkanaba[td]* балканабад* балканабат* gumdag* гумдаг* bereket~(?:şäher|city) hazar~şäher* etrek*"
    " этрек*~(?:этрап)*"
    " магтымгулы~этрап* saragt* серахс* baharly* бахарл* gökdepe* геокдепе* gokdepe* änew* анау~город* boldumsaz*"
    " болдумсаз* görogly~etrap* darganata* дарганата* köýtendag* койтендаг* koytendag* mukry* halaç* халач*"
    "  tagtabazar* тагтабазар* ýerbent* дервез* derweze* darvaza* yangykala* メルブ トルクメンバシ ダショグズ"
    " バルカナバート トルクメナバート アワザ",
    "UZ": "ohangaron* ахангаран* оҳангарон* chust~(?:tuman|shahar|district)* ^чуст* kosonsoy* касансай* косонсой*"
    " xonobod*"
    " ханабад* хонобод* ^quva ^кув[аеы] oltiariq* алтыарык* олтиариқ* boysun* байсун* бойсун* sherobod* шерабад*"
    " шеробод* kogon~(?:shahar|tuman)* gazli~shahar* uchquduq* учкудук* учқудуқ* g'allaorol* галляарал* ғаллаорол*"
    " bulung'ur* булунгур* булунғур* ishtixon* иштыхан* иштихон* jomboy* джамбай* жомбой* yangiyo'l* янгиюль* янгийўл*"
    " piskent* пискент* bo'stonliq* бостанлык* бўстонлиқ* bostanlyk* g'azalkent* газалкент* ғазалкент* beruniy~tuman*"
    " беруни~район* to'rtko'l* турткул* тўрткўл* turtkul* ellikqal'a* элликкал* элликқалъ* qo'ng'irot* кунград*"
    " қўнғирот*"
    " kungrad* xo'jayli* ходжейли* хўжайли* chimboy* чимбай* чимбой* taxiatosh* тахиаташ* тахиатош* takhiatash*"
    " muzrabot* музрабад* музработ* muborak~tuman* мубарек* qamashi* камаши* қамаши* boyovut* баяут* боёвут*"
    " mirzacho'l*"
    " мирзачул* мирзачўл* mirishkor* миришкор* sardoba* сардоб[аыуе] nishon~tuman* oqdaryo* акдарь*~район* payariq*"
    " пайарык*"
    " пайариқ* pastdarg'om* пастдаргом* пастдарғом* shofirkon* шафиркан* шофиркон* romitan* ромитан* vobkent*"
    " вабкент* вобкент*"
    " qorako'l~tuman* каракульск* olot~tuman* uchqo'rg'on* учкурган* учқўрғон* norin~tuman* baliqchi~tuman*"
    " shahrixon* шахрихан*"
    " шаҳрихон* xiva~shahar yangiariq* янгиарык* янгиариқ* bog'ot~tuman* hazorasp* хазарасп* ҳазорасп* gurlan*"
    " гурлен* гурлан*"
    " shovot* шават* шовот* qibray* кибрай* қибрай* zangiota* зангиат* зангиота* o'rtachirchiq* уртачирчик*"
    " ўртачирчиқ* ベカバード ベカバッド ベゴバード ベグワット チルチク ザンギアタ カッタクルガン ヌラタ ウルゲンチ"
    " マルギラン リシタン シャフリサブス カルシ市 ナボイ州 グリスタン アルマリク ムイナク",
}

# What archaeologists of Japan dig for.
_ANCIENT = (
    "sogdia* согдийц* согдийск* согдиан* ^согд ^согд[еау] afra[sc]iab* афрасиаб* афросиаб* afrosiyob* афросиёб*"
    " varakhsha* варахш* adzhina-tepa* аджина-теп* ajina-tep* dalverzin* дальверзин* fayaz-tep* фаяз-теп*"
    " takht-i-sangin* тахти-санги* kafir-kala* кафиркал* кафир-кал* sarazm* саразм*"
    " shahristan* ソグド アフラシア カフィル・カラ クシャン"
)

_NATURE = (
    "pamir* памир* помир* パミール tian~shan tien~shan тянь-шан* тянь~шан* тянь-шань tiyon~shon тёншон тәңіртау*"
    " теңир-тоо*"
    " amu~darya* amudarya* аму-дарь* амударь* амударё* amudaryo* amyderýa* syr~darya* сыр-дарь* сырдарь* сырдарё*"
    " сырдария*"
    " zeravshan* zarafshan~(?:river|valley)* kyzylkum* кызылкум* қизилқум* qizilqum* фархадск* шульбин* бухтарм*"
    " мойнак* байпаз* ustyurt* устюрт* үстірт* ustyurt"
    " khan~tengri* хан-тенгри* хан~тәңірі хан-теңири ^чуйск*~долин* chuy~valley ^иле~алатау* ile~alatau*"
    " ウストユルト キジルクム カラクム アムダリヤ シルダリヤ"
)

PLACES_BY_STATE = (
    *(
        Term(name=f"towns and districts ({country})", side="ca", weight=0.7, country=country, forms=forms)
        for country, forms in _TOWNS.items()
    ),
    Term(name="ancient places", side="ca", weight=0.6, forms=_ANCIENT),
    Term(name="mountains, rivers and deserts", side="ca", weight=0.6, forms=_NATURE),
)
