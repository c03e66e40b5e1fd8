//! Draws what Slack gets: above as a lock screen shows it, below as a channel does. No font
//! can be measured here, so widths are those of common sans-serif fonts, and a bit more.

use unicode_width::UnicodeWidthChar as _;

const WIDTH: usize = 640;
const FONT: &str =
    "-apple-system,'Segoe UI',Roboto,'Noto Sans','Noto Sans CJK KR',Arial,sans-serif";
const MONO: &str = "ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace";
/// From one line to the next.
const LINE: usize = 20;

/// One message.
pub(super) struct Picture {
    pub(super) preview: String,
    pub(super) colour: String,
    pub(super) body: Vec<Vec<Bit>>,
    pub(super) footer: Vec<Bit>,
}

/// A piece of a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    Plain,
    Bold,
    Link,
    Code,
    Small,
}

/// A text, and how it looks.
#[derive(Clone)]
pub(super) struct Bit(Look, String);

impl Bit {
    pub(super) fn bold(text: &str) -> Self {
        Self(Look::Bold, text.to_owned())
    }

    pub(super) fn link(text: &str) -> Self {
        Self(Look::Link, text.to_owned())
    }

    pub(super) fn code(text: &str) -> Self {
        Self(Look::Code, text.to_owned())
    }

    pub(super) fn plain(text: &str) -> Self {
        Self(Look::Plain, text.to_owned())
    }
}

/// The lines of a text of Slack: <https://docs.slack.dev/messaging/formatting-message-text/>.
pub(super) fn mrkdwn(text: &str) -> Vec<Vec<Bit>> {
    let mut lines = Vec::new();
    for (part, number) in text.split("```").zip(0..) {
        let is_code = number % 2 == 1;
        let part = if is_code || number > 0 {
            part.trim_matches('\n')
        } else {
            part.trim_end_matches('\n')
        };
        let line = |line: &str| {
            if is_code { vec![Bit(Look::Code, unescaped(line))] } else { bits(line) }
        };
        lines.extend(part.lines().map(line));
    }
    lines
}

/// Bold is between stars, and a link between `<` and `>`.
fn bits(line: &str) -> Vec<Bit> {
    let mut found = Vec::new();
    for (part, is_bold) in line.split('*').zip([false, true].into_iter().cycle()) {
        let look = if is_bold { Look::Bold } else { Look::Plain };
        let mut rest = part;
        while let Some((before, link)) = rest.split_once('<') {
            let (target, after) = link.split_once('>').unwrap();
            let label = target.split_once('|').map_or(target, |(_, label)| label);
            found.push(Bit(look, unescaped(before)));
            found.push(Bit(Look::Link, unescaped(label)));
            rest = after;
        }
        found.push(Bit(look, unescaped(rest)));
    }
    found.retain(|Bit(_, text)| !text.is_empty());
    found
}

/// Slack's three escapes, in plain text too.
pub(super) fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Hundredths of the size of a font that `char` takes.
fn width(char: char, look: Look) -> usize {
    match char {
        _ if char.width().unwrap_or(0) == 2 => 120,
        _ if look == Look::Code => 62,
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | '(' | ')' | ' ' => 32,
        'f' | 'r' | 't' | '-' | '/' | '"' => 40,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 92,
        _ if char.is_uppercase() => 70,
        _ => 58,
    }
}

/// `bits` in lines that are at most `pixels` wide in a font of `size`; broken at blanks, and
/// within a word that is longer than a line.
fn wrapped(bits: &[Bit], pixels: usize, size: usize) -> Vec<Vec<Bit>> {
    let mut lines = vec![Vec::new()];
    let mut used = 0;
    for Bit(look, text) in bits {
        for word in text.split_inclusive(' ') {
            let wide =
                |text: &str| text.chars().map(|char| width(char, *look)).sum::<usize>() * size;
            if used > 0 && used + wide(word.trim_end()) > pixels * 100 {
                lines.push(Vec::new());
                used = 0;
            }
            let mut piece = String::new();
            for char in word.chars() {
                let wide = width(char, *look) * size;
                if used + wide > pixels * 100 && char != ' ' {
                    lines.last_mut().unwrap().push(Bit(*look, std::mem::take(&mut piece)));
                    lines.push(Vec::new());
                    used = 0;
                }
                piece.push(char);
                used += wide;
            }
            lines.last_mut().unwrap().push(Bit(*look, piece));
        }
    }
    lines
}

/// An SVG that grows downwards.
struct Canvas {
    shapes: String,
    y: usize,
}

impl Canvas {
    /// Writes `bits` from `x` on, in as many lines as they need.
    fn write(&mut self, bits: &[Bit], x: usize, size: usize, fill: &str) {
        let lines = wrapped(bits, WIDTH - x - 24, size);
        for line in lines {
            if line.iter().any(|Bit(look, _)| *look == Look::Code) {
                let y = self.y - 1;
                let wide = WIDTH - x - 20;
                self.shapes += &format!(
                    "<rect x=\"{}\" y=\"{y}\" width=\"{wide}\" height=\"{LINE}\" fill=\"#f1f2f4\"/>\n",
                    x - 4
                );
            }
            let spans: String = line.iter().map(span).collect();
            let y = self.y + 14;
            self.shapes += &format!(
                "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" fill=\"{fill}\" \
                 xml:space=\"preserve\">{spans}</text>\n"
            );
            self.y += LINE;
        }
    }

