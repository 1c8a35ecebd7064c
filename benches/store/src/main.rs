//! What it costs to keep what builds remember: an embedded store, one file that is rewritten whole, or an append-only
//! file of articles with an index.
//!
//!     manchette-store-comparison FOLDER [ARTICLES …]
//!
//! Makes its records itself, works in a new folder below FOLDER and removes it. Everything runs on one thread, so that
//! CPU time tells of the store alone. Prints one Markdown table for each number of articles, and what becomes of
//! flipped bits. Never looks at a real cache.
#![allow(clippy::disallowed_methods, reason = "a program that measures the disk uses the disk")]

mod append;
mod embedded;
mod records;
mod whole;

use records::Record;
use std::error::Error;
use std::fs;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How often each thing is measured; the median counts.
const RUNS: usize = 3;
/// How many articles are read where a few are.
const FEW: usize = 50;
/// How many changes stand between the two sizes.
const CHANGES: usize = 100;
/// How many bits are flipped, one at a time, and in a store of how many articles.
const FLIPS: usize = 400;
const FLIPPED_ARTICLES: usize = 1000;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// A way to keep records in a folder. Every call opens the store and closes it, as every build does.
trait Store {
    /// What the table calls it.
    fn name(&self) -> &'static str;

    /// Writes everything into an empty folder.
    fn write(&self, folder: &Path, records: &[Record]) -> Outcome<()>;

    /// Reads everything, as far as it is whole.
    fn read(&self, folder: &Path) -> Outcome<Vec<Record>>;

    /// Reads all that is small: what every build must know. How many records that are.
    fn read_small(&self, folder: &Path) -> Outcome<usize>;

    /// Reads some articles.
    fn read_few(&self, folder: &Path, keys: &[&str]) -> Outcome<usize>;

    /// Takes a new version of one record.
    fn change(&self, folder: &Path, record: &Record) -> Outcome<()>;

    /// Whether many changes make it larger than one.
    fn grows(&self) -> bool;
}

/// How long something took.
#[derive(Clone, Copy)]
struct Cost {
    cpu: Duration,
    wall: Duration,
}

/// The row of a store.
struct Row {
    name: &'static str,
    costs: Vec<Cost>,
    sizes: Range<u64>,
}

fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("name a folder to work in")?).join("store-comparison");
    let mut counts = arguments.map(|count| count.parse()).collect::<Result<Vec<usize>, _>>()?;
    if counts.is_empty() {
        counts = vec![10_000, 100_000];
    }
    for count in counts {
        print(count, &compare(&folder, &records::make(count))?);
    }
    println!(
        "\n| {FLIPS} bits flipped, {FLIPPED_ARTICLES} articles | no harm | records lost | how many, mean | wrong records | panics |"
    );
    println!("|---|---|---|---|---|---|");
    let records = records::make(FLIPPED_ARTICLES);
    for store in stores() {
        println!("{}", flip(&*store, &folder, &records)?);
    }
    Ok(fs::remove_dir_all(&folder)?)
}

fn stores() -> Vec<Box<dyn Store>> {
    use embedded::{Checks, Embedded};
    vec![
        Box::new(Embedded { is_durable: true, checks: Checks::None }),
        Box::new(Embedded { is_durable: false, checks: Checks::None }),
        Box::new(Embedded { is_durable: false, checks: Checks::EachRecord }),
        Box::new(Embedded { is_durable: false, checks: Checks::All }),
        Box::new(whole::Whole),
        Box::new(append::Append { is_synced: false }),
        Box::new(append::Append { is_synced: true }),
    ]
}

// ------------------------------------------------------------------------------------------------ times and sizes

/// Measures every store. The stores take turns, so that a slow minute hits all of them.
fn compare(folder: &Path, records: &[Record]) -> Outcome<Vec<Row>> {
    let stores = stores();
    let mut runs: Vec<Vec<Vec<Cost>>> = stores.iter().map(|_| Vec::new()).collect();
    let mut sizes = vec![0..0; stores.len()];
    for _ in 0..RUNS {
        for (at, store) in stores.iter().enumerate() {
            empty(folder)?;
            runs[at].push(measure(&**store, folder, records)?);
            sizes[at] = growth(&**store, folder, records, sizes[at].clone())?;
        }
    }
    let rows = stores.iter().zip(&runs).zip(sizes).map(|((store, runs), sizes)| Row {
        name: store.name(),
        costs: (0..runs[0].len()).map(|what| median(runs, what)).collect(),
        sizes,
    });
    Ok(rows.collect())
}

/// The sizes of a store before and after some changes; once is enough.
fn growth(store: &dyn Store, folder: &Path, records: &[Record], known: Range<u64>) -> Outcome<Range<u64>> {
    if known.end > 0 {
        return Ok(known);
    }
    let before = size(folder)?;
    for number in 0..if store.grows() { CHANGES } else { 1 } {
        store.change(folder, &records[number * 37 % records.len()].changed(number))?;
    }
    Ok(before..size(folder)?)
}

