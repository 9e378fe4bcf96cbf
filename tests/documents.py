"""Documents to be rendered in many markups, and what must come out of them.

`OWN` are written for these tests; `load_seeds` reads the three seed documents where the shared folder is at hand.
Both families occur: the magazine (ticker, day of the crawl, captions, byline twice, biography, teasers) and the
think tank (category word, share line, title again, disclaimer). `differences` compares an article with its gold.
"""

from __future__ import annotations

import datetime as dt
import json
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import lxml.html

from pipelines.article import Dropped
from tests.renderings import Block, Document

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipelines.article import Article

SHARED = Path(__file__).parents[1].parent / "shared"
"""Where the seeds lie on a machine that has them: beside the repository."""

SHOWN = 100
"""Characters of a paragraph that a difference shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """What a careful reader takes from any rendering; `published` is the day, `YYYY-MM-DD`."""

    title: str
    published: str
    authors: tuple[str, ...]
    paragraphs: tuple[str, ...]


def p(text: str) -> Block:
    """A paragraph of the text."""
    return Block("p", text)


def h(text: str) -> Block:
    """A subhead."""
    return Block("h", text)


def caption(text: str) -> Block:
    """The line below a picture: never part of the text."""
    return Block("caption", text)


def gold_of(document: Document) -> Gold:
    """The gold that a document's own blocks define."""
    return Gold(
        title=document.title,
        published=document.published.isoformat(),
        authors=document.authors,
        paragraphs=tuple(block.text for block in document.blocks if block.kind != "caption"),
    )


ORCHARDS = Document(
    key="own-orchards",
    family="magazine",
    language="en",
    url="https://ledger.example/2025/cold-rooms-in-the-valley/",
    title="Cold Rooms in the Valley: A Japanese Loan Reaches Fergana’s Apricot Growers",
    published=dt.date(2025, 11, 18),
    crawl_day=dt.date(2026, 2, 23),
    authors=("Marian T. Hollis",),
    bio=(
        (
            "Marian T. Hollis is a reporter and editor who writes about farming, water and trade between the Caspian and "
            "the Tien Shan. Before she joined The Silk Road Ledger she spent six years with a credit union in Osh and "
            "contributed to several radio programmes on rural Central Asia."
        ),
        (
            "Her second book, a history of the region’s canneries, appeared in 2021, and she is now at work on a study of "
            "seasonal labor in the orchards of Batken."
        ),
    ),
    site_name="The Silk Road Ledger",
    category="Business",
    ticker=True,
    teasers=(
        "Tajikistan counts its glaciers again, and the number of measuring posts has doubled since spring",
        "A border market reopens after four winters, but the old customers have found other roads",
        "Why the price of onions moves faster than the price of oil",
    ),
    blocks=(
        p(
            "When the apricots came in this July, Saodat Yuldasheva did something that her father had never been able "
            "to do: she waited. For two weeks some forty tonnes of fruit stood in a cold room outside Kuva while the "
            "price in the wholesale markets of Tashkent sank, steadied and rose again. By the time her lorries left, "
            "she was paid almost a third more than the neighbors who had sold on the day of the harvest."
        ),
        caption(
            "Workers sort apricots in a newly built cold store near Kuva, Fergana region, July 14, 2025; image: "
            "S. Karimov / The Silk Road Ledger"
        ),
        h("A Loan in Small Pieces"),
        p(
            "The cold room is one of sixty-two that have been built since 2023 with a credit line from Japan’s "
            "development agency. The money is lent to three Uzbek banks, which pass it on in small pieces to growers, "
            "cooperatives and traders. The average loan is below $90,000, and the interest is fixed in soums, so that "
            "a farmer who sells at home does not have to worry about the dollar. “We were told for years to export "
            "more,” Yuldasheva said. “Nobody had told us where to keep the fruit until the buyer answered the phone.”"
        ),
        p(
            "Officials in Tokyo describe the programme as modest, and by the standards of the railways and power "
            "plants that Japan has financed in the region it is. Yet the growers’ association of the valley believes "
            "that spoilage after the harvest, once put at a quarter of the crop, has fallen by half in the districts "
            "where the cold rooms stand. An independent count has not been published, and the association admits that "
            "its own figures rest on the word of its members."
        ),
        p(
            "In Kuva, at least, the change can be seen from the road: where open stalls used to stand, there are "
            "grey walls without windows."
        ),
        p(
            "“A shop with a refrigerator is not news in Osaka,” said Hiroshi Tanabe, who advised the banks from 2022 "
            "to 2024 and is a journalist by training. “Here it decides whether a family can send a daughter to "
            "university. I have written about larger projects in my life, but I have not seen one in which the "
            "borrowers did the sums so carefully. They asked us about insulation, about spare parts, about who would "
            "come when the compressor failed on a Friday night.”"
        ),
        h("Related Costs"),
        p(
            "Electricity is the weak point. A cold room of the usual size needs as much power as thirty households, "
            "and the tariff for businesses went up twice in the past two years. Growers in Rishtan complain that the "
            "supply fails most often in August, which is when it is needed. Some have bought diesel generators, and "
            "the fumes, they say, have done more to set their neighbors against the project than any rumor about "
            "foreign debt."
        ),
        p(
            "The banks point to a second line of credit, agreed upon on 3 October 2025, which pays for solar panels "
            "on the roofs of the stores. Whether the panels will come in time for the next season is an open question: "
            "the first tender was cancelled after a single company had bid. Share prices of two listed suppliers in "
            "Tashkent rose on the announcement and fell back within the week."
        ),
        caption("Hiroshi Tanabe, adviser to the lending banks, at a workshop in Fergana on October 3, 2025; image JDA"),
        h("Who Buys the Fruit"),
        p(
            "For now nine tenths of what leaves the cold rooms is eaten within Uzbekistan, in Kazakhstan or in Russia. "
            "Japan itself buys next to none of it: fresh apricots from the valley are not admitted there, since no "
            "treatment against the fruit fly has been agreed. Dried fruit is, and a trading house in Kobe took twelve "
            "containers last winter. Its buyer, reached by telephone, called the quality “uneven but honest” and "
            "said that a further order was being discussed."
        ),
        p(
            "Growers on the Kyrgyz side of the border have asked why they were left out. The answer is partly a "
            "matter of paperwork, because the credit line needs a guarantee from the treasury and Bishkek had reached "
            "the ceiling that it agreed upon with the International Monetary Fund. A smaller scheme for Batken, with "
            "grants in place of loans, is due to start next spring, though its budget would pay for eleven cold rooms "
            "at most."
        ),
        p(
            "Yuldasheva has already put in for a second loan. This time she wants a drying hall, so that fruit which "
            "is too ripe for the lorry need not go to the pigs. Her father, who is eighty-one and planted most of the "
            "trees, still thinks that a sold apricot is better than a stored one. He came to look at the cold room on "
            "the hottest day of the summer, she said, sat down on a crate with his coat on, and stayed until the "
            "evening."
        ),
    ),
)

