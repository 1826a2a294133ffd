//! What is done, and how far it is: acts with stages, in the words of a dozen languages.
//!
//! A sale announced, opened and completed is three happenings of one act. Acts that are no launch (price talk, a court's
//! sentence, a theft) are here too: they tell two texts of one project apart.

/// What is done to a token, or what is told of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub(crate) enum Act {
    /// A venue will list it.
    List,
    /// A venue opens trading of it.
    Trade,
    /// Trading before it exists.
    Premarket,
    /// Futures, margin, an exchange's side market.
    Side,
    /// It is sold: launchpad, presale, auction.
    Sale,
    /// It is farmed by staking.
    Pool,
    /// It is given away.
    Airdrop,
    /// Holders of another token are given it by an exchange's programme.
    Hodler,
    /// Who will be given is checked or registered.
    Checker,
    /// Holdings are recorded.
    Snapshot,
    /// How it will be shared out.
    Tokenomics,
    /// It comes into being.
    Genesis,
    /// A network starts.
    Mainnet,
    /// A network is tried.
    Testnet,
    /// A prize pool or campaign with a token that exists.
    Promotion,
    /// A programme that earns points or early shares.
    Booster,
    /// A chain splits.
    Fork,
    /// A venue takes it away.
    Delist,
    /// Locked tokens come free.
    Unlock,
    /// It changes its chain or name.
    Migrate,
    /// It is stolen.
    Hack,
    /// Software changes.
    Upgrade,
    /// Prices, volumes, capitalisation.
    Price,
    /// Courts and authorities.
    Law,
    /// Shares of a company, funding.
    Funding,
    /// Tokens of a treasury are bought.
    Treasury,
}

/// How many acts there are.
pub(crate) const ACTS: usize = Act::Treasury as usize + 1;

/// How far an act is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Stage {
    /// It will happen; also without any word on it.
    Announced,
    /// It has begun and may be taken part in.
    Open,
    /// It is over, or handed out.
    Done,
    /// It comes later than was said.
    Delayed,
    /// Its terms are told anew.
    Changed,
    /// It will not come.
    Cancelled,
}

/// Acts found, each with the stages it is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Acts([u8; ACTS]);

