//! Free values that an author wrote for templates.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Free values for templates; serialised as JSON text, since caches are not self-describing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Json(pub serde_json::Map<String, serde_json::Value>);

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&serde_json::to_string(&self.0).unwrap_or_default())
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Json, D::Error> {
        let text = String::deserialize(deserializer)?;
        serde_json::from_str(&text).map(Json).map_err(serde::de::Error::custom)
    }
}
