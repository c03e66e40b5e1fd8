//! Diagnostics: what is wrong, where, and what would be right; and how that is shown.

use std::cell::RefCell;
use std::error::Error;
use std::fmt;
use std::ops::Range;
use std::path::Path;

use annotate_snippets::renderer::Renderer;
use annotate_snippets::{AnnotationKind, Level, Snippet, normalize_untrusted_str};

/// A range of bytes in the file.
pub(in crate::config) type Span = Range<usize>;

/// Lines longer than this many columns are cut around the annotation.
const WIDEST_LINE: usize = 140;

/// One thing that is wrong, at its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::config) struct Diagnostic {
    span: Span,
    title: String,
    label: String,
    also: Option<(Span, String)>,
    help: Option<String>,
}

impl Diagnostic {
    /// `title` says what is wrong; `label`, under the line, says what is allowed.
    pub(in crate::config) fn new(
        span: Span,
        title: impl Into<String>,
        label: impl Into<String>,
    ) -> Self {
        Self { span, title: title.into(), label: label.into(), also: None, help: None }
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

    /// The text is not TOML, so that no key has a meaning yet.
    pub(in crate::config) fn syntax(error: &toml::de::Error, text: &str) -> Self {
        let span = error.span().unwrap_or(text.len()..text.len());
        if error.message() == "duplicate key" {
            return Self::new(span, "this is given twice", "already given above: keep one");
        }
        let (title, label) = error.message().split_once(", ").unwrap_or((error.message(), "here"));
        Self::new(span, format!("this is not TOML: {title}"), label)
            .help("every key has the form `name = \"value\"`; see https://toml.io")
    }

    fn render(&self, path: &str, text: &str, renderer: &Renderer) -> String {
        let mark = |kind: AnnotationKind, span: &Span, label: &str| {
            kind.span(first_line(span, text)).label(normalize_untrusted_str(label))
        };
        let snippet = Snippet::source(text)
            .path(path)
            .annotation(mark(AnnotationKind::Primary, &self.span, &self.label))
            .annotations(
                self.also.iter().map(|(span, label)| mark(AnnotationKind::Context, span, label)),
            );
        let report = Level::ERROR
            .primary_title(normalize_untrusted_str(&self.title))
            .element(snippet)
            .elements(self.help.as_deref().map(|help| Level::HELP.message(help)));
        renderer.render(&[report])
    }
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
pub(in crate::config) struct Diagnostics(RefCell<Vec<Diagnostic>>);

impl Diagnostics {
    /// Adds `diagnostic`.
    pub(in crate::config) fn report(&self, diagnostic: Diagnostic) {
        self.0.borrow_mut().push(diagnostic);
    }

    /// Whether nothing is wrong so far.
    pub(in crate::config) fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }
}

/// Every diagnostic of one file, in the order of the file. Never empty.
///
/// It holds no secret: a value that may be one was masked before.
#[derive(Debug, Clone)]
pub struct ConfigErrors {
    path: String,
    masked_text: String,
    diagnostics: Vec<Diagnostic>,
}

impl ConfigErrors {
    /// The `diagnostics` of the file at `path`, which show lines of `masked_text`.
    pub(in crate::config) fn new(
        path: &Path,
        masked_text: String,
        diagnostics: Diagnostics,
    ) -> Self {
        let mut diagnostics = diagnostics.0.into_inner();
        diagnostics.sort_by(|a, b| (a.span.start, &a.title).cmp(&(b.span.start, &b.title)));
        // What is wrong in the defaults is reported again by every target that takes them.
        diagnostics.dedup();
        Self { path: path.display().to_string(), masked_text, diagnostics }
    }

    /// How many diagnostics there are.
    #[expect(clippy::len_without_is_empty, reason = "there is at least one, or this is not made")]
    pub fn len(&self) -> usize {
        self.diagnostics.len()
    }

    /// One line for each diagnostic, for where the file's lines cannot be shown.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        self.diagnostics.iter().map(|diagnostic| {
            let before = &self.masked_text[..diagnostic.span.start.min(self.masked_text.len())];
            format!("line {}: {}", before.matches('\n').count() + 1, diagnostic.title)
        })
    }

    /// The diagnostics as people read them, with the lines of the file; no newline at the end.
    pub fn render(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let renderer = renderer.term_width(WIDEST_LINE);
        let shown =
            |diagnostic: &Diagnostic| diagnostic.render(&self.path, &self.masked_text, &renderer);
        self.diagnostics.iter().map(shown).collect::<Vec<_>>().join("\n\n")
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl Error for ConfigErrors {}
