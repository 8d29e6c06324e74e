//! The INI dialect of Amazon's files: Python's `RawConfigParser` (3.11) as botocore 1.44.8 uses it
//! (`botocore/configloader.py`), faults included, so that a file means here what it means to `aws`.

use std::collections::{BTreeMap, BTreeSet};

/// The section whose options count in every other one.
const DEFAULTS: &str = "DEFAULT";

/// Sections in their order. Names of options are in small letters.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Ini(Vec<(String, Section)>);

/// The options of a section.
pub type Section = BTreeMap<String, Value>;

/// What an option says.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// The text; it may be a secret, and may have several lines.
    Text(String),
    /// An indented block below an empty value: options of its own.
    Nested(BTreeMap<String, String>),
}

/// Why `aws` refuses the file. It quotes nothing of it: that could be a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong, as the rest of a sentence.
    pub what: &'static str,
    /// The line, counted from 1.
    pub line: usize,
}

impl Value {
    /// The text, where it is no block.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Nested(_) => None,
        }
    }
}

impl Ini {
    /// Reads a file.
    ///
    /// # Errors
    /// `aws` would refuse it as a whole.
    pub fn read(text: &str) -> Result<Self, Fault> {
        let mut reader = Reader::default();
        // Python's universal newlines.
        for line in text.replace("\r\n", "\n").split(['\n', '\r']) {
            reader.line += 1;
            reader.read(line)?;
        }
        reader.finish()
    }

    /// The sections in the order of the file.
    pub fn sections(&self) -> impl Iterator<Item = (&str, &Section)> {
        self.0.iter().map(|(name, section)| (name.as_str(), section))
    }

    /// The section of this name.
    pub fn section(&self, name: &str) -> Option<&Section> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, section)| section)
    }
}

/// A section while it is read.
type Lines = (String, Vec<Entry>);

/// An option while its lines are read.
struct Entry {
    name: String,
    lines: Vec<String>,
    /// The line that it begins in.
    line: usize,
}

#[derive(Default)]
struct Reader {
    line: usize,
    defaults: Vec<Entry>,
    sections: Vec<Lines>,
    place: Place,
    /// The section and the option of every line so far: nothing may stand there twice.
    seen: BTreeSet<(String, String)>,
    /// The indentation of the last section or option. A line further in goes on with the option.
    indent: usize,
    is_in_option: bool,
}

/// What the lines belong to.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Nothing,
    Defaults,
    LastSection,
}

impl Reader {
    fn read(&mut self, line: &str) -> Result<(), Fault> {
        let text = line.trim();
        let indent = line.chars().take_while(|c| c.is_whitespace()).count();
        if text.starts_with(['#', ';']) {
            return Ok(());
        }
        if text.is_empty() || (indent > self.indent && self.is_in_option) {
            self.go_on(text);
            return Ok(());
        }
        self.indent = indent;
        match text.strip_prefix('[').and_then(|rest| rest.rsplit_once(']')) {
            Some((DEFAULTS, _)) => self.begin(Place::Defaults),
            Some((name, _)) if !name.is_empty() => self.section(name)?,
            _ => self.option(text)?,
        }
        Ok(())
    }

    /// A further line of the option, or a blank one that may be followed by such.
    fn go_on(&mut self, text: &str) {
        let is_in_option = self.is_in_option;
        let entry = self.entries().and_then(|entries| entries.last_mut()).filter(|_| is_in_option);
        if let Some(entry) = entry {
            entry.lines.push(text.to_owned());
        }
    }

    fn begin(&mut self, place: Place) {
        self.place = place;
        self.is_in_option = false;
    }

    fn section(&mut self, name: &str) -> Result<(), Fault> {
        if self.sections.iter().any(|(known, _)| known == name) {
            return Err(self.fault("a section that was there already"));
        }
        self.sections.push((name.to_owned(), Vec::new()));
        self.begin(Place::LastSection);
        Ok(())
    }

    fn option(&mut self, text: &str) -> Result<(), Fault> {
        let (name, value) =
            text.split_once(['=', ':']).ok_or(self.fault("neither a section nor an option"))?;
        let (name, line) = (name.trim().to_lowercase(), self.line);
        if name.is_empty() {
            return Err(self.fault("an option without a name"));
        }
        let section = match self.place {
            Place::LastSection => self.sections.last().map_or(DEFAULTS, |(name, _)| name).to_owned(),
            Place::Defaults | Place::Nothing => DEFAULTS.to_owned(),
        };
        if !self.seen.insert((section, name.clone())) {
            return Err(self.fault("an option that was there already"));
        }
        let orphan = self.fault("an option before the first section");
        let entry = Entry { name, lines: vec![value.trim().to_owned()], line };
        self.entries().ok_or(orphan)?.push(entry);
        self.is_in_option = true;
        Ok(())
    }

    fn entries(&mut self) -> Option<&mut Vec<Entry>> {
        match self.place {
            Place::Nothing => None,
            Place::Defaults => Some(&mut self.defaults),
            Place::LastSection => self.sections.last_mut().map(|(_, entries)| entries),
        }
    }

    fn fault(&self, what: &'static str) -> Fault {
        Fault { what, line: self.line }
    }

