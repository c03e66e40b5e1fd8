//! Diagnostics: what is wrong, where, and what would be right; and how that is shown.

use std::cell::{Cell, RefCell};
use std::error::Error;
use std::fmt;
use std::ops::Range;
use std::path::Path;

use annotate_snippets::renderer::Renderer;
use annotate_snippets::{AnnotationKind, Level, Origin, Snippet, normalize_untrusted_str};

use crate::config::toml::limits::{MOST_COMPARED, MOST_DIAGNOSTICS};
use crate::text::one_line;
use crate::text::suspicion::{mask_quoted, mask_suspicious};

/// How a hint begins.
pub(in crate::config) const DID_YOU_MEAN: &str = "did you mean";

/// A range of bytes in the file.
pub(in crate::config) type Span = Range<usize>;

/// Lines longer than this many columns are cut around the annotation.
const WIDEST_LINE: usize = 140;

/// How many characters of the file's path are shown.
const LONGEST_PATH: usize = 500;

/// Whether a file with it can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Severity {
    /// The file cannot be used.
    Error,
    /// The file can be used, but may not mean what its owner thinks.
    Warning,
}

/// One thing that is wrong, or may be wrong, and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::config) struct Diagnostic {
    severity: Severity,
    span: Span,
    title: String,
    label: String,
    also: Option<(Span, String)>,
    help: Option<String>,
    /// Where it is in a file of which nothing is shown.
    unshown: Option<Unshown>,
}

/// A place in a file that may hold secrets in any line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Unshown {
    /// The number of the line, if it is not the file as a whole.
    line: Option<usize>,
}

impl Diagnostic {
    /// `title` says what is wrong; `label`, under the line, says what is allowed.
    pub(in crate::config) fn new(
        span: Span,
        title: impl Into<String>,
        label: impl Into<String>,
    ) -> Self {
        // They may quote the file, and so a secret.
        let [title, label] = [title.into(), label.into()].map(|text| mask_quoted(&text));
        Self {
            severity: Severity::Error,
            span,
            title,
            label,
            also: None,
            help: None,
            unshown: None,
        }
    }

    /// The same as a warning.
    pub(in crate::config) fn into_warning(self) -> Self {
        Self { severity: Severity::Warning, ..self }
    }

    /// A required key is missing; `span` is its table, or the key that needs it.
    pub(in crate::config) fn missing_key(name: &str, span: Span) -> Self {
        Self::new(span, format!("the key `{name}` is missing"), format!("needs `{name} = …`"))
    }

    /// Shows a second place, which conflicts with the first.
    pub(in crate::config) fn also(mut self, span: Span, label: impl Into<String>) -> Self {
        self.also = Some((span, label.into()));
        self
    }

    /// Adds a sentence that says what to do.
    pub(in crate::config) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The lines of `text` that are shown, and those between them: otherwise a
    /// long file would be searched from the start for each of a hundred diagnostics.
    pub(in crate::config) fn window(&self, text: &str) -> Span {
        let places = || self.also.iter().map(|(span, _)| span).chain([&self.span]);
        let start = places().map(|span| span.start).min().unwrap_or(0).min(text.len());
        let end = places().map(|span| first_line(span, text).end).max().unwrap_or(text.len());
        let start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        start..text[end..].find('\n').map_or(text.len(), |at| end + at + 1)
    }

    fn render(&self, path: &str, text: &str, renderer: &Renderer) -> String {
        if let Some(Unshown { line }) = self.unshown {
            let origin = line.map_or(Origin::path(path), |line| Origin::path(path).line(line));
            let report = self.level().primary_title(normalize_untrusted_str(&self.title));
            return renderer.render(&[report
                .element(origin)
                .element(Level::HELP.message(normalize_untrusted_str(&self.label)))]);
        }
        let window = self.window(text);
        let mark = |kind: AnnotationKind, span: &Span, label: &str| {
            let span = first_line(span, text);
            let place = span.start - window.start..span.end - window.start;
            kind.span(place).label(normalize_untrusted_str(label))
        };
        let snippet = Snippet::source(&text[window.clone()])
            .line_start(line_number(text, window.start))
            .path(path)
            .annotation(mark(AnnotationKind::Primary, &self.span, &self.label))
            .annotations(
                self.also.iter().map(|(span, label)| mark(AnnotationKind::Context, span, label)),
            );
        let report = self
            .level()
            .primary_title(normalize_untrusted_str(&self.title))
            .element(snippet)
            .elements(self.help.as_deref().map(|help| Level::HELP.message(help)));
        renderer.render(&[report])
    }

    fn level(&self) -> Level<'static> {
        match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        }
    }
}

/// The number of the line at `place`; the first is 1.
fn line_number(text: &str, place: usize) -> usize {
    text[..place].matches('\n').count() + 1
}

/// The part of `span` that lies on its first line: of a table or a text with
/// many lines, only the beginning is marked.
fn first_line(span: &Span, text: &str) -> Span {
    let start = span.start.min(text.len());
    let end = span.end.min(text.len());
    let length = text[start..end].find(['\r', '\n']).unwrap_or(end - start);
    start..start + length
}

/// The diagnostics of one file so far. Everything that reads or builds can
/// report to it through a shared reference.
#[derive(Debug, Default)]
pub(in crate::config) struct Diagnostics {
    errors: RefCell<Vec<Diagnostic>>,
    warnings: RefCell<Vec<Diagnostic>>,
    /// The names that misspelt ones were compared with.
    compared: Cell<usize>,
}

