"""Months and weekdays of the languages beyond the region, as CLDR spells them (38 languages). Pure data.

Words that two languages count differently (the Czech and the Croatian `listopad`) are left out, and so are forms of
one or two letters. Reading them from CLDR would cost every start the loading of 38 locales.
"""

from __future__ import annotations

FOREIGN_MONTHS: dict[int, str] = {
    1: (
        " januar janvier janv enero ene gennaio gen janeiro gener ianuarie ian januari tammikuuta tammikuu"
        " tammi jaanuar jaan janvāris sausio sausis saus stycznia styczeń sty ledna leden led januára január"
        " січня січень січ студзеня студзень сту януари яну јануар јан јануари ιανουαρίου ιανουάριος ιαν ocak"
        " oca հունվարի հունվար հնվ იანვარი იან ינואר בינואר ינו׳ בינו׳ يناير ژانویهٔ ژانویه جنوری जनवरी जन॰"
        " জানুয়ারী জানু"
    ),
    2: (
        " februar février févr febrero febbraio fevereiro febrer febr februarie februari helmikuuta helmikuu"
        " helmi veebruar veebr februāris vasario vasaris vas lutego luty lut února únor úno februára február"
        " лютого лютий лют лютага люты февруари фебруар феб φεβρουαρίου φεβρουάριος φεβ şubat şub փետրվարի"
        " փետրվար փտվ თებერვალი თებ פברואר בפברואר פבר׳ בפבר׳ فبراير فوریهٔ فوریه فروری फ़रवरी फ़र॰"
        " ফেব্রুয়ারী ফেব"
    ),
    3: (
        " märz mär mars marzo março març martie maart mrt marts maaliskuuta maaliskuu maalis märts kovo kovas"
        " kov marca marzec března březen bře marec március márc березня березень бер сакавіка сакавік сак"
        " μαρτίου μάρτιος μαρ μάρ մարտի մարտ մրտ მარტი მარ מרץ במרץ مارس مارچ मार्च মার্চ maret mac"
    ),
    4: (
        " avril avr abril abr aprile d’abril d’abr aprilie huhtikuuta huhtikuu huhti aprill aprīlis balandžio"
        " balandis bal kwietnia kwiecień kwi dubna duben dub apríla apríl április ápr квітня квітень квіт"
        " красавіка красавік кра април απριλίου απρίλιος απρ nisan nis ապրիլի ապրիլ ապր აპრილი აპრ אפריל"
        " באפריל אפר׳ באפר׳ أبريل آوریل اپریل अप्रैल এপ্রিল এপ্রি"
    ),
    5: (
        " mai mayo maggio mag maio maig mei maj toukokuuta toukokuu touko maijs gegužės gegužė geg maja května"
        " květen kvě mája máj május травня травень трав мај μαΐου μάιος μαΐ μάι mayıs մայիսի մայիս մյս მაისი"
        " მაი מאי במאי مايو مهٔ مئی"
    ),
    6: (
        " juni juin junio giugno giu junho juny iunie iun kesäkuuta kesäkuu kesä juuni jūnijs jūn birželio"
        " birželis birž czerwca czerwiec cze června červen čvn júna jún junij június червня червень черв"
        " чэрвеня чэрвень чэр юни јун јуни ιουνίου ιούνιος ιουν ιούν haziran haz հունիսի հունիս հնս ივნისი ივნ"
        " יוני ביוני يونيو ژوئن جون जून জুন"
    ),
    7: (
        " juli juillet juil julio luglio lug julho juliol iulie iul heinäkuuta heinäkuu heinä juuli jūlijs jūl"
        " liepos liepa liep lipca lipiec lip července červenec čvc júla júl julij július липня липень лип"
        " ліпеня ліпень ліп юли јул јули ιουλίου ιούλιος ιουλ ιούλ temmuz tem հուլիսի հուլիս հլս ივლისი ივლ"
        " יולי ביולי يوليو ژوئیهٔ ژوئیه جولائی जुलाई जुल॰ জুলাই জুল julai"
    ),
    8: (
        " août agosto ago d’agost agost d’ag augustus augusti elokuuta elokuu elo augusts rugpjūčio rugpjūtis"
        " rugp sierpnia sierpień sie srpna srpen srp augusta augusztus серпня серпень серп жніўня жнівень жні"
        " αυγούστου αύγουστος αυγ αύγ ağustos ağu avqust avq օգոստոսի օգոստոս օգս აგვისტო აგვ אוגוסט באוגוסט"
        " אוג׳ באוג׳ أغسطس اوت اگست अगस्त अग॰ আগস্ট agustus agu ogos ogo"
    ),
    9: (
        " septembre septiembre settembre set setembro setembre septembrie syyskuuta syyskuu syys septembris"
        " rugsėjo rugsėjis rugs września wrzesień wrz září zář septembra szeptember szept вересня вересень вер"
        " верасня верасень септември сеп септембар σεπτεμβρίου σεπτέμβριος σεπ eylül eyl սեպտեմբերի սեպտեմբեր"
        " սեպ სექტემბერი სექ ספטמבר בספטמבר ספט׳ בספט׳ سبتمبر سپتامبر ستمبر सितंबर सित॰ সেপ্টেম্বর সেপ"
    ),
    10: (
        " oktober octobre octubre ottobre ott outubro out d’octubre d’oct octombrie lokakuuta lokakuu loka"
        " oktoober oktobris spalio spalis spal października październik paź října říjen říj októbra október"
        " жовтня жовтень жовт кастрычніка кастрычнік кас октомври октобар οκτωβρίου οκτώβριος οκτ ekim eki"
        " հոկտեմբերի հոկտեմբեր հոկ ოქტომბერი ოქტ אוקטובר באוקטובר אוק׳ באוק׳ أكتوبر اکتبر اکتوبر अक्टूबर"
        " अक्टू॰ অক্টোবর অক্টো"
    ),
    11: (
        " novembre noviembre novembro noiembrie marraskuuta marraskuu marras novembris lapkričio lapkritis"
        " lapkr listopada listopad lis listopadu novembra листопада листопад лист лістапада лістапад ліс"
        " ноември ное новембар нов νοεμβρίου νοέμβριος νοε νοέ kasım kas նոյեմբերի նոյեմբեր նոյ ნოემბერი ნოე"
        " נובמבר בנובמבר נוב׳ בנוב׳ نوفمبر نوامبر نومبر नवंबर नव॰ নভেম্বর নভে"
    ),
    12: (
        " dezember dez décembre déc diciembre dic dicembre dezembro desembre des decembrie desember joulukuuta"
        " joulukuu joulu detsember dets decembris gruodžio gruodis gruod grudnia grudzień gru prosince"
        " prosinec pro decembra грудня грудень груд снежня снежань сне декември децембар дец δεκεμβρίου"
        " δεκέμβριος δεκ aralık ara դեկտեմբերի դեկտեմբեր դեկ დეკემბერი დეკ דצמבר בדצמבר דצמ׳ בדצמ׳ ديسمبر"
        " دسامبر دسمبر दिसंबर दिस॰ ডিসেম্বর ডিসে disember dis"
    ),
}
FOREIGN_WEEKDAYS = (
    " ahad ahd antradienis b.e bazar c.a ceturtd ceturtdiena cmt csütörtök cum cuma cumartesi czw czwartek"
    " cümə dienstag dijous dilluns dim dimanche dimarts dimecres dinsdag dissabte diumenge divendres dom"
    " domenica domingo donderdag donnerstag dum duminică esmaspäev fre fredag freitag gio giovedì hétfő"
    " isn isnin jeu jeudi joi jue jueves jumaat jumat kam kamis kedd keskiviikkona ketvirtadienis kha"
    " khamis kolmapäev lauantaina laupäev lun lundi lunedì lunes luni lör lördag lør lørdag maanantaina"
    " maandag man mandag mar mardi martedì martes marți mer mercoledì mercredi mie miercuri min minggu"
    " mittwoch mié miércoles montag mån måndag ned nedelja nedeľa neděle neljapäev niedz niedziela ons"
    " onsdag otrd otrdiena paz pazar pazartesi penktadienis per perjantaina perşembe pet petek piatok"
    " piektd piektdiena pirmadienis pirmd pirmdiena piątek pon pondelok pondělí ponedeljek poniedziałek"
    " pzt pátek péntek pühapäev qua quarta-feira qui quinta-feira rab rabu reede sab sabato sabtu sal salı"
    " sam samedi samstag seg segunda-feira sekmadienis sel selasa sen senin sestd sestdiena sex"
    " sexta-feira sob sobota sonntag sre sreda streda středa sunnuntai svētd svētdiena sze szerda szo"
    " szombat sáb sábado sâm sâmbătă sön söndag søn søndag teisipäev ter terça-feira tiistaina tir tirs"
    " tirsdag tis tisdag tor torek tors torsdag torstaina trečiadienis trešd trešdiena utorok vasárnap ven"
    " vendredi venerdì vie viernes vin vineri vrijdag woensdag wtorek zaterdag zondag ç.a çarşamba"
    " çərşənbə úterý čet četrtek čtvrtek środa şənbə šeštadienis štvrtok δευ δευτέρα κυρ κυριακή πέμ"
    " πέμπτη παρ παρασκευή σάβ σάββατο τετ τετάρτη τρί τρίτη аўторак вто вівторок нед недела неделя недеља"
    " неділя нядзеля пʼятниця панядзелак пет петак петок петък пон понеделник понедељак понеділок пятніца"
    " саб сабота серада середа сре сряда суб субота събота уто уторак чацвер чет четвер четвртак четврток"
    " четвъртък երեքշաբթի երկ երկուշաբթի երք կիր կիրակի հինգշաբթի հնգ շաբաթ շբթ ուր ուրբաթ չորեքշաբթի չրք"
    " שבת اتوار الأحد الأربعاء الاثنين الثلاثاء الجمعة الخميس السبت بدھ جمعرات جمعه جمعہ دوشنبه سه‌شنبه"
    " شنبه منگل پنجشنبه پیر چهارشنبه ہفتہ یکشنبه गुरु गुरुवार बुध बुधवार मंगल मंगलवार रवि रविवार शनि"
    " शनिवार शुक्र शुक्रवार सोम सोमवार বুধ বুধবার বৃহস্পতি বৃহস্পতিবার মঙ্গল মঙ্গলবার রবি রবিবার শনি"
    " শনিবার শুক্র শুক্রবার সোম সোমবার კვი კვირა ოთხ ოთხშაბათი ორშ ორშაბათი პარ პარასკევი სამ სამშაბათი"
    " შაბ შაბათი ხუთ ხუთშაბათი"
)
