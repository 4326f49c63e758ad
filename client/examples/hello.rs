//! One message: `cargo run --example hello -- "Hello"`

use std::env::{args, var};

use robofy_client::{Client, Options};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut options = Options::new();
    if let Ok(base_url) = var("ROBOFY_BASE_URL") {
        options.base_url(base_url);
    }
    let client = Client::new(&var("ROBOFY_API_KEY")?, &options)?;
    let query = args().nth(1).ok_or("usage: hello MESSAGE")?;
    let reply = client.whatsapp_chat(
        &var("ROBOFY_PID")?,
        &var("ROBOFY_CHATBOT_ID")?,
        None,
        &query,
    )?;
    println!("{}", reply.answer());
    Ok(())
}
