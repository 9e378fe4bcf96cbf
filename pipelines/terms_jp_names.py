"""Places, universities and firms of Japan by their Hepburn spelling; `romaji.py` makes the forms. Data only.

Left out on purpose: places that are surnames of many or words of our languages (Sakai, Matsumoto, Nara, Kure).
"""

from __future__ import annotations

from pipelines.romaji import forms_of
from pipelines.terms import Term

_PLACES = (
    "narita shibuya shinjuku ginza akihabara asakusa roppongi kitakyushu sapporo asahikawa hakodate obihiro kushiro"
    " otaru aomori hachinohe hirosaki morioka sendai yamagata tsuruoka koriyama aizuwakamatsu utsunomiya maebashi"
    " takasaki kawagoe funabashi hachioji yokosuka kamakura odawara niigata joetsu kanazawa shizuoka hamamatsu numazu"
    " nagoya toyohashi yokkaichi maizuru higashiosaka himeji nishinomiya amagasaki wakayama tottori matsue okayama"
    " kurashiki hiroshima shimonoseki tokushima takamatsu matsuyama fukuoka kurume nagasaki sasebo kumamoto nobeoka"
    " kagoshima okinawa ishigaki tohoku hokuriku shikoku kyushu honshu hokkaido kansai tsukuba osaka yokohama iwate"
    " ibaraki tochigi kanagawa saitama yamanashi shimane ehime nagano hiratsuka karuizawa nikko minamata sagamihara"
    " higashihiroshima tsuwano kakegawa tomakomai kitami muroran ichinomiya kumagaya tokorozawa shirakawago takaoka"
    " suzuka ogaki ueno kasumigaseki nagatacho marunouchi nihonbashi ryogoku odaiba shinagawa ikebukuro setagaya"
    " makuhari kawaguchiko hakone tokoname mashiko bizen imari echizen wajima gotemba izumo hakuba niseko furano"
    " urayasu chigasaki musashino komaki inuyama tajimi toyonaka hirakata kishiwada izumisano kakogawa takarazuka"
    " kurayoshi yonago iwakuni niihama imabari uwajima isahaya yatsushiro miyakonojo kirishima towada noshiro"
    " kitakami ichinoseki ishinomaki kesennuma minamisoma nasushiobara ashikaga chichibu kisarazu"
)
_KANJI_PLACES = (
    "函館 旭川 帯広 釧路 小樽 室蘭 北見 苫小牧 八戸 弘前 盛岡 鶴岡 郡山 会津 水戸 宇都宮 前橋 高崎 川越 所沢 船橋"
    " 八王子 横須賀"
    " 鎌倉 小田原 長岡 上越 甲府 松本市 沼津 豊橋 豊田市 岡崎市 四日市 大津 舞鶴 西宮 尼崎 姫路 堺市 松江 倉敷"
    " 福山市 呉市 下関"
    " 高松 松山市 久留米 佐世保 延岡 那覇 石垣 渋谷 新宿 銀座 秋葉原 六本木 霞が関 永田町 東北 北陸 関東 近畿 九州"
    " 今治 草津温泉 草津町 有田焼 有田町 伊万里 燕三条 鯖江 瀬戸市 飛騨 軽井沢 熱海 箱根 日光市 白川郷"
    " 伊勢市 伊勢神宮 出雲 太宰府 宮古島 石巻 気仙沼 陸前高田 南相馬 酒田 米沢 花巻 遠野 富良野 根室 網走"
    " 稚内 三条市 越前 輪島 珠洲 高岡 諏訪 上田市 安曇野 浜名湖 近江 彦根 丹波 淡路島 倉吉 境港 尾道 福山"
    " 岩国 宇部 四万十 西条市 新居浜 大牟田 佐賀市 唐津 都城 霧島 屋久島 奄美 名護 宜野湾 日暮里 上野公園"
    " 両国国技館 築地 豊洲 浅草 原宿 池袋 新大久保 町田市 立川 三鷹 調布 横須賀 川崎市"
)
_UNIVERSITIES = "waseda hitotsubashi ritsumeikan doshisha gakushuin ryukoku kwansei"
_UNIVERSITY_WORDS = (
    "tohoku~universit* sophia~universit* rikkyo~universit* aoyama~universit* nihon~universit* hosei~universit*"
    " chuo~universit* kindai~universit* nanzan~universit* meiji~universit* soka~universit*"
    " tokai~universit* takushoku~universit* keio кейо кэйо"
    " университет*~(?:софия|сока|мэйдзи|мейдзи|токай|тохоку|риккё|хосэй|тюо|такусёку) тюо~университет*"
    " сока~университет* мэйдзи~университет* мейдзи~университет* токай~университет* тохоку~университет*"
)
_KANJI_UNIVERSITIES = (
    "名大 阪大 九大 東工大 外語大 東京外国語大 東京外大 東京農工大 東京工業大 東京科学大 名古屋大 大阪大"
    " 大阪公立大 九州大 北大 筑波大 千葉大"
    " 新潟大 金沢大"
    " 岡山大 鳥取大 山形大 秋田大 長崎大 広島大 一橋大 神戸大 横浜国立大 埼玉大 信州大 静岡大 中央大学 法政大"
    " 上智大 青山学院"
    " 立教大 慶応 慶應 早大 拓殖大 亜細亜大 国際大学 政策研究大学院 長岡技術科学大 豊橋技術科学大 帯広畜産大"
    " 農研機構 理化学研究所"
    " 総合地球環境学研究所 アジア経済研究所"
)
# Firms and bodies that no wordlist of the languages has; capitals are asked for in short ones.
_FIRMS = (
    "=jera idemitsu идэмицу идемицу =eneos j-power =mhi =jfe =kddi nippon~express ниппон~экспресс* nippon~yusen"
    " =nyk =mol~line* mitsui~osk* kanematsu канэмацу канемацу kobelco кобелко ajinomoto аджиномото адзиномото nissin"
    " kikkoman* kirin~holdings suntory* yakult daikin* дайкин* fanuc* keyence* omron* kyocera* =tdk fujifilm*"
    " takeda"
    " astellas* eisai shionogi sysmex* сисмекс* =smfg =jtb =jal nipro =terumo terumo* hakuhodo* dentsu* denso"
    " chodai yachiyo* ячиё* ятиё* pacific~consultants penta-ocean* toda~corporation shimizu~corporation"
    " takenaka~corporation"
    " dowa~(?:metals|holdings|eco*) mitsui~mining* sumitomo~metal* =ihi kurita~water torishima* ebara эбара"
    " kumagai~gumi"
    " summit~agro*"
    " toray* teijin* maruha* nichirei* iseki hokuetsu* calbee* astroscale ispace euglena* =ricoh olympus~corp*"
    " mos~food"
    " =nexco nexco* =ur~linkage japan~post* =jaea =jaxa джакса jaxa* =jsps =aist riken рикэн рикен"
    " =gips nippon~tv* =tbs~tv*"
    " keidanren* кэйданрэн* кейданрен* keizai~doyukai* =jaccess =joca =jocv =jcm =ashinaga ashinaga*"
    " peace~winds sasakawa* сасакав* nichibun shoei*"
    " kodokan* кодокан* 講道館 出光 日本郵船 商船三井 兼松 味の素 日清 サントリー ヤクルト ダイキン ファナック"
    " 京セラ 武田薬品 電通 日通"
    " 川重 大成建設"
    " 鹿島 五洋建設 東芝 富士通"
    " 楽天 ソフトバンク 東京電力 関西電力 九州電力 東レ 帝人 住金鉱 三井金属 ユーグレナ"
    " 海外協力 青年会議所 ロータリークラブ 日商 経団連"
)
_FIRMS_BY_SOUND = (
    "itochu marubeni mitsubishi mitsui sumitomo komatsu hitachi toshiba yokogawa kawasaki obayashi kajima taisei tadano"
    " kubota yanmar"
)


def of_japan(name: str, forms: str, weight: float) -> Term:
    """A term that names Japan's side; `forms` and `weight`, 0 to 1, as in `Term`."""
    return Term(name=name, side="jp", weight=weight, country="JP", forms=forms)


PLACES = (
    *(of_japan(romaji.capitalize(), forms_of(romaji), 0.7) for romaji in _PLACES.split()),
    of_japan("cities of Japan", _KANJI_PLACES, 0.6),
)
INSTITUTIONS = (
    of_japan(
        "universities of Japan",
        " ".join([*map(forms_of, _UNIVERSITIES.split()), _UNIVERSITY_WORDS, _KANJI_UNIVERSITIES]),
        0.7,
    ),
    Term(
        name="firms and bodies of Japan",
        side="jp",
        weight=0.7,
        country="JP",
        organisation=True,
        forms=" ".join([_FIRMS, *map(forms_of, _FIRMS_BY_SOUND.split())]),
    ),
)
