//! The secrets of a URL, taken out of what is written into probes.toml.

use super::NewTarget;
use crate::model::secret::Secret;
use crate::text::address::secret_parts;
use crate::text::numbered::numbered;
use crate::text::variable_name::variable_name;

/// A variable that a target refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewVariable {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Secret,
}

impl NewTarget {
    /// The same target with references in place of the secrets of its URL, and the variables
    /// for them. `fits` says whether a variable of that name may have that value: one that
    /// has another is left alone. A part with a reference in it stays as it is.
    ///
    /// ```
    /// use prober::authoring::NewTarget;
    /// let target = NewTarget::new("nas", "https://me:pw@nas.example/?token=x");
    /// let (target, variables) = target.without_secrets(|name, _| name != "NAS_TOKEN");
    /// assert_eq!(target.url, "https://${NAS_USERINFO}@nas.example/?token=${NAS_TOKEN_2}");
    /// assert_eq!(variables[0].value.expose(), "me:pw");
    /// ```
    #[must_use]
    pub fn without_secrets(self, fits: impl Fn(&str, &str) -> bool) -> (Self, Vec<NewVariable>) {
        let mut variables: Vec<NewVariable> = Vec::new();
        let (mut url, mut done) = (String::new(), 0);
        for part in secret_parts(&self.url) {
            let written = &self.url[part.place.clone()];
            if written.contains("${") {
                continue;
            }
            // In the file, two dollar signs are one.
            let value = written.replace("$$", "$");
            let may_be = |name: &String| {
                let new = variables.iter().find(|variable| variable.name == *name);
                new.map_or_else(|| fits(name, &value), |new| new.value.expose() == value)
            };
            let name = free_variable(&format!("{} {}", self.name, part.what), may_be);
            url += &self.url[done..part.place.start];
            url += &format!("${{{name}}}");
            done = part.place.end;
            if variables.iter().all(|variable| variable.name != name) {
                variables.push(NewVariable { name, value: Secret::new(value) });
            }
        }
        url += &self.url[done..];
        (Self { url, ..self }, variables)
    }
}

/// The name for what is called `hint`, or the first of those with a number, that may be taken.
fn free_variable(hint: &str, may_be: impl Fn(&String) -> bool) -> String {
    numbered(&variable_name(hint), '_').find(may_be).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(url: &str) -> (String, Vec<(String, String)>) {
        let (target, variables) = NewTarget::new("nas", url).without_secrets(|_, _| true);
        let pair = |it: NewVariable| (it.name, it.value.expose().to_owned());
        (target.url, variables.into_iter().map(pair).collect())
    }

    #[test]
    fn each_secret_of_a_url_becomes_a_variable() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        for (url, left, expected) in [
            ("https://a.example/x?a=1", "https://a.example/x?a=1", vec![]),
            (
                "https://ntfy.sh/my-topic",
                "${NAS_URL}",
                vec![pair("NAS_URL", "https://ntfy.sh/my-topic")],
            ),
            (
                "http://me:p$$w@a.example",
                "http://${NAS_USERINFO}@a.example",
                vec![pair("NAS_USERINFO", "me:p$w")],
            ),
            (
                "http://a.example/?key=${KEY}&sig=x",
                "http://a.example/?key=${KEY}&sig=${NAS_SIG}",
                vec![pair("NAS_SIG", "x")],
            ),
            (
                "http://a.example/?key=x&key=x",
                "http://a.example/?key=${NAS_KEY}&key=${NAS_KEY}",
                vec![pair("NAS_KEY", "x")],
            ),
        ] {
            assert_eq!(hidden(url), (left.to_owned(), expected), "{url}");
        }
        let two = hidden("http://a.example/?key=x&key=y");
        assert_eq!(two.0, "http://a.example/?key=${NAS_KEY}&key=${NAS_KEY_2}");
        assert_eq!(two.1, [pair("NAS_KEY", "x"), pair("NAS_KEY_2", "y")]);
    }
}
