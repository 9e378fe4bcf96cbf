"""People in office, firms, bodies and places of the five states, 2015 to 2026, beside `terms_ca.py`. Data only.

Surnames that many bear (Karimov, Saidov, Rahimov) stand with the given name.
"""

from __future__ import annotations

from pipelines.terms import Term


def _people(country: str, forms: str) -> Term:
    return Term(name=f"people in office ({country})", side="ca", weight=0.7, country=country, forms=forms)


def _bodies(country: str, forms: str) -> Term:
    return Term(
        name=f"firms and bodies ({country})", side="ca", weight=0.7, country=country, organisation=True, forms=forms
    )


PEOPLE_IN_OFFICE = (
    _people(
        "KZ",
        "satkali[yi]?ev* саткалиев* сәтқалиев* akkenzhenov* аккенженов* аққенженов* almassadam* алмасадам*~саткалиев*"
        " shakkali[yi]?ev* шаккалиев* шаққалиев* sharlapa[yi]?ev* шарлапаев* nagaspa[yi]?ev* нагаспаев* нағаспаев*"
        " sayasat~nurbek* саясат*~нурбек* саясат~нұрбек* bala[yi]?eva~a* аид[аыеу]~балаев* аида~балаева*"
        " duissenova* дуйсенов[аыеу]* дүйсенова* alnazarova* альназаров[аыеу]* әлназаров* nysanba[yi]?ev* нысанбаев*"
        " yerlan~nys* nurzhigitov* нуржигитов* нұржігітов* kuantyrov* куантыров* қуантыров* roman~sklyar* skl[iy]ar*"
        " скляр* bozumba[yi]?ev* бозумбаев* galymzhan~ko* койшибаев* қойшыбаев* marat~karaba[yi]?ev* марат*~карабаев*"
        " zhaslan~madi[yi]?ev* жаслан*~мадиев* kairat~umarov* кайрат*~умаров* қайрат~омаров* beisemba[yi]?ev*"
        " tugzhanov* тугжанов* тоғжанов* murat~baimenov* nurlan~onzhanov* bagdat~musin* багдат*~мусин* бағдат~мусин*"
        " sapar~omar* arman~shakk* timur~suleimenov* тимур*~сулейменов* kanat~sharlapa* qanat~sharlapa*"
        " каната?~шарлапа*"
        " yerbol~karashukeyev* карашукеев* қарашөкеев* aidarbek~saparov* айдарбек*~сапаров* azhar~gini[yi]?at*"
        " ажар*~гиният* tamara~duisen* gani~beisen* гани~бейсен* saken~kal* mukhtar~tleuber* mukhtar~ismagulov*"
        " sabr~[ye]*simbekov* сабр*~есимбеков* сәбр~есімбеков* yessimbekov* есимбеков* есімбеков* kamaldinov*"
        " камалдинов* камалдинов* akylbek~kamal* baudarbek* баударбек* yerlan~baudarbek* bulegenov* булегенов*"
        " бөлегенов* ботагоз*~дастан* yerzhan~kazykhan* алибек*~куантыров* әлібек~қуантыров*"
        " meirzhan~yussupov* мержан*~юсупов* мейржан~юсупов* askhat~khasenov* асхат*~хасенов* асхат~хасенов*"
        " nurlan~zhakupov* нурлан*~жакупов* нұрлан~жақыпов* darkhan~satybaldy* кайрат*~келимбетов* kelimbetov*"
        " келимбетов* renat~bekturov* ренат*~бектуров* maulen~ashimba* erlan~koshanov*"
        " yerlan~koshanov* ерлан*~кошанов* daniya~espa* éspa[yi]*ev* эспаев* еспаев* zhenis~kassymbek*"
        " kassymbek* касымбек* қасымбек* dossa[ye]v~yerbolat* досаев* erbolat~dossa* satibaldy*"
        " ヌルトレウ テレウベルディ スクリャル シャルラパエフ コシャノフ アシムバエフ マシモフ スマイロフ"
        " マミン首相 イドリソフ",
    ),
    _people(
        "UZ",
        "achilbay~ramatov* ачилбай*~раматов* ochilboy~ramatov* раматов* ramatov* kuchkarov* кучкаров* qo'chqorov*"
        " қўчқоров* mirzamakhmudov* мирзамахмудов* mirzamahmudov* мирзамаҳмудов* jo'rabek~m* kongratbay* конгратба*"
        " qo'ng'irotboy* қўнғиротбой* behzod~musa* бехзод*~мусаев* беҳзод~мусаев* bekhzod~musa* akhmedkhadja*"
        " ахмедхаджаев* ahmadxo'ja* аҳмадхўжаев* shermatov* шерматов* makhkamov~i* илхом*~махкамов* ilhom~mahkamov*"
        " илҳом~маҳкамов* ozodbek~nazarbekov* озодбек*~назарбеков* asilbek~khudayarov* асилбек*~худаяров*"
        " asilbek~xudayarov* laziz~kudratov* lazizbek~kudratov* aziz~abdukhakimov* азиз*~абдухакимов*"
        " aziz~abduhakimov* абдуҳакимов* ilyos~ganiyev* eldor~tulyakov* эльдор*~туляков* sodiq~safoyev*"
        " садык*~сафаев*"
        " содиқ~сафоев* akmal~saidov* акмал*~саидов* nuriddin~ismailov* нурдинжон*~исмоилов* nurdinjon~ismoilov*"
        " tanzila~narbayeva* нарбаев[аыу]* normuradov* нормурадов* mukhsinkhuja* мухсинхуж* muhsinxo'ja* муҳсинхўжа*"
        " abdurakhmonov~m* абдурахмонов* gayrat~fazilov* гайрат*~фазылов* g'ayrat~fozilov*"
        " farrukh~tursunov* фаррух*~турсунов* bobir~islamov* бобир*~исламов* gairat~fazylov* olimjon~abdullaev*"
        " abdulaziz~kamilov* абдулазиз*~камилов* abdulaziz~komilov* абдулазиз~комилов* sardor~umurzakov*"
        " сардор*~умурзаков*"
        " tursunkhon~khudayberg* shukhrat~vafa* шухрат*~вафаев* shuhrat~vafo* otabek~umarov* умид*~гафуров*"
        " hilola~umarova* хилол*~умаров* surayyo~rakhmon* saida~mirziyoyeva* саид[аыу]~мирзиё*"
        " ムサエフ長官 アリポフ首相 ウムルザコフ クチカロフ ホジャエフ副首相 カミロフ外相",
    ),
    _people(
        "KG",
        "bakyt~torobaev* baketa[ye]*v* бакетаев* бакетоев* daniyar~amang* данияр*~амангельдиев* амангелдиев*"
        " taalaibek~ibra* таалайбек*~ибраев* kendirba[ye]*va* кендирбаев* syrgaba[ye]*v* сыргабаев* maksutov~a*"
        " алтынбек*~максутов* kamchybek~tashi* камчыбек*~ташиев* ташиев* tashi[ye]*v* nurlanbek~turgun*"
        " нурланбек*~тургунбек* тургунбек~уулу* moldogazi[ye]*v* молдогазиев* arstanba[ye]*v* арстанбаев*"
        " чынгыз*~айдарбеков* rysbek~moldo* bazarba[ye]*v~k* кудайберген*~базарбаев* базарбаев* ulukbek~mari*"
        " улукбек*~марипов* марипов* zhapar*~sadyr sooronba* сооронбай* kubatbek~boronov* кубатбек*~боронов*"
        " sapar~isakov* сапар*~исаков* muhammedkaly~abyl* мухаммедкал*~абылгазиев* temir~sari* темир*~сариев*"
        " djoomart* djoomart~otorba* жоомарт*~оторбаев* erlan~abdyldaev* эрлан*~абдылдаев* ruslan~kazakba*"
        " руслан*~казакбаев*"
        " dastan~bekeshev* дастан*~бекешев* bekeshev* бекешев* edil~baisal* эдил*~байсалов* adylbek~kasy*"
        " адылбек*~касымалиев* zheenbek~kulubaev* жээнбек*~кулубаев* melis~turgun* мелис*~тургунбаев*"
        " sanzhar~bolotov* bakyt~sydykov* бакыт*~сыдыков* mirlan~baky* kanybek~tumanba* каныбек*~туманбаев*"
        " dinara~kutmanova* динар[аыеу]~кутманов* мирлан*~арстанбаев* aida~ismailova* erkin~checheybaev* чечейбаев*"
        " クルバエフ カスマリエフ バイサロフ ジャパロフ ジェーンベコフ アブディルダエフ モルドガジエフ タシエフ",
    ),
    _people(
        "TJ",
        "sattoriyon* сатториён* saidzoda* саидзода* rakhim~saidz* matlubkhon* матлубахон* mansuri~d*"
        " дилрабо~мансур* mansur[iӣ]~dilrabo azim~ibrohim* азим*~иброхим* азим~иброҳим* hasanzoda* хасанзода*"
        " ҳасанзода*"
        " jamoliddin~abdullozoda* абдуллозода* abdullozoda* kahhorzoda* qahhorzoda* каххорзода* қаҳҳорзода*"
        " rahimzoda*"
        " рахимзода* раҳимзода* amirzoda* rustami~emomali* рустами~эмомал* qohir~rasul* кохир*~расулз* қоҳир~расул*"
        " nizomiddin~zohid* низомиддин*~зохид* jalolov~m* mirzosharif* мирзошариф* ҷалолов* sodik~imom* содик*~имом*"
        " sherali~kabir* шерали~кабир* шералӣ~кабир* kabirov~sherali xuseinzoda* muzaffar~huse* музаффар*~хусейн*"
        " музаффар~ҳусейн* mahmadtoir* махмадтоир* маҳмадтоир* zokirzoda* зокирзода* solehzoda* солехзода* солеҳзода*"
        " yusuf~majidi* юсуф~маджид* nazarzoda* назарзода* сиро[джҷ]*иддин* sirojiddin* ジャロロフ ラスルゾダ"
        " ザリフィ",
    ),
    _people(
        "TM",
        "atdaýew* atdayev* атдаев* geldimyradow* geldimyradov* гельдымырадов* atagulyýew* atagul[iy]yev* атагулыев*"
        " astanagulow* astanagulov* астанагулов* hajy[iý]*ew~wepa wepa~haj* вепа~хаджиев* gulmanowa* gulmanova*"
        " гулманов*"
        " gülmanowa* amannepesow* аманнепесов* muhammetgeldi~serdar* ballyýew* mämmedow[ay]* mammedova~g*"
        " гульшат~маммедова*"
        " gülşat~mämmedow* purli~agamyradow* hojamyrat* ходжамырат* saparow~annageldi maksat~babaýew* максат*~бабаев*"
        " maksat~babayev* yly*asow~gurban* gurbanmammet* гурбанмамед* elýasow* elyasov* эльясов* nokerguly*"
        " нокергулы*"
        " nökerguly* döwran~hudaý* bayramov~atadurdy атадурды~байрамов* atadurdy~baýramow* çary~gylyjow*"
        " esenmyrat~orazgeldi*"
        " メレドフ外相 グルマノワ",
    ),
)

