//! What pages show: from the answers of the site to typed views that templates print.
//!
//! One file per kind of page. A view is plain data, finished when it is born; nothing here knows Tera, files or how
//! bytes are written.

pub mod archive;
pub mod contract;
pub mod feed;
pub mod headline;
pub mod home;
pub mod library;
pub mod link;
pub mod locale;
pub mod not_found;
pub mod page;
pub mod parts;
pub mod post;
pub mod shelf;
pub mod site;
pub mod source;
pub mod structured;
pub mod topic;
pub mod trail;

use contract::Description;

/// All views that templates get, in the order of the manual.
pub const VIEWS: &[Description] = &[
    parts::SiteView::DESCRIPTION,
    parts::Common::DESCRIPTION,
    home::HomePage::DESCRIPTION,
    post::PostPage::DESCRIPTION,
    page::TextPage::DESCRIPTION,
    topic::TopicPage::DESCRIPTION,
    topic::TopicsPage::DESCRIPTION,
    source::SourcePage::DESCRIPTION,
    source::SourcesPage::DESCRIPTION,
    archive::ArchivePage::DESCRIPTION,
    not_found::NotFoundPage::DESCRIPTION,
    parts::HeadlineView::DESCRIPTION,
    parts::CitationView::DESCRIPTION,
    parts::ViaView::DESCRIPTION,
    parts::TopicLinkView::DESCRIPTION,
    topic::TopicSummaryView::DESCRIPTION,
    source::SourceSummaryView::DESCRIPTION,
    archive::YearView::DESCRIPTION,
    archive::PeriodView::DESCRIPTION,
    parts::AuthorView::DESCRIPTION,
    parts::PictureView::DESCRIPTION,
    parts::DateView::DESCRIPTION,
    parts::NoteView::DESCRIPTION,
    parts::UpdateView::DESCRIPTION,
    parts::HeadingView::DESCRIPTION,
    parts::LinkView::DESCRIPTION,
    parts::FeedLinkView::DESCRIPTION,
    parts::PagerView::DESCRIPTION,
];
