//! From tokens to the tree, with a stack of its own.

use super::{
    Child, MAX_DEPTH, MAX_PARTS, MAX_TEXT, Node, Part, Shape, Tree, shortened,
    tokens::{Kind, Token, Tokens},
};
use crate::error::{ErrorKind, ImportError, Subject};

/// A part that has begun and not ended.
struct Open<'a> {
    shape: Shape,
    word: &'a str,
    start: usize,
    /// Its own parts so far begin here among those that wait for their parents.
    first: usize,
    /// The field that comes next, if this is a struct.
    label: &'a str,
}

impl Open<'_> {
    fn close(&self) -> u8 {
        match self.shape {
            Shape::Struct | Shape::Map => b'}',
            Shape::List => b']',
            _ => b')',
        }
    }

    fn name(&self) -> String {
        match self.shape {
            Shape::Struct => format!("{} {{ … }}", self.word),
            Shape::Tuple => format!("{}(…)", self.word),
            Shape::List => "the list".to_owned(),
            Shape::Map => "the map".to_owned(),
            _ => "the parentheses".to_owned(),
        }
    }
}

struct Parser<'a> {
    tokens: Tokens<'a>,
    nodes: Vec<Node<'a>>,
    children: Vec<Child<'a>>,
    open: Vec<Open<'a>>,
    /// Ended parts whose parents have not ended.
    waiting: Vec<Child<'a>>,
}

pub(super) fn parse(text: &str) -> Result<Tree<'_>, ImportError> {
    if text.len() > MAX_TEXT {
        let problem = format!("{} bytes; at most {MAX_TEXT} are read", text.len());
        let kind = ErrorKind::Limit;
        return Err(ImportError::new(
            Subject::PinnedKey,
            kind,
            "length",
            problem,
        ));
    }
    let mut parser = Parser {
        tokens: Tokens::new(text)?,
        nodes: Vec::new(),
        children: Vec::new(),
        open: Vec::new(),
        waiting: Vec::new(),
    };
    let root = parser.run()?;
    Ok(Tree {
        text,
        nodes: parser.nodes,
        children: parser.children,
        root,
    })
}

impl<'a> Parser<'a> {
    fn run(&mut self) -> Result<Part, ImportError> {
        loop {
            // A value is expected here, or the end of what has begun.
            let mut ended = self.begin()?;
            while let Some(part) = ended {
                let Some(parent) = self.open.last() else {
                    return self.finish(part);
                };
                let child = Child {
                    label: parent.label,
                    part,
                };
                self.waiting.push(child);
                ended = self.separator()?;
            }
        }
    }

    /// Reads a value that has no parts of its own, and gives it; or begins one that has.
    fn begin(&mut self) -> Result<Option<Part>, ImportError> {
        if let Some(parent) = self.open.last() {
            if self.tokens.next.kind == Kind::Mark(parent.close()) {
                return self.end().map(Some);
            }
            if parent.shape == Shape::Struct {
                self.label()?;
            }
        }
        let token = self.tokens.take()?;
        let shape = match (token.kind, self.tokens.next.kind) {
            (Kind::Number, _) => return self.leaf(Shape::Number, token).map(Some),
            (Kind::Text, _) => return self.leaf(Shape::Text, token).map(Some),
            (Kind::Name, Kind::Mark(b'(')) => Shape::Tuple,
            (Kind::Name, Kind::Mark(b'{')) => Shape::Struct,
            (Kind::Name, _) => return self.leaf(Shape::Name, token).map(Some),
            (Kind::Mark(b'['), _) => Shape::List,
            (Kind::Mark(b'('), _) => Shape::Parentheses,
            (Kind::Mark(b'{'), _) => Shape::Map,
            _ => return Err(self.unexpected(token, "a value")),
        };
        let word = if token.kind == Kind::Name {
            self.tokens.take()?;
            token.word
        } else {
            ""
        };
        if self.open.len() == MAX_DEPTH {
            let problem = format!("more than {MAX_DEPTH} parts inside one another");
            return Err(self.tokens.error(token.start, ErrorKind::Limit, problem));
        }
        self.open.push(Open {
            shape,
            word,
            start: token.start,
            first: self.waiting.len(),
            label: "",
        });
        Ok(None)
    }

