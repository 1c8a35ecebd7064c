//! The program; everything is in the library.

fn main() -> std::process::ExitCode {
    manchette::cli::main()
}
