//! What the errors of notify mean, and what people are told of them. Decides nothing.

use notify::{Error, ErrorKind};
use std::path::Path;

/// What the system has no more room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    /// Programs that listen.
    Programs,
    /// Folders that are listened to.
    Folders,
}

/// Whether an error says that the system has no more room for us.
pub(super) fn limit(error: &Error) -> Option<Limit> {
    match &error.kind {
        ErrorKind::MaxFilesWatch => Some(Limit::Folders),
        #[cfg(unix)]
        ErrorKind::Io(error) => match rustix::io::Errno::from_io_error(error)? {
            rustix::io::Errno::MFILE | rustix::io::Errno::NFILE => Some(Limit::Programs),
            rustix::io::Errno::NOSPC | rustix::io::Errno::NOMEM => Some(Limit::Folders),
            _ => None,
        },
        _ => None,
    }
}

/// What to say when the system does not tell of changes, for want of room or otherwise.
pub(super) fn exhaustion(error: &Error) -> String {
    let (what, setting, number) = match limit(error) {
        Some(Limit::Programs) => ("tells no more programs of changes", "fs.inotify.max_user_instances", 1024),
        Some(Limit::Folders) => ("tells of changes in no more folders", "fs.inotify.max_user_watches", 524_288),
        None => {
            let cause = cause(error);
            return format!(
                "the system does not tell of changes ({cause}), so the site is looked at every 0.7 s instead"
            );
        }
    };
    format!(
        "the system {what}, so the site is looked at every 0.7 s instead; `sudo sysctl {setting}={number}` makes room"
    )
}

/// What to say of folders that the system does not let us listen to.
pub(super) fn refusal(root: &Path, error: &Error) -> String {
    let path = error.paths.first().map(|path| path.strip_prefix(root).unwrap_or(path));
    let name = path.and_then(Path::to_str).filter(|path| !path.is_empty()).unwrap_or("the site's folder");
    format!("changes in `{name}` are not noticed: {}", cause(error))
}

/// The reason of an error, without its paths.
fn cause(error: &Error) -> String {
    match &error.kind {
        ErrorKind::Io(error) => error.to_string(),
        ErrorKind::Generic(reason) => reason.clone(),
        ErrorKind::PathNotFound => "there is no such folder".to_owned(),
        ErrorKind::WatchNotFound | ErrorKind::InvalidConfig(_) => "it was asked the wrong way".to_owned(),
        ErrorKind::MaxFilesWatch => "it has no more room".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;

    #[cfg(target_os = "linux")]
    #[test]
    fn what_is_said_of_a_limit_names_the_setting() {
        let of = |kind| exhaustion(&Error::new(kind));
        assert!(of(ErrorKind::MaxFilesWatch).contains("max_user_watches"));
        let instances = io::Error::from(rustix::io::Errno::MFILE);
        assert!(of(ErrorKind::Io(instances)).contains("max_user_instances"));
        assert!(of(ErrorKind::Generic("no luck".to_owned())).contains("(no luck)"));
    }

    #[test]
    fn a_folder_that_is_refused_is_named_from_the_root() {
        let refused = |path: &str| {
            let error = Error::io(io::ErrorKind::PermissionDenied.into()).add_path(path.into());
            refusal(Path::new("/home/claire/site"), &error)
        };
        assert_eq!(refused("/home/claire/site/content/x"), "changes in `content/x` are not noticed: permission denied");
        assert_eq!(refused("/home/claire/site"), "changes in `the site's folder` are not noticed: permission denied");
    }
}
