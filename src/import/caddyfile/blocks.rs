//! The blocks of a Caddyfile: their addresses, and the lines in them.

/// Most blocks within each other.
const DEEPEST: usize = 100;

/// A block at the top of the file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Block {
    /// Empty for the global options; `(name)` for a snippet.
    pub(super) addresses: Vec<String>,
    /// All lines in it, however deep, without their braces.
    pub(super) lines: Vec<String>,
    /// The hosts of its matchers.
    pub(super) hosts: Vec<String>,
}

/// Reads the blocks of `text`. An error says what is wrong.
pub(super) fn read(text: &str) -> Result<Vec<Block>, String> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut reader = Reader::default();
    for (number, line) in text.lines().enumerate() {
        let words = words(line);
        if words.is_empty() {
            continue;
        }
        if let Some(block) =
            reader.line(words).map_err(|why| format!("line {}: {why}", number + 1))?
        {
            blocks.push(block);
        }
    }
    match reader.depth {
        0 => blocks.extend(reader.rest()),
        _ => return Err("a block has no `}` at its end".to_owned()),
    }
    Ok(blocks)
}

#[derive(Default)]
struct Reader {
    depth: usize,
    block: Block,
    /// Addresses that go on in the next line.
    pending: Vec<String>,
    /// A file of one site needs no braces.
    is_bare: bool,
}

impl Reader {
    /// Takes a line; the block that ends with it.
    fn line(&mut self, mut words: Vec<String>) -> Result<Option<Block>, &'static str> {
        let opens = words.last().is_some_and(|word| word == "{");
        let closes = words.first().is_some_and(|word| word == "}");
        if closes {
            if self.depth == 0 {
                return Err("a `}` has no block");
            }
            self.depth -= 1;
            return Ok((self.depth == 0).then(|| std::mem::take(&mut self.block)));
        }
        if opens {
            words.pop();
        }
        let is_top = self.depth == 0 && !self.is_bare;
        if is_top && !opens && words.first().is_some_and(|word| word == "import") {
            return Ok(Some(Block { addresses: vec![words.join(" ")], ..Block::default() }));
        }
        if is_top {
            self.top(&words, opens);
        } else {
            self.inner(&words);
        }
        self.depth += usize::from(opens);
        if self.depth > DEEPEST {
            Err("more than 100 blocks stand within each other")
        } else {
            Ok(None)
        }
    }

    fn top(&mut self, words: &[String], opens: bool) {
        let goes_on = words.last().is_some_and(|word| word.ends_with(','));
        let addresses =
            words.iter().flat_map(|word| word.split(',')).filter(|word| !word.is_empty());
        self.pending.extend(addresses.map(str::to_owned));
        if opens {
            self.block.addresses = std::mem::take(&mut self.pending);
        } else if !goes_on {
            self.block.addresses = std::mem::take(&mut self.pending);
            self.is_bare = true;
        }
    }

    fn inner(&mut self, words: &[String]) {
        let hosts = match words {
            [matcher, host, hosts @ ..] if matcher.starts_with('@') && host == "host" => hosts,
            [host, hosts @ ..] if host == "host" => hosts,
            _ => &[],
        };
        self.block.hosts.extend(hosts.iter().cloned());
        if !words.is_empty() {
            self.block.lines.push(words.join(" "));
        }
    }

    /// What has no braces.
    fn rest(self) -> Option<Block> {
        (!self.block.addresses.is_empty()).then_some(self.block)
    }
}

/// The words of a line, without its comment. Quotes keep blanks together.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), String::new(), None);
    for c in line.chars() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (Some(_), _) => word.push(c),
            (None, '"' | '`') => quote = Some(c),
            (None, '#') if word.is_empty() => break,
            (None, c) if c.is_whitespace() => {
                words.extend(Some(std::mem::take(&mut word)).filter(|word| !word.is_empty()));
            }
            (None, c) => word.push(c),
        }
    }
    words.extend(Some(word).filter(|word| !word.is_empty()));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(text: &str) -> Vec<Vec<String>> {
        read(text).unwrap().into_iter().map(|block| block.addresses).collect()
    }

    #[test]
    fn blocks_are_read_with_their_addresses() {
        let text = "{\n email me@example.com\n}\n(auth) {\n basic_auth {\n me x\n }\n}\n\
                    a.example, b.example,\nc.example {\n import auth # words\n}\n";
        let none: &[&str] = &[];
        assert_eq!(addresses(text), [none, &["(auth)"], &["a.example", "b.example", "c.example"]]);
    }

    #[test]
    fn a_file_of_one_site_needs_no_braces() {
        let blocks = read("a.example\n\nreverse_proxy localhost:80 {\n x y\n}\n").unwrap();
        assert_eq!(blocks.len(), 1);
        assert_eq!(blocks[0].addresses, ["a.example"]);
    }

    #[test]
    fn hosts_of_matchers_are_found() {
        let blocks = read("*.a.example {\n @x host x.a.example y.a.example\n}\n").unwrap();
        assert_eq!(blocks[0].hosts, ["x.a.example", "y.a.example"]);
    }

    #[test]
    fn a_block_without_an_end_is_an_error() {
        assert!(read("a.example {\n").is_err());
        assert_eq!(read("}\n"), Err("line 1: a `}` has no block".to_owned()));
    }
}
