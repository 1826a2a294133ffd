//! What acts, stages and places are called in eighteen languages, and how a text is searched for all of it at once.
//!
//! A phrase stands in the flat form of a text: normal form, `_` between tokens and at both ends, scripts without blanks
//! written on. A `_` at an end of a phrase is an end of a word; without it the phrase is a stem, for languages that hang
//! the rest on it. Each table has a line or more for a language: English first, then Chinese, Korean, Japanese, Spanish
//! and Portuguese, Russian and Ukrainian, Turkish, Vietnamese, Indonesian, French, German, Italian, Arabic and Persian,
//! Polish, Dutch, where they have words of their own.

mod acts;

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::acts::{Act, Stage};
use super::venues::VENUES;

pub(super) use acts::ACTS;

/// What a phrase says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// An act.
    Act(Act),
    /// How far one is.
    Stage(Stage),
    /// A word beside the acts.
    Mark(Mark),
    /// A venue, by its place in [`VENUES`].
    Venue(usize),
}

/// Words that say which of two acts is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Mark {
    /// Trading of the token itself.
    Spot,
    /// "Will list", which the token itself is.
    WillList,
    /// What is given away is fetched.
    Claim,
    /// Said of a venue, it lists: "OKX adds X".
    Adds,
    /// Something is brought out.
    Launches,
    /// A token is spoken of.
    Coin,
    /// What goes on line may be no token.
    OnLine,
    /// Trading is spoken of.
    Trading,
    /// Somebody hands out.
    Drops,
    /// Many who are handed something.
    Wallets,
}

