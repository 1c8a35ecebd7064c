//! `manchette completions`: what a shell needs to complete our commands.
//!
//! Made from the definition of the command line, never written by hand.

use super::args;
use clap_complete::Shell;

/// The script for a shell.
pub fn completions(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut args::command(), "manchette", &mut script);
    script
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::ValueEnum;

    #[test]
    fn every_shell_gets_its_script() {
        for shell in Shell::value_variants() {
            let script = String::from_utf8(completions(*shell)).unwrap();
            assert!(script.contains("explain"), "{shell}");
        }
    }
}
