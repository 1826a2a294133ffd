//! What happens, to whose token, when and where: the fields of a launch.

pub(crate) mod dates;
pub(crate) mod fields;
pub(crate) mod names;
pub(crate) mod terms;
pub(crate) mod tickers;