/// Words that say how far things are.
pub(super) const STAGES: &[(Stage, &str)] = &[
    (
        Stage::Announced,
        "_will_open_|_goes_live_|_go_live_|_going_live_|_set_for_|_is_set_|_sets_|_scheduled_|_coming_|\
         _will_start_|_will_launch_|_will_feature_|_to_open_|_to_launch_|_announces_|_tomorrow_|\
         _confirms_|_plans_|_set_to_|_opens_|_starts_|_kicks_off_|将于|将在|將於|将上线|即将|即將|예정|공지|안내|予定|発表|\
         _abrirá|_mañana_|_será_|_lanzará_|_fija_|_marcad|_amanhã_|_vai_abrir_|_anunci|\
         _объявил|_анонсир|_откроет|_начнется|_начнутся_|_стартует_|_завтра_|_состоится_|_пройдет_|_назнач|\
         _оголоси|_анонсу|_відкриє|_почнеться_|_стартує_|_відбудеться_|_пройде_|_призначи|\
         _açilacak|_başlayacak|_duyurdu_|_yarin_|_açiklandi_|_olacak_|_sẽ_|_bắt_đầu_|_dự_kiến_|_công_bố_|_thông_báo_|_ngày_mai_|\
         _akan_|_dibuka_|_dimulai_|_mengumumkan_|_besok_|_dijadwalkan_|_bakal_|_annonce_|_ouvre_|_ouvrent_|_démarre_|_ouvrira_|_aura_lieu_|_demain_|_prévu|_fixe_|_débutera_|\
         _kündigt_|_startet_|_öffnet_|_angekündigt|_morgen_|_wird_|_geplant|_annuncia_|_apre_|_aprono_|_aprirà_|_partirà_|_domani_|_fissat|_in_programma_|\
         _ستفتح_|_سيتم_|_ستبدا_|_سيبدا_|_غدا_|_تعلن_|_اعلنت_|_اعلن_|_خواهد_|_اعلام_كرد_|_فردا_|_ميشود_|\
         _ogłasza|_ogłosi|_ruszy_|_jutro_|_zapowied|_odbędzie_|_kondigt_|_opent_|_zal_|_aangekondigd_|_vanaf_|\
         _zostanie_|_zaplanowano_|_saldrá_|_lanciare_|_hará_|_fará_|_fera_|_sera_|_sarà_|_terrà_|_findet_|_statt_|_проведет_|_проведе_|_выпустит_|_випустить_|_добавит_|_додасть_|_listará_|_حددت_|_موعد_|_تاريخ_|_zapowiada_|_data_|_tarihi_|_konfirmasi_|_umumkan_|决定|決定|확정|公布|\
         _begins_|_begin_|_to_take_|_commence_|_next_week_",
    ),
    (
        Stage::Open,
        "_are_open_|_opens_|_opened_|\
         _claims_open_|_is_open_|_is_up_|_is_claimable_|\
         _kicks_off_|_underway_|_started_|_starts_|\
         正式上线|可领取|现已|已上线|正式启动|\
         現已|已上線|已啟動|\
         현재진행|열렸|진행중|받을수있|\
         請求可能|\
         _abre_|_abren_|_en_marcha_|\
         _no_ar_|_liberou_|_liberad|\
         _открыт|_открыл|_стартовал|_запустил|_доступен_|\
         _забираем_|_идет_|\
         _відкрив|_відкрит|_відкрил|_стартувал|_стартував_|_доступн|_забирати_|_забираємо_|\
         _триває_|_açildi_|_yayinda_|_aktif_|_erişime_|_açik_|\
         _có_thể_claim_|_bắt_đầu_|\
         _dibuka_|_dimulai_|_rilis_|_resmi_|\
         _ouvre_|_ouvrent_|_désormais_|_en_cours_|_est_en_ligne_|\
         _läuft_|_geöffnet|_gestartet_|_startet_|_begonnen_|_eröffnet_|_ab_sofort_|_freigeschaltet_|_öffnet_|\
         _apre_|_aprono_|_partita_|_partito_|_partiti_|_partite_|_al_via_|\
         _فتح_|_فتحت_|_بدء_|_انطلق|_متاح|_مفتوح|_باز_شد_|_فعال_شد_|_باز_كرد_|_باز_شده_|\
         _otwart|_otwiera_|_otworzył|_ruszył|_rusza_|_wystartował|_trwa_|_dostępn|\
         _geopend_|_opent_|_gestart_|_van_start_|_beschikbaar_|\
         _live_|_now_|_begun_|_began_|_begins_|_begin_|_is_out_|_are_out_|_available_|_online_|_can_claim_|_claim_your_|_can_be_claimed_|_ready_to_claim_|\
         开始|開始|开启|開啟|开放|開放|已经|시작|오픈|개시|始ま|スタート|受付|公開|\
         _comienz|_comenz|_empez|_empiez|_arranc|_abiert|_inici|_disponib|_ya_|_puso_en_|_activó_|\
         _começ|_abri|_abert|_disponív|_lançou_|_já_|_dá_para_|\
         _начал|_открыва|_запущ|_уже_|_работает_|_поча|_вже_|_працює_|\
         _başlad|_başlandi|_başlat|_açti_|_açiliyor_|_geldi_|_mở_|_đang_|_chạy_|\
         _sudah_|_telah_|_mulai_|_membuka_|_kini_|_buka_|_ouvert|_commencé|_commencent_|_débuté|_démarr|_lancé_|_maintenant_|\
         _begann_|_jetzt_|_nun_|_verfügbar_|_offen_|_apert|_inizia|_avvia|_attiv|_già_|\
         _بدا|_الان_|_اصبح|_شروع_|_اغاز_|_اكنون_|_راهاندازي_شد_|_rozpocz|_już_|_działa_|_można_|\
         _gelanceerd_|_nu_|_draait_|\
         _published_|_появился_|_появилась_|_з_явився_|_з_явилась_|_можно_|_можна_|可以|受け取れる|できるように|可能に|_được_|_si_può_|_si_possono_|_باز_است_|_is_te_|_staat_|_puede_|_pueden_|_pode_|_podem_|_kann_|_können_|_on_peut_|_peuvent_|_يمكن_",
    ),
    (
        Stage::Done,
        "_completes_|_completed_|_distributes_|_distributed_|\
         _sells_out_|_closed_|_closes_|_concluded_|_concludes_|_finished_|_ended_|_raised_|_is_done_|\
         _draws_|_taken_|_took_|_lottery_results_|_wraps_up_|_is_over_|_oversubscribed_|\
         完成|发放|结束|售罄|發放|結束|已拍摄|완료|마감|완판|매진|끝났|찍었|\
         完了|完売|締め切|実施済み|取得した|取得済み|\
         _agotad|_agotó_|_se_vendieron_|_finalizó_|_finalizad|_cerró_|_cierra_|_concluy|_completó_|_recaudó_|_recaudad|_terminó_|_tomó_|\
         _realizad|_esgot|_encerr|_captad|_captou_|_arrecad|_concluí|_conclui|_finalizou_|_vendid|_tirou_|\
         _завершил|_завершен|_закрыл|_закрыт|_собрал|_сделал|_снят|_снял|_прошел_|_состоялся_|_разослал|_окончен|\
         _завершив|_закрив|_закрил|_зібрав_|_зібрал|_зробив_|_зробил|_знят|_зняв_|_відбувся_|_розісла|\
         _tamamla|_tükendi_|_sona_erdi_|_bitti_|_topladi_|_toplandi_|_alindi_|_aldi_|_kapandi_|_satildi_|_dağitti_|_dağitildi_|\
         _hoàn_tất_|_hoàn_thành_|_kết_thúc_|_bán_hết_|_cháy_hàng_|_đã_chụp_|_đã_chốt_|_đã_snapshot_|\
         _selesai_|_habis_|_terjual_|_ditutup_|_diambil_|_terkumpul_|_rampung_|\
         _terminé|_épuisé|_vendu|_clôtur|_achevé|_a_levé_|_récolt|_effectué|_réalisé|_a_été_pris|_a_été_fait|_boucl|\
         _abgeschlossen|_beendet_|_gezogen_|_erfolgt_|_gemacht_|_vorbei_|_zu_ende_|_erfasst_|\
         _esaurit|_conclusa_|_concluso_|_conclusi_|_chius|_terminata_|_terminato_|_completat|_fatto_|_fatta_|_raccolt|_effettuat|_scattat|_chiude_con_|\
         _انته|_اكتمل|_اغلق|_اغلاق_|_بيعت_|_نفد|_تم_اخذ_|_تم_التقاط_|_جمعت_|_پايان_يافت_|_به_پايان_|_تمام_شد_|_تكميل_شد_|_گرفته_شد_|\
         _گرفت_|_ثبت_شد_|_بسته_شد_|_zakończ|_wyprzeda|_zebrał|_zrobion|_zrobił|_wykonano_|_wykonał|_została_wykon|_został_wykon|_zamknię|_zamknął|_sprzedan|\
         _uitverkocht_|_afgerond_|_voltooid_|_beëindigd_|_gesloten_|_gemaakt_|_genomen_|_opgehaald_|_afgelopen_|\
         _is_complete_|_сделан|_зроблен|_розпрод|_fez_|_feito_|_fizeram_|_hizo_|_hecho_|_ausverkauft|_sold_|_распрода|_раскупил|_розкупил|_satti_|_xong_|_ludes|_مكتمل_|_رسيد_|_نفذت_|_اختتم|\
         종료|終了|_termina_|_terminou_|_achève|_termine_|_si_chiude_|_endet_|_закінч|_окончил|_завершает_|_завершує_|_berakhir|_تنتهي_",
    ),
    (
        Stage::Delayed,
        "_delay|_postpone|_reschedule|_suspend|_put_off_|_pauses_|_paused_|\
         _put_on_hold_|延迟|延遲|推迟|推遲|延期|暂停|暫停|改期|延后|延後|연기|미뤄|지연|보류|중단|遅れ|一時停止|中断|\
         _pospon|_pospus|_retras|_aplaz|_demora_|_posterg|_pausa|_adia|_atras|_pausou_|\
         _отлож|_отклад|_перенес|_перенос|_сдвин|_сдвиг|_задерж|_приостан|_відкла|_переніс|_затрим|_призупин|_зсува|_зсуну|\
         _ertele|_gecik|_durdur|_askiya|_hoãn_|_lùi_|_dời_|_tạm_dừng_|_tạm_ngưng_|\
         _ditunda_|_menunda_|_tunda_|_diundur_|_tertunda_|_mundur_|_penundaan_|_dijeda_|\
         _reporte_|_reporté|_report_de_|_repouss|_décal|_retard|_verschieb|_verschob|_verzöger|_vertag|_pausier|\
         _rinvi|_posticip|_slitta|_ritard|_sospes|_تاجيل_|_تؤجل_|_يؤجل_|_ارجا|_تاخير_|_اجلت_|_تعليق_|_تعويق_|_موكول_|\
         _przesun|_przesuw|_opóźn|_odroc|_odłoż|_przełoż|_wstrzym|_uitgesteld_|_uitstel|_verschoven_|_vertrag|\
         _pushed_|_pushes_|_adiou_|_przekłada_|_odkłada_|_відсун|_отодвин|_geri_atti|_ileri_tarihe|_dijadwal_ulang_|_مؤجل|_عقب_افتاد|_ديرتر_|\
         _verlegt_|_verlegen_|_rimanda|_schuift_|_doorgeschoven_|_sonraya_|_posunę|_переехал_|_odwleka",
    ),
    (
        Stage::Changed,
        "_update_to_|_updates_to_|_sale_update_|_details_update_|_rate_set_|_further_|_airdrop_update_|\
         _extended_|_extends_|_changes_to_|_re_issue|变更|更新|重新|补发|變更|补發|延长|延長|조정|변경|연장|変更|\
         _prórroga_|_prorrog|_amplía_|_продлил|_продлен|_продовжи|_uzat|_gia_hạn_|_diperpanjang_|_prolong|_verlänger|_proroga|\
         _تمديد_|_przedłuż|_verlengd_|_verlengt_",
    ),
    (
        Stage::Cancelled,
        "_cancel|_called_off_|_calls_off_|_scraps_|_abandons_|_will_not_launch_|取消|취소|中止|キャンセル|_отмен|_скасу|_скасов|\
         _iptal_|_hủy_bỏ_|_huỷ_bỏ_|_dibatalkan_|_membatalkan_|_batal_|_annul|_abgesagt_|_storniert_|_الغاء_|_الغي_|_تلغي_|_لغو_|\
         _odwoł|_anulow|_geannuleerd_|_afgelast_",
    ),
];

