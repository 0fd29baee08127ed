//! Changes of JSON values, node by node.

use crate::{edits, fixtures::pick, numbers::reduce};
use arbitrary::{Arbitrary, Unstructured};
use serde_json::{Value, json};

/// JSON files of the circuits, which inputs are edits of.
pub struct Files {
    texts: Vec<&'static [u8]>,
    values: Vec<Value>,
}

impl Files {
    /// Reads the committed files.
    pub fn new(texts: impl Iterator<Item = &'static [u8]>) -> Self {
        let texts: Vec<_> = texts.collect();
        let parse = |text: &&[u8]| serde_json::from_slice(text).expect("a committed file");
        let values = texts.iter().map(parse).collect();
        Self { texts, values }
    }

    /// The file under test, as [`edits::file`] says, or, `by_value`, edits of the JSON value of one.
    pub fn file(&self, by_value: bool, data: &[u8]) -> Vec<u8> {
        if !by_value {
            return edits::file(data, &self.texts);
        }
        let mut u = Unstructured::new(data);
        let mut value = pick(&self.values, u8::arbitrary(&mut u).unwrap_or_default()).clone();
        for edit in edits::rest::<Edit>(&mut u).unwrap_or_default() {
            edit.apply(&mut value);
        }
        value.to_string().into_bytes()
    }
}

/// One change. Nodes are counted as they stand in the text, modulo their number.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub enum Edit {
    /// Another number for a number, counted among the numbers: the file stays well formed.
    Number { number: u16, value: Number },
    /// Another value.
    Set { node: u16, value: Leaf },
    /// Adds to a number.
    Add { node: u16, by: i16 },
    /// Takes a member of an object or an element of an array out.
    Remove { node: u16, index: u8 },
    /// Appends copies of the first element to an array.
    Repeat { node: u16, times: u8 },
    /// One node in another's place.
    Copy { from: u16, to: u16 },
}

/// A number to put somewhere.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub enum Number {
    Small(i8),
    Integer(i64),
    /// ±2^n
    Power {
        exponent: u8,
        negative: bool,
    },
    Float(f32),
}

impl Number {
    fn value(self) -> Value {
        match self {
            Number::Small(value) => value.into(),
            Number::Integer(value) => value.into(),
            Number::Power {
                exponent,
                negative: false,
            } => (1u64 << (exponent % 64)).into(),
            Number::Power {
                exponent,
                negative: true,
            } => (-1i64 << (exponent % 64)).into(),
            Number::Float(value) => value.into(),
        }
    }
}

/// A value to put somewhere.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub enum Leaf {
    Null,
    Bool(bool),
    Number(Number),
    /// A name that ezkl's files use.
    Name(u8),
    /// `{"name": {"scale": …, "base": …, "denom": …, "a": …}}`, a tabulated function.
    Function {
        name: u8,
        parameter: f32,
    },
    /// `{"Hashed": …}`
    Hashed {
        is_public: bool,
    },
    /// `[low, high]`
    Range(i64, i64),
    /// 64 hexadecimal digits.
    Word([u8; 32]),
    EmptyArray,
    EmptyObject,
}

/// Visibilities, versions, equations, then the functions.
const NAMES: [&str; 31] = [
    "Public",
    "Private",
    "Fixed",
    "KZGCommit",
    "23.0.5",
    "22",
    "mk,kn->mn",
    "a->",
    ",->a",
    "->",
    "Div",
    "IsOdd",
    "PowersOfTwo",
    "Ln",
    "Sigmoid",
    "Exp",
    "Cos",
    "ACos",
    "Cosh",
    "Sin",
    "ASin",
    "Sinh",
    "ASinh",
    "Tan",
    "ATan",
    "Tanh",
    "ATanh",
    "Erf",
    "Pow",
    "HardSwish",
    "ACosh",
];
const FIRST_FUNCTION: usize = 10;

