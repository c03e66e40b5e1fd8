//! The state of reading one file: its source, its variables, what is wrong with
//! it, and what must not be shown.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::net::Ipv6Addr;

use toml::Spanned;
use toml::de::DeValue;

use crate::config::sources::STORED;
use crate::config::toml::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::config::toml::limits::{Budget, Exhausted, LONGEST_TEXT, MEMORY, MOST_LACKS, OVERHEAD};
use crate::config::toml::masking::Masking;
use crate::config::toml::text::{self, ExpandError, Text};
use crate::config::toml::vocabulary::Vocabulary;
use crate::model::detail::LackDetail;
use crate::model::pattern::Pattern;
use crate::text::suspicion::is_conventional;

/// A secret that is missing here, or a file; it may exist where prober runs.
pub(in crate::config) struct Lack {
    /// The place of the table that needs it, if that can be off by itself.
    pub(in crate::config) owner: Option<Span>,
    /// Whether it is a file.
    pub(in crate::config) is_file: bool,
    /// What is missing.
    pub(in crate::config) why: LackDetail,
    /// The same, and where it is referred to.
    pub(in crate::config) diagnostic: Diagnostic,
}

/// Reads values, and collects what is found on the way.
pub(in crate::config) struct Reader<'a> {
    source: &'a str,
    env: &'a dyn Fn(&str) -> Option<String>,
    /// What the whole file may say.
    pub(in crate::config) vocabulary: Vocabulary,
    /// What is wrong so far.
    pub(in crate::config) diagnostics: Diagnostics,
    /// The places that must not be shown.
    pub(in crate::config) masked: Vec<Span>,
    /// The values of the variables that were expanded: each may be a secret.
    pub(in crate::config) variables: BTreeSet<String>,
    /// What is missing.
    pub(in crate::config) lacks: Vec<Lack>,
    /// The memory that is left for what is read.
    pub(in crate::config) budget: Budget,
    /// The regular expressions that were read, by their texts.
    pub(in crate::config) patterns: HashMap<String, Pattern>,
    /// The memory that they take, however many share them.
    pub(in crate::config) shared: usize,
    /// The memory that each target takes because of `[defaults]`.
    pub(in crate::config) repeated: usize,
    /// Whether the table that is read has a key for a credential.
    pub(in crate::config) is_guarded: bool,
}

impl<'a> Reader<'a> {
    /// Reads the text `source`, with the variables of `env`.
    pub(in crate::config) fn new(
        source: &'a str,
        env: &'a dyn Fn(&str) -> Option<String>,
        vocabulary: Vocabulary,
    ) -> Self {
        let (diagnostics, masked) = (Diagnostics::default(), Vec::new());
        let (variables, budget) = (BTreeSet::new(), Budget::new());
        let (lacks, patterns) = (Vec::new(), HashMap::new());
        let (shared, repeated) = (0, 0);
        Self {
            source,
            env,
            vocabulary,
            diagnostics,
            masked,
            variables,
            lacks,
            budget,
            patterns,
            shared,
            repeated,
            is_guarded: false,
        }
    }

    /// Adds `diagnostic`.
    pub(in crate::config) fn report(&self, diagnostic: Diagnostic) {
        self.diagnostics.report(diagnostic);
    }

    /// Reports that `value` has another type than `expected`.
    pub(in crate::config) fn report_type(
        &mut self,
        value: &Spanned<DeValue<'_>>,
        expected: &str,
        label: impl Into<String>,
    ) {
        if self.is_guarded && !is_a_number(value.get_ref()) {
            self.mask(value, Masking::All);
        }
        let title = format!("expected {expected}, found {}", type_name(value.get_ref()));
        self.report(Diagnostic::new(value.span(), title, label));
    }

    /// Expands the variables of the string `raw`, whose token is at `span`.
    pub(in crate::config) fn expand(&mut self, raw: &str, span: &Span) -> Option<Text> {
        self.expand_with(raw, span, false, |diagnostic, _| diagnostic)
    }

    /// The same, but reports what `advise` returns for a diagnostic. A name in the place of
    /// a secret is shown only if it is like that of a variable.
    fn expand_with(
        &mut self,
        raw: &str,
        span: &Span,
        is_secret: bool,
        advise: impl FnOnce(Diagnostic, &ExpandError) -> Diagnostic,
    ) -> Option<Text> {
        match self.expanded(raw) {
            Ok(text) => {
                self.spend(text.value.len() + text.shown.len() + OVERHEAD, span)?;
                Some(text)
            }
            Err(ExpandError::Unset(name, place)) if is_secret && !is_conventional(&name) => {
                let diagnostic = unnamed(self.place_in(span, &raw[place]));
                self.lack(LackDetail::UnnamedVariable {}, diagnostic);
                None
            }
            Err(error) => {
                let diagnostic = advise(self.unexpanded(&error, raw, span), &error);
                match error {
                    ExpandError::Unset(name, _) => {
                        self.lack(LackDetail::Variable { name }, diagnostic);
                    }
                    ExpandError::Malformed(_)
                    | ExpandError::Forbidden(..)
                    | ExpandError::TooLong => self.report(diagnostic),
                }
                None
            }
        }
    }

