//! Markup: HTML, SVG and XML in which every text is escaped, because the types allow
//! nothing else.

use std::borrow::Cow;

use crate::text::html;

/// A piece of HTML, SVG or XML. [`markup!`] makes it from the templates of this room,
/// and escapes every value unless that is markup itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Markup(String);

/// Stands in a sentence where markup is to stand: no name, and no other text, has it.
pub(super) const SLOT: &str = "\u{1}";

/// The markup of a template, with each value in place of its name, escaped.
///
/// A missing name does not compile, nor does a template that captures a variable, which
/// would not be escaped.
macro_rules! markup {
    ($template:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::page::markup::Markup::of_escaped(format!(
            // A template in `concat!` cannot capture variables.
            concat!($template)
            $(, $name = $crate::page::markup::Piece::escaped(&$value))*
        ))
    };
}
pub(super) use markup;

/// What can be put into a template.
pub(super) trait Piece {
    /// The value as markup.
    fn escaped(&self) -> Cow<'_, str>;
}

impl Piece for Markup {
    fn escaped(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.0)
    }
}

impl Piece for str {
    fn escaped(&self) -> Cow<'_, str> {
        escape(self).into()
    }
}

impl Piece for String {
    fn escaped(&self) -> Cow<'_, str> {
        escape(self).into()
    }
}

impl Piece for u32 {
    fn escaped(&self) -> Cow<'_, str> {
        self.to_string().into()
    }
}

impl Piece for u64 {
    fn escaped(&self) -> Cow<'_, str> {
        self.to_string().into()
    }
}

impl Piece for usize {
    fn escaped(&self) -> Cow<'_, str> {
        self.to_string().into()
    }
}

/// `None` is empty.
impl<T: Piece> Piece for Option<T> {
    fn escaped(&self) -> Cow<'_, str> {
        self.as_ref().map(T::escaped).unwrap_or_default()
    }
}

impl<T: Piece + ?Sized> Piece for &T {
    fn escaped(&self) -> Cow<'_, str> {
        T::escaped(self)
    }
}

impl Markup {
    /// The result of [`markup!`]; nothing else may call this.
    pub(super) fn of_escaped(markup: String) -> Self {
        Self(markup)
    }

    /// Markup that is a part of the program, such as a style sheet.
    pub(super) fn of_ours(markup: &'static str) -> Self {
        Self(markup.to_owned())
    }

    /// `text`, escaped, with this markup in each place of [`SLOT`].
    pub(super) fn within(&self, text: &str) -> Self {
        Self(escape(text).replace(SLOT, &self.0))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The whole document.
    pub(super) fn into_document(self) -> String {
        self.0
    }
}

impl FromIterator<Markup> for Markup {
    fn from_iter<I: IntoIterator<Item = Self>>(pieces: I) -> Self {
        Self(pieces.into_iter().map(|piece| piece.0).collect())
    }
}

/// `text`, escaped so that it is text between tags and in the quotes of an attribute, single
/// ones, too.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '\'' => escaped.push_str("&#39;"),
            // XML cannot write these.
            '\u{fffe}' | '\u{ffff}' => {}
            char => match html::escape(char) {
                Some(entity) => escaped.push_str(entity),
                None => escaped.push(char),
            },
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_markup_is_not() {
        let item = markup!("<b>{text}</b>", text = "a < b & 'c'");
        let list = markup!("<p title=\"{text}\">{item}</p>", text = "\"", item = item);
        assert_eq!(
            list.into_document(),
            "<p title=\"&quot;\"><b>a &lt; b &amp; &#39;c&#39;</b></p>"
        );
    }

    #[test]
    fn markup_stands_in_a_sentence_that_is_escaped() {
        let bold = markup!("<b>{text}</b>", text = "now");
        let sentence = bold.within(&format!("a < b since {SLOT}"));
        assert_eq!(sentence.into_document(), "a &lt; b since <b>now</b>");
    }

    #[test]
    fn nothing_stands_where_there_is_none() {
        assert_eq!(markup!("<i>{text}</i>", text = None::<&str>), Markup::of_ours("<i></i>"));
    }
}
