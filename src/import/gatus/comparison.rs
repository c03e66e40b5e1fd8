//! Secrets that an answer is compared with: they become variables in what is carried over.

use toml_edit::Value;

use crate::import::draft::Carried;
use crate::import::gatus::conditions::{Condition, Operand};
use crate::import::gatus::{body, glob};
use crate::import::interpolation::written;
use crate::import::json_path;
use crate::import::secrets::is_secret_entry;
use crate::import::variables::Variables;
use crate::text::suspicion::is_harmless;

/// `carried`, which `condition` of the target `owner` became, with a variable wherever it has
/// what the condition compares a secret with.
pub(super) fn hide(
    carried: &mut Carried,
    condition: &Condition,
    owner: &str,
    variables: &mut Variables,
) {
    let forms: Vec<String> = condition
        .compared()
        .into_iter()
        .filter(|text| is_secret_entry(&condition.left, text) && !is_harmless(text))
        .flat_map(|text| forms(&condition.right, text))
        .collect();
    let hint = format!("{owner} {}", name_of(&condition.left));
    for setting in carried.ways.iter_mut().flat_map(|way| &mut way.settings) {
        let Value::String(value) = &setting.value else { continue };
        let mut value = value.value().clone();
        for form in &forms {
            if value.contains(&written(form)) {
                let reference = written(&variables.secret(&hint, form));
                value = value.replace(&written(form), &reference);
            }
        }
        setting.value = Value::from(value);
    }
}

/// How `text` of `operand` may stand in a value of prober's, the longest first.
fn forms(operand: &Operand, text: &str) -> [String; 3] {
    match operand {
        Operand::Pattern(_) => [body::inside_quotes(text), glob::regex(text), text.to_owned()],
        Operand::Value(_) | Operand::Any(_) => {
            [glob::escaped(text), json_path::escaped(text), text.to_owned()]
        }
    }
}

/// The last name in a placeholder: `token` of `[BODY].user.token`.
fn name_of(placeholder: &str) -> &str {
    let inner = placeholder.trim_end_matches([')', ']']);
    inner.rsplit(['.', '[', '(']).next().unwrap_or(inner)
}
