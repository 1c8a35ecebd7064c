//! The archive: its index, a year, a month.

use super::contract::view;
use super::headline::Desk;
use super::parts::{Common, HeadlineView};
use super::structured::{self, Listed};
use super::trail::{Step, Trail, trail};
use crate::base::UrlPath;
use crate::site::query::{ArchiveYears, NewestOf};
use crate::site::{List, Period, address};
use crate::theme::Ready;

view! {
    /// The archive: `archive.html`. The index has neither `year` nor `month`, a year has no `month`.
    pub struct ArchivePage {
        /// What every page has.
        #[flat]
        pub common: Common,
        /// The year of this page.
        pub year: Option<i16>,
        /// The month of this page, 1 to 12.
        pub month: Option<i8>,
        /// The first day of the month or year, for the `date` filter.
        pub first_day: Option<String>,
        /// Years with their months, newest first: all of them on the index, one on the page of a year, none on a month's.
        pub years: Vec<YearView>,
        /// Posts of the month, newest first; empty elsewhere.
        pub posts: Vec<HeadlineView> as Vec<Ready<HeadlineView>>,
        /// The nearest later month or year that has posts.
        pub newer: Option<PeriodView>,
        /// The nearest earlier one.
        pub older: Option<PeriodView>,
    }
}

view! {
    /// A year of the archive.
    pub struct YearView {
        /// The year.
        pub year: i16,
        /// Its page.
        pub url: String,
        /// How many posts.
        pub count: usize,
        /// Its months that have posts, newest first.
        pub months: Vec<PeriodView>,
    }
}

view! {
    /// A month or a year of the archive.
    pub struct PeriodView {
        /// Its first day, for the `date` filter.
        pub first_day: String,
        /// Its page.
        pub url: String,
        /// How many posts.
        pub count: usize,
    }
}

/// Builds a page of the archive.
pub fn build(desk: &Desk<'_>, period: Period, title: String) -> ArchivePage {
    let years = desk.reader.ask(ArchiveYears {});
    let url = address_of(desk, period);
    let (newer, older) = around(desk, &years, period);
    let (year, month) = match period {
        Period::All => (None, None),
        Period::Year(year) => (Some(year), None),
        Period::Month(year, month) => (Some(year), Some(month)),
    };
    let shown = |shown: i16| match period {
        Period::All => true,
        Period::Year(year) => shown == year,
        Period::Month(..) => false,
    };
    let posts = match period {
        Period::Month(year, month) => desk.reader.ask(NewestOf { list: List::Month(year, month), limit: usize::MAX }),
        Period::All | Period::Year(_) => Vec::new(),
    };
    let entries = match period {
        Period::Month(..) => structured::listed(desk, &posts),
        Period::All | Period::Year(_) => parts_of(desk, &years, period),
    };
    ArchivePage {
        common: structured::collection(desk, desk.common("archive", &url, title), &above(desk, period), &entries),
        year,
        month,
        first_day: year.map(|year| first_day(year, month.unwrap_or(1))),
        years: years
            .iter()
            .filter(|(year, _)| shown(*year))
            .map(|(year, months)| year_view(desk, *year, months))
            .collect(),
        posts: desk.headlines(&posts),
        newer,
        older,
    }
}

/// The address of a page of the archive, from the pattern of site.toml.
pub fn address_of(desk: &Desk<'_>, period: Period) -> UrlPath {
    let pattern = &desk.about.archive_pattern;
    match period {
        Period::All => desk.about.archive.clone().unwrap_or_else(UrlPath::root),
        Period::Year(year) => address::year(pattern, year),
        Period::Month(year, month) => address::month(pattern, year, month),
    }
}

/// The first day of a month.
pub fn first_day(year: i16, month: i8) -> String {
    format!("{year:04}-{month:02}-01")
}

/// The pages above a page of the archive.
fn above(desk: &Desk<'_>, period: Period) -> Trail {
    let language = &desk.about.language;
    match period {
        Period::All => trail(desk, language, &[]),
        Period::Year(_) => trail(desk, language, &[Step::Archive]),
        Period::Month(year, _) => {
            let (title, url) = (year.to_string(), address_of(desk, Period::Year(year)));
            trail(desk, language, &[Step::Archive, Step::Page(&title, &url)])
        }
    }
}

/// The years of the archive, or the months of a year.
fn parts_of(desk: &Desk<'_>, years: &[(i16, Vec<(i8, usize)>)], period: Period) -> Vec<Listed> {
    let listed = |title: String, period: Period| Listed { title, url: desk.absolute(&address_of(desk, period)) };
    match period {
        Period::All => years.iter().map(|(year, _)| listed(year.to_string(), Period::Year(*year))).collect(),
        Period::Year(own) | Period::Month(own, _) => years
            .iter()
            .filter(|(year, _)| *year == own)
            .flat_map(|(_, months)| months)
            .map(|(month, _)| listed(format!("{own:04}-{month:02}"), Period::Month(own, *month)))
            .collect(),
    }
}

fn year_view(desk: &Desk<'_>, year: i16, months: &[(i8, usize)]) -> YearView {
    YearView {
        year,
        url: desk.href(&address_of(desk, Period::Year(year))),
        count: months.iter().map(|(_, count)| count).sum(),
        months: months
            .iter()
            .map(|(month, count)| PeriodView {
                first_day: first_day(year, *month),
                url: desk.href(&address_of(desk, Period::Month(year, *month))),
                count: *count,
            })
            .collect(),
    }
}

/// The nearest later and earlier periods of the same kind that have posts.
fn around(
    desk: &Desk<'_>,
    years: &[(i16, Vec<(i8, usize)>)],
    period: Period,
) -> (Option<PeriodView>, Option<PeriodView>) {
    let view = |period: Period, year: i16, month: i8, count: usize| PeriodView {
        first_day: first_day(year, month),
        url: desk.href(&address_of(desk, period)),
        count,
    };
    let all: Vec<(Period, PeriodView)> = match period {
        Period::All => return (None, None),
        Period::Year(_) => years
            .iter()
            .map(|(year, months)| {
                let count = months.iter().map(|(_, count)| count).sum();
                (Period::Year(*year), view(Period::Year(*year), *year, 1, count))
            })
            .collect(),
        Period::Month(..) => years
            .iter()
            .flat_map(|(year, months)| months.iter().map(move |(month, count)| (*year, *month, *count)))
            .map(|(year, month, count)| {
                (Period::Month(year, month), view(Period::Month(year, month), year, month, count))
            })
            .collect(),
    };
    let Some(at) = all.iter().position(|(other, _)| *other == period) else { return (None, None) };
    let pick = |at: Option<usize>| at.and_then(|at| all.get(at)).map(|(_, view)| view.clone());
    (pick(at.checked_sub(1)), pick(Some(at + 1)))
}