/// Words beside the acts.
pub(super) const MARKS: &[(Mark, &str)] = &[
    (
        Mark::Spot,
        "_spot_|现货|現貨|현물|現物|_спот|_spotmarkt|_فوري|_الفوري|_اسپات_|_giao_ngay_|_à_vista_|\
         _spothandel|_comptant_|_contado_|スポット",
    ),
    (Mark::WillList, "_will_list_"),
    (
        Mark::Claim,
        "_claim_|_claims_open_|_claims_are_|_claims_go_|_claims_close_|_claims_for_|_token_claims_|_airdrop_claims_|_opens_claims_|\
         _claimable_|_claims_portal_|_claiming_|_claimed_|_distribution_to_|\
         申领|领取|申領|領取|認領|可以领|클레임|수령|請求|受け取り|クレーム|\
         _reclamar_|_reclamo_|_reclamos_|_reclama_|_resgate_|_resgatar_|_reivindic|_клейм|_забрать_|_забираем_|_забирати_|_забрати_|\
         _talep_|_talepleri_|_talebi_|_nhận_airdrop_|_nhận_token_|_klaim_|_mengklaim_|_diklaim_|_réclam|_récupér|\
         _einfordern_|_abholen_|_beanspruch|_riscatt|_riscuot|_reclamare_|_المطالبه_|_مطالبه_|_استلام_|_كليم_|_دريافت_|\
         _odbiór_|_odbier|_odebra|_claimen_|_ophalen_|_opeisen_|\
         受け取れ",
    ),
    (
        Mark::Adds,
        "_adds_|_add_|_heading_to_|_coming_to_|_comes_to_|_coming_soon_to_|_headed_to_|_llegará_a_|_vai_chegar_à_|_приходит_на_|\
         _придет_на_|_приходить_на_|_kommt_zu_|_kommt_an_|_arrive_chez_|_arriva_a_|_sắp_có_mặt_|_segera_hadir_di_|_يصل_الي_|_przychodzi_na_|\
         _lands_on_|_arrives_on_|新增|추가|追加|_suma_|_añade_|_añadirá_|_agrega_|_incorpora_|_adiciona_|\
         _adicionar_|_acrescenta_|_chega_à_|_chega_na_|_llega_a_|_добав|_додає_|_додасть_|_додала_|_додав_|_ekliyor_|_ekledi_|_ekleyecek_|\
         _açiyor_|_thêm_|_tambah_|_ajoute_|_ajoutera_|_arrive_sur_|_accueille_|_nimmt_|_aggiunge_|_quota_|_lista_|\
         _arriva_su_|_تضيف_|_ستضيف_|_اضافت_|_يضيف_|_اضافه_|_dodaje_|_doda_|_wprowadza_|_wchodzi_na_|_voegt_|_komt_naar_|\
         _listen_|_з_явиться_|_появится_|_появятся_|_aterriza_|_hadirkan_|_menambah|_pair_|_pairs_|_par_|_pares_|_paritesi|_paire_|_handelspaar|_coppia_|\
         _пара_|_пару_|_пари_|_pasangan_|_cặp_|_زوج_|_جفت_|_paren_|交易对|交易對|_deposits_|_depósitos_|_депозиты_|_депозити_|\
         _einzahlungen_|_storten_|입금|充值|入金|_dépôts_|_depositi_|_deposit_|_nạp_|_yatirma_|_الايداع_|_واريز_|_wpłaty_|_geliyor_|_dodano_|_dodała_|_notowa|\
         _trafi_na_|_debutta_|_debuta_|_estreia_|_débarque_|_kommt_auf_|_ab_morgen_|\
         登陸|登陆|_intègre_|_führt_|_uruchamia_|_lanceert_|_başlatacak_|_запускає_|_запускает_|_lanza_|_lança_|_lance_|_lancia_|_startet_",
    ),
    (
        Mark::Launches,
        "_launch_|_launches_|_launching_|_launched_|_release_|_releases_|_debut_|_issue_|推出|发行|發行|출시|발행|ローンチ|発行|リリース|公開|\
         _lanza_|_lanzará_|_lanzan_|_saldrá_|_sacará_|_lança_|_lançar_|_lançará_|_lançado_|_lançamento_|_lanzamiento_|\
         _выпустит_|_выпускает_|_выпуск_|_запуск_|_запустит_|_выйдет_|_випустить_|_випускає_|_запустить_|_вийде_|\
         _çikaracak_|_çikariyor_|_çikardi_|_lansman|_piyasaya_|_ra_mắt_|_phát_hành_|_ra_ngày_|_luncurkan_|_meluncurkan_|_merilis_|_peluncuran_|_rilis_|\
         _lance_|_lancera_|_lancement_|_sortira_|_bringt_|_herausbring|_heraus_|_lancia_|_lancerà_|_lancio_|_uscirà_|\
         _تطلق_|_ستطلق_|_اطلاق_|_يطلق_|_عرضه_|_منتشر_|_راهاندازي_|_wypuści_|_wypuszcza_|_premiera_|_debiut_|_lanceert_|_lancering_|_uitbrengen_|_uit_|\
         _luncurkan|_brengt_|_lanciare_|_sera_lancé|_será_lanzado_|_será_lançado_|_sarà_lanciato_|_будет_запущен|_буде_запущен|_erscheint_|_выходит_|_виходить_|_dirilis_|_wprowadza_",
    ),
    (
        Mark::Coin,
        "_token_|_tokens_|_coin_|代币|代幣|토큰|トークン|_tokenini_|_tokeni_|_tokenin_|_токен|_توكن_|_التوكن_|_الرمز_|_رمز_|_رمزها_|\
         _عملتها_|_عملته_|_عمله_|_tokena_|_tokenem_|_monnaie_|_jeton_|_cryptomunt_",
    ),
    (Mark::OnLine, "上线|上線"),
    (Mark::Trading, "交易"),
    (
        Mark::Drops,
        "_drops_|_dropped_|_hands_out_|_handed_out_|_gives_away_|_sends_|_sent_|_showers_|_distributes_|_to_distribute_|\
         派发|派發|分发|分發|发放|發放|뿌린|뿌렸|나눠|지급|배포|配布|配る|_reparte_|_repartirá_|_repartió_|_distribuye_|_distribui_|\
         _distribuiu_|_раздает_|_раздаст_|_раздал|_разослал|_распределил|_роздає_|_роздасть_|_роздав_|_роздал|_розісла|_dağitiyor_|\
         _dağitti_|_dağitacak_|_phát_cho_|_chia_cho_|_membagikan_|_bagikan_|_bagi_bagi_|_distribue_|_verteilt_|_verschenkt_|\
         _distribuisce_|_regala_|_توزع_|_يوزع_|_وزعت_|_توزيع_كرد_|_rozdaje_|_rozdał|_rozda_|_deelt_|_verdeelt_",
    ),
    (
        Mark::Wallets,
        "_wallets_|_addresses_|_users_|_holders_|钱包|錢包|地址|用户|지갑|주소|ウォレット|アドレス|_billeteras_|_carteras_|_monederos_|\
         _direcciones_|_usuarios_|_carteiras_|_endereços_|_usuários_|_кошельк|_адрес|_пользовател|_гаманц|_користувач|_cüzdan|\
         _kullanici|_ví_|_địa_chỉ_|_dompet_|_pengguna_|_portefeuilles_|_adresses_|_utilisateurs_|_adressen_|_nutzer_|_wallet_|\
         _portafogli_|_indirizzi_|_utenti_|_محفظه_|_محافظ_|_عنوان_|_كيف_پول_|_portfeli_|_adresów_|_adresom_",
    ),
];