    /// Adds something that is missing, unless there is enough of it.
    pub(in crate::config) fn lack(&mut self, why: LackDetail, diagnostic: Diagnostic) {
        if self.lacks.len() < MOST_LACKS {
            self.lacks.push(Lack { owner: None, is_file: false, why, diagnostic });
        } else {
            self.report(diagnostic);
        }
    }

    /// Reads the table at `owner`, which can be off alone: if something in it is
    /// missing, only this table lacks it.
    pub(in crate::config) fn owned<R>(
        &mut self,
        owner: &Span,
        read: impl FnOnce(&mut Self) -> R,
    ) -> R {
        let before = self.lacks.len();
        let result = read(self);
        for lack in &mut self.lacks[before..] {
            lack.owner.get_or_insert_with(|| owner.clone());
        }
        result
    }

    /// Takes `bytes` of memory for the value at `span`. If there is not enough,
    /// returns `None` and reports that once.
    pub(in crate::config) fn spend(&mut self, bytes: usize, span: &Span) -> Option<()> {
        match self.budget.spend(bytes) {
            Ok(()) => Some(()),
            Err(Exhausted::Before) => None,
            Err(Exhausted::Now) => {
                self.report(Self::too_much(span));
                None
            }
        }
    }

    /// The diagnostic for a file that takes too much memory.
    pub(in crate::config) fn too_much(span: &Span) -> Diagnostic {
        let title = format!("the file asks for more than {} MiB of memory", MEMORY >> 20);
        let label = "here, together with all before: take out some of it";
        Diagnostic::new(span.clone(), title, label)
    }

    /// Reads the secret `raw`: the stored value if it is a reference to one,
    /// otherwise the string with its variables expanded.
    pub(in crate::config) fn secret(&mut self, raw: &str, span: &Span) -> Option<Text> {
        if !raw.starts_with(STORED) {
            return self.expand_with(raw, span, true, suggest_storing);
        }
        let value = (self.env)(raw);
        if value.is_none() {
            let why = LackDetail::Parameter { name: raw.to_owned() };
            let label = "needs that parameter in AWS SSM, and access to it";
            let diagnostic = Diagnostic::new(span.clone(), why.to_string(), label);
            self.lack(why, diagnostic);
        }
        let text = Text { value: value?, shown: raw.to_owned() };
        self.spend(text.value.len() + text.shown.len() + OVERHEAD, span)?;
        Some(text)
    }

    /// Reports if the `length` of the value at `span` is more than `most`.
    pub(in crate::config) fn check_length(
        &self,
        what: &str,
        length: usize,
        most: usize,
        span: &Span,
    ) -> Option<()> {
        if length <= most {
            return Some(());
        }
        let label = format!("at most {most} may stand here");
        self.report(Diagnostic::new(span.clone(), format!("too many {what}: {length}"), label));
        None
    }

    /// Expands `raw`, and keeps the values of the variables that are used.
    fn expanded(&mut self, raw: &str) -> Result<Text, ExpandError> {
        let (env, used) = (self.env, RefCell::new(BTreeSet::new()));
        let lookup = |name: &str| {
            let value = env(name)?;
            used.borrow_mut().insert(value.clone());
            Some(value)
        };
        let expanded = text::expand(raw, &lookup);
        self.variables.append(&mut used.into_inner());
        expanded
    }

    fn unexpanded(&self, error: &ExpandError, raw: &str, span: &Span) -> Diagnostic {
        match error {
            ExpandError::Unset(name, place) => Diagnostic::new(
                self.place_in(span, &raw[place.clone()]),
                format!("the environment variable `{name}` is not set"),
                format!("set `{name}`, or write a default: `${{{name}:-…}}`"),
            ),
            ExpandError::Malformed(place) => Diagnostic::new(
                self.place_in(span, &raw[place.clone()]),
                "this is not a reference to an environment variable",
                "write `${NAME}` or `${NAME:-default}`; a dollar sign itself is `$$`",
            ),
            ExpandError::Forbidden(name, place) => Diagnostic::new(
                self.place_in(span, &raw[place.clone()]),
                format!("the environment variable `{name}` cannot be referred to"),
                "is AWS's own: it may hold credentials; choose another name",
            ),
            ExpandError::TooLong => Diagnostic::new(
                span.clone(),
                "this text is too long",
                format!("must have at most {} KiB, with its variables", LONGEST_TEXT >> 10),
            ),
        }
    }

