//! The flags of `manchette serve`, with the names that other tools have taught.

use std::net::IpAddr;
use std::time::Duration;

/// Flags of `serve`.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct ServeArgs {
    /// The port; 0 takes any [default: 1111, or the next free one]
    #[arg(short, long, short_alias = 'P', value_name = "PORT", env = "MANCHETTE_PORT", hide_env_values = true)]
    pub port: Option<u16>,
    /// The address to listen on; 0.0.0.0 lets the whole network in
    #[arg(long, value_name = "ADDRESS", default_value = "localhost", short_aliases = ['i', 'H'])]
    #[arg(aliases = ["host", "interface"], value_parser = Bind::parse)]
    pub bind: Bind,
    /// Open the first page in a browser
    #[arg(short = 'O', long, aliases = ["openBrowser", "open-browser", "open-url"])]
    pub open: bool,
    /// Show exactly what `build` would publish: neither drafts nor posts to come
    #[arg(long)]
    pub published: bool,
    /// Look for changes so often instead of being told: 700, 700ms, 1s [default: 700ms]
    #[arg(long, value_name = "INTERVAL", num_args = 0..=1, require_equals = true, default_missing_value = "on")]
    #[arg(aliases = ["force-polling", "force_polling"], value_parser = Poll::parse)]
    #[arg(env = "MANCHETTE_POLL", hide_env_values = true)]
    pub poll: Option<Poll>,
    /// The editor that Alt-click opens, with {file}, {line} and {column} [default: $VISUAL, then $EDITOR]
    #[arg(long, value_name = "COMMAND", env = "MANCHETTE_EDITOR", hide_env_values = true)]
    pub editor: Option<String>,
    /// Show pages without the bar of the preview
    #[arg(long)]
    pub no_bar: bool,
    /// Another name under which the preview is asked for; once for each
    #[arg(long = "allowed-host", value_name = "HOST", aliases = ["allowed-hosts", "allowedHosts"])]
    pub allowed_hosts: Vec<String>,
}

/// Where to listen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Bind {
    /// On this machine, for itself alone.
    #[default]
    Here,
    /// At an address.
    At(IpAddr),
}

impl Bind {
    fn parse(text: &str) -> Result<Bind, String> {
        let plain = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
        match plain {
            "localhost" => Ok(Bind::Here),
            plain => plain.parse().map(Bind::At).map_err(|_| {
                "an address is wanted: localhost, 127.0.0.1, ::1, 0.0.0.0, or one that this machine has".to_owned()
            }),
        }
    }
}

impl std::fmt::Display for Bind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Bind::Here => f.write_str("localhost"),
            Bind::At(ip) => ip.fmt(f),
        }
    }
}

/// Whether a site is looked at again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Poll {
    /// No: the system tells.
    Off,
    /// Yes.
    Often,
    /// Yes, so often.
    Every(Duration),
}

/// Looking more often than that would only keep the machine warm.
const OFTENEST: Duration = Duration::from_millis(20);

impl Poll {
    fn parse(text: &str) -> Result<Poll, String> {
        let text = text.trim().to_ascii_lowercase();
        match text.as_str() {
            "" | "0" | "off" | "no" | "false" => return Ok(Poll::Off),
            // As other tools spell it in their variables.
            "1" | "on" | "yes" | "true" => return Ok(Poll::Often),
            _ => {}
        }
        let (number, unit) = match (text.strip_suffix("ms"), text.strip_suffix('s')) {
            (Some(number), _) => (number, 0.001),
            (None, Some(number)) => (number, 1.0),
            (None, None) => (text.as_str(), 0.001),
        };
        let interval =
            number.trim().parse::<f64>().ok().and_then(|number| Duration::try_from_secs_f64(number * unit).ok());
        match interval {
            Some(interval) if interval <= Duration::from_secs(3600) => Ok(Poll::Every(interval.max(OFTENEST))),
            _ => Err("a time is wanted: 700, 700ms, 1s".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::{Command, parse};
    use std::ffi::OsString;

    fn words(line: &str) -> Result<ServeArgs, String> {
        let parsed = parse(std::iter::once("manchette").chain(line.split_whitespace()).map(OsString::from));
        match parsed.map_err(|error| error.to_string())?.command {
            Command::Serve(args) => Ok(args),
            command => panic!("{line}: {command:?}"),
        }
    }

    fn serve(line: &str) -> ServeArgs {
        words(line).unwrap_or_else(|error| panic!("{line}: {error}"))
    }

    fn error(line: &str) -> String {
        words(line).unwrap_err()
    }

    #[test]
    fn a_preview_is_asked_for_in_every_tongue() {
        for line in ["serve -p 4000", "server --port 4000", "dev -P 4000", "s --port=4000", "preview -p4000"] {
            assert_eq!(serve(line).port, Some(4000), "{line}");
        }
        for line in ["serve --bind 0.0.0.0", "serve --host 0.0.0.0", "serve -i 0.0.0.0", "serve --interface 0.0.0.0"] {
            assert_eq!(serve(line).bind.to_string(), "0.0.0.0", "{line}");
        }
        for line in ["serve -O", "serve --open", "serve --openBrowser", "serve --open-browser"] {
            assert!(serve(line).open, "{line}");
        }
        assert_eq!((serve("serve").bind, serve("serve").poll), (Bind::Here, None));
        assert_eq!(serve("serve --bind [::1]").bind, Bind::At("::1".parse().unwrap()));
        assert!(error("serve --bind box.lan").contains("an address is wanted"));
        assert!(error("serve --fast").contains("always right"));
        assert!(error("serve --disableLiveReload").contains("nothing to turn off"));
    }

    #[test]
    fn intervals_are_read_as_they_are_typed() {
        let poll = |text: &str| serve(&format!("serve {text}")).poll;
        let every = |milliseconds| Some(Poll::Every(Duration::from_millis(milliseconds)));
        assert_eq!(poll("--poll"), Some(Poll::Often));
        assert_eq!(poll("--force-polling"), Some(Poll::Often));
        assert_eq!(poll("--force_polling"), Some(Poll::Often));
        assert_eq!(poll("--poll=700"), every(700));
        assert_eq!(poll("--poll=700ms"), every(700));
        assert_eq!(poll("--poll=1s"), every(1000));
        assert_eq!(poll("--poll=0.5s"), every(500));
        assert_eq!(poll("--poll=2"), every(20));
        assert_eq!(poll("--poll=0"), Some(Poll::Off));
        assert_eq!(Poll::parse("true"), Ok(Poll::Often));
        for text in ["soon", "-1", "inf", "NaN", "1e99", "1h"] {
            assert!(Poll::parse(text).is_err(), "{text}");
        }
    }
}