impl Diagnostics {
    /// Adds `diagnostic`, unless it is there already or there are enough. Every
    /// target that takes the defaults reports what is wrong in them.
    pub(in crate::config) fn report(&self, diagnostic: Diagnostic) {
        let list = match diagnostic.severity {
            Severity::Error => &self.errors,
            Severity::Warning => &self.warnings,
        };
        let mut known = list.borrow_mut();
        if known.len() <= MOST_DIAGNOSTICS && !known.contains(&diagnostic) {
            known.push(diagnostic);
        }
    }

    /// Whether nothing is wrong so far. Warnings do not count.
    pub(in crate::config) fn is_empty(&self) -> bool {
        self.errors.borrow().is_empty()
    }

    /// Whether there is not even a warning.
    pub(in crate::config) fn has_no_warning(&self) -> bool {
        self.is_empty() && self.warnings.borrow().is_empty()
    }

    /// Whether a misspelt name may be compared with `names` others, to propose one of them.
    /// A hundred names among ten thousand would take seconds.
    pub(in crate::config) fn may_compare(&self, names: usize) -> bool {
        let compared = self.compared.get().saturating_add(names);
        self.compared.set(compared);
        compared <= MOST_COMPARED
    }

    /// Whether there are more than are shown, so that there is no need to find more.
    pub(in crate::config) fn is_full(&self) -> bool {
        self.errors.borrow().len() > MOST_DIAGNOSTICS
    }
}

/// Every diagnostic of one file, in the order of the file: what is wrong with it, or
/// only its warnings. Never empty.
///
/// It holds no secret: a value that may be one was masked before.
#[derive(Debug, Clone)]
pub struct ConfigErrors {
    path: String,
    masked_text: String,
    diagnostics: Vec<Diagnostic>,
    /// Whether there are more, which are not shown.
    is_cut: bool,
}

impl ConfigErrors {
    /// The `diagnostics` of the file at `path`, which show lines of `masked_text`.
    pub(in crate::config) fn new(path: &Path, masked_text: &str, diagnostics: Diagnostics) -> Self {
        let is_cut = diagnostics.is_full();
        let mut warnings = diagnostics.warnings.into_inner();
        let mut diagnostics = diagnostics.errors.into_inner();
        diagnostics.append(&mut warnings);
        diagnostics.truncate(MOST_DIAGNOSTICS);
        diagnostics.sort_by(|a, b| (a.span.start, &a.title).cmp(&(b.span.start, &b.title)));
        let path = one_line(&path.display().to_string(), LONGEST_PATH);
        Self { path, masked_text: mask_suspicious(masked_text), diagnostics, is_cut }
    }

    /// What is wrong with the file at `path`, or with one line of it, and what to do. No line
    /// of it is shown: it may be one with secrets.
    pub fn of_file(
        path: &Path,
        line: Option<usize>,
        title: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        let diagnostics = Diagnostics::default();
        let diagnostic = Diagnostic::new(0..0, title, advice);
        diagnostics.report(Diagnostic { unshown: Some(Unshown { line }), ..diagnostic });
        Self::new(path, "", diagnostics)
    }

    /// How many diagnostics there are.
    #[expect(clippy::len_without_is_empty, reason = "there is at least one, or this is not made")]
    pub fn len(&self) -> usize {
        self.diagnostics.len()
    }

    /// One line for each diagnostic, for where the file's lines cannot be shown.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        self.diagnostics.iter().map(|diagnostic| {
            let said = said(diagnostic);
            match diagnostic.unshown {
                None => format!("line {}: {said}", self.line_of(diagnostic)),
                Some(Unshown { line: None }) => format!("{}: {said}", self.path),
                Some(Unshown { line: Some(line) }) => {
                    format!("{}, line {line}: {said}", self.path)
                }
            }
        })
    }

    /// The line of each diagnostic, and what is wrong there, with what was probably meant.
    pub fn diagnostics(&self) -> impl Iterator<Item = (usize, String)> {
        self.diagnostics.iter().map(|diagnostic| match diagnostic.unshown {
            None => (self.line_of(diagnostic), said(diagnostic)),
            Some(Unshown { line }) => {
                (line.unwrap_or(1), format!("{}: {}", self.path, said(diagnostic)))
            }
        })
    }

    fn line_of(&self, diagnostic: &Diagnostic) -> usize {
        line_number(&self.masked_text, diagnostic.span.start.min(self.masked_text.len()))
    }

    /// What is allowed, for each diagnostic: for a text that its reader wrote in no file.
    pub fn advice(&self) -> impl Iterator<Item = &str> {
        self.diagnostics.iter().map(|diagnostic| diagnostic.label.as_str())
    }

    /// The diagnostics as people read them, with the lines of the file; no newline at the end.
    pub fn render(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let renderer = renderer.term_width(WIDEST_LINE);
        let shown =
            |diagnostic: &Diagnostic| diagnostic.render(&self.path, &self.masked_text, &renderer);
        let mut all: Vec<_> = self.diagnostics.iter().map(shown).collect();
        if self.is_cut {
            all.push(format!(
                "more is wrong: these are the first {MOST_DIAGNOSTICS} that were found"
            ));
        }
        all.join("\n\n")
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl Error for ConfigErrors {}
/// What is wrong, with what was probably meant.
fn said(diagnostic: &Diagnostic) -> String {
    let Diagnostic { title, label, .. } = diagnostic;
    if label.starts_with(DID_YOU_MEAN) { format!("{title}; {label}") } else { title.clone() }
}