    fn rect(&mut self, at: [usize; 4], round: usize, fill: &str) {
        let [x, y, wide, high] = at;
        self.shapes += &format!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{high}\" rx=\"{round}\" fill=\"{fill}\"/>\n"
        );
    }
}

fn span(Bit(look, text): &Bit) -> String {
    let text = escaped(text);
    match look {
        Look::Plain => text,
        Look::Bold => format!("<tspan font-weight=\"700\">{text}</tspan>"),
        Look::Link => format!("<tspan fill=\"#1264a3\">{text}</tspan>"),
        Look::Code => {
            format!("<tspan font-family=\"{MONO}\" font-size=\"12\">{text}</tspan>")
        }
        Look::Small => format!("<tspan font-size=\"12\">{text}</tspan>"),
    }
}

impl Picture {
    /// The whole picture.
    pub(super) fn draw(&self) -> String {
        let mut canvas = Canvas { shapes: String::new(), y: 0 };
        self.lock_screen(&mut canvas);
        self.channel(&mut canvas);
        let Canvas { shapes, y } = canvas;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{y}\" \
             viewBox=\"0 0 {WIDTH} {y}\" role=\"img\" font-family=\"{FONT}\">\n\
             <title>{}</title>\n{shapes}</svg>\n",
            escaped(&self.preview)
        )
    }

    /// The preview, as far as two lines hold it, on the dark of a phone.
    fn lock_screen(&self, canvas: &mut Canvas) {
        let mut lines = wrapped(&[Bit::plain(&self.preview)], WIDTH - 64 - 24 - 8, 15);
        let is_cut = lines.len() > 2;
        lines.truncate(2);
        if is_cut && let Some(Bit(_, text)) = lines[1].last_mut() {
            *text = format!("{}…", text.trim_end());
        }
        let high = 54 + lines.len() * LINE;
        canvas.rect([0, 0, WIDTH, high + 6], 10, "#1c2433");
        canvas.rect([10, 10, WIDTH - 20, high - 14], 12, "#e9ecf2");
        canvas.rect([22, 20, 28, 28], 7, "#4a154b");
        canvas.shapes += "<text x=\"36\" y=\"40\" font-size=\"17\" fill=\"#fff\" \
                          text-anchor=\"middle\" font-weight=\"700\">#</text>\n";
        canvas.y = 18;
        canvas.write(
            &[Bit(Look::Bold, "#home".into()), Bit(Look::Small, "   Slack, now".into())],
            64,
            14,
            "#1d1c1d",
        );
        for line in lines {
            canvas.write(&line, 64, 15, "#1d1c1d");
        }
        canvas.y = high + 16;
    }

    /// The message, with its attachment beside a coloured bar.
    fn channel(&self, canvas: &mut Canvas) {
        let top = canvas.y;
        let background = canvas.shapes.len();
        canvas.y += 12;
        let (avatar, x) = (canvas.y, 60);
        canvas.rect([14, avatar, 34, 34], 6, "#2a8a47");
        let middle = avatar + 23;
        canvas.shapes += &format!(
            "<text x=\"31\" y=\"{middle}\" font-size=\"18\" fill=\"#fff\" text-anchor=\"middle\" \
             font-weight=\"700\">p</text>\n"
        );
        canvas.write(
            &[Bit(Look::Bold, "prober".into()), Bit(Look::Small, "   APP   14:05".into())],
            x,
            14,
            "#1d1c1d",
        );
        canvas.write(&[Bit::plain(&self.preview)], x, 15, "#1d1c1d");
        canvas.y += 6;
        let bar = canvas.y;
        canvas.y += 2;
        for line in &self.body {
            canvas.write(line, x + 16, 14, "#1d1c1d");
        }
        let footer: Vec<Bit> =
            self.footer.iter().map(|Bit(_, text)| Bit(Look::Small, text.clone())).collect();
        canvas.write(&footer, x + 16, 14, "#5d5d60");
        canvas.rect([x, bar, 4, canvas.y - bar + 2], 2, &self.colour);
        canvas.y += 16;
        let mut paper = Canvas { shapes: String::new(), y: 0 };
        paper.rect([0, top, WIDTH, canvas.y - top], 10, "#ffffff");
        paper.shapes += &format!(
            "<rect x=\"0.5\" y=\"{top}.5\" width=\"{}\" height=\"{}\" rx=\"10\" fill=\"none\" \
             stroke=\"#d0d4da\"/>\n",
            WIDTH - 1,
            canvas.y - top - 1
        );
        canvas.shapes.insert_str(background, &paper.shapes);
    }
}
