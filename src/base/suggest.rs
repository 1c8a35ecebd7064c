//! "Did you mean": the nearest of the names that would have been right.

/// The candidate nearest to `given`, if one is near enough to be meant.
pub fn nearest<'a>(given: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = given.to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| {
            let lower = candidate.to_lowercase();
            let contained =
                lower.len() >= 4 && wanted.len() >= 4 && (lower.starts_with(&wanted) || wanted.starts_with(&lower));
            let score = strsim::jaro_winkler(&wanted, &lower) + if contained { 0.1 } else { 0.0 };
            let close = strsim::damerau_levenshtein(&wanted, &lower) <= 1 + wanted.chars().count() / 4;
            (candidate, score, close)
        })
        .filter(|(_, score, close)| *close || *score > 0.88)
        .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(a.0)))
        .map(|(candidate, ..)| candidate)
}

/// `did you mean `x`?`, or the list of what there is when nothing is near and the list is short.
pub fn help(given: &str, candidates: &[&str]) -> Option<String> {
    match nearest(given, candidates.iter().copied()) {
        Some(candidate) => Some(format!("did you mean `{candidate}`?")),
        None if candidates.is_empty() => None,
        None if candidates.len() <= 30 => Some(format!("known here: {}", candidates.join(", "))),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_finger_find_their_name() {
        let keys = ["title", "date", "source", "tags", "description"];
        for (typed, meant) in [("titel", "title"), ("tag", "tags"), ("Source", "source"), ("descripton", "description")]
        {
            assert_eq!(nearest(typed, keys), Some(meant), "{typed}");
        }
        assert_eq!(nearest("zzz", keys), None);
    }
}