PORTS = Document(
    key="own-ports",
    family="thinktank",
    language="en",
    url="https://csss.example/en/analysis/ports-without-ships",
    title="Ports Without Ships: What Japan’s Plans for the Caspian Still Lack",
    published=dt.date(2025, 9, 24),
    crawl_day=dt.date(2025, 12, 27),
    authors=("Dinara Osmonova", "Kenji Morita"),
    bio=(),
    site_name="CSSS",
    category="Commentary",
    ticker=False,
    disclaimer=(
        "* The Centre for Steppe and Sea Studies (CSSS) takes no institutional position; the opinions expressed here "
        "belong to the authors alone and need not be shared by the CSSS or its partners."
    ),
    teasers=(
        "The corridor that nobody insured: notes from a workshop on transit risk",
        "Five questions on the new customs code",
    ),
    blocks=(
        p(
            "Japan has discovered the Caspian. In the past eighteen months three ministries in Tokyo have published "
            "papers on the route that runs from western China through Kazakhstan, across the sea to Baku and on to the "
            "Black Sea. All of them speak of diversification, and all carry the same map, on which the water between "
            "Aktau and Alat is a short dotted line. It is on that dotted line that the plans are weakest."
        ),
        p(
            "The reason for the interest is not hard to find. Since 2022 Japanese exporters of machinery to Central "
            "Asia have had to avoid the railways of the north, and the detour by sea and through Iran is closed to "
            "most of them by sanctions. Insurance for goods that cross the Caspian is available, but at twice the "
            "price of five years ago. A manufacturer of excavators told us that freight now makes up nearly "
            "a fifth of what its customers in Almaty pay."
        ),
        p(
            "Tokyo’s answer so far has been to pay for what can be seen: cranes, customs scanners, a training centre "
            "for dispatchers and a software platform on which the ports exchange their timetables. These are sensible "
            "purchases. They are also the ones for which other donors are already queuing, so that Aktau will soon "
            "have more scanners than the traffic of the next ten years can occupy."
        ),
        p(
            "What is missing is ships. The two companies that own most of the ferries on the route ordered their last "
            "new vessels more than a decade ago. Sailings are cancelled whenever the wind rises above fifteen metres a "
            "second, which in winter is every third day, and the falling level of the sea obliges captains to leave "
            "port with holds only two thirds full."
        ),
        p(
            "It would be unfair to say that nobody in Tokyo has noticed. A study commissioned in 2024 recommended a "
            "fund for shallow-draught ferries, to be owned jointly by the littoral states and leased to operators. The "
            "proposal was not taken up, for two reasons. Japanese shipyards have no experience of building on an "
            "inland sea, and export credit rules favour goods that are made in Japan."
        ),
        p(
            "Both obstacles can be overcome. Hulls may be welded in Baku or in Kuryk from kits, as was done for the "
            "tugs that Korean yards supplied in 2019, while engines and navigation systems come from Japan. The rules "
            "on export credit were loosened for critical minerals two years ago; nothing but habit prevents a similar "
            "exception for the means of transport by which those minerals would travel."
        ),
        p(
            "There is a wider lesson. Connectivity, the word under which these projects are filed, is measured by what "
            "has been built. Users measure it by what arrives, and when. A forwarder in Tashkent does not ask how many "
            "cranes there are in a port; he asks whether the container will be there on the day that was promised. On "
            "that count the route has become worse in each of the last three summers."
        ),
        p(
            "We therefore suggest three steps for the next round of the dialogue between the five republics and Japan. "
            "First, to publish the average waiting time in each port every month. Second, to set up the ferry fund "
            "with a small sum and a single vessel. Third, to invite Azerbaijan and Georgia as permanent guests, for "
            "without them half of the route is absent from the table."
        ),
        p(
            "None of this will produce a picture for the front page. A ferry on lease is less photogenic than a "
            "minister in front of a crane. But if Japan wishes to be known in the region as the partner that keeps "
            "its timetable, the dotted line on the map is the place to start."
        ),
    ),
)