FIRMS_AND_BODIES = (
    _bodies(
        "KZ",
        "qazaqgaz* qazaqgas* =kegoc кегок kazakhstan~temir* =ktz =ктж =қтж қазақстан~темір* air~astana эйр~астана"
        " flyarystan* scat~airlines kazakh~invest* atameken* атамекен* =aifc =мфца =ахқо astana~hub астана~хаб*"
        " =kazmunaygas =кмг =қмг kazchrome* казхром* kazzinc* казцинк* қазмырыш* kaz~minerals"
        " eurasian~resources~group"
        " =erg ulba~metallurg* ульбинск*~металл* үлбі* =укттмк karachaganak* карачаганак* қарашығанақ*"
        " tengizchevroil* =kbtu =кбту =қбту =еұу =ену sk-pharmacy kazakhmys* казахмыс* қазақмыс* kazpost* казпочт*"
        " qazpost* halyk~bank* народн*~банк*~казахстан* kaspi~bank* kazinform* казинформ* қазинформ* tengrinews*"
        " =рк ұлттық~банк* ұлттық~статистика~бюро* бюро~национальн*~статистик* qaztrade* quaztech* allur~*"
        " kaztransoil* казтрансойл* қазтрансойл* samruk-energo* самрук-энерго* kazphosphate* казфосфат* ozenmunaigas*"
        " ^семей(?:ге|де|ден|дің|дегі|лік) ^семей~(?:медицина|университет|қала|полигон|облыс)*"
        " ^semeıde alatau~city алатау~сити"
        " g4~city oskemen* taldykorgan* талдыкорган* талдықорған* zhetysu* жетысу* жетісу* ulytau* улытау* ұлытау*"
        " ^abai~region област*~абай абай~облыс* turksib* burabay* бурабай* borovoe* боровое medeu* медеу charyn*"
        " чарынск*"
        " zhezkazgan* жезказган* джезказган* dzhezkazgan* жезқазған* temirtau* темиртау* теміртау* balkhash*"
        " балхаш* балқаш* zhanaozen*"
        " жанаозен*"
        " жаңаөзен* kentau* кентау* uralsk* уральск орал~қаласы petropavl* =bi~group bi~group*"
        " zhasyl~damu жасыл~даму kazhydromet* казгидромет* қазгидромет* bolashak* болашак* болашақ* forte(~)?bank*"
        " форте(~)?банк* каспи~банк* kaspi[.]kz =kcell кселл халык~банк* халық~банк* qazaqstan~ormany"
        " kazavtozhol* казавтожол* қазавтожол*"
        " タウケン サムルク カザフミス テンギス セミパラ",
    ),
    _bodies(
        "UZ",
        "uzbekneftegaz* узбекнефтегаз* o'zbekneftgaz* ўзбекнефтгаз* navoiyuran* навоийуран* navoiazot* navoiyazot*"
        " навоиазот* навоийазот* =ngmk =нгмк =agmk =агмк olmaliq~kmk uzautomotors* uzauto* узавто* o'zavto* ўзавто*"
        " uztelecom* узтелеком* o'ztelekom* uzpromstroybank* узпромстройбанк* o'zsanoatqurilish* =sqb узнацбанк*"
        " uzatom* узатом* o'zatom* hududgaz* худудгаз* it~park~uz* enter~engineering* uzkimyo* узкимё* o'zkimyo*"
        " uzbekcoal* узбекуголь* uzmetkombinat* узметкомбинат* uzcharm* uztextile* узтекстиль* o'zto'qimachilik*"
        " uzinfocom* узинфоком* o'zbekiston~havo~yo'l* dunyo~axborot* uza[.]uz kun[.]uz gazeta[.]uz =жиду"
        " turakurgan* туракурган* to'raqo'rg'on* тўрақўрғон* talimarjan* талимарджан* tallimarjon* талимаржон*"
        " syrdarya* sirdaryo* сырдарьин* сирдарё* guliston* гулистан* yangiyer* янгиер* parkent* паркент* zaamin*"
        " зааминск*"
        " zomin* chorvoq* чарвак* чорвоқ* chimgan* чимган* chimyon* nurafshon* нурафшон* margilan* маргилан*"
        " marg'ilon*"
        " марғилон* зарафшан* zarafshon* shirin~tes gijduvan* гиждуван* g'ijduvon* ғиждувон* nurota* нурат[аыуе]"
        " urgut* ургут* yakkasara* яккасара* yakkasaroy* chilanzar* чиланзар* chilonzor* mirobod* мирабадск*"
        " yunusobod* юнусабад* sergeli* сергели* каршинск* qarshi~shahar* denau* денау* denov* kattakurgan*"
        " каттакурган* kattaqo'rg'on* hazrat~imam* registan~square площад*~регистан* registon* регистон*"
        " shahi-zinda* шахи-зинд* ichan-kala* ичан-кал* ichan~qal* silk~road~(?:university|samarkand)*"
        " uztransgaz* узтрансгаз* o'ztransgaz* hamkorbank* хамкорбанк* ҳамкорбанк* asakabank* асакабанк* ipoteka-bank*"
        " ипотека-банк* artel~electronics =nmmc humo~arena узкимёсаноат* mahalla* махалл[яиюе] маҳалла*"
        " ウズベク航空 レギスタン ナヴォイー イチャンカラ",
    ),
    _bodies(
        "KG",
        "air~manas* эйр~манас* =кр kyrgyzaltyn* кыргызалтын* kyrgyz~temir* =нэхк kambarata* камбарат* камбар-ат*"
        " toktogul*"
        " токтогул* at-bashy* ат-баш* uch-kurgan* уч-курган* үч-коргон* =auca =ауца =крсу =кну =кгту arabaev~univ*"
        " университет*~арабаев* арабаев~атындагы* osh~state* ошгу нацстатком*~(?:кр|кыргыз)*"
        " улуттук~статистика~комитет*"
        " улуттук~банк* akchabar* акчабар* ala-too* ала-тоо ^балыкчы ^ваҳдат ala-archa* ала-арч* cholpon-at*"
        " чолпон-ат* balykchy*"
        " kara-balta* кара-балт* uzgen* узген* өзгөн* kyzyl-ki[yi]a* кызыл-ки[яйюе] кызыл-кыя* sokuluk* сокулук*"
        " suusamyr* суусамыр* too-ashuu* тоо-ашуу* alamedin* аламудун* аламүдүн* jeti-ögüz* jeti-oguz*"
        " жети-огуз* жети-өгүз* tamchy* ^tokmak ^токмак* kant~airbase manas~univ* университет*~манас isfana*"
        " исфан[аыеу]"
        " ala-bel* ала-бель sary-tash* сары-таш* chong-alay* чон-ала[йяе] alay~district алай~район* айыл~өкмөт*"
        " айыл~өкмөтү* ソムイルダク アラメジン チョルポンアタ オシ市 チュイ州 ナルイン",
    ),
    _bodies(
        "TJ",
        "barqi~tojik* барки~точик* барқи~тоҷик* =талко sangtuda* сангтуд* kayrakkum* qayroqqum* кайраккум* қайроққум*"
        " sarband* сарбанд* levakant* левакант* vakhsh* ^вахш* yavan* ^яван[аеу]? ёвон tursunzoda* турсунзод*"
        " tursunzade*"
        " isfara* исфар[аыеу] istaravshan* истаравшан* konibodom* канибадам* конибодом* panjakent* rasht~valley*"
        " рашт*~долин*"
        " водии~рашт murghab* мургаб* мурғоб* rushan* рушан* nizhn*~пяндж* jayhun* джайхун* ҷайҳун*"
        " shahritus* шаартуз* шаҳритӯс* qubodiyon* кубодиён* қубодиён* hisor* гиссар* ҳисор"
        " кулябск* farkhor* фархор* hamadoni* хамадони* ҳамадонӣ varzob* варзоб* iskanderkul* искандеркул* сарез*"
        " sarez*"
        " =дмт =ддхб =дтт donishgohi~milli* донишгоҳи~миллӣ* asia-plus азия-плюс asiaplus* khovar* ховар =ҷт"
        " somon~air сомон~эйр =мид~рт джамоат джамоат[аеу]? ҷамоати~деҳот*"
        " ドスティ クルガンチュベ",
    ),
    _bodies(
        "TM",
        "балканск*~велаят* tejen* теджен* serhetabat*"
        " turkmenbasy* türkmenbaşy* туркменбаши* ýolöten* yoloten* иолотань* bayramaly* байрамали* baýramaly*"
        " atamyrat*"
        " galkynyş* garaşsyzlyk* ruhyýet* ruhnama* =trt~türkmen turkmenportal* orient[.]tm тдх nebit-gaz ovadan*"
        " owadan-depe*"
        " овадан-депе* gurtly* esenguly* kerki* керки дарваз[аы]~газ* karakum* каракум* garagum*",
    ),
)
