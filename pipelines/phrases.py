"""What sites print around their articles, in the languages of the region: tables of meanings, no names of sites.

Pure data. A phrase is matched against the whole block unless the table says otherwise.
"""

# ruff: noqa: E501 - alternatives of one meaning stand on one line
from __future__ import annotations

import re

from pipelines import phrases_share, phrases_west
from pipelines.literals import rare
from pipelines.phrases_share import words

_FLAGS = re.IGNORECASE
# Where a phrase can begin; looking for a hundred of them at every letter would take most of a page's time.
_START = r"(?:\b|(?=[\u3000-\u9fff\uac00-\ud7a3]))"

SHARE, SHARE_END = phrases_share.SHARE, phrases_share.SHARE_END

_RELATED = words(
    "read also|also read|see also|read more|read next|further reading|suggested articles|related articles|related|related posts|related stories|related news|related content|"
    "related coverage|related topics|recommended|recommended for you|recommended articles|you may also like|"
    "you might also like|more from|more stories|more news|more on this|most read|most popular|most viewed|"
    "popular|popular posts|trending|trending now|latest|latest news|latest articles|latest stories|recent posts|"
    "recent articles|editor's choice|editor’s choice|editors' picks|what to read next|next article|up next|"
    "читайте также|читать также|смотрите также|похожие новости|похожие материалы|похожие статьи|по теме|материалы по теме|"
    "новости по теме|другие новости|последние новости|популярное|самое читаемое|самое популярное|рекомендуем|"
    "новости партнёров|новости партнеров|ещё по теме|еще по теме|лента новостей|главные новости|"
    "関連記事|関連ニュース|関連リンク|関連情報|関連する記事|あわせて読みたい|合わせて読みたい|おすすめ記事|おすすめ|人気記事|"
    "アクセスランキング|ランキング|最新記事|最新ニュース|新着記事|新着|この記事に関連するニュース|もっと見る|"
    "тағы оқыңыз|тағы да оқыңыз|оқи отырыңыз|ұқсас жаңалықтар|соңғы жаңалықтар|ұсынамыз|көп оқылған|"
    "дагы окуңуз|дагы караңыз|окшош жаңылыктар|акыркы жаңылыктар|көп окулган|"
    "shuningdek o‘qing|mavzuga oid|tavsiya etamiz|ko‘p o‘qilganlar|ko‘proq yangiliklar|so‘nggi yangiliklar|"
    "o‘xshash maqolalar|тавсия этамиз|кўп ўқилганлар|сўнгги янгиликлар|шунингдек ўқинг|мавзуга оид|"
    "ҳамчунин бихонед|инчунин хонед|навидҳои охирин|лентаи хабарҳо|маводи марбут|"
    "şeýle-de okaň|şeýle hem okaň|ýene-de okaň|degişli habarlar|iň täze habarlar|soňky habarlar|" + phrases_west.RELATED
)
_FURNITURE = words(
    "sidebar|comments|comment|leave a reply|leave a comment|post a comment|join the discussion|add a comment|"
    "view comments|show comments|discussion|footer|navigation|menu|one comment|no comments|comments are closed|"
    "комментарии|один комментарий|нет комментариев|оставить комментарий|добавить комментарий|показать комментарии|обсуждение|боковая панель|"
    "コメント|コメントを残す|コメントする|返事を書く|サイドバー|メニュー|"
    "пікірлер|пікір қалдыру|пикирлер|izohlar|изоҳлар|fikr bildirish|yon panel|шарҳҳо|teswirler"
)
_AUTHOR_BOX = words(
    "about the author|about the authors|about author|author|the author|view more articles from|view all posts by|"
    "more by|more articles by|more from this author|all posts by|об авторе|об авторах|все статьи автора|"
    "все материалы автора|другие материалы автора|著者|著者について|著者紹介|筆者紹介|執筆者紹介|プロフィール|この著者の記事一覧|この記事を書いた人|"
    "muallif haqida|муаллиф ҳақида|автор туралы|автор жөнүндө|дар бораи муаллиф|awtor hakda"
)
_INTERRUPTION = words(
    "advertisement|advertisements|advertising|ads|ad|sponsored|sponsored content|promoted|story continues below|search|loading|"
    "article continues below|article continues after advertisement|реклама|на правах рекламы|広告|スポンサーリンク|pr|anzeige|werbung|"
    "reklama|reklam|жарнама|publicité|" + phrases_west.INTERRUPTION
)
# What a site prints and a subhead may be: it depends on what stands below.
_SUBHEAD_TOO = words(
    "discussion|latest|trending|popular|menu|navigation|search|home|advertising|ads|pr|x|twitter|facebook|telegram|"
    "whatsapp|line|share|print|post|mail|like|sponsored|subscribe|promoted|обсуждение|реклама|популярное|печать|главная|назад|広告|おすすめ|"
    "ランキング|メニュー|保存|共有|ポスト|印刷|ホーム|werbung|zum thema|mehr dazu|relacionado|polecamy"
)
_TAIL = r"[\s:：.…»›>▼▶→\-–—]*"
RELATED = re.compile(rf"[\s■▼●▶◆【\[]*{_RELATED}{_TAIL}[】\]]?", _FLAGS)
SUBHEAD_TOO = re.compile(
    rf"{_SUBHEAD_TOO}|back to .{{1,30}}|вернуться .{{1,30}}|.{{1,20}}[へに]戻る|copyright(?: \w+){{0,3}}", _FLAGS
)
# The label and then the headlines it announces, in one block.
RELATED_START = re.compile(rf"[\s■▼●▶◆【\[]*(?:{_RELATED}\s*[:：»›】\]|]|(?:must |also )?read\s*\|)", _FLAGS)
FURNITURE = re.compile(rf"{_FURNITURE}(?:\s*\(?\d*\)?)?{_TAIL}", _FLAGS)
# What stands in the middle of a text as well as behind it.
INTERRUPTION = re.compile(rf"[\W_]*{_INTERRUPTION}{_TAIL}", _FLAGS)
# A label in front of the number of comments, or behind it.
COMMENTS_HEADING = re.compile(
    r"(?:comments?|комментари(?:и|ев|й|я)|コメント|пікірлер|izohlar|изоҳлар)\s*[(（:]?\s*\d+\s*件?[)）]?|\d+\s+(?:comments?|комментари(?:и|ев|й|я)|izoh|пікір|件のコメント)(?:\s.{0,60})?",
    _FLAGS,
)
BUTTON = re.compile(
    r"(?:subscribe|subscribe now|sign up|sign me up|join|join now|register|подписаться|登録|登録する|申し込む|購読する|жазылу|жазылуу|obuna bo['‘’ʻ]lish|обуна бўлиш|обуна шудан)[\s!→>»]*",
    _FLAGS,
)
AUTHOR_BOX = re.compile(rf"{_AUTHOR_BOX}{_TAIL}", _FLAGS)
MORE_FROM = re.compile(
    r"(?:view more articles from|view all posts by|more articles by|all posts by|more by|все статьи автора|"
    r"все материалы автора|другие материалы автора|больше статей автора|ещё статьи автора|この著者の記事一覧|muallifning boshqa maqolalari)"
    r"\s*[:：]?\s*(?P<name>\S.*)?",
    _FLAGS,
)
MORE_FROM_TAIL = re.compile(r"(?P<name>\S.{0,40}?)\s*(?:の記事一覧|の記事をもっと見る|の他の記事)(?:へ|を見る)?")