NARYN = Document(
    key="own-naryn",
    family="magazine",
    language="ru",
    url="https://gornyi-vestnik.example/voda-i-svet",
    title="Вода и свет: зачем японские инженеры вернулись на Нарын",
    published=dt.date(2025, 10, 21),
    crawl_day=dt.date(2025, 12, 15),
    authors=("Айбек Сатыбалдиев",),
    bio=(
        (
            "Айбек Сатыбалдиев — журналист и редактор, пишет об энергетике и водных ресурсах Центральной Азии. До прихода "
            "в «Горный вестник» работал на телевидении в Бишкеке и сотрудничал с несколькими экологическими организациями."
        ),
        "Его книга о малых реках Тянь-Шаня вышла в 2019 году, сейчас он готовит её продолжение.",
    ),
    site_name="Горный вестник",
    category="Экономика",
    ticker=True,
    teasers=(
        "Дорога через перевал Тоо-Ашуу закрыта до утра: что известно о сходе лавины",
        "Почему в Оше снова спорят о старом базаре и кому достанутся его ряды",
        "Сколько стоит тепло: десять вопросов о новом тарифе",
    ),
    blocks=(
        p(
            "Первый раз японские инженеры приехали на Нарын в 1996 году. Тогда речь шла о том, чтобы заменить на "
            "Токтогульской станции оборудование, которое отработало два срока, и дело ограничилось отчётом в трёх "
            "томах. Отчёт до сих пор стоит в кабинете главного механика. Этим летом его авторы, уже седые, вернулись "
            "и первым делом попросили показать, что из написанного ими сбылось."
        ),
        caption(
            "Японские специалисты осматривают машинный зал станции на реке Нарын, 12 августа 2025 года. Фото: пресс-служба "
            "компании"
        ),
        h("Что увидели гости"),
        p(
            "Сбылось немногое. Из шести рекомендаций выполнены две: на плотине появились датчики, а смотровая галерея "
            "больше не затапливается весной. Зато прогноз о том, что после 2020 года станция будет каждую зиму работать "
            "на пределе, оправдался полностью. «Мы тогда ошиблись всего на один сезон», — сказал руководитель группы "
            "Сигэо Накадзима и попросил не считать это хвастовством."
        ),
        p(
            "Новый проект устроен иначе. Япония предоставляет не кредит, а грант на обследование и обучение, а деньги на "
            "само оборудование правительство Кыргызстана собирается занять у банков развития. Сумма гранта невелика — "
            "около девяти миллионов долларов, однако именно обследование, по словам специалистов, определит, сколько "
            "придётся занимать. Если стены водоводов окажутся прочнее, чем принято думать, смета уменьшится на треть."
        ),
        p("Решение ожидается к марту, и торопить инженеров, судя по всему, никто не намерен."),
        p(
            "«Вода не станет ждать, пока мы договоримся о процентах, — говорит преподаватель энергетического факультета "
            "Гульмира Асанова. — Каждый год мы спускаем её зимой, чтобы было светло, а летом нас упрекают соседи, "
            "которым нечем поливать. Новые турбины дадут на восемь процентов больше электричества из того же объёма. "
            "Для переговоров с соседями это больше, чем любая декларация»."
        ),
        h("Соседи считают воду"),
        p(
            "В Ташкенте и Астане за проектом следят внимательно. Оба правительства прошлой осенью согласились покупать "
            "летнюю электроэнергию по цене, которая покрывает затраты на накопление воды, и уже дважды пересматривали "
            "график попусков. Узбекские специалисты предложили присоединить к обследованию и два своих водохранилища, "
            "расположенных ниже по течению. Японская сторона ответила, что готова обсудить это после первого этапа."
        ),
        p(
            "Есть и сомневающиеся. Депутат парламента Нурлан Бекешов напомнил, что предыдущая замена агрегатов, которую "
            "оплатил другой кредитор, затянулась на четыре года и подорожала почти вдвое. Он требует, чтобы договоры с "
            "подрядчиками публиковали целиком. В министерстве обещают открыть их сразу после подписания, но не раньше, "
            "чем завершится проверка участников."
        ),
        caption("Сигэо Накадзима, руководитель группы обследования, на гребне плотины. Фото: А. Жумабаев"),
        h("Люди вместо труб"),
        p(
            "Самой заметной частью программы могут оказаться не машины, а люди. Каждый год двадцать молодых инженеров "
            "поедут на стажировку в Тояму, где станции старше токтогульской работают без остановок благодаря тому, что "
            "изношенные детали меняют прежде, чем они сломаются. Первая группа вернулась в сентябре и уже составила "
            "журнал осмотров, которого на станции раньше не вели."
        ),
        p(
            "Главный механик показывает этот журнал охотнее, чем новый пульт. В нём отмечено всё: температура "
            "подшипников, уровень масла, даже звук, который издаёт затвор при закрытии. «Раньше это знал один Петрович, — "
            "объясняет он, — и когда он уходил в отпуск, мы боялись трогать третий агрегат. Теперь можем дойти до него "
            "ночью и без Петровича»."
        ),
        p(
            "Накадзима приедет снова в феврале, когда уровень воды будет самым низким и откроется та часть стены, которую "
            "в 1996 году осмотреть не удалось. После этого, говорит он, отчёт можно будет закончить. На вопрос, не жалко "
            "ли ему потраченных тридцати лет, инженер ответил, что плотина строилась на сто и что торопиться ей некуда."
        ),
    ),
)

