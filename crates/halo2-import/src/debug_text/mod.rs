//! Rust's `Debug` output as a tree.
//!
//! The tree is an arena: a part stands after all of its own parts, so that whoever reads expressions needs
//! no recursion, whatever their depth.

mod parser;
mod tokens;

use crate::error::{ErrorKind, ImportError, Subject};

/// Longest text that is read, in bytes. The largest keys that the verifier takes have some megabytes.
pub(crate) const MAX_TEXT: usize = 64 << 20;
/// Most parts of a text.
const MAX_PARTS: usize = 8 << 20;
/// Most parts inside one another.
const MAX_DEPTH: usize = 1 << 16;

/// What a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `12`, `-1`, `0x1f`
    Number,
    /// `"text"`
    Text,
    /// `None`
    Name,
    /// `Rotation(1)`
    Tuple,
    /// `Column { index: 1 }`
    Struct,
    /// `(a, b)`
    Parentheses,
    /// `[a, b]`
    List,
    /// `{key: value}`: keys and values by turns.
    Map,
}

/// Names a part of a [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part(u32);

impl Part {
    /// Its position among all parts.
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

#[derive(Clone, Copy, Debug)]
struct Node<'a> {
    shape: Shape,
    /// Digits, text, or name.
    word: &'a str,
    /// Offset in the text, in bytes.
    start: u32,
    first_child: u32,
    children: u32,
}

#[derive(Clone, Copy, Debug)]
struct Child<'a> {
    /// The field's name, if the parent is a struct.
    label: &'a str,
    part: Part,
}

/// A parsed text.
#[derive(Debug)]
pub(crate) struct Tree<'a> {
    text: &'a str,
    nodes: Vec<Node<'a>>,
    children: Vec<Child<'a>>,
    root: Part,
}

impl<'a> Tree<'a> {
    /// Reads a text that is one value and nothing else.
    pub(crate) fn parse(text: &'a str) -> Result<Self, ImportError> {
        parser::parse(text)
    }

    pub(crate) fn root(&self) -> Part {
        self.root
    }

    /// All parts, each after its own parts.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The part at this position.
    pub(crate) fn at(&self, index: usize) -> Part {
        Part(index as u32)
    }

    fn node(&self, part: Part) -> &Node<'a> {
        &self.nodes[part.index()]
    }

    pub(crate) fn shape(&self, part: Part) -> Shape {
        self.node(part).shape
    }

    /// The name of a struct, tuple or unit; the digits of a number; a text.
    pub(crate) fn word(&self, part: Part) -> &'a str {
        self.node(part).word
    }

    /// A part's own parts, in order.
    pub(crate) fn parts(&self, part: Part) -> impl ExactSizeIterator<Item = Part> + '_ {
        self.children_of(part).iter().map(|child| child.part)
    }

    fn children_of(&self, part: Part) -> &[Child<'a>] {
        let node = self.node(part);
        let first = node.first_child as usize;
        &self.children[first..first + node.children as usize]
    }

    /// The field of a struct, if it has it.
    pub(crate) fn optional(&self, part: Part, field: &str) -> Option<Part> {
        let mut fields = self.children_of(part).iter();
        fields.find(|child| child.label == field).map(|c| c.part)
    }

    /// The field of a struct.
    pub(crate) fn field(&self, part: Part, field: &str) -> Result<Part, ImportError> {
        self.optional(part, field).ok_or_else(|| {
            let what = match self.word(part) {
                "" => "the value".to_owned(),
                name => name.to_owned(),
            };
            self.error(part, format!("{what} has no field {field}"))
        })
    }

    /// The parts of a list.
    pub(crate) fn list(&self, part: Part) -> Result<Vec<Part>, ImportError> {
        if self.shape(part) != Shape::List {
            return Err(self.expected(part, "a list"));
        }
        Ok(self.parts(part).collect())
    }

    /// A decimal number below 2^32.
    pub(crate) fn number(&self, part: Part) -> Result<u32, ImportError> {
        let digits = (self.shape(part) == Shape::Number).then(|| self.word(part));
        digits
            .and_then(|digits| digits.parse().ok())
            .ok_or_else(|| self.expected(part, "a number"))
    }

    /// `expected a list, found Rotation(…)`
    pub(crate) fn expected(&self, part: Part, what: &str) -> ImportError {
        let word = shortened(self.word(part));
        let found = match self.shape(part) {
            Shape::Number | Shape::Name => word,
            Shape::Text => format!("\"{word}\""),
            Shape::Tuple => format!("{word}(…)"),
            Shape::Struct => format!("{word} {{ … }}"),
            Shape::Parentheses => "(…)".to_owned(),
            Shape::List => "a list".to_owned(),
            Shape::Map => "a map".to_owned(),
        };
        self.error(part, format!("expected {what}, found {found}"))
    }

    /// Something is wrong with this part.
    pub(crate) fn error(&self, part: Part, problem: impl Into<String>) -> ImportError {
        self.error_of(ErrorKind::Malformed, part, problem)
    }

    pub(crate) fn error_of(
        &self,
        kind: ErrorKind,
        part: Part,
        problem: impl Into<String>,
    ) -> ImportError {
        let place = place(self.text, self.node(part).start as usize);
        ImportError::new(Subject::PinnedKey, kind, place, problem)
    }
}

