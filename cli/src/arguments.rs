//! The command line.

mod connection;
mod conversation;

use std::path::PathBuf;
use std::sync::LazyLock;

use clap::{Arg, Args, Parser, Subcommand};
use clap_complete::Shell;

pub use self::connection::Connection;
pub use self::conversation::{Format, InboxAction, Show, ShowInbox, Split, Verify, WebhookAction};
use crate::binding;
use crate::failure::EXIT_CODES;

static VERSIONS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "{} (library {})",
        env!("CARGO_PKG_VERSION"),
        binding::library_version()
    )
});

const SETTINGS: &str = "\
API key:
  It is read from --api-key-file, else from the variable ROBOFY_API_KEY, else
  from $XDG_CONFIG_HOME/robofy/api-key (~/.config/robofy/api-key). A file must
  not be open to other users: chmod 600. No option takes the key itself: every
  user of a machine can read command lines.";

static AFTER_HELP: LazyLock<String> = LazyLock::new(|| format!("{SETTINGS}\n\n{EXIT_CODES}"));

static AFTER_API: LazyLock<String> = LazyLock::new(|| format!("{EXAMPLES}\n\n{}", *AFTER_HELP));

const EXAMPLES: &str = "\
Examples:
  robofy api GET /v1/projects -q page=2
  robofy api GET '/v1/ai-agent/chatbot/{pid}/{chatbot_id}'
  robofy api POST '/v1/ai-agent/link_content/{pid}' -d @text.json
  robofy api GET '/v1/ai-agent/leads/{pid}/{chatbot_id}' --paginate | jq .data.report.rows";

/// Talk to a Robofy AI agent as one WhatsApp user
#[derive(Debug, Parser)]
#[command(name = "robofy", version = VERSIONS.as_str(), after_help = AFTER_HELP.as_str())]
#[command(arg_required_else_help = true, max_term_width = 100)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the tool does.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Hold a conversation with the agent, in the terminal or line by line from a pipe
    ///
    /// Ctrl-C while the agent thinks cancels that message; Ctrl-D ends the conversation. From a pipe each line is a
    /// message, each answer is printed bare, and the first failure ends it.
    #[command(after_help = AFTER_HELP.as_str())]
    Chat(Chat),
    /// Send one message and print the answer
    ///
    /// Standard output gets the answer, or with --json one line of JSON, and nothing else.
    #[command(after_help = AFTER_HELP.as_str())]
    Send(Send),
    /// Find out step by step what works: settings, DNS, proxy, TCP, TLS, API key, agent, latency
    ///
    /// The API key and the agent are tried by sending ONE REAL MESSAGE to the agent, who answers it and may act on it.
    /// With --no-message nothing is sent: the check ends after the TLS handshake, and neither --pid nor --chatbot-id is
    /// needed. The exit code is that of the first step that failed.
    #[command(after_help = AFTER_HELP.as_str())]
    Check(Check),
    /// Call any endpoint of the service and print its response
    ///
    /// Standard output gets the response's body as it was received, and nothing else. A status other than 200 to 299 is a
    /// failure: it is told on standard error, with the service's own code and sentence. GET and HEAD are tried again as
    /// messages are; other methods only where the service cannot have seen the request.
    ///
    /// Secrets in a response are printed too: /v1/ai-agent/chatbot_ai_settings/... has llm_api_key, the key to the
    /// language model.
    #[command(after_help = AFTER_API.as_str())]
    Api(Api),
    /// List the agent's conversations: a line for each, its fields apart by tabs
    ///
    /// The fields are session_id, last_message_time, user_profile_name, last_message_direction, last_message and
    /// website_url.
    #[command(after_help = AFTER_HELP.as_str())]
    Sessions(Sessions),
    /// Print the leads that the agent has collected, of all pages: a line of JSON for each
    ///
    /// With --csv they are a table. Strangers write leads, and a spreadsheet runs a cell that begins with = + - or @:
    /// such a cell gets an apostrophe before it, unless it is a number or a telephone number. So does what begins so behind
    /// a semicolon or on a further line of a cell, where some spreadsheets begin another.
    #[command(after_help = AFTER_HELP.as_str())]
    Leads(Leads),
    /// Write an agent's answer as WhatsApp text: Markdown in, WhatsApp's marks out
    ///
    /// Nothing is sent. What is formatted may be formatted again, and stays as it is.
    Format(Format),
    /// Split a WhatsApp text into messages that fit
    ///
    /// Nothing is sent. Without --json and --null a line `---` stands between two parts.
    Split(Split),
    /// Verify or show a webhook's body that was captured
    ///
    /// Nothing is sent.
    Webhook {
        /// What to do with it
        #[command(subcommand)]
        action: WebhookAction,
    },
    /// Show what the store of an inbox keeps
    ///
    /// Nothing is sent, and nothing in the store is changed.
    Inbox {
        /// What to do with it
        #[command(subcommand)]
        action: InboxAction,
    },
    /// Print the completions for a shell
    ///
    /// For example: robofy completions bash > ~/.local/share/bash-completion/completions/robofy
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Write the man pages and the completions of all shells into a folder, for packages
    ///
    /// DIRECTORY stands for /usr/share: below it man/man1, bash-completion/completions, zsh/site-functions and
    /// fish/vendor_completions.d are written.
    Packaging {
        /// Stands for /usr/share; made if it is missing
        directory: PathBuf,
    },
}

