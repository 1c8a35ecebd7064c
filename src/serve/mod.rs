//! Edge: the preview. The newest edition of a site, over HTTP, to the browsers of this machine.
//!
//! Another site cannot name us (`Host`), cannot ask in our name (`Origin`, `Sec-Fetch-Site`), cannot read what we answer (no
//! CORS, `Cross-Origin-Resource-Policy`), cannot learn from the channel (a number), and cannot leave the map: what is served
//! is a planned output, or one of our own pages. Nothing here writes anything.

mod answer;
mod body;
mod builder;
mod context;
mod editor;
mod events;
mod facts;
mod files;
mod guard;
mod http;
mod listing;
mod locate;
mod mark;
mod opening;
pub mod ours;
mod outgoing;
mod paced;
mod pages;
mod place;
mod problem;
mod redirects;
mod renewal;
mod reply;
mod state;
mod target;
mod trouble;
mod types;

pub use answer::{Answer, Ask, Body};
pub use builder::{Witness, run};
pub use context::Context;
pub use editor::Editor;
pub use guard::Doors;
pub use http::{Server, Serving, converse, serve};
pub use state::{Newest, State};