fn measure(store: &dyn Store, folder: &Path, records: &[Record]) -> Outcome<Vec<Cost>> {
    let step = records.len() / FEW;
    let few: Vec<&str> = records.iter().step_by(step).take(FEW).map(|record| record.key.as_str()).collect();
    let changed = records[records.len() / 2].changed(0);
    let costs = vec![
        cost(|| store.write(folder, records))?.1,
        expect(records.len(), cost(|| Ok(store.read(folder)?.len()))?)?,
        expect(records.len(), cost(|| store.read_small(folder))?)?,
        expect(FEW, cost(|| store.read_few(folder, &few))?)?,
        cost(|| store.change(folder, &changed))?.1,
    ];
    Ok(costs)
}

fn expect(wanted: usize, (found, cost): (usize, Cost)) -> Outcome<Cost> {
    if found == wanted { Ok(cost) } else { Err(format!("{found} records instead of {wanted}").into()) }
}

fn cost<T>(work: impl FnOnce() -> Outcome<T>) -> Outcome<(T, Cost)> {
    let (cpu, wall) = (cpu_time(), Instant::now());
    let result = work()?;
    Ok((result, Cost { wall: wall.elapsed(), cpu: cpu_time().saturating_sub(cpu) }))
}

fn cpu_time() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::new(now.tv_sec.unsigned_abs(), u32::try_from(now.tv_nsec).unwrap_or(0))
}

fn median(runs: &[Vec<Cost>], what: usize) -> Cost {
    let of = |part: fn(&Cost) -> Duration| {
        let mut values: Vec<Duration> = runs.iter().map(|run| part(&run[what])).collect();
        values.sort();
        values[values.len() / 2]
    };
    Cost { cpu: of(|cost| cost.cpu), wall: of(|cost| cost.wall) }
}

fn size(folder: &Path) -> Outcome<u64> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.metadata()?.len())).sum()
}

fn empty(folder: &Path) -> Outcome<()> {
    if folder.is_dir() {
        fs::remove_dir_all(folder)?;
    }
    Ok(fs::create_dir_all(folder)?)
}

fn print(count: usize, rows: &[Row]) {
    println!(
        "\n| {count} articles, CPU / wall in ms | first write | read all | read what is small | read {FEW} | change one | MB, after {CHANGES} changes |"
    );
    println!("|---|---|---|---|---|---|---|");
    for row in rows {
        let ms = |time: Duration| format!("{:.1}", time.as_secs_f64() * 1e3);
        let costs: Vec<String> = row.costs.iter().map(|cost| format!("{} / {}", ms(cost.cpu), ms(cost.wall))).collect();
        let mb = |bytes: u64| bytes as f64 / 1e6;
        println!("| {} | {} | {:.1}, {:.1} |", row.name, costs.join(" | "), mb(row.sizes.start), mb(row.sizes.end));
    }
}

// ------------------------------------------------------------------------------------------------ flipped bits

/// What becomes of single flipped bits: nothing, records that are not there any more, or records that are given out and
/// are not what was written.
fn flip(store: &dyn Store, folder: &Path, records: &[Record]) -> Outcome<String> {
    empty(folder)?;
    store.write(folder, records)?;
    let whole: Vec<(PathBuf, Vec<u8>)> = fs::read_dir(folder)?
        .map(|entry| {
            let path = entry?.path();
            let bytes = fs::read(&path)?;
            Ok((path, bytes))
        })
        .collect::<Outcome<_>>()?;
    let total: usize = whole.iter().map(|(_, bytes)| bytes.len()).sum();
    let mut chance = records::Chance::new(7);
    let (mut harmless, mut lost, mut wrong, mut panicked) = (0, Vec::new(), 0, 0);
    std::panic::set_hook(Box::new(|_| {}));
    for _ in 0..FLIPS {
        let mut at = chance.below(total);
        for (path, bytes) in &whole {
            let mut bytes = bytes.clone();
            if at < bytes.len() {
                bytes[at] ^= 1 << chance.below(8);
            }
            at = at.wrapping_sub(bytes.len());
            fs::write(path, bytes)?;
        }
        match catch_unwind(AssertUnwindSafe(|| store.read(folder).unwrap_or_default())) {
            Err(_) => panicked += 1,
            Ok(read) if !read.iter().all(|record| is_as_written(record, records)) => wrong += 1,
            Ok(read) if read.len() < records.len() => lost.push(records.len() - read.len()),
            Ok(_) => harmless += 1,
        }
    }
    drop(std::panic::take_hook());
    let mean = lost.iter().sum::<usize>() as f64 / lost.len().max(1) as f64;
    Ok(format!("| {} | {harmless} | {} | {mean:.0} | {wrong} | {panicked} |", store.name(), lost.len()))
}

fn is_as_written(record: &Record, records: &[Record]) -> bool {
    let place = records.binary_search_by(|written| written.key.cmp(&record.key));
    place.is_ok_and(|at| records[at] == *record)
}