/// Every phrase with what it says, and the automaton that finds them all.
static PHRASES: LazyLock<(AhoCorasick, Vec<Meaning>)> = LazyLock::new(|| {
    let acts = ACTS.iter().map(|(act, phrases)| (Meaning::Act(*act), *phrases));
    let stages = STAGES.iter().map(|(stage, phrases)| (Meaning::Stage(*stage), *phrases));
    let marks = MARKS.iter().map(|(mark, phrases)| (Meaning::Mark(*mark), *phrases));
    let venues = VENUES.iter().enumerate().map(|(i, (_, phrases))| (Meaning::Venue(i), *phrases));
    let all = acts.chain(stages).chain(marks).chain(venues);
    let (texts, meanings): (Vec<&str>, Vec<Meaning>) =
        all.flat_map(|(meaning, phrases)| phrases.split('|').map(move |phrase| (phrase, meaning))).unzip();
    (AhoCorasick::new(texts).expect("some thousand short phrases make an automaton"), meanings)
});

/// What the phrases in a flat text say and where they end, in that order.
pub(super) fn meanings(flat: &str) -> impl Iterator<Item = (Meaning, usize)> {
    let (automaton, meanings) = &*PHRASES;
    automaton.find_overlapping_iter(flat).map(|found| (meanings[found.pattern().as_usize()], found.end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every table's phrases, with the name of what they say.
    fn all() -> impl Iterator<Item = (String, &'static str)> {
        let acts = ACTS.iter().map(|(act, phrases)| (format!("{act:?}"), *phrases));
        let stages = STAGES.iter().map(|(stage, phrases)| (format!("{stage:?}"), *phrases));
        let marks = MARKS.iter().map(|(mark, phrases)| (format!("{mark:?}"), *phrases));
        let venues = VENUES.iter().map(|(venue, phrases)| ((*venue).to_owned(), *phrases));
        acts.chain(stages).chain(marks).chain(venues)
    }

    /// What overlaps is found, too: a phrase that holds another of the same meaning says nothing more. Only of what is brought
    /// out the end of the phrase counts.
    #[test]
    fn no_phrase_is_told_by_another() {
        for (name, phrases) in all().filter(|(name, _)| name != "Launches") {
            let each: Vec<&str> = phrases.split('|').collect();
            for (i, phrase) in each.iter().enumerate() {
                let mut others = each.iter().enumerate().filter(|(other, _)| *other != i);
                assert_eq!(others.find(|(_, other)| phrase.contains(**other)), None, "{name}: {phrase}");
                assert!(!phrase.contains(['-', '\'']), "{name}: no flat text holds {phrase}");
            }
        }
    }

    #[test]
    fn phrases_are_in_normal_form() {
        for (name, phrases) in all() {
            assert_eq!(tge_text::Normal::text_of(phrases), phrases, "{name}");
        }
    }

    #[test]
    fn phrases_are_long_enough_for_stems() {
        for (name, phrases) in all() {
            for phrase in phrases.split('|') {
                let whole = phrase.starts_with('_') && phrase.ends_with('_');
                let letters = phrase.chars().filter(|c| *c != '_').count();
                let spaced = phrase.chars().all(|c| !tge_text::is_unspaced(c));
                assert!(letters >= if whole || !spaced { 2 } else { 3 }, "{name}: {phrase}");
                // A script without blanks is written on: nothing in it stands between two of these.
                let chars: Vec<char> = phrase.chars().collect();
                let parted = |w: &[char]| w[1] == '_' && tge_text::is_unspaced(w[0]) && tge_text::is_unspaced(w[2]);
                assert!(!chars.windows(3).any(parted), "{name}: {phrase}");
            }
        }
    }

    #[test]
    fn venues_are_known_in_other_scripts() {
        let venues = |flat: &str| {
            let named = |(meaning, _)| if let Meaning::Venue(at) = meaning { Some(VENUES[at].0) } else { None };
            meanings(flat).filter_map(named).collect::<Vec<_>>()
        };
        for (flat, expected) in [
            ("_欧易关于上线_exm_的公告_", "okx"),
            ("_바이낸스에상장_", "binance"),
            ("_コインチェックで申込_", "coincheck"),
            ("_на_бинансе_", "binance"),
            ("_نوبيتكس_", "nobitex"),
            ("_bei_bitpanda_", "bitpanda"),
        ] {
            assert_eq!(venues(flat), [expected], "{flat}");
        }
        assert!(venues("_a_floodgate_opens_").is_empty());
        assert!(VENUES.len() <= 128, "a bit for each");
    }

    #[test]
    fn all_that_overlap_are_found() {
        let found: Vec<Meaning> = meanings("_okx_to_list_perpetual_futures_").map(|(meaning, _)| meaning).collect();
        for meaning in [Meaning::Act(Act::List), Meaning::Act(Act::Side)] {
            assert!(found.contains(&meaning), "{meaning:?}: {found:?}");
        }
        assert_eq!(meanings("_a_quiet_day_").count(), 0);
    }
}
