//! Talks to a Robofy agent as one WhatsApp user: each argument is a message, and every answer knows the ones before.
//!
//! `cargo run --example chat -- "Hello" "And on Sundays?"`

use std::env;
use std::error::Error;

use robofy_client::{Client, Options};

fn main() -> Result<(), Box<dyn Error>> {
    let messages: Vec<String> = env::args().skip(1).collect();
    if messages.is_empty() || messages[0] == "--help" {
        println!("usage: chat MESSAGE...");
        return Ok(());
    }
    let mut options = Options::new();
    if let Ok(base_url) = env::var("ROBOFY_BASE_URL") {
        options.base_url(base_url);
    }
    let client = Client::new(&setting("ROBOFY_API_KEY")?, &options)?;
    let (pid, chatbot_id) = (setting("ROBOFY_PID")?, setting("ROBOFY_CHATBOT_ID")?);
    for message in messages {
        println!("you: {message}");
        let reply = client.whatsapp_chat(&pid, &chatbot_id, Some("918727000000"), &message)?;
        println!("agent: {}", reply.answer());
    }
    Ok(())
}

fn setting(name: &str) -> Result<String, String> {
    env::var(name).map_err(|_| format!("set {name} in the environment"))
}