LESSONS = Document(
    key="own-lessons",
    family="thinktank",
    language="ja",
    url="https://eurasia-forum.example/ja/commentary/lessons",
    title="教室から始まる関係――中央アジアの日本語教育は何を支えるのか",
    published=dt.date(2025, 7, 28),
    crawl_day=dt.date(2025, 7, 28),
    authors=(),
    bio=(),
    site_name="ユーラシア公論",
    category="論評",
    ticker=False,
    disclaimer="※ 本稿に示された見解は筆者個人のものであり、ユーラシア公論および関係機関の立場を代表するものではありません。",
    teasers=(
        "カスピ海の水位低下と港湾都市の将来",
        "キルギスの若者はなぜ大阪を目指すのか",
    ),
    blocks=(
        p(
            "中央アジアで日本語を学ぶ人の数は、統計の上ではごく小さい。五か国を合わせても一万人に届かず、英語や中国語、"
            "韓国語の学習者とは比べものにならない。それでも、この十年間で教室の数は着実に増え、地方都市の中学校にまで広がった。"
            "数字の小ささだけを見ていると、その背後で起きている変化を見落とすことになる。"
        ),
        caption("サマルカンド市内の学校で行われた日本語の授業(2025年5月、写真:ユーラシア公論)"),
        h("留学から就労へ"),
        p(
            "かつて日本語を学ぶ動機の中心は留学だった。奨学金を得て日本の大学に進み、帰国して官庁や大学に勤めるという道筋が、"
            "一つの模範とされていた。ところが近年は、介護や建設、情報技術の分野で働くことを目的とする学習者が半数を超えたと"
            "いわれる。ウズベキスタンでは政府が派遣前の研修所を各州に置き、日本語の試験に合格した者の渡航費を補助している。"
        ),
        p(
            "この変化は、教える側にも新しい課題を突きつけている。大学の教員は文学や歴史の講義には慣れているが、現場で使う言葉を"
            "教えた経験は乏しい。研修所では、日本で数年働いて戻った若者が教壇に立つことが多い。彼らの話す日本語は生き生きとして"
            "いるものの、文法を説明する訓練は受けていない。両者をつなぐ仕組みは、まだどの国にも整っていない。"
        ),
        p("教師が足りないのではなく、教師を育てる時間が足りないのである。"),
        p(
            "タシケントのある研修所の責任者は、次のように語った。「生徒は半年で日本へ行きたいと言います。私たちは一年ほしいと"
            "言います。結局、八か月で送り出すことになり、足りない四か月分は受け入れ先の会社に任せることになります。うまくいく会社"
            "もあれば、そうでない会社もあります。」この四か月をどこで、誰の費用で補うのかという議論は、ほとんど行われていない。"
        ),
        h("日本側に求められること"),
        p(
            "日本政府は二〇二四年以降、専門家の派遣と教材の無償提供を拡大してきた。いずれも必要な施策だが、派遣の期間は原則として"
            "二年であり、引き継ぎのないまま講座が閉じられた例も少なくない。カザフスタンの地方都市では、派遣教師が帰国した翌年に"
            "学習者が三分の一に減ったという報告がある。制度の継続性こそが、規模よりも先に問われるべきだろう。"
        ),
        p(
            "もう一つの問題は、学んだ後の道が見えにくいことである。試験に合格しても、現地の日系企業は数えるほどしかなく、日本語を"
            "使う職場は観光業に偏っている。ビシュケクで行われた調査では、卒業生の六割が、就職してから一度も日本語を使っていないと"
            "答えた。言葉を学ぶことが生活の選択肢を広げなければ、教室の熱意は長くは続かない。"
        ),
        p(
            "そこで筆者は、三つの取り組みを提案したい。第一に、大学と研修所が共同で教員養成課程を設け、日本での就労経験を単位として"
            "認めること。第二に、派遣教師の任期を重ね合わせ、少なくとも三か月の引き継ぎ期間を置くこと。第三に、翻訳や遠隔の事務"
            "作業など、現地にいながら日本語で働ける仕事を、自治体と企業が協力してつくることである。"
        ),
        p(
            "外交の場では、首脳会合や投資額が関係の深さを測る物差しとされる。しかし、ある国に対する信頼は、その国の言葉で冗談を"
            "言える人が何人いるかによっても測ることができる。中央アジアの教室で今日も開かれている教科書は、どの共同声明よりも長く"
            "読み継がれるかもしれない。"
        ),
    ),
)