impl Command {
    /// Whether it has something to say on standard output.
    pub fn prints(&self) -> bool {
        !matches!(self, Self::Packaging { .. })
    }
}

/// `robofy chat`.
#[derive(Args, Debug)]
pub struct Chat {
    /// The conversation, commonly the user's WhatsApp number [default: a new one, which is printed]
    #[arg(long, value_name = "ID")]
    pub session: Option<String>,
    /// More about the user: a JSON object
    #[arg(long, value_name = "JSON")]
    pub user_context: Option<String>,
    /// Print each answer while it is written: the path below the base URL that answers in events
    ///
    /// The service's reference does not name it.
    #[arg(long, value_name = "PATH")]
    pub stream: Option<String>,
    /// Keep what is typed for the next time, in $XDG_STATE_HOME/robofy/history (mode 600); off by default
    #[arg(long)]
    pub history: bool,
    /// Which agent, and the way there.
    #[command(flatten)]
    pub connection: Connection,
}

/// `robofy send`.
#[derive(Args, Debug)]
#[command(arg(Arg::new("surplus").value_name("MORE").index(2).hide(true).value_parser(surplus)))]
pub struct Send {
    /// The message; with `-`, or none, it is read from standard input. One that begins with `--` stands behind `--`
    #[arg(allow_hyphen_values = true, index = 1, value_parser = no_option)]
    pub message: Option<String>,
    /// The same, whatever it begins with.
    #[arg(
        index = 3,
        last = true,
        hide = true,
        value_name = "MESSAGE",
        conflicts_with = "message"
    )]
    pub behind_dashes: Option<String>,
    /// The conversation, commonly the user's WhatsApp number [default: the service starts a new one]
    #[arg(long, value_name = "ID")]
    pub session: Option<String>,
    /// More about the user: a JSON object
    #[arg(long, value_name = "JSON")]
    pub user_context: Option<String>,
    /// Print a JSON object: the reply with answer, session_id, message, json, attempts and elapsed_us; or {"error": ...}
    /// with status, http_status, code, detail, message, retryable, retry_after_ms and exit_code
    #[arg(long)]
    pub json: bool,
    /// Which agent, and the way there.
    #[command(flatten)]
    pub connection: Connection,
}

/// `robofy check`.
#[derive(Args, Debug)]
pub struct Check {
    /// Send nothing to the agent: the API key stays untried
    #[arg(long)]
    pub no_message: bool,
    /// What to send to the agent
    #[arg(
        long,
        value_name = "TEXT",
        default_value = "Hello",
        conflicts_with = "no_message"
    )]
    pub message: String,
    /// Print a JSON object with ok, failed_step, exit_code and the steps
    #[arg(long)]
    pub json: bool,
    /// Which agent, and the way there.
    #[command(flatten)]
    pub connection: Connection,
}

/// `robofy api`.
#[derive(Args, Debug)]
pub struct Api {
    /// GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS
    pub method: String,
    /// The path below the base URL; it begins with a slash. {pid} and {chatbot_id} in it are those of the options
    pub path: String,
    /// A pair of the URL's query, which is encoded; may be given again
    #[arg(short, long, value_name = "NAME=VALUE", value_parser = pair)]
    pub query: Vec<(String, String)>,
    /// The body: JSON, or @FILE for a file's, or @- for that of standard input
    #[arg(short, long, value_name = "JSON")]
    pub data: Option<String>,
    /// Ask for all pages, each printed on its own line: while a response has data.report.next_page_token, the next
    /// request has it as nextPageToken
    #[arg(long)]
    pub paginate: bool,
    /// Which agent, and the way there.
    #[command(flatten)]
    pub connection: Connection,
}

/// `robofy sessions`.
#[derive(Args, Debug)]
pub struct Sessions {
    /// Print a JSON object for each
    #[arg(long)]
    pub json: bool,
    /// Which agent, and the way there.
    #[command(flatten)]
    pub connection: Connection,
}

/// `robofy leads`.
#[derive(Args, Debug)]
pub struct Leads {
    /// Print CSV (RFC 4180) with a line of names first
    #[arg(long)]
    pub csv: bool,
    /// Only the leads of this conversation
    #[arg(long, value_name = "ID")]
    pub session: Option<String>,
    /// Which agent, and the way there.
    #[command(flatten)]
    pub connection: Connection,
}

fn surplus(_: &str) -> Result<String, &'static str> {
    Err("a message is one argument: put it into quotes")
}

fn pair(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text.split_once('=').ok_or("not of the form NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// A misspelt option is not sent to the agent.
fn no_option(text: &str) -> Result<String, String> {
    match text.starts_with("--") {
        true => Err(
            "there is no such option; a message that begins so is sent as: robofy send -- MESSAGE"
                .to_owned(),
        ),
        false => Ok(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }
}