/// Phrases stand in the flat form of a text: lower case, `_` between tokens and at both ends, scripts without blanks
/// written on. A `_` at an end of a phrase is an end of a word.
const PHRASES: &[(Act, &str)] = &[
    (
        Act::List,
        "_will_list_|_lists_|_to_list_|_list_|_listing_|_listings_|_listed_on_|_listed_in_|_be_listed_|_gets_listed_|\
         _adds_support_for_|上线|上架|上幣|上市|上場|상장|거래지원|_листинг|_listeleme|_listeleyecek|\
         _listelendi|_listelenecek|_niêm_yết|_listagem|_listado|_listará|_mencantumkan_|_notowan|ادراج",
    ),
    (
        Act::Trade,
        "_open_trading_|_opens_trading_|_trading_open_|_trading_opens_|_trading_is_open|_trading_starts_|\
         _trading_is_live_|_trading_now_live_|_now_trading_|_starts_trading_|_begins_trading_|\
         _go_live_for_trading_|_trading_will_start_|_trading_begins_|开启交易|开放交易|开始交易|开盘|\
         開盤|거래_시작|거래_개시",
    ),
    (Act::Premarket, "_pre-market_|_premarket_|_pre_market_|盘前|盤前|프리마켓|_пре-маркет|_ön_piyasa"),
    (
        Act::Side,
        "_futures_|_perpetual_|_perp_|_perps_|_binance_alpha_|_margin_|_usd-m_|_usds-m_|合约|合約|杠杆|\
         _фьючерс|_vadeli_|선물",
    ),
    (
        Act::Sale,
        "_token_sale_|_token_sales_|_launchpad_|_ico_|_ido_|_ieo_|_ito_|_presale_|_pre-sale_|_crowdsale_|\
         _public_sale_|_lottery_draw_|_ticket_claim_|_subscription_launchpad_|_community_sale_|\
         _community_round_|_bonding_curve_sale_|_initial_coin_offering_|_discount_sale_|_token_offering_|\
         _private_sale_|_coinlist_|_auction_|_crowdfund|代币销售|公开发售|预售|公募|众筹|集合竞价|\
         プレセール|セール|프리세일|토큰_세일|토큰세일|_ön_satiş|_ön_sat|_предпродаж|_токенсейл|\
         _preventa|_pré-venda|_mở_bán|_vorverkauf_|_prévente_|البيع_المسبق",
    ),
    (
        Act::Pool,
        "_launchpool_|_farm_|_by_staking_|_by_locking_|_double_launch_|_megadrop_|_jumpstart_|新币挖矿|\
         挖矿|런치풀",
    ),
    (
        Act::Airdrop,
        "_airdrop|_airdop|_distribution_to_|_air_drop_|_airdropped_|_drop_to_|_claim_your_|_claims_open_|\
         _token_claim_|_claim_is_|_claim_portal_|_claims_portal_|_claiming_|空投|空頭投|エアドロップ|\
         에어드랍|에어드롭|ايردراپ|แอร์ดรอป|_аирдроп|_эйрдроп|ايردروب|انزال_جوي",
    ),
    (Act::Hodler, "_hodler_|_hodlers_"),
    (
        Act::Checker,
        "_eligibility_|_checker_|_eligible_|_registration_|_whitelist_|资格查询|资格检查|查询门户|\
         空投检查|空投查询|查询网站|资格|登记|注册|자격|_uygunluk_",
    ),
    (Act::Snapshot, "_snapshot|快照|スナップショット|스냅샷|_снапшот|_снэпшот"),
    (
        Act::Tokenomics,
        "_tokenomics_|_token_economics_|_total_supply_|_token_allocation_|代币经济|代幣經濟|总供应量|\
         总量|分配|トークノミクス|토크노믹스|_токеномик",
    ),
    (
        Act::Genesis,
        "_tge_|_token_generation_|_token_launch_|_launch_its_token_|_launches_token_|_own_token_|\
         _own_cryptocurrency_|_native_token_|_token_is_live_|_to_issue_|_issuance_|_will_issue_|\
         _launched_its_own_|_launching_its_|推出代币|发行代币|代幣發行|代币发行|代币上线|토큰_발행|\
         トークン発行|_запуск_токена|_lanzamiento_del_token|_token_lansman",
    ),
    (Act::Mainnet, "_mainnet_|_main_net_|_genesis_block_|_betanet_|主网|主網|メインネット|메인넷|_мейннет|_ana_ağ"),
    (Act::Testnet, "_testnet_|测试网|測試網|테스트넷|_тестнет"),
    (
        Act::Promotion,
        "_grab_a_share_|_prize_pool_|_voucher_|_vouchers_|_bounty_promotion_|_trading_competition_|\
         _giveaway_|_cashback_|_win_a_share_|瓜分|奖池|이벤트",
    ),
    (Act::Booster, "_booster_|_pre-tge_|_pre-token_|_points_|_campaign_|积分|포인트"),
    (Act::Fork, "_hard_fork_|_hardfork_|_fork_|分叉|하드포크|_хардфорк"),
    (Act::Delist, "_delist|_will_remove_|_removal_of_|下架|상장폐지|거래지원_종료|_делистинг"),
    (Act::Unlock, "_unlock|_vesting_|_cliff_|解锁|언락|락업_해제|_разлок|_разблокиров"),
    (Act::Migrate, "_migration_|_token_swap_|_contract_swap_|_rebrand|_redenominat|置换|更名|迁移|_миграц"),
    (Act::Hack, "_hack_|_hacked_|_exploit|_stolen_|_drained_|_breach_|被盗|攻击|黑客|해킹|_взлом|_hacklendi_"),
    (Act::Upgrade, "_upgrade|_unveils_|_debuts_|_integrat|_partnership_|升级|合作|업그레이드"),
    (
        Act::Price,
        "_price_|_prices_|_volume_|_volumes_|_market_cap_|_market_capitalization_|_surges_|_surged_|\
         _rallies_|_rally_|_dropped_below_|_crossed_the_|_traded_up_|_traded_down_|_bullish_on_|\
         _sell_targets_|_buy_around_|价格|跌破|突破|가격|_цена_|_курс_",
    ),
    (
        Act::Law,
        "_sentenced_|_sentence_|_lawsuit_|_court_|_forfeiture_|_seized_|_jail_|_prison_|_fraud_|_sec_|\
         _doj_|_charged_|_fined_|_regulator|_bill_|_imf_|监管|诉讼|_суд_",
    ),
    (
        Act::Funding,
        "_ipo_|_files_for_|_filed_for_|_nyse_|_nasdaq_|_raises_|_series_a_|_series_b_|_funding_round_|\
         _convertible_|融资|투자_유치",
    ),
    (Act::Treasury, "_treasury_|_holdings_|_acquires_|_acquisition_|_bitcoin_purchases_|_buys_bitcoin_|增持"),
];

