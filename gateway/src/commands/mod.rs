//! What a person runs.

mod check;
mod demo;
mod operate;
mod run;

use std::fmt::Display;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

use crate::config::Config;

const AFTER: &str = "\
A configuration, whole:

  public_url = \"https://bot.example.com\"

  [agent.support]
  pid = \"your-pid\"
  chatbot_id = \"your-chatbot-id\"
  api_key = \"env:ROBOFY_API_KEY\"

  [channel.main]
  agent = \"support\"
  provider = \"meta\"
  phone_number_id = \"106540352242922\"
  token = \"env:META_TOKEN\"
  app_secret = \"env:META_APP_SECRET\"
  verify_token = \"env:META_VERIFY_TOKEN\"

Every key is in gateway.example.toml. Begin with: robofy-gateway demo";

/// Joins WhatsApp numbers and Robofy agents: webhooks come in, and each burst of messages is answered once, in order.
#[derive(Parser)]
#[command(name = "robofy-gateway", version, after_help = AFTER)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the gateway until SIGTERM or Ctrl-C, which let turns under way finish.
    Run {
        /// The configuration.
        config: PathBuf,
    },
    /// Checks the configuration, each provider's account, each agent's key and the stores, and says what to do.
    Check {
        /// The configuration.
        config: PathBuf,
    },
    /// Plays a conversation on this machine alone: an agent, Meta and a user, with nothing to set up.
    Demo,
    /// Has the agent be silent to a user, in a gateway that runs.
    Pause(operate::Pause),
    /// Lets the agent answer a user again, in a gateway that runs.
    Resume(operate::Resume),
    /// Prints the completions of a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Prints the manual page.
    Man,
}

/// Prints a line; that nobody reads any more is no trouble.
fn say(line: impl Display) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Does it.
pub fn run(arguments: Arguments) -> ExitCode {
    let done = match arguments.command {
        Command::Run { config } => Config::read(&config)
            .map_err(|invalid| invalid.to_string())
            .and_then(|config| run::run(&config)),
        Command::Check { config } => check::run(&config),
        Command::Demo => demo::run(),
        Command::Pause(pause) => pause.run(),
        Command::Resume(resume) => resume.run(),
        Command::Completions { shell } => {
            let mut command = Arguments::command();
            clap_complete::generate(
                shell,
                &mut command,
                "robofy-gateway",
                &mut std::io::stdout(),
            );
            Ok(())
        }
        Command::Man => clap_mangen::Man::new(Arguments::command())
            .render(&mut std::io::stdout())
            .map_err(|error| error.to_string()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            if !problem.is_empty() {
                let _ = writeln!(std::io::stderr(), "{problem}");
            }
            ExitCode::FAILURE
        }
    }
}