    /// The place of `part` within the token at `span`; the whole token if `part` is escaped there.
    fn place_in(&self, span: &Span, part: &str) -> Span {
        match self.source[span.clone()].find(part) {
            Some(at) => span.start + at..span.start + at + part.len(),
            None => span.clone(),
        }
    }

    /// Masks `value`, or everything in it, as far as `masking` says.
    pub(in crate::config) fn mask(&mut self, value: &Spanned<DeValue<'_>>, masking: Masking) {
        match (masking, value.get_ref()) {
            (Masking::Nothing, _) => {}
            (_, DeValue::Array(items)) => items.iter().for_each(|item| self.mask(item, masking)),
            // The span of a `[table]` is its header; its values are elsewhere.
            (_, DeValue::Table(table)) => table.values().for_each(|item| self.mask(item, masking)),
            (Masking::All, _) => self.masked.push(value.span()),
            (Masking::Credentials, _) => self.mask_credentials(&value.span()),
        }
    }

    /// Masks the keys of `value` and of everything in it: it stands where a secret belongs.
    pub(in crate::config) fn mask_keys(&mut self, value: &Spanned<DeValue<'_>>) {
        match value.get_ref() {
            DeValue::Array(items) => items.iter().for_each(|item| self.mask_keys(item)),
            DeValue::Table(table) => table.iter().for_each(|(key, item)| {
                self.masked.push(key.span());
                self.mask_keys(item);
            }),
            DeValue::String(_)
            | DeValue::Integer(_)
            | DeValue::Float(_)
            | DeValue::Boolean(_)
            | DeValue::Datetime(_) => {}
        }
    }

    /// Masks a URL's query, and the part between `://` and the last `@`. If the
    /// `@` was forgotten, it masks what is in the port's place, unless that is a
    /// port.
    fn mask_credentials(&mut self, span: &Span) {
        let token = &self.source[span.clone()];
        self.masked.extend(token.find('?').map(|query| span.start + query + 1..span.end));
        let scheme = token.find("://").map_or(0, |at| at + "://".len());
        let masked = match token.rfind('@') {
            Some(end) if scheme <= end => scheme..end,
            Some(end) => 0..end,
            None => match not_a_port(&token[scheme..]) {
                Some(port) => scheme + port.start..scheme + port.end,
                None => return,
            },
        };
        self.masked.push(span.start + masked.start..span.start + masked.end);
    }
}

/// The place of what follows the host in `authority`, if that is not a port.
fn not_a_port(authority: &str) -> Option<Span> {
    let host = authority.rfind(']').unwrap_or(0);
    let start = host + authority[host..].find(':')? + 1;
    let port = &authority[start..];
    let end = port.find(['/', '?', '#', '"', '\'']).unwrap_or(port.len());
    let is_port = port[..end].bytes().all(|byte| byte.is_ascii_digit());
    let host = authority[..start + end].trim_matches(['"', '\'']);
    // The brackets of an IPv6 address were forgotten: it is no password.
    if host.parse::<Ipv6Addr>().is_ok() {
        return None;
    }
    (!is_port).then_some(start..start + port.len())
}

/// Whether `value` is neither a text nor holds one.
fn is_a_number(value: &DeValue<'_>) -> bool {
    match value {
        DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_) => {
            true
        }
        DeValue::String(_) | DeValue::Array(_) | DeValue::Table(_) => false,
    }
}

fn type_name(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// What is said of a variable that is not set, and whose name may be the secret itself.
fn unnamed(span: Span) -> Diagnostic {
    let title = LackDetail::UnnamedVariable {}.to_string();
    let label = "write the name of a variable, in capitals, so that it is shown: `${NAME}`";
    Diagnostic::new(span, title, label)
}

/// Adds advice to the `diagnostic` of a secret whose variable is not set: a function
/// on Lambda must get it from SSM, because the template sets few variables.
fn suggest_storing(diagnostic: Diagnostic, error: &ExpandError) -> Diagnostic {
    let ExpandError::Unset(name, _) = error else { return diagnostic };
    let key = name.to_lowercase().replace('_', "-");
    diagnostic.help(format!(
        "on AWS, keep the whole value in SSM, and write where: `\"{STORED}prober/{key}\"`"
    ))
}
