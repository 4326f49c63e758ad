//! What needs no service: text, webhooks and the store of an inbox.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};

use crate::binding::conversation::{Channel, Dialect};
use crate::failure::EXIT_CODES;

const EXAMPLES: &str = "\
Examples:
  robofy webhook verify --channel meta --secret-file app-secret \\
    --signature 'sha256=563a4df6...' body.json
  robofy webhook verify --channel twilio --secret-file auth-token \\
    --signature '0/KCTR6DLpKmkAf8muzZqo1nDgQ=' --url https://example.com/hook body";

/// `robofy format`.
#[derive(Args, Debug)]
pub struct Format {
    /// What the text is written in; auto guesses
    #[arg(long, value_enum, default_value = "auto")]
    pub dialect: Dialect,
    /// The text; with `-`, or none, it is read from standard input
    #[arg(value_hint = ValueHint::FilePath)]
    pub file: Option<PathBuf>,
}

/// `robofy split`.
#[derive(Args, Debug)]
pub struct Split {
    /// The most UTF-16 units of a part; 0 for the 4 096 of Meta's Cloud API. Twilio takes 1600, a caption 1024
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub limit: u32,
    /// Format the text first, as robofy format does
    #[arg(long)]
    pub format: bool,
    /// Print a JSON array of the parts
    #[arg(long, conflicts_with_all = ["null", "separator"])]
    pub json: bool,
    /// Print each part as it is, and a NUL after it, for xargs -0
    #[arg(long, short = '0', conflicts_with = "separator")]
    pub null: bool,
    /// The line between two parts
    #[arg(long, value_name = "LINE", default_value = "---")]
    pub separator: String,
    /// The text; with `-`, or none, it is read from standard input
    #[arg(value_hint = ValueHint::FilePath)]
    pub file: Option<PathBuf>,
}

/// `robofy webhook`.
#[derive(Debug, Subcommand)]
pub enum WebhookAction {
    /// Say whether the signature is right, and if not, what is likely wrong: the signature, the secret, the URL or the body
    ///
    /// The secret is read from --secret-file, else from the variable ROBOFY_WEBHOOK_SECRET. A file must not be open to other
    /// users: chmod 600. No option takes the secret itself: every user of a machine can read command lines.
    #[command(after_help = concat_help())]
    Verify(Verify),
    /// Print the events of a body: a line for each, its fields apart by tabs. The signature is NOT looked at
    ///
    /// The fields are kind, id, session_id, name, type, status and text.
    #[command(after_help = EXIT_CODES)]
    Show(Show),
}

fn concat_help() -> String {
    format!("{EXAMPLES}\n\n{EXIT_CODES}")
}

/// `robofy webhook verify`.
#[derive(Args, Debug)]
pub struct Verify {
    /// Where the webhook comes from
    #[arg(long, value_enum)]
    pub channel: Channel,
    /// The file that holds the secret, with mode 600: Meta's app secret, WAHA's HMAC key, Evolution API's jwt_key or API key,
    /// Twilio's auth token. May be given again
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub secret_file: Vec<PathBuf>,
    /// The header X-Hub-Signature-256 (Meta), X-Webhook-Hmac (WAHA), Authorization (Evolution API) or X-Twilio-Signature
    /// (Twilio)
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub signature: Option<String>,
    /// The public URL as Twilio called it, with its query
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// Print a JSON object with valid, message, hints, events and skipped
    #[arg(long)]
    pub json: bool,
    /// The body as it came; with `-` it is read from standard input
    #[arg(value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
}

/// `robofy webhook show`.
#[derive(Args, Debug)]
pub struct Show {
    /// Where the webhook comes from
    #[arg(long, value_enum)]
    pub channel: Channel,
    /// Print a JSON object for each event, with all that is known of it
    #[arg(long)]
    pub json: bool,
    /// The body as it came; with `-` it is read from standard input
    #[arg(value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
}

/// `robofy inbox`.
#[derive(Debug, Subcommand)]
pub enum InboxAction {
    /// Print what waits, what is being answered and what was not reported, of a store that no process has open
    ///
    /// A row for each session that has something to do, a pause or a stop word. While the store is read no process can open it.
    /// Telephone numbers are printed, and what users wrote only with --texts.
    #[command(after_help = EXIT_CODES)]
    Show(ShowInbox),
}

/// `robofy inbox show`.
#[derive(Args, Debug)]
pub struct ShowInbox {
    /// Print the messages, too: their identifiers and what users wrote
    #[arg(long)]
    pub texts: bool,
    /// Print a JSON object with path, version, opened, pending, turns, unreported, remembered and the sessions
    #[arg(long)]
    pub json: bool,
    /// The folder that the inbox was given as its path
    #[arg(value_hint = ValueHint::DirPath)]
    pub path: PathBuf,
}

impl ValueEnum for Dialect {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Auto, Self::Markdown, Self::WhatsApp]
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(
            match self {
                Self::Auto => "auto",
                Self::Markdown => "markdown",
                Self::WhatsApp => "whatsapp",
            }
            .into(),
        )
    }
}

impl ValueEnum for Channel {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Meta, Self::Waha, Self::Evolution, Self::Twilio]
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(
            match self {
                Self::Meta => "meta",
                Self::Waha => "waha",
                Self::Evolution => "evolution",
                Self::Twilio => "twilio",
            }
            .into(),
        )
    }
}