    /// A struct's next field, up to its value.
    fn label(&mut self) -> Result<(), ImportError> {
        let token = self.tokens.take()?;
        if token.kind != Kind::Name {
            return Err(self.unexpected(token, "a field's name"));
        }
        if let Some(parent) = self.open.last_mut() {
            parent.label = token.word;
        }
        self.mark(b':', ":")
    }

    /// What stands after a value: a comma (or a map's colon), or the end of the parent, which is given.
    fn separator(&mut self) -> Result<Option<Part>, ImportError> {
        let Some(parent) = self.open.last() else {
            return Ok(None);
        };
        let close = parent.close();
        let is_key = parent.shape == Shape::Map && (self.waiting.len() - parent.first) % 2 == 1;
        if is_key {
            self.mark(b':', ":")?;
        } else if self.tokens.next.kind == Kind::Mark(close) {
            return self.end().map(Some);
        } else {
            self.mark(b',', &format!(", or {}", char::from(close)))?;
        }
        Ok(None)
    }

    fn mark(&mut self, mark: u8, name: &str) -> Result<(), ImportError> {
        let token = self.tokens.take()?;
        if token.kind == Kind::Mark(mark) {
            Ok(())
        } else {
            Err(self.unexpected(token, name))
        }
    }

    /// Ends the innermost part, whose closing mark comes next.
    fn end(&mut self) -> Result<Part, ImportError> {
        let token = self.tokens.take()?;
        let Some(open) = self.open.pop() else {
            return Err(self.unexpected(token, "a value"));
        };
        let first_child = self.children.len() as u32;
        self.children.extend(self.waiting.drain(open.first..));
        let children = self.children.len() as u32 - first_child;
        self.push(Node {
            shape: open.shape,
            word: open.word,
            start: open.start as u32,
            first_child,
            children,
        })
    }

    fn leaf(&mut self, shape: Shape, token: Token<'a>) -> Result<Part, ImportError> {
        self.push(Node {
            shape,
            word: token.word,
            start: token.start as u32,
            first_child: 0,
            children: 0,
        })
    }

    fn push(&mut self, node: Node<'a>) -> Result<Part, ImportError> {
        if self.nodes.len() == MAX_PARTS {
            let problem = format!("more than {MAX_PARTS} parts");
            let offset = node.start as usize;
            return Err(self.tokens.error(offset, ErrorKind::Limit, problem));
        }
        self.nodes.push(node);
        Ok(Part(self.nodes.len() as u32 - 1))
    }

    fn finish(&self, root: Part) -> Result<Part, ImportError> {
        let rest = self.tokens.next;
        if rest.kind == Kind::End {
            return Ok(root);
        }
        let word = shortened(rest.word);
        let problem = format!("there is text after the end of the value: {word}");
        Err(self
            .tokens
            .error(rest.start, ErrorKind::TrailingBytes, problem))
    }

    fn unexpected(&self, token: Token<'_>, wanted: &str) -> ImportError {
        let (kind, problem) = match (token.kind, self.open.last()) {
            (Kind::End, Some(open)) => (
                ErrorKind::Truncated,
                format!(
                    "the text ends inside {} that begins at byte {}",
                    open.name(),
                    open.start
                ),
            ),
            (Kind::End, None) => (
                ErrorKind::Truncated,
                "the text ends where a value is expected".to_owned(),
            ),
            _ => (
                ErrorKind::Malformed,
                format!("expected {wanted}, found {}", shortened(token.word)),
            ),
        };
        self.tokens.error(token.start, kind, problem)
    }
}