    /// A default counts in each section that does not say otherwise, and is read nowhere else.
    fn finish(self) -> Result<Ini, Fault> {
        let merged = |(name, entries): Lines| {
            let all = self.defaults.iter().chain(&entries).map(|entry| (&entry.name, entry));
            let all: BTreeMap<_, _> = all.collect();
            let read = |(name, entry): (&String, &Entry)| Ok((name.clone(), value(entry)?));
            Ok((name, all.into_iter().map(read).collect::<Result<Section, _>>()?))
        };
        self.sections.into_iter().map(merged).collect::<Result<_, _>>().map(Ini)
    }
}

/// An option's lines as what they mean.
fn value(entry: &Entry) -> Result<Value, Fault> {
    let text = entry.lines.join("\n").trim_end().to_owned();
    if !text.starts_with('\n') {
        return Ok(Value::Text(text));
    }
    let mut nested = BTreeMap::new();
    for (at, line) in text.lines().map(str::trim).enumerate().filter(|(_, line)| !line.is_empty()) {
        let fault = Fault { what: "a line without an equals sign in a block", line: entry.line + at };
        let (name, value) = line.split_once('=').ok_or(fault)?;
        nested.insert(name.trim().to_owned(), value.trim().to_owned());
    }
    Ok(Value::Nested(nested))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The file as `[section] name=value` lines, a block's options after a slash; or the fault.
    fn shown(text: &str) -> Result<Vec<String>, (&'static str, usize)> {
        let ini = Ini::read(text).map_err(|fault| (fault.what, fault.line))?;
        let mut lines = Vec::new();
        for (section, options) in ini.sections() {
            for (name, value) in options {
                match value {
                    Value::Text(text) => lines.push(format!("[{section}] {name}={text}")),
                    Value::Nested(block) => {
                        lines.extend(
                            block.iter().map(|(key, text)| format!("[{section}] {name}/{key}={text}")),
                        );
                    }
                }
            }
        }
        Ok(lines)
    }

    #[test]
    fn a_file_means_what_it_means_to_python() {
        // Each line was printed by botocore 1.44.8's `raw_config_parse` of the same text.
        let table: [(&str, &[&str]); 20] = [
            ("", &[]),
            ("[a]\nKey = v\n", &["[a] key=v"]),
            ("[a]\r\nx=1\ry=2", &["[a] x=1", "[a] y=2"]),
            ("[a]\nx: 1=2\ny = a:b", &["[a] x=1=2", "[a] y=a:b"]),
            ("# c\n; d\n[a]\n  # e\nx = 1 # f ; g", &["[a] x=1 # f ; g"]),
            ("[a]\nx = 1\n  2\n\n  3\n\ny=4", &["[a] x=1\n2\n\n3", "[a] y=4"]),
            ("  [a]\n  x = 1\n    2\n  y = 3", &["[a] x=1\n2", "[a] y=3"]),
            ("[a]\n  x = 1\ny = 2", &["[a] x=1", "[a] y=2"]),
            ("[a] # b]c\nx=1", &["[a] # b] x=1"]),
            ("[a]b\nx=1", &["[a] x=1"]),
            ("[a]\nx =\n  p = 1\n  # c\n\n  q = 2 = 3\ny=4", &["[a] x/p=1", "[a] x/q=2 = 3", "[a] y=4"]),
            ("[a]\nx =\ny = 1", &["[a] x=", "[a] y=1"]),
            ("[DEFAULT]\nx=0\ny=0\n[a]\nx=1\n[b]\n", &["[a] x=1", "[a] y=0", "[b] x=0", "[b] y=0"]),
            ("[a]\nx=1\n[DEFAULT]\n  y=2\n[DEFAULT]\n    z=3", &["[a] x=1", "[a] y=2", "[a] z=3"]),
            ("[a]\nx=1\n[b]\n  y=2\n", &["[a] x=1", "[b] y=2"]),
            ("[a]\n\u{a0}x\u{a0}=\u{a0}1", &["[a] x=1"]),
            ("[Ä]\nÄ=1", &["[Ä] ä=1"]),
            ("[DEFAULT]\nx =\n  junk", &[]),
            ("[DEFAULT]\nx =\n  junk\n[a]\nx = 1", &["[a] x=1"]),
            ("[a]\n[x=1\n", &["[a] [x=1"]),
        ];
        for (text, lines) in table {
            assert_eq!(
                shown(text).as_deref(),
                Ok(&*lines.iter().map(|&l| l.to_owned()).collect::<Vec<_>>()),
                "{text}"
            );
        }
    }

    #[test]
    fn what_python_refuses_is_refused_with_its_line() {
        let table = [
            ("x=1", "an option before the first section", 1),
            ("[a]\nx=1\n[b]\n[a]\n", "a section that was there already", 4),
            ("[a]\nx=1\nX=2", "an option that was there already", 3),
            ("[a]\njunk", "neither a section nor an option", 2),
            ("[]\n", "neither a section nor an option", 1),
            ("[a]\n=1", "an option without a name", 2),
            ("[a]\n\nx =\n  p = 1\n  junk", "a line without an equals sign in a block", 5),
            ("\u{feff}[a]\n", "neither a section nor an option", 1),
        ];
        for (text, what, line) in table {
            assert_eq!(shown(text), Err((what, line)), "{text}");
        }
    }
}
