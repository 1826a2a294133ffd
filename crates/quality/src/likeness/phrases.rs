//! What acts, stages and places are called in eighteen languages, and how a text is searched for all of it at once.
//!
//! A phrase stands in the flat form of a text: normal form, `_` between tokens and at both ends, scripts without blanks
//! written on. A `_` at an end of a phrase is an end of a word; without it the phrase is a stem, for languages that hang
//! the rest on it. Each table has a line or more for a language: English first, then Chinese, Korean, Japanese, Spanish
//! and Portuguese, Russian and Ukrainian, Turkish, Vietnamese, Indonesian, French, German, Italian, Arabic and Persian,
//! Polish, Dutch, where they have words of their own.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::acts::{Act, Stage};
use super::venues::VENUES;

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

/// Every act in every language.
pub(super) const ACTS: &[(Act, &str)] = &[
    (
        Act::List,
        "_lists_|_list_|_listing_|_listings_|\
         _adds_support_for_|_krw_market_|_its_spot_|_spot_platform_|_listed_|\
         上线|上架|上幣|上币|上市|上場|上線|\
         상장|거래지원|원화마켓|\
         取引板に追加|\
         _listado_|_listará|_listar_|_mercado_spot_|_listagem_|_mercado_à_vista_|\
         _листинг|_листит_|_залист|_на_спот|_спотов|_лістинг|_лістить_|_заліст|\
         _listeleme|_listeleyecek|_listelendi|_listelenecek|_listeliyor|_listeledi|_listelenme|_spot_piyasa|\
         _niêm_yết_|_lên_sàn_|_mencantumkan_|_melisting_|_dilisting_|_terdaftar_|_hadir_di_|\
         _listera_|_lister_|_listage_|_cotation_|_liste_le_|_référencement_|\
         _listet_|_gelistet|_listung_|_quotazione_|_quoterà_|_listerà_|_listato_|_listata_|_quotato_|_quotata_|\
         ادراج|_تدرج_|_ستدرج_|_سيدرج_|_ادرجت_|_ليست_|_فهرست_|_ليستينگ_|\
         _notowan|_listuje_|_zalistuje_|_debiutuje_|_noteert_|_notering|_genoteerd_|\
         取り扱い|取扱|取り扱う|_notuje_|_noteren_|_новая_пара_",
    ),
    (
        Act::Trade,
        "_open_trading_|_opens_trading_|_trading_open_|_trading_opens_|_trading_is_open|_trading_starts_|\
         _trading_is_live_|_trading_now_live_|_now_trading_|_starts_trading_|_begins_trading_|\
         _go_live_for_trading_|_trading_will_start_|_trading_begins_|_trading_available_|_trading_goes_live_|\
         _trading_opened_|_trading_started_|_spot_opens_|_begin_trading_|_start_trading_|\
         开启交易|开放交易|开始交易|开盘|開盤|開放交易|開啟交易|開始交易|现货交易|現貨交易|\
         거래시작|거래개시|거래오픈|현물거래|取引開始|取引を開始|取引がスタート|\
         _abre_el_trading_|_abre_negociación_|_inicia_el_trading_|\
         _negociação_|_negociações_|\
         _торги_|_торгов_|_торгах_|_торгів_|_торговля_|_торгівля_|_торгівлю_|_торговлю_|\
         _işlemleri_|_işleme_aç|_mở_giao_dịch_|_giao_dịch_mở_|_giao_dịch_spot_|_bắt_đầu_giao_dịch_|\
         _perdagangan_|_diperdagangkan_|_ouvre_le_trading_|_trading_démarre_|\
         _handelbar_|_gehandelt_|_handelsstart_|_negoziazion|_scambi_|_contrattazion|\
         _التداول_|_تداول_|_معاملات_|_معامله_|\
         _handel_|_obrót_|_obrotu_|_handelen_|_verhandelbaar_|\
         _trading_live_|_is_trading_|_trades_on_|거래가시작|거래를시작|거래가열|取引が開始|取引が始|_cotiza_|_cotizará_|_cotizar_|_negociarse_|\
         _operar_|_negociad|_negociar_|_échanges_|_négoci|_خريد_و_فروش_|_торгуется_|_торгується_|_торгуватися_|_торговаться_|_işlem_gör|_giao_dịch_chính_thức_",
    ),
    (
        Act::Premarket,
        "_pre_market_|_premarket_|盘前|盤前|프리마켓|プレマーケット|_premercado_|_pre_mercado_|_pré_mercado_|\
         _пре_маркет|_премаркет|_предрын|_предринк|_ön_piyasa|_tiền_thị_trường_|_pré_marché_|_vorbörs|\
         _قبل_السوق_|_پيش_بازار_|_przedrynk|_voorbeurs",
    ),
    (
        Act::Side,
        "_futures_|_perpetual|_perp_|_perps_|_margin_|_usd_m_|_usds_m|_leverage_|\
         合约|合約|杠杆|槓桿|永续|永續|期货|선물|무기한|마진|先物|無期限|パーペチュアル|レバレッジ|\
         _perpetuo|_perpétuo|_futuros_|_apalanc|_alavanc|\
         _фьючерс|_бессрочн|_перпет|_перпы_|_плечом_|_плеча_|_ф_ючерс|_фючерс|_безстроков|_плечем_|\
         _vadeli_|_kaldiraç|_sürekli_söz|_hợp_đồng_tương_lai_|_vĩnh_cửu_|_đòn_bẩy_|_berjangka_|\
         _perpétuel|_à_terme_|_effet_de_levier_|_terminkontrakt|_hebel|_perpetui_|_leva_|\
         _العقود_الاجله_|_دائمه_|_الدائمه_|_رافعه_|_فيوچرز_|_اتي_|_اهرم_|_دائمي_|\
         _bezterminow|_wieczyst|_الدائم_|_عقد_دائم_|_dźwigni|_kontrakty_|_hefboom",
    ),
    (
        Act::Alpha,
        "_binance_alpha_|币安_alpha_|幣安_alpha_|바이낸스_alpha_|바이낸스알파|バイナンスアルファ|_alpha_积分|\
         _điểm_alpha_|_poin_alpha_|_puntos_alpha_|_pontos_alpha_|_points_alpha_|_alpha_p|_punti_alpha_|\
         _alpha_очк|_alpha_балл|\
         _الفا_|_альфа_|_альфу_|_альфе_",
    ),
    (
        Act::Sale,
        "_ico_|_ido_|_ieo_|_ito_|_igo_|_presale_|_pre_sale_|_crowdsale_|\
         _lottery_draw_|_ticket_claim_|_community_sale_|_community_round_|\
         _bonding_curve_sale_|_initial_coin_offering_|_discount_sale_|_token_offering_|_private_sale_|_coinlist_|\
         _auction_|_crowdfund|_spotlight_|_sale_on_|_sale_is_|_sale_opens_|_sale_starts_|_sale_closes_|_its_sale_|\
         代币销售|公开发售|预售|公募|众筹|集合竞价|认购|認購|公售|公开销售|代幣銷售|公開發售|公開銷售|預售|打新|\
         프리세일|토큰세일|퍼블릭세일|공개판매|공개세일|토큰판매|청약|사전판매|セール|販売|申込|\
         _preventa|_venta_|_pré_venda|_prevenda|_venda_|_vendas_públ|_oferta_da_|_oferta_pública_|\
         _предпродаж|_токенсейл|_пресейл|_продажа_|_продажи_|_продажу_|_сейл|_передпродаж|_публічний_продаж|\
         _публічного_продаж|_продаж_токен|_продаж_на_|\
         _ön_sat|_halka_arz|_satişi_|_satişa_|_satiş_|\
         _mở_bán_|_bán_công_khai_|_đợt_bán_|_bán_trước_|_chào_bán_|_bán_token_|_bán_cộng_đồng_|_prapenjualan_|\
         _prévente|_pré_vente|_vente_|_vorverkauf|_tokenverkauf|_zeichnung|_gezeichnet_|\
         _prevendita|_pre_vendita|_vendita_|\
         البيع_المسبق|_بيع_مسبق|البيع_العام|_بيع_عام|اكتتاب|_بيع_الرم|_بيع_التوكن|_بيع_رم|\
         پيشفروش|_پيش_فروش|_فروش_عمومي|_فروش_توكن|_عرضه_اوليه|\
         _przedsprzeda|_sprzedaż|_voorverkoop|_verkoop_|_tokenverkoop|_verkoopronde|\
         _launchpad|_penjualan|_verkauf|_خريد_توكن|_public_sale|_token_sale",
    ),
    (
        Act::Pool,
        "_farm_|_by_staking_|_by_locking_|_double_launch_|_megadrop_|_jumpstart_|_gempool_|_poolx_|\
         挖矿|挖礦|런치풀|ローンチプール|_лаунчпул|_لانش_بول|_لانچپول|\
         _launchpool|_staking_bgb_",
    ),
    (
        Act::Airdrop,
        "_airdrop|_airdop|_distribution_to_|_air_drop_|_drop_to_|空投|空頭投|에어드랍|에어드롭|エアドロ|แอร์ดรอป|\
         _аирдроп|_эйрдроп|_эирдроп|_аірдроп|_ейрдроп|_дроп_|_дропа_|_дропу_|_раздач|_роздач|_розданн|\
         _dağitim|_ausschüttung|ايردراپ|ايردروب|_انزال_جوي|الاسقاط_الجوي|_اسقاط_جوي|_zrzut_token|\
         _air_drops_|_طرح_جوي",
    ),
    (Act::Hodler, "_hodler_|_hodlers_"),
    (
        Act::Checker,
        "_eligibility_|_checker_|_if_you_are_eligible_|_you_re_eligible_|_who_is_eligible_|_registration_|_whitelist_|\
         查询门户|空投检查|空投查询|查询网站|资格|登记|注册|資格|查詢|註冊|\
         자격|체커|대상자확인|チェッカー|対象確認|\
         _elegibilidad_|_comprobador_|_verificador_|_elegibilidade_|_чекер|_перевірити_гаман|_проверить_кошел|\
         _uygunluk_|_sorgulama|_kiểm_tra_ví_|_kelayakan_|_pengecekan_|_éligibilit|_vérificateur_|\
         _anspruchsprüf|_berechtigung|_idoneità_|_verifica_|الاهليه|_اهليه_|_واجد_شرايط_|_چكر_|\
         _kwalifikac|_uprawnie|_geschiktheid|\
         대상확인|대상조회|조회페이지|確認ページ|対象か|対象者|_điều_kiện_|_перевірка_|_проверка_адрес|_التحقق_من_",
    ),
    (
        Act::Snapshot,
        "_snapshot|快照|스냅샷|スナップショット|_instantánea_|_captura_de_saldos_|_снапшот|_снэпшот|_снепшот|_снимок_|_снимка_|\
         _знімок_|_знімка_|_anlik_görüntü|_chụp_|_chốt_số_dư_|_instantané_|_momentaufnahme|_schnappschuss|_istantanea_|\
         _لقطه_|_اللقطه_|_سناب_شوت_|_اسنپشات_|_اسنپ_شات_|_migawk|_momentopname",
    ),
    (
        Act::Tokenomics,
        "_tokenomics_|_token_economics_|_total_supply_|_token_allocation_|代币经济|代幣經濟|总供应量|總供應量|\
         总量|分配|トークノミクス|토크노믹스|_токеномик|_токеномік|_tokenomik|_tokenomía|_tokenomia_|توكنوميكس|اقتصاد_الرم",
    ),
    (
        Act::Genesis,
        "_tge_|_token_generation_|_token_launch_|_launch_its_token_|_launches_token_|_own_token_|\
         _own_cryptocurrency_|_native_token_|_token_is_live_|_to_issue_|_issuance_|_will_issue_|_token_to_debut_|_token_debuts_|_token_debut_|_token_generates_|_token_launches_|\
         _debut_del_token_|_estreia_do_token_|_дебют_токен|_генерация_токен|_генерація_токен|\
         _generación_del_token_|_geração_do_token_|_debüt_des_token|_débuts_du_token_|_debutto_del_token_|_debiut_token|토큰이생성|토큰데뷔|\
         トークンが生成|トークンデビュー|代币首发|_sinh_token_|_tạo_token_|\
         _launched_its_own_|_launching_its_|推出代币|发行代币|代幣發行|代币发行|代币上线|代币生成|推出代幣|發行代幣|\
         토큰발행|토큰생성|토큰출시|トークン発行|トークン生成|トークンローンチ|トークンを発行|トークンを公開|\
         _lanza_su_token_|_lanzará_su_token_|_lanzamiento_del_token|_lanzamiento_de_su_token|_emisión_|\
         _lança_seu_token_|_lançará_seu_token_|_lançamento_do_token|_lançamento_do_seu_token|\
         _выпуск_токена|_выпустит_токен|_тге_|_запуск_токен|_випуск_токен|_випустить_токен|\
         _token_lansman|_tokenini_çikar|_token_çikar|_token_üretim|_phát_hành_token|_ra_mắt_token|_ra_token_|\
         _peluncuran_token|_merilis_token|_meluncurkan_token|_lancement_du_token|_lance_son_token_|_lancera_son_token_|\
         _émission_du_token|_token_start_|_tokenstart_|_ausgabe_des_token|_lancio_del_token|_lancia_il_token|\
         _lancerà_il_token|_اطلاق_الرمز|_اطلاق_التوكن|_اطلاق_عمل|_توليد_الرم|_اطلاق_رمز|_توليد_توكن|_عرضه_توكن|_راهاندازي_توكن|\
         _emisja_token|_emisji_token|_premiera_tokena_|_start_tokena_|_tokenlancering|_token_lancering|_tokenuitgifte|\
         _launches_tge|_ローンチ_|上币发行",
    ),
    (
        Act::Mainnet,
        "_mainnet|_main_net_|_genesis_block_|_betanet_|主网|主網|메인넷|メインネット|_red_principal_|_rede_principal_|_мейннет|\
         _майннет|_основной_сети_|_основная_сеть_|_основну_мереж|_основна_мереж|_основної_мереж|_ana_ağ|_mạng_chính_|\
         _jaringan_utama_|_réseau_principal_|_hauptnetz|_rete_principale_|_الشبكه_الرئيسيه_|_شبكه_اصلي_|_ميننت_|_مين_نت_|\
         _sieci_główn|_sieć_główn|_hoofdnet",
    ),
    (
        Act::Testnet,
        "_testnet|测试网|測試網|테스트넷|テストネット|_red_de_prueba|_rede_de_teste|_тестнет|_test_aği|_mạng_thử_nghiệm_|\
         _jaringan_uji|_réseau_de_test|_rete_di_test|_شبكه_الاختبار|_شبكه_ازمايشي_|_تستنت_|_sieć_testow|_sieci_testow",
    ),
    (
        Act::Promotion,
        "_grab_a_share_|_prize_pool_|_voucher_|_vouchers_|_bounty_promotion_|_trading_competition_|\
         _giveaway_|_cashback_|_win_a_share_|瓜分|奖池|獎池|交易赛|交易大赛|이벤트|キャンペーン|_sorteo_|_sorteio_|_розыгрыш|\
         _розіграш|_çekiliş|_cuộc_thi_|_kompetisi_|_concours_|_gewinnspiel|_concorso_|_مسابقه_|_konkurs_|_winactie_",
    ),
    (Act::Booster, "_booster_|_pre_tge_|_pre_token_|_points_|_campaign_|积分|積分|포인트|ポイント"),
    (Act::Fork, "_hardfork_|_fork_|分叉|하드포크|ハードフォーク|_хардфорк|_bifurcación_|_هارد_فورك"),
    (
        Act::Delist,
        "_delist|_will_remove_|_removal_of_|_cease_trading_|_trading_ends_|下架|下币|下幣|除牌|상장폐지|상폐|거래지원종료|거래종료|\
         上場廃止|取扱廃止|取扱終了|取り扱いを終了|_deslist|_dejará_de_listar_|_retirará_|_vai_retirar_|_vai_remover_|\
         _удалит_|_исключит_|_исключает_|_делист|_деліст|_вилучить_|_виключить_|_прибирає_|_видалить_|\
         _listeden_|_kaldiriyor_|_kaldiracak_|_listesinden_|_hủy_niêm_yết_|_huỷ_niêm_yết_|_gỡ_bỏ_|_menghapus_|_dihapus_|\
         _délist|_radiation_|_va_retirer_|_retirera_|_streicht_|_entfernt_|_rimuov|_rimozione_|_شطب_|_الغاء_ادراج_|_ستشطب_|\
         _ازاله_|_حذف_|_wycofa|_usunie_|_usuwa_|_verwijdert_|_schrapt_|\
         _removing_|_removes_|_to_remove_|_trading_stops_|_trading_halt|上場を廃止|取扱いを廃止|取り扱い終了|_eliminará_|_quita_|\
         _удаляет_|_снимет_с_|_уберет_|_убирает_|_прибере_|_зніме_|_retire_|_supprime|_hapus_|_penghapusan_|\
         _wycofuje_|_van_het_platform_|_van_de_beurs_|_خارج_ميكند_|_ngừng_giao_dịch_|_dừng_giao_dịch_",
    ),
    (
        Act::Unlock,
        "_unlock|_vesting_|_cliff_|解锁|解鎖|언락|アンロック|ロック解除|_desbloque|_destrava|_анлок|_разлок|\
         _розблок|_розлок|_kilidi_aç|_kilit_aç|_mở_khóa_|_mở_khoá_|_pembukaan_kunci_|_déverrouill|_débloqu|\
         _freischalt|_freigabe_|_entsperr|_sblocc|_فك_قفل_|_فتح_قفل_|_الغاء_قفل_|_فك_القفل_|_ازادسازي_|_انلاك_|_odblok|\
         _ontgrendel|_vrijgave_|\
         _разблок|_разлоч|_freigeschalt|_ازاد_ميشو|_ازاد_خواهد_|_ازاد_شد_|_vrij_|_vrijgegeven_|_liberan_|_liberarán_|_liberação_|_débloc|락업|물량해제",
    ),
    (
        Act::Migrate,
        "_migrat|_token_swap_|_contract_swap_|_rebrand|_redenominat|置换|更名|迁移|置換|遷移|마이그레이션|리브랜딩|토큰스왑|\
         移行|マイグレーション|リブランド|_migraci|_migração_|_migra_|_canje_de_token|_миграц|_мигрир|_ребренд|_міграц|_мігрує_|\
         _обмен_токен|_обмін_токен|_token_değiş|_token_takas|_đổi_token_|_chuyển_token_|_migrasi_|_bermigrasi_|_umtausch|_tokentausch|\
         _migrazione_|_ترحيل_|_هجره_|_مهاجرت_|_migracj|_migruje_|_wymiana_token|_omwissel|_migreert_|\
         _geçişi_|_geçiş_|_chuyển_đổi_|_swap_token|_переезд_|_перехід_на_|_ミグレーション_",
    ),
    (
        Act::Hack,
        "_hack_|_hacked_|_exploit|_stolen_|_drained_|_breach_|_attacker_|_hacker|_drains_|_goes_missing_|\
         被盗|攻击|黑客|被盜|攻擊|駭客|해킹|탈취|유출|ハッキング|流出|ハッカー|\
         _hackead|_hackeo_|_ataque_|_robad|_robo_de_|_robaron_|_atacante|_roubad|_roubo_|_invasão_|\
         _взлом|_хакер|_украл|_украд|_эксплойт|_злам|_вкрад|_викрад|_експлойт|\
         _hacklen|_saldiri|_saldirgan|_çalindi_|_bị_tấn_công_|_đánh_cắp_|_diretas_|_peretas|_dicuri_|_dibobol_|\
         _pirat|_attaque_|_attaquant|_dérob|_gehackt|_angriff|_angreifer|_gestohlen|_entwend|_attacco_|_rubat|_furto_|\
         اختراق|_سرقه|_هجوم_|_المهاجم_|_هك_|_سرقت_|_مهاجم_|_zhakow|_atak_|_skradz|_kradzież|_gestolen|_aanval_|_aanvaller_|\
         _hackea_|_hackean_|_haker|_ukrad|_разворов|_вывел_|_вивели_|_bobol|_dikuras_|_rút_ruột_|_خسارت_|_نفوذ_|盗まれ|손실",
    ),
    (
        Act::Upgrade,
        "_upgrade|_unveils_|_debuts_|_integrat|_partnership_|升级|合作|升級|업그레이드|アップグレード|提携|_обновлен|_оновлен|\
         _nâng_cấp_|_mise_à_niveau_|_aggiornamento_|_ترقيه_|_ارتقا_",
    ),
    (
        Act::Price,
        "_price_|_prices_|_volume_|_volumes_|_market_cap_|_market_capitalization_|_surges_|_surged_|\
         _rallies_|_rally_|_dropped_below_|_crossed_the_|_traded_up_|_traded_down_|_bullish_on_|\
         _sell_targets_|_buy_around_|价格|跌破|突破|가격|_цена_|_курс_|\
         _falls_|_fell_|_slides_|_slid_|_plunges_|_plunged_|_tumbles_|_slumps_|_crashes_|_sinks_|_soars_|_soared_|_jumps_|_jumped_|\
         下跌|暴跌|大跌|上涨|暴涨|飙升|上漲|暴漲|하락|급락|폭락|급등|상승|下落|急落|暴落|急騰|高騰|_se_desploma_|_se_hunde_|_cae_un_|\
         _despenca_|_desaba_|_cai_|_dispara_|_падает_|_рухнул|_упал_|_упала_|_упали_|_обвалил|_подешевел|_подорожал|\
         _взлетел|_впав_|_впала_|_обвалив|_злетів_|_подешевшав|_düştü_|_çakildi_|_geriledi_|_yükseldi_|_firladi_|_giảm_|_lao_dốc_|\
         _tăng_vọt_|_anjlok_|_turun_|_melonjak_|_chute_|_plonge_|_s_effondre_|_bondit_|_grimpe_|_fällt_|_stürzt_|_bricht_ein_|_steigt_|\
         _crolla_|_scende_|_precipita_|_vola_|_تراجع_|_تراجعت_|_انهار|_هبط|_قفز|_ريزش_|_سقوط_|_spada_|_spadł|_runął_|_daalt_|_keldert_|\
         _stijgt_|_zakt_",
    ),
    (
        Act::Law,
        "_sentenced_|_sentence_|_lawsuit_|_court_|_forfeiture_|_seized_|_jail_|_prison_|_fraud_|_sec_|\
         _doj_|_charged_|_fined_|_regulator|_bill_|_imf_|监管|诉讼|監管|訴訟|소송|_суд_|_demanda_judicial_|_dava_|_khởi_kiện_|\
         _gugatan_|_tribunal_|_gericht_|_tribunale_|_محكمه_|_دادگاه_|_sąd_|_rechtbank_",
    ),
    (
        Act::Funding,
        "_ipo_|_files_for_|_filed_for_|_nyse_|_nasdaq_|_raises_|_series_a_|_series_b_|\
         _convertible_|_seed_round_|_raise_led_|_round_led_|_valuation_|融资|融資|领投|領投|투자유치|투자라운드|시리즈|調達|シリーズa|シリーズb|\
         _ronda_semilla_|_serie_a_|_serie_b_|_série_a_|_série_b_|_rodada_de_|_capta_us|_привлек|\
         _посевн|_залучи|_yatirim_turu|_tohum_turu|_gọi_vốn_|_huy_động_vốn_|_pendanaan_|_levée_de_fonds_|_lève_|_tour_de_table_|\
         _finanzierungsrunde|_seed_runde|_sammelt_|_raccoglie_|_جوله_تمويل|_تمويل_|_سرمايه|_rundzie_|_rundę_|_pozyskał|_pozyskuje_|\
         _financieringsronde|_haalt_|\
         _raised_$|_secures_|_funding_|_ronda_de_|_yatirim_aldi_|_fonlama_|种子轮|種子輪|_levanta_|_aporte_|_investition_|_investasi_|_інвестиц|_инвестиц|_투자_|투자를유치|_جذب_|_تجمع_",
    ),
    (Act::Treasury, "_treasury_|_holdings_|_acquires_|_acquisition_|_bitcoin_purchases_|_buys_bitcoin_|增持"),
];

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
