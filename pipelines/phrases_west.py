"""What sites of Europe, America and the rest of Asia print around their articles; `phrases.py` takes it in. Data."""

# ruff: noqa: E501 - as in phrases.py

from __future__ import annotations

RELATED = (
    "lesen sie auch|lesen sie hier|lesen sie dazu|lesen sie mehr|auch interessant|das könnte sie auch interessieren|"
    "das könnte dich auch interessieren|mehr zum thema|zum thema|weiterlesen|weitere artikel|weitere themen|"
    "ähnliche nachrichten|ähnliche artikel|ähnliche themen|meistgelesen|meistgelesene artikel|top-artikel|mehr lesen|"
    "empfehlungen der redaktion|passend zum thema|verwandte artikel|verwandte themen|mehr dazu|mehr zu diesem thema|"
    "aktuelle nachrichten|neueste artikel|neueste nachrichten|lesetipp|siehe auch|"
    "lire aussi|à lire aussi|lire également|à lire également|voir aussi|sur le même sujet|articles liés|les plus lus|"
    "à découvrir|pour aller plus loin|notre sélection|en lire plus|lire la suite|"
    "lea también|lee también|leer también|te puede interesar|también te puede interesar|más noticias|le puede interesar|"
    "noticias relacionadas|relacionado|relacionados|lo más leído|ver también|leer más|temas relacionados|"
    "leggi anche|potrebbe interessarti|potrebbe interessarti anche|articoli correlati|i più letti|leggi di più|vedi anche|"
    "leia também|leia mais|veja também|veja mais|saiba mais|notícias relacionadas|mais lidas|relacionadas|"
    "czytaj także|czytaj też|czytaj więcej|zobacz także|zobacz też|zobacz również|przeczytaj także|przeczytaj też|"
    "polecamy|powiązane|najczęściej czytane|lees ook|lees meer|gerelateerd|gerelateerde artikelen|meest gelezen|"
    "ilgili haberler|ayrıca okuyun|bunlar da ilginizi çekebilir|ilginizi çekebilir|en çok okunanlar|son haberler|"
    "diğer haberler|devamını oku|čtěte také|čtěte též|přečtěte si také|související|související články|nejčtenější|"
    "mohlo by vás zajímat|citește și|citeşte şi|vezi și|știri similare|läs också|läs även|läs mer|relaterat|les også|"
    "les mer|relatert|siste nytt|læs også|læs mere|relateret|lue myös|lue lisää|katso myös|kapcsolódó|olvassa el|"
    "читайте також|читати також|дивіться також|за темою|більше новин|останні новини|схожі новини|читайте материал|"
    "прочетете още|вижте още|още по темата|διαβάστε επίσης|διαβάστε ακόμη|δείτε επίσης|σχετικά άρθρα|"
    "相关新闻|相关阅读|延伸阅读|延伸閱讀|相關新聞|推荐阅读|推薦閱讀|更多新闻|관련기사|관련 기사|관련뉴스|많이 본 뉴스|추천기사|인기기사|"
    "اقرأ أيضا|اقرأ أيضاً|اقرا ايضا|مواضيع ذات صلة|أخبار ذات صلة|بیشتر بخوانید|مطالب مرتبط|اخبار مرتبط|همچنین بخوانید|"
    "baca juga|artikel terkait|berita terkait|terpopuler|đọc thêm|tin liên quan|taip pat skaitykite|skaityti daugiau|"
    "current issue|more on this story|more like this|more for you|in case you missed it|don't miss|you may also be interested|"
    "top stories|watch latest videos|latest videos|mehr lesen über|más sobre|in this article|in this story|continue exploring|more headlines|other news|today's top stories|must read|must reads|popular stories|editors picks|our picks|hand-picked|explore more"
)
INTERRUPTION = (
    "ad feedback|continue reading|continue reading below|subscribe|publicidad|pubblicità|continua a leggere|mehr anzeigen|"
    "reklama|ogłoszenie|advertentie|annonse|annons|ilan|weiter nach der anzeige|artikel wird nach der anzeige fortgesetzt|"
    "video wird geladen|unmute|play video|watch now|watch live|"
    "advertisement. scroll to continue reading|scroll to continue|scroll to continue with content|advertisement - scroll to continue|externer inhalt nicht verfügbar|skip advertisement|this is a modal window|anúncio|oglas"
)
NEWSLETTER = (
    r"abonnieren sie|jetzt abonnieren|newsletter (?:abonnieren|anmelden|informiert)|hier geht['’]s zur anmeldung|"
    r"zum newsletter|folgst du schon|folgen sie uns|whatsapp[- ]kanal|news-app für|laden sie (?:hier )?(?:die|unsere) .{0,30}app|"
    r"abonnez-vous|inscrivez-vous|recevez (?:notre|nos|la) newsletter|découvrez nos offres|suivez-nous|"
    r"suscr[ií]b(?:e|a)(?:te|se)|síguenos|recibe (?:nuestra|nuestro|la) newsletter|únete a nuestro|"
    r"iscriviti (?:alla|al|ora)|seguici su|abbonati|assine (?:já|a nossa|nossa)|inscreva-se|siga-nos|"
    r"zapisz się|subskrybuj|obserwuj nas|schrijf je in|meld je aan|volg ons|abone ol(?:un|unuz)?\b|bizi takip|"
    r"підпис(?:уйтесь|атися|уйтеся)|стежте за|hat ihnen dieser artikel gefallen|"
    r"fehler gefunden|spotted (?:a|an) (?:mistake|error|typo)\?|segnala un errore|we['’]d love to (?:get|hear) your|this story is funded by readers|support independent journalism|read our reviews of|"
    r"nachrichten aufs handy|news-app\b.{0,30}(?:android|ios)|newsletter (?:richtig|kommt)|auch bei social media|community members are treated|thank(?:s| you) for signing up|keep an eye on your inbox|there was an error processing your subscription|check your inbox|delivered (?:straight |right |directly )?to your inbox|abonniere (?:den|unseren|jetzt)"
)
# English imperatives: the same words are a statement with somebody in front of them.
CALL = (
    r"join our commenting|join thought-provoking|access the most recent journalism|download (?:our|the) .{0,20}app\b|"
    r"get in touch with our|for more (?:stories|news) like this|sign up here|click here to (?:subscribe|sign|follow|read)|"
    r"follow \S+ on (?:twitter|x|instagram|facebook)\b|report (?:a|an) (?:typo|error)\b|follow our (?:full )?coverage|"
    r"get (?:the|a) (?:day|week)['’]s (?:big|top|best|biggest)"
)
COUNTS_BEFORE = "lesezeit|temps de lecture|tiempo de lectura|tempo di lettura|lästid|czas czytania"
COUNTS_BEHIND = r"min(?:uten|\.)? lesezeit|min(?:uto)?s? de lect?ura|min(?:utes)? de lecture|min(?:uti)? di lettura|kommentare?|commentaires?|min"
CREDIT = (
    "fotos|foto\\(s\\)|foto/s|bild|bilder|bildquelle|bildnachweis|titelbild|quelle|quellen|crédit|crédits|crédit photo|"
    "photographie|imagen|imágenes|immagine|fot\\.|zdjęcie|zdjęcia|nuotr\\.|kuva|kép|bilde|billede|beeld|görsel|fotoğraf|"
    "світлина|снимка|φωτογραφία|รูป|사진|图片|圖片|图源|来源|來源"
)
# What stands in place of something that the reader has to allow first.
EMBED = (
    r"empfohlener (?:redaktioneller|externer) inhalt|an dieser stelle finden sie .{0,80}inhalt|"
    r"externe[rn]? inhalte?n? (?:angezeigt|anzeigen)|personenbezogene daten .{0,60}(?:drittplattform|drittanbieter)|"
    r"pour afficher ce contenu|per visualizzare questo contenuto|view (?:this )?(?:post|content) on|"
    r"(?:please |to |must )?(?:enable|turn on) javascript|javascript is (?:disabled|required)|включите javascript|"
    r"diese audioversion wurde|artikel anhören|(?<!\w )listen to this (?:article|story)|écouter cet article|"
    r"this (?:post|article|page|story|content) (?:may )?(?:contains?|includes?) affiliate links|"
    r"affiliate links?.{0,120}commission|(?:we|i) (?:may )?earn (?:an? )?.{0,30}commission.{0,80}(?:links?|purchas|buy|sale)|(?:links?|purchas|buy).{0,80}(?:we|i) (?:may )?earn (?:an? )?.{0,30}commission|"
    r"produced with the assistance of ai|this content is imported from|"
    r"(?<!ist )(?<!sind )verfügbar bis \d|externer inhalt nicht verfügbar|deal pricing and availability subject to change|purchases made through links"
)
