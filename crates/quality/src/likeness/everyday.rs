//! Words of every day and of the trade beside the English ones, each language's sorted: two texts that share them share
//! nothing, and they tell which language a text is in.

/// A list for each language, in the order in which [`super::words::Tongue`] counts them from one on.
pub(super) const EVERYDAY: [&str; 14] = [
    // Spanish.
    "abierta abierto abiertos abre abren abril abrió agosto agotada agotado agrega ahora ante antes anuncia \
     anuncian anuncio anunció apalancamiento apertura aplaza aquí argentina arranca arrancan arrancó así ataque \
     aunque ayer añade año años aún bajo billetera billeteras bono cada cadena cadenas cartera carteras cerró \
     cierra cierre comenzará comenzó comienza como compañía compra comprar compras comunidad con confirma \
     confirmó contra contrato contratos cotiza cotizar cripto criptomoneda criptomonedas cuando cuenta cuentas \
     cómo del dentro depósito depósitos desde después dice diciembre dijo disponible disponibles distribución \
     distribuye domingo donde durante día días dólar dólares elegible elegibles empresa enero entre equipo esa \
     ese eso españa esta estaba estas este esto estos está están fase febrero fecha fechas fin final financiación \
     fondos fue fuera futuros gran grande haber habilitado habilitados había hace hacia hackeo han has hasta hay \
     hora horario horas hoy informa informó inicia inicio inició inversión inversores jueves julio junio lanza \
     lanzamiento lanzan lanzará lanzó las liderada lista listado listan listar listará los luego lunes límite \
     marcha martes marzo mayo mayor mañana mejor menos mercado mercados mes meses mientras mil millones millón \
     minuto minutos misma mismo miércoles muy más máxima máximo méxico mínima mínimo noticia noticias noviembre \
     nueva nuevas nuevo nuevos octubre oferta otra otras otro otros pagar pago pagos par para pares parte \
     participación participantes participar perdió pero perpetuo perpetuos pierde plataforma plazo podrá podrán \
     podrás podés por porque pospone posponen precio precios preventa primera primero primeros promete protocolo \
     proyecto proyectos próxima próximo próximos puede pueden puntos pérdidas que queda quedan quien quienes \
     quiere quieren qué recauda recaudó recibe reciben recibirá reclamar reclamo reclamos red redes reparto \
     retiro retiros retrasa robo ronda saldrá sale salen segunda segundo según semana semanas septiembre ser será \
     serán sigue siguen sin sobre solo son suma sumará suministro sus sábado sólo también temporada tenés tenía \
     tercera termina terminó tiene tienen toda todas todo todos token tokens tope total tras una unas uno unos \
     usuaria usuario usuarios va vamos van vender vendieron venta ventas viernes ya",
    // Portuguese.
    "aberta aberto abertos abertura abre abrem abril abriu adia adiciona adicionar adiou agora agosto ainda \
     alavancagem amanhã ano anos antes anuncia anunciam anunciou anúncio aos após aqui assim ataque atrasa até \
     brasil brecha bônus cada cadeia capta captados captação captou carteira carteiras centavos com começa \
     começará começou como compra comprar compraram compras comunidade comunitária confirma confirmou conta \
     contas contra contrato contratos converter cripto criptomoeda criptomoedas das data dela dele dentro depois \
     depósito depósitos desde deve devem dezembro dia dias disponíveis disponível disse distribui distribuição \
     diz domingo dos durante dólar dólares elegíveis elegível embora empresa empréstimos encerra encerramento \
     encerrou enquanto entre equipe esgotada esgotado essa essas esse esses esta estará estas estava este estes \
     está estão fase fazer feira feito fevereiro fica ficam foi fora foram fornecimento fundos futuros grande \
     haver hoje hora horas informa informou inicia iniciou investidores investimento início isso isto janeiro \
     julho junho já lança lançamento lançará lançou liderada limite lista listagem listar listará lá maio maior \
     mais marcado março mas melhor menos mercado mercados meses mesma mesmo mil milhão milhões minuto minutos \
     muito máximo mês mínimo nas nos notícia notícias nova novas novembro novo novos num numa oferta onde ontem \
     outra outras outro outros outubro par para pares parte participantes participar pausou pela pelas pelo pelos \
     perdas perde perdeu perpétuo perpétuos pessoa plataforma pode podem poderia poderá poderão pontos por porque \
     prazo preço preços primeira primeiro primeiros projeto projetos protocolo próxima próximo próximos quando \
     quarta que quem quinta recebe recebem receberá rede redes reivindicar remover resgatar resgate retirar \
     rodada roubo sacar saque saques segunda segundo sem semana semanas ser serão setembro seus sexta sob sobre \
     sofre suas sábado são só também tem temporada termina terminou terça teto toda todas todo todos token tokens \
     total têm uma umas uns usou usuário usuários vai venda vendas vender verificados vão",
    // Russian.
    "август августа адрес адреса адресов аирдроп аирдропа активность анлок апрель апреля баланс балансов баллов \
     баллы без бессрочные бессрочный бирж биржа бирже биржи биржу более больше будет будут был была были было вам \
     вас вечером взлом взломали взломан времени время все всего всем всех вторая вторник второй вторую вчера вы \
     вывели вывод вывода где год года дальнейшая дата дату два декабрь декабря день для дней дни дня добавил \
     добавила добавит добавляет долл доллар доллара долларов доступен доступна доступно доступны дроп дропа его \
     ее если есть еще забираем забрать завершен завершена завершил завтра запуск запуска запускает запустил \
     запустила заявил заявили или инвестиций инвестор инвесторов инвесторы итого их июль июля июнь июня каждому \
     каждый как клейм клейма клейме когда команда команды комиссия компания контракт контрактов контракты конца \
     конце которая которые который которых кошелек кошелька кошельки кошельков крипто криптовалюта криптовалюты \
     крупный кто лет лимит листинг листинга май максимум март марта мая между мейннет мейннета менее меньше месяц \
     месяца миллион миллиона миллионов минимум минут минуты млн млрд можно монет монета монеты мск мы над нам нас \
     начала начале неделе недели неделю неделя нет новая новости новую новые новый ночью ноябрь ноября нужно \
     обещает обещают обращения объем объема объявил объявила объявили один окно около октябрь октября она они оно \
     основной остальное остальные откроется открывает открыл открыла открылась открылся открыт открыта открыты \
     отложил отложили официальный оценке очень очков пара паре пары первая первые первый первых перед перенес \
     перенесли период платформа платформы плечо плечом под подтвердил подтвердила поинты половину получат \
     получатель получают получить пользователей пользователи пользователь пользователям понедельник порядка после \
     потерял потеряли предложение предложения пресейл при привлек привлекла привлекли примерно про продаж продажа \
     продажи продажу проект проекта проектов проекту протокол протокола пятницу пять раздача раздаче раздачи \
     раздачу разлок распродали распродан раунд раунда раунде рублей рубль рынка рынке рынок сайт сайте своего \
     свои своих свой сегодня сезон сезона сейчас сентябрь сентября сети сеть скоро снапшот снапшота снимок собрал \
     собрали сообщества сообщество сообщил сообщила сообщили спот спотовый сразу средств средства среду срок \
     старт стартовал стартовала стартовали стартует сутки суток та так также там те тем теперь тестнет тестнета \
     тестнете тех тоже токен токена токенов токеном токены только торги торгов торговли торговля тот третий \
     третья три тут тыс убытки увели уже украли утром утц участие участники участников учитываться февраль \
     февраля фьючерс фьючерсов фьючерсы хакер хакеров хакеры цена цене цены час часа часов чекер через четверг \
     четыре что чтобы эйрдроп эта этап этапа эти этих это этого этой этот январь января",
    // Ukrainian.
    "або адреса адреси активність анлок аірдроп аірдропу бали балів без безстрокові березень березня близько був \
     буде будуть була були було більше біржа біржу біржі вам вас великий вересень вересня вже виведення вивели \
     виділили викрали вкрали вона вони воно все встигнути всього всім всіх втратив втратили вчора відклали \
     відкрив відкриває відкрила відкрили відкритий відкрито відкриється вікно гаманець гаманця гаманці гаманців \
     годин година години грудень грудня дата дату два день для дня дні днів доба додала додасть додає долар \
     долара доларів доступна доступний доступно доступні дроп дропу друга другий другу дуже емісії етап жовтень \
     жовтня забирати забираємо забрати завдання завершено завершив завершила завтра загалом залучив залучила \
     залучили запуск запускає запуску запустив запустила запустили зараз заявив заявили збитки злам зламали \
     знімок зібрав зібрали йдіть його квітень квітня клейм клейму коли команда команди компанія комісія контракт \
     контракти контрактів користувач користувачам користувачі користувачів кошти коштів крипто криптовалюта \
     критерії кілька кінця липень липня листопад листопада лютий лютого ліміт лістинг лістингу максимум мейннет \
     менше мережа мережу мережі млн млрд можна монет монета монети між мільйон мільйона мільйонів мінімум місяць \
     місяця місяці над найменша нам нас немає нова новий новини нову нові обсяг обігу обіцяють обіцяє оголосив \
     оголосила оголосили один одразу основний отримати отримають пара пари перед перенесли переніс перша перший \
     перші платформа плече плечем повідомив повідомила повідомили половину потрібно початку поінти поінтів \
     пресейл при про продаж продажу продажі проект проекту пройшли пропозиції протокол проєкт проєкту під \
     підтвердив підтвердила після раунд раунду решту ринку ринок роздача роздачу роздачі розлок розпродано року \
     років рік сайт сайті свої своїх свій сезон сезону серпень серпня скоро снапшот снапшоту спот спотовий \
     спільнота спільноти старт стартував стартувала стартує сьогодні січень січня так також там теж тепер термін \
     тестнет тестнету тиждень тижня тижні тим тис тих той токен токена токени токенів торги торгів торгівля \
     торгівлі травень травня треба третій три тут тільки учасники учасників участь ф'ючерси хакер хакери хвилин \
     хто це цей цих цього ця ціна ціни ціною цієї чекер червень червня через чотири ще що щоб як яка який яких \
     якщо які інвестори інвесторів їх її",
    // Turkish.
    "airdrop akşam alabilecek alabilirsiniz alacak alt altinda ama ancak aralik arz arzin ay ayinda açik açikladi \
     açiklandi açilacak açildi açiliyor açiyor ağ aği ağinda ağinin ağustos bazi başina başladi başlatiyor \
     başlatti başlayacak başliyor ben bin bir biz borsa borsada borsasi bu bugün bütün büyük coin coini cuma \
     cumartesi cüzdan cüzdani cüzdanlar daha dakika dağitim dağitimi değil dolar dolara dolardan dolari duyurdu \
     duyuru dün düştü ekibi ekim ekip elinde erteledi ertelendi eylül fiyat fiyati fiyatla fon fonlar geliyor \
     gibi göre gün günler günü haber haberle hacklendi hafta haftaya hak halka haziran her hesap ikinci ile ilk \
     ise iyi için işlem işleme işlemler işlemleri kadar kaldiracak kaldiraç kaldiraçla kaldiriyor kasim katilim \
     katilimcilar kayip kendi kripto kullanici kullanicilar kullanicilari küçük liderliğinde liderliğindeki lira \
     listeledi listeleme listelemesini listelendi listelenecek listeleyecek listeliyor maksimum mart mayis milyar \
     milyon minimum nisan ocak olacak olan olarak oldu olduğu onlar para parite paritesi paritesiyle pazar \
     pazartesi perşembe piyasa piyasada piyasasi platform platformu proje projenin projesi protokol protokolü \
     puan puani resmen resmi saat saatler saatte sabah sahip sahipleri saldirgan saldiri sali satiş satişa satişi \
     satişin sen sezon sinir site sitesinden siz snapshot son sonra spot sözleşme sözleşmeler sözleşmesi sürecek \
     sürekli talebi talep talepleri tamamlandi tarih tarihi tarihinde temmuz token tokeni tokenin tokenini \
     tokenlar tokenlari topladi toplam toplandi topluluk tur turu turunda tutanlar tükendi tüm vadeli var ve \
     veriliyor veya yapabilecek yarin yatirim yatirimci yatirimcilar yatirma yeni yil yili yok yükseldi zincir \
     çalindi çarşamba çekim çekme çift çifti çiftini çok ön önce öğleden üst üzerinde üzerinden üçüncü şimdi \
     şirket şirketi şu şubat",
    // Vietnamese.
    "ai airdrop anh ba bán báo bạn bẩy bắt bằng bốn bởi chi chiều cho chuỗi chính chót chưa chạy chị chụp chủ \
     chửi claim coin cung cuối các còn có công cũ cũng cần cẩn cặp cổng cộng của cửu dõi dùng dẫn dắt dịch dời dự \
     em event gia giai giao giá giới giờ giữ gì gọi hack hai hoàn hoá hoãn hàng hóa hôm hơn hại hạn họ hồi hợp \
     khi khoản khoảng khu không khởi kiện kèm kết kể lai list listing làm lên lùi lưới lại lạnh lệ mai mua mà mã \
     mình mùa mạng mất mắt mỗi một mới mở nay nghìn ngoài ngàn ngày ngũ người nhà nhóm như nhưng nhất nhận nhật \
     nhớ những niêm nào này năm nạp nếu nền nữa phát phút phải phần qua quá ra rút rất sang sau snapshot spot sàn \
     sáng sẽ tham theo thiểu thiệt tháng thì thông thúc thận thể thị thứ thức tin tiết tiền token triệu trong \
     trên trước trường trả trời trừ tuần tài tư tương tại tảng tấn tất tối tổng tức từ tử tự tỷ và vào vì ví vòng \
     vĩnh vẫn về vọt vốn với vừa xong xuống yết án đa đang điều điểm điện đoạn đây đã đêm đòn đó đô được đầu đến \
     để đồng đổi đội động đợt",
    // Indonesian.
    "ada adalah agar agustus airdrop aja akan akhirnya akun anda antara april atau awal baru batas beli berakhir \
     besok biaya bilang bisa buka bulan bursa cair dalam dan dana dapat dari dengan depan desember di dibuka \
     dicuri diluncurkan dimulai diperdagangkan dipimpin diretas distribusi ditunda diumumkan diundur dolar dompet \
     dong dua empat februari habis hanya harga hari hilang hingga ikut ini investor itu jadwal jam januari \
     jaringan jika jual juga juli jumat juni juta kalau kali kami kamis kamu karena katanya ke kedua kemarin \
     kerugian ketiga kewalahan kita klaim koin komunitas kontrak kripto lagi lama langsung lebih leverage lima \
     lipat listing maksimal maret masih mei meluncurkan membuka memenuhi memulai mengklaim mengumumkan menit \
     menunda menyusul mereka miliar minggu minimal mulai musim naik nih november nunggu oktober oleh pada pakai \
     paling para pasangan pasar pasokan peluncuran pembagian pembelian pendanaan pengguna pengumuman penjualan \
     perdagangan periode perpetual pertama perusahaan peserta platform poin protokol proyek pukul putaran rabu \
     rantai resmi ribu rilis rupiah saat sabar sabtu saja sampai sangat sebelum sedang sejak selasa selesai \
     sempat semua sendiri senin seperti september serangan setelah setiap siap sih situs snapshot spot sudah \
     syarat tahap tahun tanggal telah tidak tiga tim token total turun udah untuk waktu yah yang",
    // French.
    "achat achats acheter actualité ainsi ajoute alors amorçage annonce annoncent annoncé année années août après \
     attaque attendra aujourd aujourd'hui auprès aussi autre autres avait avant avec avoir avril bloc bonus car \
     ce ces cet cette chaque chaîne clôture comme commence commencera commencé communauté compte comptes confirme \
     confirmé contrat contrats contre cotation crypto cryptomonnaie cryptomonnaies d'après dans date demain \
     depuis des deuxième dimanche disponible disponibles distribue distribution dollar dollars dès début débute \
     décembre déclaré déjà délai démarre dépôt dépôts développer elle elles encore entre entreprise est \
     financement finir fixe fonds février grand grande heure heures hier hui ici ils informe investissement \
     investisseurs janvier jeton jetons jeudi jour jours juillet juin jusqu jusque laisser lance lancement \
     lancera lancé les leur leurs levier levée levés limite listage liste lister lundi lève mai maintenant mais \
     marché marchés mardi mars maximum meilleur mené mercredi mille milliard milliards million millions minimum \
     minute minutes moins mois même nous nouveau nouveaux nouvelle nouvelles novembre octobre offre ont ouvert \
     ouverte ouverts ouverture ouvre ouvrent où paire paires par participants participer partie passer pendant \
     perd perdu perpétuel perpétuels pertes peut peuvent phase piratage pirate plafond plateforme plus points \
     portefeuille portefeuilles pour pourra pourront premier premiers première prix prochain prochaine prochains \
     projet projets protocole prévente quand que qui recevront reporte reporté repousse retrait retraits reçoit \
     reçoivent réclamation réclamations réclamer réseau réseaux saison samedi sans selon semaine semaines \
     septembre ses seul société son sont sous startup sur série temps tempête termine terminé testeurs token \
     tokens total totale tour tous tout toute toutes transférable trimestre troisième une utilisateur \
     utilisateurs vendre vendredi vendu vente ventes vol vous éligible éligibles épuisé équipe était été être",
    // German.
    "ab aber abgeschlossen alle alles als andere anderen angebot angeführt angekündigt angreifer angriff anspruch \
     april auch auf august aus ausschüttung ausverkauft auszahlung auszahlungen beanspruchen beendet beginn \
     beginnt begonnen bei bekommen berechtigt berechtigte bereits besten bestätigt bestätigte betreiber bis bonus \
     cent coin coins damit darf das dass datum dem den der des dezember die dienstag dollar donnerstag dort drei \
     dritte dritten durch ein eine einem einen einer eines eingesammelt einzahlung einzahlungen ende endet er \
     erhalten erhält erste ersten erster eröffnet es etwa euro februar finanzierung finanzierungsrunde firma \
     freitag frist futures fünf für gegen gehackt gehandelt gelder gelistet gemeinschaft gesamt gesamtangebot \
     gestartet gestern gestohlen gezahlt gezeichnet geöffnet gibt grenze groß große großen haben hack handel \
     handelbar handelspaar handelspaare hat hatte hauptnetz hebel heute hier ihm ihnen ihr ihre ihren ihrer \
     inhaber insgesamt investition investoren ist jahr jahre jahres januar jede jeder jedes jetzt juli juni kann \
     kauf kaufen kein keine kette knapp konnte konten konto kontrakt kontrakte kostet krypto kryptowährung \
     kryptowährungen können kündigt laut limit listet listing listung läuft mai markt maximal maximum mehr \
     milliarde milliarden million millionen mindestens minimum minute minuten mio mit mitgeteilt mittwoch monat \
     monate monats montag morgen mrd muss märkte märz möglich müssen nach nachricht nachrichten netz netzwerk neu \
     neue neuen neuer neues nicht noch node november nur nutzer nutzern nächste nächsten nächster oder offen ohne \
     oktober paar paare phase plattform preis preise preisstufe projekt projekte protokoll punkte rund runde sagt \
     saison sammelt samstag schon sehr sein seine seiner seines seit selbst september sich sie sind soll sollen \
     sonntag start startet stunde stunden tag tage tagen tausend team teil teilnahme teilnehmen teilnehmer teilt \
     testnetz token tokens uhr umlauf und unter unternehmen verfügbar verkauf verkaufen verkäufe verliert \
     verloren verlust verluste verschiebt verschoben verteilt verteilung vertrag verträge verzögert vier vom von \
     vor vorverkauf wallet wallets war waren weil weniger wenn werden wieder wir wird woche wochen worden wurde \
     wurden zum zur zwei zweite zweiten zwischen öffnet über",
    // Italian.
    "acquisti acquisto adesso agli agosto alla alle allo altra altre altri altro anche ancora anni anno annuncia \
     annunciato annuncio aperta aperte aperti aperto apertura apre aprile aprono attacco attività azienda blocco \
     bonus catena che chi chiude chiusa chiuso chiusura come comprare comunità con conferma confermato conta \
     conti conto contratti contratto contro coppia coppie così cripto criptovaluta criptovalute dai dal dalla \
     dalle data degli dei del della delle depositi deposito detto dice dicembre disponibile disponibili \
     distribuisce distribuzione dollari dollaro domani domenica dopo dove durante era esaurita esaurito escono \
     essere fase fatto febbraio finanziamento fino fondi fra furto futures gennaio gettone giorni giorno giovedì \
     giugno già gli grande guidato hackerato idonei idoneo ieri informa inizia iniziata iniziato inizio \
     investimento investitori italiana italiano lancerà lancia lanciato lancio leva limite lista listing luglio \
     lunedì maggio maggiore martedì marzo massimo meglio meno mentre mercati mercato mercoledì mese mesi mila \
     miliardi miliardo milione milioni minimo minuti minuto molto nei nel nella nelle notizia notizie novembre \
     nuova nuove nuovi nuovo offerta oggi ogni ora ore ottobre parte partecipanti partecipare partirà partita \
     partito partono per perché perde perdite perpetui perpetuo perso piattaforma più portafogli portafoglio \
     possono potranno potrà prelievi prelievo prevendita prezzi prezzo prima primi primo progetti progetto \
     prossima prossimi prossimo protocollo punti può quando quella quello questa queste questi questo qui quota \
     quotazione quote raccoglie raccolti reclamare rete reti riceve riceveranno ricevono rinvia rinviato \
     riscattare riscatto round sabato scadenza seconda secondo senza settembre settimana settimane slitta società \
     solo sono sopra sotto squadra stagione stata stati stato stesso sua sue sui sul sulla sulle suo suoi team \
     termina terminata terza terzo token totale tra tutta tutte tutti tutto una uno utente utenti vendere vendita \
     vendite venerdì",
    // Arabic.
    "ابريل اختراق ادراج ازواج اسبوع استلام اسعار اطلاق اعلان اعلن اعلنت اغسطس اقل اكتمل اكتوبر اكثر اكد اكدت \
     الاثنين الاحد الادراج الادني الاربعاء الاسبوع الاطلاق الاعلان الافتتاح الاقصي الان الاهليه الاول الاولي \
     الايداع الايداعات البروتوكول البيع التحويلات التداول التوزيع التوكن التي الثالثه الثاني الثانيه الثلاثاء \
     الجمعه الجوله الحد الخميس الدائمه الدقائق الذي الذين الرسمي الرمز الرموز الساعه السبت السحب السحوبات السعر \
     السنه السوق الشبكات الشبكه الشراء الشركه الشهر العرض العقود العملات العمله الف الفريق الفوريه القادم القادمه \
     المؤهلين المتداول المجتمع المحافظ المحفظه المرحله المستثمرين المستخدمون المستخدمين المشاركه المشاركين \
     المشاريع المشروع المطالبه المعروض المنصه المهاجم الموسم الموقع النقاط الي اليوم امس اموال ان انتهاء انتهي \
     انطلاق انه انها او اوقف اي ايام ايردروب ايضا بدء بدا بدات بروتوكول بعد بعض بقياده بنسبه بيع بين تؤجل تاجيل \
     تاريخ تبدا تحت تداول تدرج تسريب تطلق تعلن تفتح تكون تم تمويل توزيع توكن ثم جسر جوله حتي حساب حوالي حول حيث \
     خسائر خلال دائمه دقائق دقيقه دولار دولارا دون ديسمبر ذلك رافعه رمز رموز زوج ساعات ساعه سبتمبر سرقه سعر سلسله \
     سنه سوق سيتم شبكه شراء شركه شهر عام عقد عقود علي عملات عمله عن عند غدا غير فبراير فتح فتحت فريق فك فوري فوق \
     في قبل قد قفل قليل كان كانت كل كما لا لقطه للفريق للمستخدمين لم لن مؤهل ما مارس ماليه مايو محافظ محفظه مرحله \
     مستخدم مشروع مع مفاتيح مليار مليون من منذ منصات منصه موسم موعد نحو نقاط نوفمبر هجوم هذا هذه والمستثمرين وصلت \
     وقد ومعظمها ووصلت يبدا يكون يناير يوليو يوم يونيو",
    // Persian.
    "احتمالا ارز از است اسنپشات اسپات اعلام اغاز اكتبر اما امتياز امروز امضاكنندهها ان انتشار انجام انها اهرم اوت \
     اورده اوريل اول ايردراپ اين اگر با باز بازار بر براي برداشت بعد به بود بودند بيش بيشتر بين تا تاريخ تعويق \
     تكميل توزيع توكن توكنها تومان تيم ثبت ثبتنام جامعه جذب جفت حداقل حداكثر حدود حساب حمله خريد خسارت خواهد خود \
     دائمي داد داده در دريافت دسامبر دست دستكاري دقيقه دلار دو دور دوم ديجيتال ديروز ديگر را راهاندازي رفت رمزارز \
     رمزارزها رهبري روز روي زنجيره ساعت سال سايت سرقت سرمايه سرمايهگذاران سه سوم سپتامبر شبكه شد شده شدهاست \
     شدهاند شرايط شركت شروع شروعشد شما شود صرافي صرافيها عرضه علت عمومي فردا فروش فصل فهرست فوريه فيوچرز قبل \
     قرارداد قراردادها قراردادهاي قيمت كاربر كاربران كرد كردند كرده كليد كليم كمتر كند كنند كنيد كه كيف ليست ما \
     مارس ماه متوقف مرحله مشاركت معاملات معامله مه مهاجم مهلت مي ميانزنجيرهاي ميشود ميليارد ميليون نام نوامبر نيز \
     نيست هر هزار هست هفته هك هم همه واجد واريز وي يا يك پايان پروتكل پروژه پس پل پلتفرم پنج پول پيش پيشفروش چهار \
     ژانويه ژوئن ژوئيه گرفت",
    // Polish.
    "adres adresy airdrop ale atak atakujący bardzo bez bezterminowe był była było były będzie będą całkowita \
     cena ceny co czerwca czwartek data decyduje dla dni dnia doda dodaje dolar dolara dolarów druga drugi \
     drugiej dzień dzisiaj dziś dźwignia dźwignią etap faza finansowanie firma gdy giełda giełdy giełdzie giełdę \
     godzin godzina godziny grudnia hakerzy handel handlu ich inwestorzy inwestorów jak jako jego jej jest \
     jeszcze jeśli jutro już każda każdy kiedy kolejność konto kontrakt kontrakty kontraktów końca kradzież \
     krypto kryptowalut kryptowaluta kryptowaluty kto która które który których kupno kwietnia lat limit lipca \
     listing listopada listuje lub lutego ma maja mają maksimum marca miesiąc miesiąca mieć migawka milion \
     miliona milionów minimum minut między mld mln mniej mogą moneta może można nad najmniej nie niedziela \
     notowania notowany nowa nowe nowy obiegu odbierze odbiór odebrać ogłasza ogłosił ogłoszono okno około \
     opóźnia oraz otwarcie otwarte otwarto otwarty otwiera para pary parze października pierwsza pierwsze \
     pierwszy piątek platforma początku pod podaż ponad poniedziałek portfel portfela portfeli potwierdza \
     potwierdził pozyskał projekt projektu projekty protokołu protokół przed przedsprzedaż przedsprzedaży \
     przesunięto przesunął przez przy punkty punktów rok roku rozpoczyna rozpoczął runda rundy rundzie rusza \
     ruszył ruszyła ruszyły rynek rynku sezon sieci sierpnia sieć się skradziono snapshot sobota spot \
     społeczności społeczność sprzedaż sprzedaży spółka start startuje stracił straty strona stronie stycznia \
     swoich swoje swój także tego tej ten teraz termin token tokena tokenem tokeny tokenów trzeci tych tydzień \
     tygodni tygodnia tygodniu tylko tym tys tysięcy uczestnicy uczestników udział uprawnieni uruchamia uruchomił \
     użytkownicy użytkownik użytkowników wchodzi wczoraj wieczyste więcej wkrótce wprowadza wpłaty września \
     wszystkich wszystkie wtorek wyprzedane wypłaty zakończona zakończono zakończył zebrał zebrała zespołu zespół \
     zgłoszeń złotych łańcuch środa środki żeby",
    // Dutch.
    "aan aanbod aangekondigd aankoop aanval aanvaller afgerond al alle alles als andere april augustus bedrijf \
     begin begint begonnen beschikbaar bevestigd bevestigt beëindigd bij bonus cent claim claimen contract \
     contracten crypto cryptomunt daar dag dagen dat datum december deel deelnemen deelnemers derde deze die \
     dinsdag distributie dit dollar donderdag door duizend een eerste einde eindigt elke euro fase februari \
     financiering fondsen futures gaan gaat gebruiker gebruikers geen gehackt geleid gemeenschap geopend gestart \
     gestolen gisteren groot grote haalt haar had handel handelen handelspaar hebben heeft hefboom hem het hier \
     houders hun ieder investeerders investering jaar januari jaren je jij juli jullie juni kan keten komen komt \
     kondigt kopen krijgen kun kunnen kunt lijst limiet listing maand maandag maanden maar maart mag markt \
     markten maximum meer mei meldt met miljard miljoen minder minimum minuten minuut mln moet moeten moment \
     morgen munt munten na naar netwerk niet nieuw nieuwe nieuws nog noteert notering november nu oktober onder \
     ontvangen ontvangt ook op open opent opgehaald ophalen opnames opnemen over paar paren per platform prijs \
     project projecten protocol punten recht rekening ronde seizoen september sinds start stelt storten \
     stortingen team tegen termijn toe token tokens tot totaal totale tussen tweede uit uitdelen uitgesteld \
     uitverkocht uren uur van vanaf vandaag verdeling verhandelbaar verhandeld verkoop verkopen verlies verliest \
     verloren vertraging voegt volgende volgens voor voorverkoop vrijdag waar wallet wallets wanneer waren was \
     wat week weken werd werden wie wij woensdag worden wordt zal zaterdag zeer zegt zei zelf zijn zondag zonder \
     zullen",
];
