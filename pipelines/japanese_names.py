"""Names of Japan that no table holds: of people, in Latin and Cyrillic letters, and in Japanese of people and towns.

Pure. A given name beside a family name, in either order, is a name of Japan; in Japanese, what is written in Chinese
characters before `市` or `氏`. A family name alone is no sign of Japan (rule sheet R11). Both are one, though weak: the
judge does not count them where a bank or a body of the United Nations is named, whose presidents have such names.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from pipelines.literals import AnyOf
from pipelines.romaji import key_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_GIVEN = (
    "ai aiko akane akemi aki akifumi akiharu akihide akihiko akihiro akihisa akihito akiko akimasa akinori akio akira"
    " akitaka akiyoshi aoi asako asami atsuko atsushi aya ayaka ayako ayumi azusa chiaki chie chieko chihiro chika"
    " chikako chizuko daichi daigo daiki daisuke eiichi eiji eiko eisuke eita emi emiko erika eriko etsuko fumiaki"
    " fumie fumihiko fumihiro fumiko fumio fumitaka gaku genichi genta go goro hajime hana hanae hanako haruhiko"
    " haruka"
    " haruki haruko harumi haruna haruo haruto hayato hideaki hideharu hidehiko hidehiro hideki hideko hidemi"
    " hidenori"
    " hideo hidetaka hidetoshi hideyuki hifumi hikari hikaru hiroaki hirofumi hirohiko hirohisa hirohito hirokazu"
    " hiroki hiroko hiromasa hiromi hiromichi hiromitsu hiromu hironobu hironori hirosato hiroshi hirotaka hiroto"
    " hirotoshi hiroya hiroyasu hiroyoshi hiroyuki hisako hisao hisashi hisayo hisayoshi hitomi hitoshi ichiro ichita"
    " ikue ikuko ikuo isamu isao issei itaru itsuki itsuro iwao izumi jiro jotaro jun junichi junichiro junji junko"
    " junnosuke junpei junya kaede kaho kana kanako kaneto kanji kaori kaoru katsuhiko katsuhiro katsuji katsumi"
    " katsunobu katsunori katsuo katsutoshi katsuya katsuyuki kayo kayoko kazue kazuhiko kazuhiro kazuhisa kazuki"
    " kazuko kazuma kazumasa kazumi kazunari kazunori kazuo kazushi kazutaka kazutoshi kazuya kazuyoshi kazuyuki kei"
    " keigo keiichi keiichiro keiji keiko keisuke keita keitaro ken kengo kenichi kenichiro kenji kenjiro kenshi"
    " kenta"
    " kentaro kenya kenzo kimiko kisaburo kiyohiko kiyomi kiyoshi kiyotaka koichi koichiro koji kojiro koki kosei"
    " kosuke kota kotaro kozo kuniaki kunihiko kunio kyohei kyoko kyosuke machiko madoka maho mai maiko maki makiko"
    " makoto mami mamiko mamoru mana manabu manami marie mariko masaaki masafumi masaharu masahide masahiko masahiro"
    " masahisa masahito masakatsu masakazu masaki masako masami masamichi masanao masanobu masanori masao masaru"
    " masashi masataka masatake masato masatoshi masatsugu masaya masayasu masayoshi masayuki masuo masumi matsuo"
    " mayu mayuko mayumi megumi mei michiko michio midori mieko miho mihoko mika mikako miki mikiko mikio mikito"
    " minako"
    " minami minoru mio misaki misako mitsuaki mitsuhiro mitsuko mitsunori mitsuo mitsuru mitsuyoshi miwa miyako"
    " miyuki mizuho mizuki moe momoka momoko motohiko motohiro motoki motoko motoo mutsumi nami nana nanako nanami"
    " nao naohiro naohisa naoki naoko naomi naoto naoya naoyuki natsuki natsuko natsumi natsuo nobuaki nobuhiko"
    " nobuhiro nobuhisa nobukatsu nobuko nobumasa nobumitsu nobuo nobuhide nobutaka nobuteru nobuyoshi nobuyuki"
    " nodoka"
    " nonoka nonomi norifumi norihiko norihiro norihisa norihito noriko norimasa norio noritaka noriyoshi noriyuki"
    " nozomi nozomu osamu rei reiji reiko rena reo rie rieko rika rikako riki riko rikuto rin rina risa risako"
    " ritsuko"
    " rui rumi rumiko ryo ryoichi ryohei ryoji ryoko ryosei ryosuke ryota ryotaro ryozo ryu ryuichi ryuji ryunosuke"
    " ryuta ryutaro ryuzo saburo sachiko sachio sadao sadayuki saki sakiko sakura sanae saori satomi satoru satoshi"
    " satsuki sawako sayaka sayuri seigo seiichi seiichiro seiji seiki seiko seiya setsuko shigeaki shigeharu"
    " shigehiro"
    " shigeki shigeko shigemi shigenori shigeo shigeru shigeto shigeyuki shiho shin shingo shinichi shinichiro shinji"
    " shinjiro shinobu shinpei shinsuke shintaro shinya shinzo shiori shizue shizuka shizuko sho shogo shohei shoichi"
    " shoji shoko shota shotaro shozo shuhei shuichi shuji shun shunichi shunji shunsuke shuntaro shunya shusaku"
    " shuta"
    " shuzo sota sotaro sousuke sumiko sumio susumu tadahiko tadahiro tadao tadashi tadateru tadatoshi tadayuki"
    " taichi taiga taiki taisuke taizo takaaki takafumi takaharu takahide takahiko takahiro takahisa takahito takaki"
    " takako takamasa takami takanobu takanori takao takashi takato takatoshi takaya takayo takayoshi takayuki"
    " takefumi"
    " takeharu takehiko takehiro takeo takeru takeshi taketo taketoshi takeya taku takuji takuma takumi takuro takuto"
    " takuya tamaki tamako tamami tamiko tamotsu taro taroshi tateo tatsuaki tatsuhiko tatsuhiro tatsuji tatsuki"
    " tatsuma tatsunori tatsuo tatsuro tatsushi tatsuya teiji terumi teruo tetsuji tetsunori tetsuo tetsuro tetsushi"
    " tetsuya tokiko tomio tomoaki tomohide tomohiko tomohiro tomohisa tomohito tomoka tomokazu tomoki tomoko tomomi"
    " tomonori tomotaka tomoya tomoyo tomoyoshi tomoyuki toru toshi toshiaki toshifumi toshiharu toshihide toshihiko"
    " toshihiro toshihisa toshikatsu toshikazu toshiki toshiko toshimasa toshimi toshimitsu toshinobu toshinori"
    " toshio toshiro toshitaka toshiya toshiyuki toyoko tsubasa tsukasa tsuneo tsutomu tsuyoshi umeko utako wakako"
    " wataru yaeko yasuaki yasufumi yasuhide yasuhiko yasuhiro yasuhisa yasuko yasumasa yasunari yasunori yasuo"
    " yasushi yasutaka yasutoshi yasuyuki yo yoichi yoichiro yohei yoji yoko yoriko yosei yoshiaki yoshifumi"
    " yoshihide"
    " yoshihiko yoshihiro yoshihisa yoshihito yoshikazu yoshiki yoshiko yoshimasa yoshimi yoshimitsu yoshinobu"
    " yoshinori yoshio yoshitaka yoshiteru yoshito yoshiya yoshiyuki yosuke yota yu yudai yui yuichi yuichiro yuji"
    " yujiro yuka yukari yuki yukie yukihiko yukihiro yukiko yukimasa yukinori yukio yukitaka yukito yukiya yuko yuma"
    " yumi yumiko yuri yuria yurie yuriko yusaku yusuke yuta yutaka yutaro yuto yuya yuzo yuzuru"
    " akie hiroe hisae kanae kikuo kiichi kiichiro kinuko kunihiro kunimasa kyoji masae masakuni mineko mitsue"
    " mitsugu motonobu motoyuki mutsuko nagisa naomichi nobuharu noboru norie rintaro ryogo ryoma ryuhei ryusei"
    " sachie sadako sadayoshi seita seitaro shigetoshi shunpei suguru tadaaki tadayoshi taisei takaomi teruaki"
    " teruhiko teruyuki tomihiro toshitsugu toyohiko tsugumi tsuguo tsunehisa tsuneyuki yasuro yasuto yayoi"
    " yoshifusa yoshisuke yoshitsugu yoshiro yukako yukimi yusei yushi"
)
_FAMILY = (
    "abe aiki aida aihara aikawa akagi akamatsu akazawa akiba akimoto akiyama amano amari anami ando anzai aoki aono"
    " aoyagi aoyama arai araki arakawa arima arimura asada asahara asai asakawa asakura asami asano aso atarashi"
    " awano"
    " azuma baba ban chiba chino chida date doi eguchi endo enomoto esaki eto etoh fujii fujikawa fujimori fujimoto"
    " fujimura fujinami fujino fujisaki fujishiro fujita fujiwara fujiyama fukai fukada fukaya fukuda fukuhara"
    " fukui fukumoto"
    " fukunaga fukuoka fukushima fukuyama funada furukawa furuta furuya futami gemba goda gomi goto haga hagiuda"
    " hagiwara hamada hamaguchi hamamoto hamasaki hanada handa haneda hanyu hara harada haraguchi harimoto haruna"
    " hasegawa hashimoto hashida hata hatakeyama hatano hatori hatoyama hattori hayakawa hayasaka hayashi hayashida"
    " hidaka higashi higuchi hino hirabayashi hiraga hirai hirakawa hiramatsu hirano hiraoka hirata hirayama hirose"
    " hirota hokari homma honda hongo honma hori horie horiguchi horii horikawa horiuchi hosaka hoshi hoshino"
    " hoshiyama"
    " hosoda hosokawa hosono ichikawa ichinose ide igarashi iguchi iida iijima iimura iizuka ikeda ikegami ikeuchi"
    " imada"
    " imai imaizumi imamura imanishi inaba inada inagaki inamura ino inoue ioka irie isaka ishiba ishibashi ishida"
    " ishigaki ishige ishiguro ishihara ishii ishikawa ishimaru ishimura ishitani ishiyama ishizaki ishizuka isobe"
    " isomura"
    " isozaki ito itagaki itakura itaya itoh ito iwai iwakura iwamoto iwasa iwasaki iwase iwashita iwata iwaya izawa"
    " izumi kaga kagawa kagiyama kaifu kaji kajima kajita kajiwara kajiyama kamada kamei kameoka kameyama kamijo"
    " kamikawa"
    " kamio kamiya kamiyama kan kanai kanamori kanayama kanazawa kanda kaneda kaneko kaneshiro kano kanno kasahara"
    " kasai"
    " kasuga kasuya kataoka katagiri katakura katayama kato katsumata katsura kawabata kawada kawaguchi kawahara"
    " kawai"
    " kawakami kawamata kawamoto kawamura kawanishi kawano kawasaki kawase kawashima kawata kawato kawauchi kawazoe"
    " kida kihara kikawada kikuchi kikuta kimoto kimura kinoshita kishi kishida kishimoto kitada kitagawa kitahara"
    " kitajima kitamura kitano kitaoka kitayama kitazawa kitazume kiuchi kobayashi koda kodama koga koide koike"
    " koizumi"
    " kojima komatsu komeda komiya komori komura komuro konda kondo konishi konno kono kosaka koyama koyanagi kubo"
    " kubota"
    " kudo kuge kume kumagai kunieda kurata kurihara kurita kuriyama kuroda kurokawa kurosawa kusaka kusano kusumoto"
    " kuwabara kuwahara kuwata maeda maehara maekawa maki makino makita maruo maruoka maruta maruyama masuda masui"
    " masuko"
    " masumoto masuyama matano matsubara matsuda matsudaira matsui matsukawa matsumoto matsumura matsunaga matsuo"
    " matsuoka matsushima matsushita matsuura matsuyama matsuzaki matsuzawa michibata mikami miki minagawa minami"
    " mine"
    " minowa misawa mishima mitani mitarai mitoma mitsui miura miwa miyagawa miyaguchi miyahara miyaji miyake"
    " miyamoto"
    " miyano miyashita miyata miyauchi miyazaki miyazawa mizoguchi mizuno mizutani mochida mochizuki mogi mori"
    " moriguchi"
    " morikawa morimoto morinaga morino morioka morishima morishita morita moriyama moriyasu motegi motomura mukai"
    " mukaiyama munakata"
    " muraishi murai murakami muramatsu muramoto muranaka muraoka murata murayama muto nagae nagahara nagai nagakura"
    " nagamine nagano nagao nagaoka nagasawa nagase nagashima nagata nagatomo nagatsuka nagayama naito naka nakagaki"
    " nakagawa nakahara nakai nakajima nakamitsu nakamoto nakamura nakane nakanishi nakano nakao nakaoka nakashima"
    " nakata"
    " nakatani nakatsuka nakayama nakazawa namba namiki nanbu narita naruse natsume negishi nemoto nezu nikai"
    " ninomiya"
    " nishi nishida nishihara nishii nishijima nishikawa nishikori nishimori nishimoto nishimura nishino nishio"
    " nishioka"
    " nishitani nishiyama nishizawa nitta niwa noda nogami noguchi nomoto nomura nonaka nosaka nozaki numata obara"
    " obata"
    " obayashi obuchi ochi ochiai oda odaka odagiri ogasawara ogata ogawa ogino ogura oguchi ohara ohashi ohata"
    " oishi oka"
    " okabe okada okamoto okamura okano okazaki okawa okayama okinaga oku okubo okuda okuma okumura okuno okuyama"
    " omori"
    " omura onishi ono onoda onodera onoe onuki ootani ootsuka osada osaki osawa oshima oshiro osumi ota otake"
    " otaka otani"
    " otomo otsubo otsuka oyama ozaki ozawa saegusa saeki saiki saito sakaguchi sakai sakaida sakakibara sakamoto"
    " sakata"
    " sakuma sakurai sakuragi sano sasagawa sasaki sasamori sato satoh satow sawada sawai sawamura seki sekiguchi"
    " sekine"
    " senda sera serizawa seto shiba shibata shibuya shiga shigemitsu shigeta shiino shima shimada shimamura"
    " shimazaki"
    " shimizu shimoda shimoji shimojo shimomura shimura shindo shinoda shinohara shinozaki shinozuka shiraishi shirai"
    " shirakawa shiraki shiratori shirota shishido shoji soda soga sone sonoda sudo suda suenaga suga sugai sugano"
    " sugawara"
    " sugihara sugimoto sugimura sugino sugita sugiura sugiyama sumi sumida sumiya suto suzuki tabata tabuchi"
    " tachibana"
    " tachikawa tada taguchi tahara taira tajima takada takagi takaguchi takahara takahashi takahata takahira takai"
    " takaichi takaki takakura takamatsu takami takamiya takamura takano takao takaoka takasaki takase takashima"
    " takasu"
    " takata takatani takato takayama takazawa takebe takeda takehara takei takemoto takemura takenaka takeoka"
    " takeshita"
    " takeuchi takeyama takigawa takiguchi takimoto takita takizawa tamai tamaki tamura tanabe tanaka tanemura tani"
    " tanigaki taniguchi tanigawa tanikawa tanimoto tanimura tashiro tateishi tateno tatsumi terada terai terajima"
    " teramoto teranishi terao terasaki terashima terauchi tezuka toda togashi togo togawa tokuda tokunaga tokuyama"
    " tominaga tomita tomiyama tomizawa tomura tonegawa torii tosaka toyama toyoda toyota tsubaki tsubata tsubaki"
    " tsuchida"
    " tsuchiya tsuda tsuge tsuji tsujimoto tsujimura tsukada tsukahara tsukamoto tsunoda tsuruoka tsuruta tsutsui"
    " tsutsumi uchida uchikawa uchiyama udagawa ueda uehara ueki uematsu uemura ueno uesaka uesugi ueyama ugaki ujiie"
    " umeda umehara umemoto umemura umezawa umezu umino uno ura urabe urano urata ushijima usui uyama uyeda wada"
    " wakabayashi wakamatsu wakamiya wakasugi wakayama watanabe watase yabe yabuki yagi yaginuma yajima yamada"
    " yamagata"
    " yamagiwa yamagishi yamaguchi yamakawa yamamoto yamamura yamanaka yamane yamanouchi yamaoka yamasaki yamashiro"
    " yamashita yamato yamauchi yamazaki yamazoe yanagi yanagida yanagisawa yanagiya yano yasuda yasui yasukawa"
    " yasumoto"
    " yokoi yokota yokoyama yoneda yonekawa yonemura yoneyama yonezawa yoshida yoshihara yoshikawa yoshimi yoshimoto"
    " yoshimura yoshinaga yoshino yoshioka yoshitake yoshiyama yoshizaki yoshizawa yuasa yuki yumoto yunoki zenko"
    " nukaga hiranuma nakasone takemi gotoda fukazawa ozato akaba okonogi tanahashi shiokawa shiozaki hirasawa"
    " kamoshita machimura niimi ohno ohta omi otsuji sasae tsuruho uozumi yachi yosano yoshii edano hachiro kaieda"
    " kakizawa koshiishi nagatsuma sengoku suematsu takemasa tarutoko tsushima yamanoi akasaka akashi aramaki"
    " asanuma awaya bessho chikamatsu chinen dazai dobashi ebihara egawa emura enokida esumi fuchigami fujikura"
    " fujioka fujitani fukutomi funabashi funakoshi furusawa furuyama gushiken hachiya hasebe hashiguchi hasumi"
    " hayami hirokawa hisamatsu honjo hosokai ichihara ienaga igawa ihara iizawa ikawa ikehata imafuku inokuchi"
    " inoki inomata isoda isogai itokazu iwahashi iwanaga iwatani jinnai kadowaki kageyama kamachi kamata kaminaga"
    " kanaya kanemoto kanzaki karube kasama kashiwagi kashiwabara katakami kawabe kawabuchi kawakita kawanabe kayama"
    " kazama kikkawa kinjo kiyokawa kiyota kiyono kokubo kokubu komatsubara komatsuzaki kosugi kotani kozuka"
    " kunimoto kurahashi kuramoto kurosaki kuroki kusunoki makabe makihara manabe maruno matsubayashi matsudo"
    " matsuki matsukura matsunami matsutani minato mitsuhashi mitsuda miyabe miyagi miyajima miyakawa miyanaga"
    " miyasaka miyashiro miyatake miyoshi mizobuchi mizumoto mizushima mizuta momose morikami moriwaki moriuchi"
    " motohashi motoyama mukaida murao nagami nagamatsu nagamori nagaya nakabayashi nakae nakagome nakajo nakama"
    " nakamori nakamuro nakaya narahara nasu negoro niinuma niitsuma nishiguchi nishikata nishigata nishimiya"
    " nishiura nishiwaki noji nozawa ogiwara ohkawa ohmori ohtani ohtsuka okabayashi okajima okazawa okita okuhara"
    " okui omachi omae omiya onaga onizuka onuma orita osakabe oshita osugi otaguro owada oyamada ozeki rokkaku"
    " sadamoto saigo sakamaki sakane sakuraba sameshima sanada sasajima satake sawaguchi sawaki sawano sawayama"
    " sekimoto senba senoo shibasaki shigeoka shiina shikata shimabukuro shimano shimaoka shimazu shimoyama"
    " shinagawa shinjo shinkai shintani shioda shioya shiozawa shirahama shirasaki shiroma shiroyama sogabe someya"
    " sonobe suetsugu sueyoshi sugaya sugii sugimori sunada tadokoro tagawa tajiri takabayashi takagaki takahama"
    " takamine takanashi takara takasugi takatsu takayasu takayanagi takegami takeshima takezawa tamada tamaru"
    " tamashiro tatara tatebayashi tatsuno tauchi tawara tazaki tobita todoroki tokita tokumoto tomoda tonooka"
    " toriyama toshima toyoshima tsubouchi tsugawa tsujii tsukuda tsumura tsuneoka tsurumi uchibori uchimura uemori"
    " umeki umetani unno urakami usami utsumi utsunomiya wakatsuki washio watari yaguchi yahata yamagami yamaga"
    " yamahata yamaji yamamuro yamate yanai yasaka yashima yashiro yatabe yokogawa yokomizo yokoo yokouchi yonehara"
    " yonezu yoshihama yoshimatsu yoshimori yoshinari yoshitomi yuzawa"
)
_LATIN = "[A-ZÝŞÇŽ][a-zýşçžōūı]{1,15}"
_CYRILLIC = "[А-ЯЁҚҒҲҶ][а-яёқғҳңіәұүҷӣӯў]{1,15}"
_CAPITAL = "[A-ZÝŞÇŽА-ЯЁҚҒҲҶ]"
# A word with a capital before another. That it begins there is asked behind the capital: C passes by all between.
_FIRST = re.compile(
    rf"{_CAPITAL}(?<!\w{_CAPITAL})(?:(?<=[A-ZÝŞÇŽ])[a-zýşçžōūı]{{1,15}}|(?<=[А-ЯЁҚҒҲҶ])[а-яёқғҳңіәұүҷӣӯў]{{1,15}})"
    rf"(?= {_CAPITAL})"
)
_SECOND = re.compile(rf"(?:{_LATIN}|{_CYRILLIC})\b")
_GIVEN_NAME, _FAMILY_NAME, _GIVEN_WITH_ENDING, _FAMILY_WITH_ENDING = 1, 2, 4, 8
# An envoy or a minister may go by the family name alone.
# That a word begins with one of these letters is asked first: it rules out most words at once.
_ENVOY = re.compile(
    rf"\b(?=[asfptedivbпсмеэвб])"
    rf"(?:ambassador|speaker|(?:foreign|prime|finance|trade|economy|defen[cs]e) minister|premier|envoy"
    rf"|посол\w{{0,2}}|посл\w{{1,2}}|спикер\w{{0,2}}|министр\w{{0,2}}|премьер\w{{0,2}}|премьер-министр\w{{0,2}}"
    rf"|елші\w*|элчи\w*|сафир\w?|elchi\w*|ilçi\w*|(?:bosh )?vaziri?|(?:бош )?вазири?)\s({_LATIN}|{_CYRILLIC})\b",
    re.IGNORECASE,
)
# One of these stands in each: looked for first, since most texts name no envoy.
_ENVOY_PARTS = AnyOf((
    "ambassador", "speaker", "minister", "premier", "envoy", "посол", "посл", "спикер", "министр", "премьер", "елші",
    "элчи", "сафир", "elchi", "ilçi", "vazir", "вазир",
))  # fmt: skip
_ENDINGS = 4
_KANJI = "[一-龠々]"
_HAS_KANJI = re.compile(_KANJI)
# In Japanese papers foreign towns, universities and people stand in kana; Chinese and Korean ones are told by a list.
_KANJI_NAME = re.compile(
    rf"(?<![一-龠々ァ-ヶー])(?!北京|上海|天津|重慶|西安|広州|香港|台北|台湾|中国|韓国|釜山|仁川|武漢|敦煌|都市|両|同|各|全|本市|当市|某|首都|主要|地方"
    rf"|近隣|周辺|現地|国立|州立|市立|公立|私立|工科|医科|経済|農業|教育|師範|総合|名門|清華|復旦|国際|連邦|世界|民族|国内|海外|有名|外国|短期|天然|露天|高級|源泉|女子|農業|工業|商業|習近平"
    rf"|[李王金朴張陳劉趙胡毛鄧尹文盧崔鄭姜趙楊黄周呉徐孫]{_KANJI}{{1,2}}(?:氏|教授|大使|会長))"
    rf"(?:{_KANJI}{{2,3}}(?:市|町|村|県)(?=[のでにがはと、を])|{_KANJI}{{2,4}}大学|{_KANJI}{{2}}(?:温泉|神社|高校|高等学校)|{_KANJI}{{2,5}}氏|{_KANJI}{{3,4}}さん"
    rf"|{_KANJI}{{2,5}}(?:駐|特命全権)大使|{_KANJI}{{2,4}}(?:製作所|製鋼所?|重工業?|電機|製薬|商事|物産|工務店|醸造|酒造|信用金庫))"
)
_SURE = 4


@lru_cache(maxsize=1)
def _names() -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(map(key_of, _GIVEN.split())), frozenset(map(key_of, _FAMILY.split()))


def japanese_names(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each pair of a given name and a family name, and of each envoy's family name, in order.

    The second word may have a case ending.
    """
    end = 0
    for match in _FIRST.finditer(text):
        start = match.start()
        first = _what_it_is(match[0]) if start >= end else 0
        second = _SECOND.match(text, match.end() + 1) if first & (_GIVEN_NAME | _FAMILY_NAME) else None
        if second is not None and _makes_a_pair(first, _what_it_is(second[0])):
            end = second.end()
            yield start, end
    for match in _ENVOY.finditer(text) if _ENVOY_PARTS.is_in(text.lower()) else ():
        if (
            match[1][0].isupper()
            and len(match[1]) >= _SURE
            and _what_it_is(match[1]) & (_FAMILY_NAME | _FAMILY_WITH_ENDING)
        ):
            yield match.span(1)