/// Words that say how far things are.
const STAGES: &[(Stage, &str)] = &[
    (
        Stage::Open,
        "_is_now_open_|_now_open_|_now_live_|_is_live_|_are_live_|_are_open_|_has_opened_|_opens_claims_|\
         _claim_now_|_claims_open_|_have_started_|_has_started_|_claim_is_open_|_opens_claim_|\
         _opens_the_claim_|已开放|已开启|开放申领|开放领取|开放空投|正式上线|현재_진행",
    ),
    (
        Stage::Done,
        "_completes_|_completed_|_distributes_|_distributed_|_distribution_completed_|_has_distributed_|\
         _sold_out_|_closed_|_closes_|_concluded_|_concludes_|_finished_|_ended_|_has_ended_|_raised_|\
         _draws_|_taken_|_lottery_results_|完成|已完成|发放|已发放|结束|售罄|완료|завершен|_завершил|\
         _tamamla",
    ),
    (
        Stage::Delayed,
        "_delay|_delayed_|_postpone|_postponed_|_rescheduled_|_reschedule|_suspend|_put_off_|延迟|延遲|\
         推迟|延期|暂停|연기|_отлож|_перенес|_ertele|_aplaz|_adia|_hoãn_",
    ),
    (
        Stage::Changed,
        "_update_to_|_updates_to_|_sale_update_|_details_update_|_rate_set_|_further_|_airdrop_update_|\
         _extended_|_changes_to_|_re-issue|变更|更新|重新|补发|조정",
    ),
    (
        Stage::Cancelled,
        "_cancel|_canceled_|_called_off_|_calls_off_|_scraps_|_abandons_|_will_not_launch_|取消|취소|\
         _отмен|_iptal_",
    ),
];

/// What `completes` and `is now open` speak of when a listing stands beside it: "completes the lottery draw and will open
/// trading" announces the trading.
const ALWAYS_AHEAD: [Act; 3] = [Act::List, Act::Trade, Act::Premarket];

// === impl Acts ===

impl Acts {
    /// The acts of a flat text.
    pub(crate) fn of(flat: &str) -> Self {
        let mut stages = 0_u8;
        for (stage, phrases) in STAGES {
            if phrases.split('|').any(|p| flat.contains(p)) {
                stages |= 1 << *stage as u8;
            }
        }
        let own = if stages == 0 { 1 << Stage::Announced as u8 } else { stages };
        let lasting = 1 << Stage::Delayed as u8 | 1 << Stage::Cancelled as u8;
        let ahead = if stages & lasting != 0 { stages & lasting } else { 1 << Stage::Announced as u8 };
        let mut acts = Self::default();
        for (act, phrases) in PHRASES {
            if phrases.split('|').any(|p| flat.contains(p)) {
                acts.0[*act as usize] = if ALWAYS_AHEAD.contains(act) { ahead } else { own };
            }
        }
        acts.refine(flat);
        acts
    }