TICKER_PAIR = r"[A-Z]{3}\s*/\s*[A-Z]{3}\s*[=:]?\s*[-+]?\d+(?:[.,]\d+)?"
TICKER = re.compile(rf"(?>[\s•·|,;∙●*▲▼↑↓]*(?:{TICKER_PAIR}|[-+−]?\d+(?:[.,]\d+)?\s*%))+[\s•·|,;∙●*▲▼-]*")
RATE_LINE = re.compile(
    r"[\s•·]*(?:USD|EUR|RUB|KZT|KGS|UZS|TJS|TMT|JPY|CNY|GBP|BTC|Brent|WTI)\s*[:=/]?\s*[-+]?\d[\d\s.,]*(?:[-+−(]?[\d.,]+\s*%?\)?)?"
)
BARE_NUMBERS = re.compile(r"[\s\d.,:%°+\-−CcСс|/()]+")
WEATHER = re.compile(r"[-+−]?\d{1,2}(?:[.,]\d)?\s*°?\s*[CС]\b.{0,30}")

BYLINE = re.compile(
    r"(?:by|written by|author|authors|text by|reported by|story by|автор|авторы|автор статьи|автор текста|текст|подготовил|подготовила|"
    r"von|par|por|autor|autorin|autora|autorin/autor|autor/in|auteur|autore|door|av|af|yazan|text|tekst|text von|муаллиф|муаллифи|muallif|авторы|жазған|avtor|awtor|文|文・写真|取材・文|執筆者|執筆|著者|筆者|記者)"
    r"(?:\s*[:：=＝・]\s*|\s+)(?P<name>\S.*)",
    _FLAGS,
)
# A label that leaves its name to the next line.
BYLINE_LABEL = re.compile(
    r"(?:by|written by|author|authors|text by|автор|авторы|текст|муаллиф|muallif|文|執筆|著者|筆者)\s*[:：]?", _FLAGS
)
CREDIT = re.compile(
    r"(?:photo|photos|image|images|picture|pictures|photo credit|image credit|credit|photograph|graphic|video|source|"
    r"фото|фотография|снимок|иллюстрация|изображение|коллаж|инфографика|источник фото|сурет|сүрөт|foto|surat|расм|акс|surat|suratlar|"
    r"写真提供|画像提供|写真|画像|写真出典|提供|出典|撮影|"
    + phrases_west.CREDIT
    + r")\s*(?:[:：=＝/／|]|©|\(c\)|courtesy|(?P<loose>by\s(?-i:(?=[A-ZА-Я“\"]|the\s(?:author|writer)))|(?-i:\s(?=[A-ZА-Я][\w.’'-]*\s[A-ZА-Я]))))",
    _FLAGS,
)
# A label, then a separator or a name: `paintings, photographs and letters` is the end of a sentence.
_CREDIT_TAIL = re.compile(
    r"(?:(?:[;,.(（]|\s[—–-])\s*(?:(?:photo|image|picture)(?:graph)?s?(?: credit| courtesy)?|фото|foto|сурет|сүрөт|surat|акс)(?:(?:\s\[\w\])?\s*[:：=＝/|©]\s*\S.{0,60}|(?:\s(?:by|courtesy of)\s\S|(?-i:\s(?=[A-ZА-ЯЁ«“])))[^,;]{0,60})|"
    r"[;,.(（—–、。-]\s*(?:写真|画像)(?:提供|撮影)?\s*[:：=＝/／©]\s*\S.{0,60}|사진\s*[=:：/]\s*\S.{0,40}|"
    r"©\s*\S.{0,60}|[（(][^（()）]{0,30}(?:撮影|提供|写真|\bphoto(?:graph)?s?\b|\bфото\b)[^（()）]{0,30}[）)])\s*$",
    _FLAGS,
)

