//! What is wrong, where, and what would be right; and how that is shown.

use std::error::Error;
use std::fmt;
use std::ops::Range;
use std::path::Path;

use annotate_snippets::renderer::Renderer;
use annotate_snippets::{AnnotationKind, Level, Snippet, normalize_untrusted_str};

/// A range of bytes in the file.
pub(super) type Span = Range<usize>;

/// Lines longer than this many columns are cut around the mistake.
const WIDEST_LINE: usize = 140;

/// One mistake at its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mistake {
    span: Span,
    title: String,
    label: String,
    also: Option<(Span, String)>,
    help: Option<String>,
}

impl Mistake {
    /// `title` says what is wrong, `label` (under the line) what is allowed.
    pub(super) fn new(span: Span, title: impl Into<String>, label: impl Into<String>) -> Self {
        Self { span, title: title.into(), label: label.into(), also: None, help: None }
    }

    /// Shows a second place that the first is at odds with.
    pub(super) fn also(mut self, span: Span, label: impl Into<String>) -> Self {
        self.also = Some((span, label.into()));
        self
    }

    /// Adds a sentence that says how to get further.
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// A mistake of TOML itself, before any key has a meaning.
    pub(super) fn syntax(error: &toml::de::Error, text: &str) -> Self {
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

/// The part of `span` that lies on its first line: a table or a text of many
/// lines is pointed at, not printed.
fn first_line(span: &Span, text: &str) -> Span {
    let start = span.start.min(text.len());
    let end = span.end.min(text.len());
    let length = text[start..end].find(['\r', '\n']).unwrap_or(end - start);
    start..start + length
}

/// Every mistake of one file, in the order of the file. Never empty.
///
/// Holds no secret: values that may be one were masked when it was made.
#[derive(Debug, Clone)]
pub struct ConfigErrors {
    path: String,
    masked_text: String,
    mistakes: Vec<Mistake>,
}

impl ConfigErrors {
    pub(super) fn new(path: &Path, masked_text: String, mut mistakes: Vec<Mistake>) -> Self {
        mistakes.sort_by(|a, b| (a.span.start, &a.title).cmp(&(b.span.start, &b.title)));
        // One mistake in the defaults is made again by every target that has them.
        mistakes.dedup();
        Self { path: path.display().to_string(), masked_text, mistakes }
    }

    /// How many mistakes there are.
    #[expect(clippy::len_without_is_empty, reason = "there is at least one, or this is not made")]
    pub fn len(&self) -> usize {
        self.mistakes.len()
    }

    /// The mistakes in a line each, for where their lines cannot be shown.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        self.mistakes.iter().map(|mistake| {
            let before = &self.masked_text[..mistake.span.start.min(self.masked_text.len())];
            format!("line {}: {}", before.matches('\n').count() + 1, mistake.title)
        })
    }

    /// The mistakes as people read them, with their lines; no newline at the end.
    pub fn render(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let renderer = renderer.term_width(WIDEST_LINE);
        let shown = |mistake: &Mistake| mistake.render(&self.path, &self.masked_text, &renderer);
        self.mistakes.iter().map(shown).collect::<Vec<_>>().join("\n\n")
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

impl Error for ConfigErrors {}
