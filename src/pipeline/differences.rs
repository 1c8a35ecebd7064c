//! How two answers differ, for people: the parts that changed, not the whole.

use serde_json::Value;
use std::collections::BTreeSet;

/// A part that two answers do not have in common.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Where it is: names of fields and numbers of elements, with dots between; empty for the answer as a whole.
    pub at: String,
    /// What was there; nothing if it is new.
    pub from: Option<Value>,
    /// What is there; nothing if it is gone.
    pub to: Option<Value>,
}

/// The parts that differ. Of two lists, what is only in one of them; their order, if that is all.
pub(super) fn differences(from: &Value, to: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare("", from, to, &mut found);
    found
}

fn compare(at: &str, from: &Value, to: &Value, found: &mut Vec<Difference>) {
    match (from, to) {
        (from, to) if from == to => {}
        (Value::Object(from), Value::Object(to)) => {
            for name in from.keys().chain(to.keys()).collect::<BTreeSet<_>>() {
                let at = below(at, name);
                match (from.get(name), to.get(name)) {
                    (Some(from), Some(to)) => compare(&at, from, to, found),
                    (from, to) => found.push(Difference { at, from: from.cloned(), to: to.cloned() }),
                }
            }
        }
        (Value::Array(from), Value::Array(to)) if are_records(from, to) => {
            for (number, (from, to)) in from.iter().zip(to).enumerate() {
                compare(&below(at, &number.to_string()), from, to, found);
            }
        }
        (Value::Array(from_list), Value::Array(to_list)) => {
            let before = found.len();
            let gone = from_list.iter().filter(|item| !to_list.contains(item));
            found.extend(gone.map(|item| Difference { at: at.to_owned(), from: Some(item.clone()), to: None }));
            let new = to_list.iter().filter(|item| !from_list.contains(item));
            found.extend(new.map(|item| Difference { at: at.to_owned(), from: None, to: Some(item.clone()) }));
            if found.len() == before {
                found.push(whole(at, from, to));
            }
        }
        _ => found.push(whole(at, from, to)),
    }
}

fn whole(at: &str, from: &Value, to: &Value) -> Difference {
    Difference { at: at.to_owned(), from: Some(from.clone()), to: Some(to.clone()) }
}

/// Whether two lists have the same things in them, element by element, as far as one can tell: as many, none of them plain.
fn are_records(from: &[Value], to: &[Value]) -> bool {
    let is_plain = |value: &Value| !value.is_object() && !value.is_array();
    from.len() == to.len() && !from.iter().chain(to).any(is_plain)
}

fn below(at: &str, name: &str) -> String {
    if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_what_differs_is_told() {
        let told = |from: Value, to: Value| -> Vec<String> {
            let shown = |value: Option<Value>| value.map_or("nothing".to_owned(), |value| value.to_string());
            let differences = differences(&from, &to).into_iter();
            differences.map(|found| format!("{}: {} {}", found.at, shown(found.from), shown(found.to))).collect()
        };
        assert_eq!(told(json!(3), json!(3)), [""; 0]);
        assert_eq!(told(json!(3), json!(4)), [": 3 4"]);
        assert_eq!(told(json!({"a": 1, "b": {"c": 2}}), json!({"a": 1, "b": {"c": 3}})), ["b.c: 2 3"]);
        assert_eq!(told(json!({"a": 1}), json!({"b": 1})), ["a: 1 nothing", "b: nothing 1"]);
        assert_eq!(told(json!(["x", "y"]), json!(["z", "x"])), [": \"y\" nothing", ": nothing \"z\""]);
        assert_eq!(told(json!(["x", "y"]), json!(["y", "x"])), [r#": ["x","y"] ["y","x"]"#]);
        assert_eq!(told(json!([{"n": 1}, {"n": 2}]), json!([{"n": 1}, {"n": 3}])), ["1.n: 2 3"]);
        assert_eq!(told(json!(null), json!({"n": 1})), [r#": null {"n":1}"#]);
    }
}