_DISCLAIMER = re.compile(
    _START
    + r"(?:does not (?:necessarily )?(?:take|hold|represent|reflect|endorse).{0,50}(?:positions?|views?|opinions?|polic(?:y|ies))|do(?:es)? not necessarily (?:reflect|represent)|"
    r"(?:views?|opinions?)(?: and opinions)? (?:expressed|represented|presented)(?: are| (?:here|herein|above|in this|by the)\b|.{0,40}\b(?:those of|the author|belong))|are (?:those|solely those|the views) of the authors?|"
    r"no institutional position|provisional translation|all rights reserved(?!\s+(?:for|to)\b)|unauthori[sz]ed (?:use|reproduction)|"
    r"мнение (?:автора|авторов|редакции).{0,80}(?:не совпадать|может не|не отража)|не обязательно (?:отража|совпада)|"
    r"не (?:несёт|несет) ответственности за (?:содержани|достоверност|информаци|мнени|комментари|высказ|публикац|материал|точност)|точк[аеиу] зрения (?:автора|редакции).{0,40}(?:совпад|отража)|"
    r"все права защищены(?=\s*(?:[.!©(]|$))|при (?:использовании|перепечатке|цитировании) материалов.{0,60}(?:ссылк|обязател|разрешени)|"
    r"無断(?:転載|複製|使用|引用).{0,16}(?:禁|断り|遠慮|認め)|著作権.{0,30}(?:帰属|属します|有します|保護され)|見解(?:は|を).{0,60}(?:筆者|著者|個人|示すものではない|代表するものではない|ありません)|"
    r"公式(?:の)?見解(?:では|を示す)|意見(?:は|であり).{0,40}(?:筆者|著者|個人)|転載を禁|"
    r"rasmiy (?:pozitsiya|nuqtai nazar)|mualliflarning? (?:shaxsiy )?fikr|muallif fikri|tahririyat (?:nuqtai nazari|fikri)|"
    r"расмий позиция|муаллиф фикри|редакция пікірі|автордың пікірі|автордун (?:жеке )?пикири)",
    _FLAGS,
)
_NEWSLETTER = re.compile(
    _START
    + r"(?:(?P<call>sign up (?:for|to|now)\b|subscribe (?:to|now|for|today)\b|join (?:our|us on|the)\s.{0,40}(?:telegram|newsletter|channel|whatsapp|circle)|get (?:our|the) .{0,30}(?:newsletter|app)\b|follow us|"
    + phrases_west.CALL
    + r")|our (?:newsletter|telegram channel|mailing list)|"
    r"подпи(?:сывайтесь|шитесь|шись|(?:саться|ска) на (?:\S+ )?(?:нас|канал|рассылк|новост|обновлени|телеграм|telegram|youtube))|будьте в курсе|читайте (?:и смотрите )?нас в|наш(?:ем)? (?:телеграм|telegram)|следите за (?:нами|новостями)|"
    r"ctrl\s*\+\s*enter|нашли ошибку(?:\?|\s*[,—–-]|\s+(?:в тексте|на сайте))|メールマガジン|メルマガ|ニュースレター|会員登録|無料登録|フォローする|公式(?:LINE|アカウント|X)|"
    r"telegram['’‘ʻ]?(?:имизга| kanalimiz|(?:da|dagi|ga)\s.{0,40}(?:o['‘’ʻ]qing|okuyun|kuzat|obuna bo|qo['‘’ʻ]shil))|kanalimiz|obuna bo['‘’ʻ]l|обуна бўл|каналимиз|обуна шав|жазылыңыз|хабарламаларға жазылу|telegram.{0,20}(?:жазыл|катталы)|"
    + phrases_west.NEWSLETTER
    + ")",
    _FLAGS,
)
# What a screen reader is told of a link, in or behind its text; the first two letters tell most texts from it.
NEW_WINDOW = re.compile(
    r"\W*+(?=[elnoswöов外新別][efinopuxнт部しウ])(?:(?:link )?opens in (?:a )?new (?:tab|window)|(?:link )?opens new (?:tab|window)|opens an external (?:site|website)(?: in a new (?:tab|window))?|"
    r"external link|(?:link )?(?:wird in einem neuen (?:tab|fenster) geöffnet|öffnet (?:sich )?in (?:einem )?neuen?m? (?:tab|fenster)|öffnet im neuen (?:tab|fenster))|externer link|"
    r"(?:nouvelle fenêtre|ouvre (?:dans )?une? nouvel(?:le)? (?:fenêtre|onglet))|se abre en (?:una )?(?:ventana|pestaña) nueva|si apre in una nuova finestra|"
    r"(?:откр(?:оется|ывается) в нов(?:ом окне|ой вкладке))|внешняя ссылка|外部サイトへ、?新しいウインドウで開きます|外部サイトへ、?新しいウィンドウで開きます|"
    r"新しい(?:ウィンドウ|ウインドウ|タブ)で(?:開く|開きます)|別(?:ウィンドウ|ウインドウ|タブ)で(?:開く|開きます)|外部リンク)\W*",
    _FLAGS,
)
_PAYWALL = re.compile(
    _START
    + r"(?:会員限定|有料会員|有料記事|残り\s*[\d,]+\s*文字|読み放題|続きを(?:お読み|読む)(?:いただけ|には)|ログインして続き|(?:subscribe|sign in|log in|register)\s.{0,30}to (?:continue(?: reading| with|\W*$)|read (?:the|this|more|full|on)\b|keep reading)|"
    r"(?:already a|for) subscribers?\b.{0,20}(?:\?|only|log|sign)|this (?:article|content|story) is (?:for|only|available to|exclusive).{0,30}(?:subscribers|members)|"
    r"(?:только|доступ\w*) (?:для|по) подписчик|оформите подписку|читать полностью по подписке|(?:nur )?für abonnenten|weiterlesen mit|bereits abonnent|réservé aux abonnés|"
    r"exclusivo para suscriptores|구독자 전용|仅限会员)",
    _FLAGS,
)
TAGS_LINE = re.compile(
    r"(?:tags?|keywords|topics|filed under|теги|тэги|метки|ключевые слова|タグ|キーワード|teglar|тегтер|тегдер|калидвожаҳо|тэглар)\s*[:：].*",
    _FLAGS | re.DOTALL,
)
HASHTAGS = re.compile(r"(?:#[\w-]+[\s,]*)+")
_COUNTED = (
    r"views?|reads?|comments?|shares?|likes?|просмотр(?:ы|ов|а)?|прочитали|прочтений|комментари(?:и|ев|й|я)|лайк(?:и|ов|а)?|"
    r"нравится|репост(?:ы|ов|а)?|(?:рет )?оқылды|қаралды|қаралым(?:дар)?|көрілді|көрілім|пікір(?:лер)?|ұнату|ret kórsetildi|"
    r"ko['‘’ʻ]ril(?:di|gan)|ko['‘’ʻ]rishlar(?: soni)?|izoh(?:lar)?|yoqdi|кўрил(?:ди|ган)|кўришлар(?: сони)?|изоҳ(?:лар)?|ёқди|"
    r"көрүүлөр|көрүлдү|окулду|пикир(?:лер)?|жакты|дида шуд|хонда шуд|бинандагон|назарҳо|шарҳҳо|görülen|görlen|okalan|okaldy|"
    r"teswir(?:ler)?|閲覧数?|コメント|いいね|minute read|min read|minutes? read|мин(?:ут[аы]?)? чтения"
)
_NUMBER = r"\d[\d\s,.]*+"  # possessive, so that a line of counts is read in one way
COUNTS = re.compile(
    rf"(?:[|·•,;/♥❤👍👎💬👁⏱\ufe0f\s]*(?:(?:{_COUNTED}|{phrases_west.COUNTS_BEFORE}|время чтения)\s*[:：]?\s*{_NUMBER}|"
    rf"{_NUMBER}(?:{_COUNTED}|回閲覧|件|forum post|{phrases_west.COUNTS_BEHIND})|[♥❤👍👎💬👁⏱]\ufe0f?\s*{_NUMBER}))+",
    _FLAGS,
)
_COMMENT_RULE = re.compile(
    _START
    + r"(?:your email address will not be published|required fields are marked|you must be logged in(?=\W*$| to (?:post|comment|reply|leave|vote|write|view comments))|log in to (?:post|comment)|"
    r"save my name,? (?:and )?e-?mail|комментарии проходят модерацию|ваш (?:адрес )?e-?mail не будет опубликован|обязательные поля помечены|"
    r"чтобы оставить комментарий|メールアドレスが公開されることはありません|コメントを投稿|fikr qoldirish uchun|teswir ýazmak)",
    _FLAGS,
)
_COOKIES = re.compile(
    _START
    + r"\b(?:we|this (?:web)?site) uses? cookies|файлы cookie|cookie[- ]файл|クッキー(?:を|\(Cookie\))使用|cookie fayllari",
    _FLAGS,
)
_EMBED = re.compile(f"{_START}(?:{phrases_west.EMBED})", _FLAGS)
COPYRIGHT = re.compile(
    r"[<＜(（\[]?(?:저작권자|무단\s*전재|ⓒ|©|\(c\)\s*(?:copyright|(?:19|20)\d\d|.{0,80}rights reserved)|(?<=[<＜(（\[])copyright|copyright\s*(?:$|[©:：(（ⓒ]|by\b|(?:19|20)\d\d|(?-i:the\s+[A-Z]|[A-Z][\w.]*(?:\s[A-Z][\w.]*){0,3}\W*$)))\s*.{0,160}",
    _FLAGS | re.DOTALL,
)
NAVIGATION = re.compile(
    r"(?:.{1,20}へ戻る|.{1,20}に戻る|(?:ページの)?(?:トップ|先頭)へ(?:戻る)?|back to .{1,30}|вернуться .{1,30}|назад|home|главная|ホーム|bosh sahifa|басты бет|"
    r"(?:previous|next|prev)(?: (?:post|article|page))?|skip to (?:main )?content|read more|читать далее|подробнее|続きを読む|batafsil|толығырақ|"
    r"get adobe (?:acrobat )?reader|adobe (?:acrobat )?reader.{0,80})",
    _FLAGS,
)
PLACEHOLDER_AUTHOR = re.compile(
    r"(?:admin|administrator|editor|editors|editorial|webmaster|root|user|author|staff|staff writer|newsroom|редактор|администратор|"
    r"редакция|編集部|管理者|muallif|автор|none|null|unknown|guest|super ?user|follow|people|posts|profile|sign in|log in|subscribe|read more|\d+|"
    r"(?:(?:site|web|wp|super|system|blog|news)[ _-]?)?admin(?:n|\d+)?|super administrator|moderator\d*|content manager|webmaster|"
    r"(?:[\w’'.-]+ ){0,3}(?:staff|newsroom|(?:news|web|online|digital|city|foreign) ?(?:desk|team)|editorial (?:team|board|staff|office|desk)|press (?:service|office|release))|"
    r"(?:staff|our|own|special|guest|freelance) (?:reporter|correspondent|writer|author|contributor|post)s?|contributors?|correspondents?|reporters?|anonymous|unknown author|author name|"
    r"(?:from |news )?agencies|wire (?:reports|services)|sign up|follow us|contact us|about us|(?:photos?|images?|pictures?)(?: (?:credit|by|courtesy)\b.*)?|getty images|shutterstock|istock|"
    r"админ\w*|модератор|аноним|контент-менеджер|пресс-?(?:служба|центр|релиз)(?: .*)?|редакция .*|редакциясы|(?:наш|собственный|специальный|главный|ответственный|выпускающий) (?:корреспондент|редактор)|"
    r"корреспондент|собкор|фото(?: .*)?|tahririyat|таҳририят|muharrir|(?:.* )?(?:matbuot xizmati|матбуот хизмати|баспасөз қызметі|басма сөз кызматы)|"
    r".{0,16}(?:編集部|編集局|取材班|報道部|管理人|事務局|広報部|写真部))",
    _FLAGS,
)
# Words of section names that look like names of people.
SECTION = re.compile(
    r"\b(?:news|politics|business|world|asia|europe|africa|america|east|west|north|south|opinions?|commentary|analysis|sports?|culture|economy|"
    r"economics|society|travel|report|reports|press|release|local|national|international|central|top|latest|breaking|science|health|tech|"
    r"technology|life|style|arts|video|photo|photos|home|features?|interviews?|reading|read|time|share|новости|политика|экономика|общество|мир|"
    r"культура|спорт|мнени[ея]|анализ|интервью|siyosat|iqtisodiyot|jamiyat|jahon|madaniyat|tahlil|sharh|yangiliklar)\b",
    _FLAGS,
)
BIO_VERB = re.compile(
    r"\s*[,(（]?.{0,60}?(?:\b(?:ist|war|arbeitet|schreibt|berichtet|is|was|has|works?|writes?|covers?|reports?|served|serves|teaches|holds)\b|[—–-]\s|журналист|эксперт|является|работает|пишет|окончил|родил|"
    r"は[、,]|氏は|[（(]|ジャーナリスト|記者|研究員|教授|専門家|1\d{3}年|jurnalist|muallif|tahlilchi|mutaxassis)",
    _FLAGS,
)
_NAME_WORD = r"[A-ZА-ЯЁ][\w.’'‘ʻ-]*"
BIOGRAPHY = re.compile(
    rf"(?P<name>{_NAME_WORD}(?: {_NAME_WORD}){{1,4}})\s*(?:is|was|[—–-])\s+(?:an?\s|the\s|one\s)?(?:[\w’'-]+[\s,-]+){{0,4}}?"
    r"(?:journalist|reporter|editor|correspondent|writer|author|columnist|analyst|researcher|fellow|scholar|professor|lecturer|commentator|"
    r"byline|photographer|freelancer?|consultant|historian|economist|журналист\w*|корреспондент\w*|редактор|аналитик|эксперт|обозреватель|"
    r"исследователь|научный сотрудник|политолог|экономист|историк|писатель)\b"
)
# The reading of a Japanese name, then the year of birth: how papers present a guest behind the text.
BIOGRAPHY_CJK = re.compile(
    r"[\u3040-\u309f]{2,8}[・\s\u3000][\u3040-\u309f]{2,8}[\s\u3000（(、].{0,30}(?:19|20)\d\d年.{0,40}(?:生まれ|生。|卒)"
)
# Who else worked on a text, in the words of agencies' clients.
_THANKS = re.compile(
    r"^\W*(?:additional )?reporting (?:by|from)\b(?=\s+(?:(?-i:[A-Z])|the \w+ (?:newsroom|bureau|desk)))(?:.*\b(?:editing|writing|reporting|compiled) by\b|(?=.{0,60}\W*$))|\bcontributed (?:reporting )?to this (?:report|article|story)\W*$",
    _FLAGS,
)
# A year and a time of day on a short line: a date in a language that `months.py` does not know.
STAMP = re.compile(r"\b20\d\d\b.{0,12}?\b\d{1,2}\s?[:.h]\s?\d\d\b")
# An address or a handle alone.
HANDLE = re.compile(
    r"(?:twitter|x|facebook|instagram|e-?mail|mail|почта)?\s*[:：]?\s*(?:(?:https?://)?(?:www\.)?(?:twitter|x|facebook|instagram|linkedin)\.com/\S+|@\w{2,30}|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)",
    _FLAGS,
)
PRONOUN_START = re.compile(
    r"(?:he|she|they|his|her|their|prior to|previously|before joining|follow|contact|он|она|его|её|ее|ранее|до этого|同氏|氏は|彼|彼女|著書|これまで|以前|u |uning|avvalroq)",
    _FLAGS,
)
# Looked for in nearly every line, and found in few.
NEWSLETTER, PAYWALL, DISCLAIMER, EMBED, COMMENT_RULE, COOKIES, CREDIT_TAIL, THANKS = rare(
    _NEWSLETTER, _PAYWALL, _DISCLAIMER, _EMBED, _COMMENT_RULE, _COOKIES, _CREDIT_TAIL, _THANKS
)
