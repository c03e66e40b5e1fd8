//! `/badge/NAME.svg`: a name and its status, in the shape that readers of
//! READMEs know from <https://shields.io>.

use unicode_width::UnicodeWidthChar as _;

use super::markup::{Markup, markup};
use super::{Page, Standing};
use crate::message::MAX_NAME;
use crate::text::one_line;

/// Pixels of a letter, and of a letter of two columns, in Verdana of eleven pixels. The
/// text is then stretched or squeezed to the computed width, in whatever font.
const NARROW: usize = 7;
const WIDE: usize = 11;

/// Pixels on each side of a text.
const MARGIN: usize = 6;

impl Page<'_> {
    /// The badge of the target called `name`; `None` if there is none.
    #[must_use]
    pub fn badge(&self, name: &str) -> Option<String> {
        let row = self.row(name)?;
        let words = self.words();
        let (status, colour) = match row.standing {
            Standing::Up { .. } => (words.up(), "#2a8a47"),
            Standing::Down { .. } => (words.down(), "#d1242f"),
            Standing::Unseen { .. }
            | Standing::Unjudged
            | Standing::Unreadable
            | Standing::Silent => (words.unknown(), "#6e7781"),
        };
        Some(svg(row.name.as_str(), status, colour).into_document())
    }
}

fn svg(name: &str, status: &str, colour: &str) -> Markup {
    let label = one_line(name, MAX_NAME);
    let (left, right) = (wide(&label), wide(status));
    let (outer, inner) = (left + right + 4 * MARGIN, left + 2 * MARGIN);
    let text = |text: &str, middle: usize, length: usize| {
        markup!(
            "<text x=\"{middle}\" y=\"14\" textLength=\"{length}\" \
             lengthAdjust=\"spacingAndGlyphs\">{text}</text>",
            middle = middle,
            length = length,
            text = text,
        )
    };
    markup!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{outer}\" height=\"20\" role=\"img\" \
         aria-label=\"{label}: {status}\"><title>{label}: {status}</title>\
         <clipPath id=\"r\"><rect width=\"{outer}\" height=\"20\" rx=\"3\"/></clipPath>\
         <g clip-path=\"url(#r)\"><rect width=\"{inner}\" height=\"20\" fill=\"#444c56\"/>\
         <rect x=\"{inner}\" width=\"{rest}\" height=\"20\" fill=\"{colour}\"/></g>\
         <g fill=\"#fff\" text-anchor=\"middle\" \
         font-family=\"Verdana,Geneva,DejaVu Sans,sans-serif\" font-size=\"11\">{left_text}{right_text}</g></svg>\n",
        outer = outer,
        inner = inner,
        label = label,
        status = status,
        colour = colour,
        rest = right + 2 * MARGIN,
        left_text = text(&label, MARGIN + left / 2, left),
        right_text = text(status, inner + MARGIN + right / 2, right),
    )
}

/// Pixels that `text` takes.
fn wide(text: &str) -> usize {
    let pixels = |char: char| match char.width() {
        None | Some(0) => 0,
        Some(1) => NARROW,
        Some(_) => WIDE,
    };
    text.chars().map(pixels).sum::<usize>().max(NARROW)
}
