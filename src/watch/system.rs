//! What the system says of itself: whether a folder is on a disk that tells of changes, and whether the machine slept.

#![expect(clippy::disallowed_methods, reason = "part of the door: the wall's clock tells of sleep")]

use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

/// How far the wall's clock may run ahead of the steady one before somebody must have slept.
const SLEPT: Duration = Duration::from_secs(5);

/// Notices that the machine slept: the steady clock stood still meanwhile.
pub(super) struct Sleep {
    last: (Instant, SystemTime),
}

impl Sleep {
    pub(super) fn new() -> Sleep {
        Sleep { last: (Instant::now(), SystemTime::now()) }
    }

    /// Whether the machine slept since the last look.
    pub(super) fn look(&mut self) -> bool {
        self.look_at(Instant::now(), SystemTime::now())
    }

    fn look_at(&mut self, steady: Instant, wall: SystemTime) -> bool {
        let (last_steady, last_wall) = std::mem::replace(&mut self.last, (steady, wall));
        let passed = steady.saturating_duration_since(last_steady);
        wall.duration_since(last_wall).is_ok_and(|by_wall| by_wall.saturating_sub(passed) > SLEPT)
    }
}

/// Whether a file is there that was made not so long ago.
pub(super) fn is_fresh(file: &Path, age: Duration) -> bool {
    let modified = std::fs::metadata(file).and_then(|metadata| metadata.modified());
    modified.is_ok_and(|modified| SystemTime::now().duration_since(modified).is_ok_and(|passed| passed < age))
}

/// The name of the file system that a folder is on, if it may not tell of changes that others make.
#[cfg(target_os = "linux")]
pub(super) fn mute_file_system(folder: &Path) -> Option<&'static str> {
    let kind = rustix::fs::statfs(folder).ok()?.f_type;
    name_of(u64::try_from(kind).ok()?)
}

/// By the numbers of statfs(2).
#[cfg(target_os = "linux")]
fn name_of(kind: u64) -> Option<&'static str> {
    Some(match kind {
        0x6969 => "nfs",
        0x517B => "smb",
        0xFF53_4D42 => "cifs",
        0xFE53_4D42 => "smb2",
        0x0102_1997 => "9p",
        0x6573_5546 => "fuse",
        0x786F_4256 => "vboxsf",
        _ => return None,
    })
}

/// Other systems do not say.
#[cfg(not(target_os = "linux"))]
pub(super) fn mute_file_system(_: &Path) -> Option<&'static str> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sleep_is_what_the_steady_clock_does_not_count() {
        let mut sleep = Sleep::new();
        let (steady, wall) = sleep.last;
        let after = |steady_seconds, wall_seconds| {
            (steady + Duration::from_secs(steady_seconds), wall + Duration::from_secs(wall_seconds))
        };
        for ((steady, wall), is_sleep) in [
            (after(10, 10), false),
            (after(11, 15), false),
            (after(12, 3600), true),
            (after(13, 3601), false),
            (after(14, 60), false),
            (after(20, 70), false),
        ] {
            assert_eq!(sleep.look_at(steady, wall), is_sleep);
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn disks_that_others_write_to_are_known() {
        assert_eq!([0x0102_1997, 0x6573_5546, 0xEF53].map(name_of), [Some("9p"), Some("fuse"), None]);
        assert_eq!(mute_file_system(Path::new("/proc")), None);
    }
}
