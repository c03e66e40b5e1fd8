//! What a server of gRPC says of its health.

use schemars::{Schema, json_schema};

use crate::config::toml::text::Text;
use crate::config::toml::value_type::TextType;
use crate::model::target::GrpcHealth;
use crate::text::nearest::nearest;

impl TextType for GrpcHealth {
    type Value = Self;

    const NAME: &'static str = "health of a service";
    const EXPECTED: &'static str =
        "one of \"SERVING\", \"NOT_SERVING\", \"SERVICE_UNKNOWN\" and \"UNKNOWN\"";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        let is_it = |health: &Self| health.name().eq_ignore_ascii_case(&text.value);
        Self::ALL.into_iter().find(is_it).ok_or_else(|| {
            let near = nearest(&text.value.to_ascii_uppercase(), Self::ALL.map(Self::name));
            near.map(|near| format!("did you mean `{near}`?"))
        })
    }

    fn schema() -> Schema {
        let names = Self::ALL.map(Self::name);
        json_schema!({ "anyOf": [{ "enum": names }, { "type": "string", "pattern": "\\$\\{" }] })
    }
}