def _makes_a_pair(first: int, second: int) -> bool:
    return bool(
        (first & _GIVEN_NAME and second & (_FAMILY_NAME | _FAMILY_WITH_ENDING))
        or (first & _FAMILY_NAME and second & (_GIVEN_NAME | _GIVEN_WITH_ENDING))
    )


@lru_cache(maxsize=32768)
def _what_it_is(word: str) -> int:
    """Which of the four kinds of name a word can be, as bits."""
    given, family = _names()
    key = key_of(word)
    stems = {key[: len(key) - cut] for cut in range(1, _ENDINGS + 1) if len(key) - cut >= _SURE - 1}
    stems = {stem for stem in stems if len(stem) >= _SURE} | {f"{stem}a" for stem in stems}
    return (
        _GIVEN_NAME * (key in given)
        | _FAMILY_NAME * (key in family)
        | _GIVEN_WITH_ENDING * bool(stems & given)
        | _FAMILY_WITH_ENDING * bool(stems & family)
    )


def is_family_name(word: str) -> bool:
    """True for a family name of Japan as it stands in a list, in Latin or Cyrillic letters, without an ending."""
    return bool(_what_it_is(word) & _FAMILY_NAME)


def kanji_names(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each name of a Japanese person, town or university in a text in Japanese, in order."""
    if _HAS_KANJI.search(text):  # so that a page in letters costs nothing
        yield from (match.span() for match in _KANJI_NAME.finditer(text))
