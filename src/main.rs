//! The program: reads its arguments and lets [`guichet::cli`] do the rest.

fn main() -> std::process::ExitCode {
    guichet::cli::run()
}