    /// What one word alone would mistake.
    fn refine(&mut self, flat: &str) {
        // "开启 X/USDT 现货交易" opens trading; "上线 X 现货交易" lists.
        let opened = flat
            .split_once("开启")
            .map(|(_, rest)| rest.split_once("交易").map_or(usize::MAX, |(gap, _)| gap.chars().count()));
        if opened.is_some_and(|gap| gap < 20) && !flat.contains("上线") {
            self.0[Act::Trade as usize] |= 1 << Stage::Announced as u8;
        }
        let other = self.has(Act::Premarket) || self.has(Act::Delist);
        if other && !flat.contains("现货") && !flat.contains("_spot_") && !flat.contains("_will_list_") {
            self.0[Act::List as usize] = 0;
        }
        // A network, a page or a portal that goes on line is not listed.
        if flat.contains("上线") && !flat.contains("交易") && (self.has(Act::Mainnet) || self.has(Act::Checker)) {
            self.0[Act::List as usize] = 0;
        }
        if self.has(Act::Delist) || self.has(Act::Funding) {
            self.0[Act::List as usize] = 0;
        }
        // A holders' programme is named with "airdrops" and "subscriptions", and is neither of them.
        if self.has(Act::Hodler) {
            self.0[Act::Airdrop as usize] = 0;
        }
    }

    pub(crate) fn has(&self, act: Act) -> bool {
        self.0[act as usize] != 0
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().all(|stages| *stages == 0)
    }

    /// An act is in both.
    pub(crate) fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(other.0).any(|(a, b)| *a != 0 && b != 0)
    }

    /// An act is in both at one stage.
    pub(crate) fn meets_at_stage(&self, other: &Self) -> bool {
        self.0.iter().zip(other.0).any(|(a, b)| a & b != 0)
    }

    /// Only acts of a launch: what a key of an event can be made of.
    pub(crate) fn of_launch(&self) -> Self {
        let mut launch = *self;
        launch.0[Act::Fork as usize + 1..].fill(0);
        launch
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_in_normal_form() {
        for (act, phrases) in PHRASES {
            assert_eq!(tge_text::Normal::text_of(phrases), *phrases, "{act:?}");
        }
    }

    #[test]
    fn acts_stand_with_their_stages() {
        for (flat, act, stage) in [
            ("_introducing_the_example_(exm)_token_sale_on_binance_launchpad_", Act::Sale, Stage::Announced),
            ("_ticket_claim_for_the_example_token_sale_is_now_open_", Act::Sale, Stage::Open),
            ("_binance_completes_example_lottery_draw_and_will_open_trading_for_exm_", Act::Sale, Stage::Done),
            ("_binance_completes_example_lottery_draw_and_will_open_trading_for_exm_", Act::Trade, Stage::Announced),
            ("_欧易关于上线_exm_example_现货交易的公告_", Act::List, Stage::Announced),
            ("_欧易关于开启_exm_/_usdt_现货交易的公告_", Act::Trade, Stage::Announced),
            ("_欧易关于_exm_现货交易延迟上线的公告_", Act::List, Stage::Delayed),
            ("_欧易关于完成发放_exm_空投币的公告_", Act::Airdrop, Stage::Done),
        ] {
            let acts = Acts::of(flat);
            assert!(acts.0[act as usize] & 1 << stage as u8 != 0, "{flat}: {acts:?}");
        }
        assert!(!Acts::of("_欧易关于_exm_盘前交易正式上线的公告_").has(Act::List));
        assert!(!Acts::of("_introducing_exm_on_binance_hodler_airdrops_").has(Act::Airdrop));
        assert!(Acts::of("_a_quiet_day_").is_empty());
    }
}
