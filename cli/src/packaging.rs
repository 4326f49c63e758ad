//! Completions for shells, and the files of a package.

use std::fs;
use std::io;
use std::path::Path;

use clap::CommandFactory as _;
use clap_complete::{Shell, generate};

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::terminal::print;

const NAME: &str = "robofy";

/// Prints one shell's completions.
pub fn completions(shell: Shell) -> Result<(), Failure> {
    print(&String::from_utf8_lossy(&script(shell))).map(drop)
}

/// Writes everything below `share`.
pub fn write(share: &Path) -> Result<(), Failure> {
    write_all(share)
        .map_err(|error| Failure::tool(format!("cannot write below {}: {error}", share.display())))
}

fn write_all(share: &Path) -> io::Result<()> {
    for (shell, folder, name) in [
        (Shell::Bash, "bash-completion/completions", "robofy"),
        (Shell::Zsh, "zsh/site-functions", "_robofy"),
        (Shell::Fish, "fish/vendor_completions.d", "robofy.fish"),
    ] {
        let folder = share.join(folder);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(name), script(shell))?;
    }
    let pages = share.join("man/man1");
    fs::create_dir_all(&pages)?;
    clap_mangen::generate_to(Arguments::command().disable_help_subcommand(true), &pages)
}

fn script(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    generate(shell, &mut Arguments::command(), NAME, &mut script);
    script
}
