//! Versions, completions, manual pages.

use crate::{folder, text, zkml};

/// Every command of the list in `zkml --help`.
fn commands() -> Vec<String> {
    let help = zkml(&["--help"]).exits(0).stdout();
    let list = help.split("Commands:\n").nth(1).unwrap();
    let list = list.split("\n\n").next().unwrap();
    let names = list.lines().filter_map(|line| line.strip_prefix("  "));
    names
        .filter(|line| !line.starts_with(' '))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_version_is_the_packages_and_that_of_the_key_files() {
    for flag in ["--version", "-V"] {
        let shown = zkml(&[flag]).exits(0).stdout();
        let expected = format!(
            "zkml {} (key format 1, ezkl 23.x",
            env!("CARGO_PKG_VERSION")
        );
        assert!(shown.starts_with(&expected), "{shown}");
    }
}

#[test]
fn completions_know_every_command() {
    let commands = commands();
    assert!(commands.len() > 10, "{commands:?}");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = zkml(&["completions", shell]).exits(0).stdout();
        for command in &commands {
            assert!(script.contains(command.as_str()), "{shell}: {command}");
        }
    }
}

#[test]
fn every_command_has_a_manual_page() {
    let page = zkml(&["man"]).exits(0).stdout();
    assert!(page.contains(".TH zkml 1"), "{page}");
    let out = folder();
    let pages = out.path().join("new/man1");
    zkml(&["man", "--out", text(&pages)]).exits(0);
    for command in commands() {
        let page = pages.join(format!("zkml-{command}.1"));
        assert!(page.exists(), "{}", page.display());
    }
    assert!(pages.join("zkml-key-import.1").exists());
}
