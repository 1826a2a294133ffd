//! What may be known of a token on a day: how long it was spoken of, where it stands to its launch, and how it was found.

/// How long a ticker had been spoken of on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Age {
    /// Never or shortly, as far as a list can tell that is older than the document.
    Unheard,
    Never,
    Rare,
    Days10,
    Days30,
    Days90,
    Year,
    Old,
}

impl Age {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Age::Unheard => "unheard",
            Age::Never => "never",
            Age::Rare => "rare",
            Age::Days10 => "d10",
            Age::Days30 => "d30",
            Age::Days90 => "d90",
            Age::Year => "y1",
            Age::Old => "old",
        }
    }
}

/// What knowledge says of a token on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Standing {
    /// It launched about that day.
    Near,
    /// It launched later, or there was no token yet.
    Ahead,
    /// It launched some day of that year.
    ThatYear,
    /// It launched some weeks before.
    Weeks,
    /// It launched in the year before.
    Months,
    /// It launched more than a year before.
    Years,
}

impl Standing {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Standing::Near => "near",
            Standing::Ahead => "ahead",
            Standing::ThatYear => "that year",
            Standing::Weeks => "weeks",
            Standing::Months => "months",
            Standing::Years => "years",
        }
    }

    /// Whether such a token is nothing new.
    pub(crate) fn is_old(self) -> bool {
        self >= Standing::Weeks
    }
}

/// How a token of the text was found among the known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// Ticker and name agree.
    Both(Standing),
    /// The ticker, and no name is near; several may have it.
    Ticker(Standing),
    /// The name alone.
    Name(Standing),
    /// The ticker is another's: the name beside it is not known.
    Clash,
}

impl Found {
    /// How it was found, and what is known: the two halves of a label.
    pub(crate) fn names(self) -> [&'static str; 2] {
        match self {
            Found::Both(standing) => ["both:", standing.name()],
            Found::Ticker(standing) => ["ticker:", standing.name()],
            Found::Name(standing) => ["name:", standing.name()],
            Found::Clash => ["clash", ""],
        }
    }

    pub(crate) fn standing(self) -> Option<Standing> {
        match self {
            Found::Both(standing) | Found::Ticker(standing) | Found::Name(standing) => Some(standing),
            Found::Clash => None,
        }
    }
}