OWN: tuple[Document, ...] = (ORCHARDS, PORTS, NARYN, LESSONS)


def seeds_folder(shared: Path) -> Path:
    """The folder of the seeds below the shared one; it need not exist."""
    return shared / "seeds"


def load_seeds(shared: Path) -> list[tuple[Document, Gold]]:
    """The seed documents with their gold, in the order of `gold.jsonl`; structure and noise come from their pages."""
    folder = seeds_folder(shared)
    rows = [json.loads(line) for line in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines() if line]
    return [_seed(row, lxml.html.parse(str(folder / f"{row['id']}.html")).getroot()) for row in rows]


def _seed(row: dict[str, object], root: lxml.html.HtmlElement) -> tuple[Document, Gold]:
    body = row["body"]
    assert isinstance(body, list)
    gold = Gold(
        title=str(row["title"]),
        published=str(row["published"]),
        authors=tuple(_strings(row["authors"])),
        paragraphs=tuple(_strings(body)),
    )
    reading = _SeedPage(gold, root)
    document = Document(
        key=str(row["id"]),
        family="magazine" if reading.ticker else "thinktank",
        language="en",
        url=str(row["url"]),
        title=gold.title,
        published=dt.date.fromisoformat(gold.published),
        crawl_day=reading.crawl_day(),
        authors=gold.authors,
        bio=reading.bio(),
        site_name=reading.site_name(),
        category=reading.category(),
        disclaimer=reading.disclaimer(),
        teasers=reading.teasers(),
        ticker=reading.ticker,
        blocks=reading.blocks(),
    )
    return document, gold