impl Leaf {
    fn value(self) -> Value {
        match self {
            Leaf::Null => Value::Null,
            Leaf::Bool(value) => value.into(),
            Leaf::Number(number) => number.value(),
            Leaf::Name(index) => NAMES[usize::from(index) % NAMES.len()].into(),
            Leaf::Function { name, parameter } => {
                let names = &NAMES[FIRST_FUNCTION..];
                let name = names[usize::from(name) % names.len()];
                let p = parameter;
                json!({ name: { "scale": p, "base": p, "denom": p, "a": p } })
            }
            Leaf::Hashed { is_public } => {
                json!({ "Hashed": { "hash_is_public": is_public, "outlets": [] } })
            }
            Leaf::Range(low, high) => json!([low, high]),
            Leaf::Word(bytes) => {
                let mut word = crate::numbers::encode(&reduce(&bytes));
                word.reverse();
                let digits: String = word.iter().map(|byte| format!("{byte:02x}")).collect();
                digits.into()
            }
            Leaf::EmptyArray => json!([]),
            Leaf::EmptyObject => json!({}),
        }
    }
}

impl Edit {
    /// Changes the value.
    pub fn apply(self, root: &mut Value) {
        match self {
            Edit::Number { number, value } => {
                set(nth(root, number, Value::is_number), value.value())
            }
            Edit::Set { node, value } => set(nth(root, node, any), value.value()),
            Edit::Add { node, by } => {
                if let Some(node) = nth(root, node, any)
                    && let Some(number) = node.as_i64()
                {
                    *node = number.wrapping_add(by.into()).into();
                }
            }
            Edit::Remove { node, index } => remove(nth(root, node, any), index.into()),
            Edit::Repeat { node, times } => {
                if let Some(Value::Array(list)) = nth(root, node, any)
                    && let Some(first) = list.first().cloned()
                {
                    list.extend(std::iter::repeat_n(first, times.into()));
                }
            }
            Edit::Copy { from, to } => {
                if let Some(value) = nth(root, from, any).cloned() {
                    set(nth(root, to, any), value);
                }
            }
        }
    }
}

fn set(node: Option<&mut Value>, value: Value) {
    if let Some(node) = node {
        *node = value;
    }
}

fn remove(node: Option<&mut Value>, index: usize) {
    match node {
        Some(Value::Array(list)) if !list.is_empty() => {
            list.remove(index % list.len());
        }
        Some(Value::Object(members)) if !members.is_empty() => {
            let name = members.keys().nth(index % members.len()).cloned();
            name.and_then(|name| members.remove(&name));
        }
        _ => {}
    }
}

/// Which nodes are counted.
type Counted = fn(&Value) -> bool;

fn any(_: &Value) -> bool {
    true
}

fn count(value: &Value, counted: Counted) -> usize {
    let below = match value {
        Value::Array(list) => list.iter().map(|value| count(value, counted)).sum(),
        Value::Object(members) => members.values().map(|value| count(value, counted)).sum(),
        _ => 0,
    };
    below + usize::from(counted(value))
}

/// The node at this position modulo their number, parents before children. `None` if none counts.
fn nth(root: &mut Value, position: u16, counted: Counted) -> Option<&mut Value> {
    let number = count(root, counted);
    let mut left = usize::from(position).checked_rem(number)?;
    find(root, &mut left, counted)
}

fn find<'a>(value: &'a mut Value, left: &mut usize, counted: Counted) -> Option<&'a mut Value> {
    if counted(value) {
        if *left == 0 {
            return Some(value);
        }
        *left -= 1;
    }
    match value {
        Value::Array(list) => list.iter_mut().find_map(|value| find(value, left, counted)),
        Value::Object(members) => {
            let mut values = members.values_mut();
            values.find_map(|value| find(value, left, counted))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_node_is_found_once() {
        let mut root = json!({ "a": [1, [2, 3]], "b": { "c": 4 } });
        let mut found = |position, counted| nth(&mut root, position, counted).unwrap().to_string();
        let nodes: Vec<String> = (0..8).map(|position| found(position, any)).collect();
        assert_eq!(
            nodes[1..],
            ["[1,[2,3]]", "1", "[2,3]", "2", "3", "{\"c\":4}", "4"]
        );
        let numbers: Vec<String> = (0..4)
            .map(|position| found(position, Value::is_number))
            .collect();
        assert_eq!(numbers, ["1", "2", "3", "4"]);
        assert_eq!(
            found(8, any),
            nodes[0],
            "positions are taken modulo the number of nodes"
        );
        assert_eq!(nth(&mut json!([]), 0, Value::is_number), None);
    }
}