/// `byte 17`, or, in a text of several lines, `line 2, column 4 (byte 17)`.
fn place(text: &str, offset: usize) -> String {
    let before = text.get(..offset).unwrap_or(text);
    let lines = before.matches('\n').count();
    if lines == 0 {
        return format!("byte {offset}");
    }
    let column = before.chars().rev().take_while(|c| *c != '\n').count();
    format!("line {}, column {} (byte {offset})", lines + 1, column + 1)
}

/// At most 40 characters.
fn shortened(word: &str) -> String {
    let mut short: String = word.chars().take(40).collect();
    if short.len() < word.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(text: &str) -> Result<(Shape, usize), ImportError> {
        let tree = Tree::parse(text)?;
        Ok((tree.shape(tree.root()), tree.parts(tree.root()).len()))
    }

    #[test]
    fn reads_every_shape() {
        for (text, shape, parts) in [
            ("12", Shape::Number, 0),
            ("-1", Shape::Number, 0),
            ("0x1f", Shape::Number, 0),
            (r#""a \"b\" c""#, Shape::Text, 0),
            ("None", Shape::Name, 0),
            ("Some(4)", Shape::Tuple, 1),
            ("Empty()", Shape::Tuple, 0),
            ("A { b: 1, c: [2, 3] }", Shape::Struct, 2),
            ("(1, (2))", Shape::Parentheses, 2),
            ("[]", Shape::List, 0),
            ("[\n  1,\n  2,\n]", Shape::List, 2),
            (r#"{"k": 1, "l": B { c: 2 }}"#, Shape::Map, 4),
        ] {
            assert_eq!(root(text).unwrap(), (shape, parts), "{text}");
        }
    }

    #[test]
    fn a_part_stands_after_its_own_parts() {
        let tree = Tree::parse("A { b: C(1, [2]), d: 3 }").unwrap();
        for index in 0..tree.len() {
            let part = tree.at(index);
            assert!(tree.parts(part).all(|child| child.index() < index));
        }
        assert_eq!(tree.root().index(), tree.len() - 1);
    }

    #[test]
    fn says_where_and_what_is_wrong() {
        for (text, place, problem) in [
            ("", "byte 0", "the text ends where a value is expected"),
            (
                "[1, 2",
                "byte 5",
                "the text ends inside the list that begins at byte 0",
            ),
            (
                "A { b: 1",
                "byte 8",
                "the text ends inside A { … } that begins at byte 0",
            ),
            ("[1 2]", "byte 3", "expected , or ], found 2"),
            ("(1]", "byte 2", "expected , or ), found ]"),
            ("A { 1: 2 }", "byte 4", "expected a field's name, found 1"),
            ("A { b 2 }", "byte 6", "expected :, found 2"),
            (
                "[1,\n ?]",
                "line 2, column 2 (byte 5)",
                "no Debug output has the character '?' here",
            ),
            (
                "1 2",
                "byte 2",
                "there is text after the end of the value: 2",
            ),
            (
                r#""abc"#,
                "byte 0",
                "the text that begins here has no closing quotation mark",
            ),
            (",", "byte 0", "expected a value, found ,"),
        ] {
            let error = Tree::parse(text).unwrap_err();
            assert_eq!((error.place(), error.problem()), (place, problem), "{text}");
        }
    }

    #[test]
    fn depth_is_bounded_and_needs_no_stack() {
        let nested = |depth: usize| format!("{}1{}", "A(".repeat(depth), ")".repeat(depth));
        assert!(Tree::parse(&nested(MAX_DEPTH)).is_ok());
        let error = Tree::parse(&nested(MAX_DEPTH + 1)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit);
    }
}