def _strings(values: object) -> Iterable[str]:
    assert isinstance(values, list)
    return (str(value) for value in values)


class _SeedPage:
    """One seed's page: gives by position and meaning what the gold leaves out."""

    def __init__(self, gold: Gold, root: lxml.html.HtmlElement) -> None:
        self._gold = gold
        self._root = root
        self._known = {fold(text): text for text in gold.paragraphs}
        self.ticker = "KGS/USD" in root.text_content()

    def blocks(self) -> tuple[Block, ...]:
        """The gold's paragraphs and subheads with the page's captions between them."""
        found: list[Block] = []
        for element in self._root.iter("p", "h2", "h3", "figcaption"):
            text = fold(element.text_content())
            if element.tag == "figcaption":
                found.append(Block("caption", text))
            elif text in self._known:
                found.append(Block("p" if element.tag == "p" else "h", self._known[text]))
        return tuple(found)

    def bio(self) -> tuple[str, ...]:
        """The paragraphs beside the author's name in a heading."""
        return tuple(
            fold(element.text_content())
            for element in self._root.iter("p")
            if element.getparent().find("h4") is not None
        )

    def teasers(self) -> tuple[str, ...]:
        """The headlines of other stories: paragraphs that are links as a whole."""
        return tuple(fold(element.text_content()) for element in self._root.iter("p") if element.getparent().tag == "a")

    def disclaimer(self) -> str | None:
        """The paragraph that opens with an asterisk."""
        return next((t for t in (fold(e.text_content()) for e in self._root.iter("p")) if t.startswith("*")), None)

    def site_name(self) -> str:
        """What follows the article's own title in the page's title."""
        whole = fold(self._root.findtext(".//title") or "")
        return whole.removeprefix(fold(self._gold.title)).strip(" -|")

    def category(self) -> str:
        """The word between the title and the date; where there is none, the section of the navigation."""
        beside = self._root.xpath("string(//h1/following-sibling::span[1])")
        return fold(str(beside)) or fold(str(self._root.xpath("string(//nav/a[last()])")))

    def crawl_day(self) -> dt.date:
        """The day that the page's own header shows; where it shows none, some weeks after the publication."""
        shown = fold(str(self._root.xpath("string(//header/div)")))
        if shown:
            return dt.datetime.strptime(shown, "%d %B %Y").replace(tzinfo=dt.UTC).date()
        return dt.date.fromisoformat(self._gold.published) + dt.timedelta(days=40)


def fold(text: str) -> str:
    """The text as it is compared: NFKC, each run of white space one space."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def differences(found: Article | Dropped, gold: Gold) -> list[str]:
    """What an article has otherwise than the gold, one short line each; empty when it is right."""
    if isinstance(found, Dropped):
        return [f"dropped: {found.reason} {found.detail}".rstrip()]
    lines: list[str] = []
    if fold(found.title or "") != fold(gold.title):
        lines.append(f"title: {found.title!r}")
    if (found.published or "")[:10] != gold.published:
        lines.append(f"published: {found.published!r}, not {gold.published!r}")
    if tuple(map(fold, found.authors)) != tuple(map(fold, gold.authors)):
        lines.append(f"authors: {list(found.authors)}, not {list(gold.authors)}")
    paragraphs = [text for text in map(fold, found.text.split("\n\n")) if text]
    return lines + _text_differences([fold(text) for text in gold.paragraphs], paragraphs)


def _text_differences(gold: Sequence[str], found: Sequence[str]) -> list[str]:
    """Paragraphs that are missing or extra; a lone remark on the order when only that differs."""
    if list(gold) == list(found):
        return []
    missing = [f"- {_short(text)}" for text in gold if text not in found]
    extra = [f"+ {_short(text)}" for text in found if text not in gold]
    return missing + extra or [f"order or count: {len(found)} paragraphs, not {len(gold)}"]


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN * 2 // 3]} … {text[-SHOWN // 3 :]} ({len(text)})"
