//! `zkml completions` and `zkml man`: what shells and `man` need.

use crate::{Cli, Verdict, output};
use anyhow::{Context, Result};
use clap::{Args, CommandFactory};
use clap_complete::Shell;
use std::{fs, path::PathBuf};

/// Print the completions of a shell
///
///   zkml completions bash > ~/.local/share/bash-completion/completions/zkml
///   zkml completions zsh > "${fpath[1]}/_zkml"
///   zkml completions fish > ~/.config/fish/completions/zkml.fish
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

/// Print the manual page, or write the pages of all commands
///
///   zkml man | man -l -
///   zkml man --out ~/.local/share/man/man1
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct ManArgs {
    /// Write a page for every command into this folder, which is made if it does not exist
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(crate) fn completions(args: &CompletionsArgs) -> Result<Verdict> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "zkml", &mut script);
    output::print(String::from_utf8(script)?.trim_end())?;
    Ok(Verdict::Success)
}

pub(crate) fn man(args: &ManArgs) -> Result<Verdict> {
    let Some(folder) = &args.out else {
        let mut page = Vec::new();
        clap_mangen::Man::new(Cli::command()).render(&mut page)?;
        output::print(String::from_utf8(page)?.trim_end())?;
        return Ok(Verdict::Success);
    };
    let context = || format!("cannot write manual pages into {}", folder.display());
    fs::create_dir_all(folder).with_context(context)?;
    clap_mangen::generate_to(Cli::command(), folder).with_context(context)?;
    output::print(format_args!("manual pages are in {}", folder.display()))?;
    Ok(Verdict::Success)
}
