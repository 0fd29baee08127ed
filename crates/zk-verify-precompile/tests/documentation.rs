//! The lines that `docs/embedding.md` tells people to add are those that `examples/embed` compiles.

use std::{fs, path::Path};

fn read(path: &str) -> String {
    fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../..")
            .join(path),
    )
    .unwrap()
}

/// The lines between `// [name]` and `// [/name]`.
fn region<'a>(source: &'a str, name: &str) -> &'a str {
    let (_, rest) = source.split_once(&format!("// [{name}]\n")).unwrap();
    rest.split_once(&format!("// [/{name}]\n")).unwrap().0
}

#[test]
fn the_code_in_the_guide_is_code_of_the_examples() {
    let guide = read("docs/embedding.md");
    let revm = read("examples/embed/revm43-chain/src/lib.rs");
    let revm38 = read("examples/embed/revm38-chain/src/lib.rs");
    let revm14 = read("examples/embed/revm14-chain/src/lib.rs");
    let reth = read("examples/embed/reth-style/src/lib.rs");
    let factory = region(&reth, "factory")
        .split("\nimpl EvmFactory for")
        .next()
        .unwrap();
    let shown = [
        region(&revm38, "rules"),
        region(&revm38, "imports38"),
        region(&revm38, "evm"),
        factory,
        region(&reth, "executor"),
        region(&revm14, "evm14"),
    ];
    assert_eq!(region(&revm, "rules"), region(&revm38, "rules"));
    assert_eq!(region(&revm, "evm"), region(&revm38, "evm"));
    assert_eq!(blocks(&guide), shown);
}

#[test]
fn the_code_in_the_page_on_blocks_is_code_of_the_example() {
    let reth = read("examples/embed/reth-style/src/lib.rs");
    let shown = ["shared", "prewarm"].map(|name| region(&reth, name));
    assert_eq!(blocks(&read("docs/embedding-blocks.md")), shown);
}

/// The pieces of Rust in a page that are not marked otherwise.
fn blocks(page: &str) -> Vec<&str> {
    page.split("```rust\n")
        .skip(1)
        .map(|block| block.split("```").next().unwrap())
        .collect()
}
