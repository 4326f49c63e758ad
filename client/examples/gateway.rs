//! A gateway: many WhatsApp users write to a Robofy agent at once, and each answer is forwarded as it comes.
//!
//! `cargo run --example gateway -- 1000`

use std::env;
use std::error::Error;
use std::time::Instant;

use robofy_client::{AsyncClient, Options, Reply};
use tokio::task::JoinSet;

type Failures = Vec<Box<dyn Error>>;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let users: u32 = match env::args().nth(1) {
        Some(users) => users.parse().map_err(|_| "usage: gateway [USERS]")?,
        None => 1000,
    };
    let mut options = Options::new();
    if let Ok(base_url) = env::var("ROBOFY_BASE_URL") {
        options.base_url(base_url);
    }
    let client = AsyncClient::new(&setting("ROBOFY_API_KEY")?, &options)?;
    let (pid, chatbot_id) = (setting("ROBOFY_PID")?, setting("ROBOFY_CHATBOT_ID")?);

    let began = Instant::now();
    let mut chats = JoinSet::new();
    for user in 0..users {
        let session_id = format!("9187{user:08}"); // commonly the user's WhatsApp number
        let query = format!("Hello, I am user {user}");
        chats.spawn(client.whatsapp_chat(&pid, &chatbot_id, Some(&session_id), &query));
    }
    let mut failures = Failures::new();
    tokio::select! {
        () = forward(&mut chats, &mut failures) => {}
        _ = tokio::signal::ctrl_c() => chats.shutdown().await, // what still waits is cancelled
    }

    let (stats, seconds) = (client.stats(), began.elapsed().as_secs_f64());
    println!(
        "{} answered, {} failed, {} cancelled in {seconds:.1} s over {} connections",
        stats.answered,
        failures.len(),
        stats.cancelled,
        stats.connections
    );
    match failures.into_iter().next() {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

async fn forward(
    chats: &mut JoinSet<Result<Reply, robofy_client::Error>>,
    failures: &mut Failures,
) {
    while let Some(chat) = chats.join_next().await {
        match chat {
            // Here a gateway forwards the answer to the user.
            Ok(Ok(_reply)) => {}
            Ok(Err(error)) => failures.push(error.into()),
            Err(panicked) => failures.push(panicked.into()),
        }
    }
}

fn setting(name: &str) -> Result<String, String> {
    env::var(name).map_err(|_| format!("set {name} in the environment"))
}
