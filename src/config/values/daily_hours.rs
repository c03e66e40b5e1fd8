//! The hours in which a channel is told: `"MON-FRI 07:00-23:00"`.

use schemars::{Schema, json_schema};

use crate::config::toml::text::Text;
use crate::config::toml::value_type::TextType;
use crate::model::daily_hours::DailyHours;

impl TextType for DailyHours {
    type Value = Self;

    const NAME: &'static str = "range of hours";
    const EXPECTED: &'static str = "hours such as \"07:00-23:00\", with days before them such as \"MON-FRI 07:00-23:00\" or \"SAT,SUN 09:00-24:00\"";

    fn from_text(text: &Text) -> Result<Self, Option<String>> {
        text.value.parse().map_err(Some)
    }

    fn schema() -> Schema {
        let time = "([01]?[0-9]|2[0-4]):[0-5][0-9]";
        let day = "[A-Za-z]{3}";
        let days = format!("{day}(-{day})?(,{day}(-{day})?)*");
        json_schema!({
            "type": "string",
            "pattern": format!(r"^\s*({days}\s+)?{time}-{time}\s*$|\$\{{"),
            "examples": ["07:00-23:00", "MON-FRI 07:00-23:00", "SAT,SUN 09:00-24:00"],
        })
    }
}
