//! `robofy-gateway run`.

use std::io::IsTerminal as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tokio::net::TcpListener;
use tokio::runtime::{Handle, Runtime};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;
use tracing::{info, warn};
use tracing_subscriber::EnvFilter;

use crate::config::Config;
use crate::gateway::Gateway;
use crate::{delivery, http};

/// Turns under way have that long when the gateway ends.
const PATIENCE: Duration = Duration::from_secs(30);
/// Parts on their way have that long after it.
const LAST_PARTS: Duration = Duration::from_secs(10);
const LOOK: Duration = Duration::from_millis(100);

/// Runs until a signal.
pub(super) fn run(config: &Config) -> Result<(), String> {
    logs();
    let runtime = Runtime::new().map_err(|error| format!("no threads: {error}"))?;
    let running = Running::start(config, &runtime)?;
    runtime.block_on(async {
        for (name, channel) in &running.gateway.channels {
            let webhook = format!("{}/webhook/{name}", channel.public_url);
            info!(channel = name, webhook, "ready");
        }
        stopped()
            .await
            .map_err(|error| format!("no signals: {error}"))
    })?;
    running.stop(&runtime)
}

/// A gateway that listens.
pub(super) struct Running {
    pub gateway: Arc<Gateway>,
    pub address: std::net::SocketAddr,
    is_over: Arc<AtomicBool>,
    pollers: Vec<thread::JoinHandle<()>>,
    end: oneshot::Sender<()>,
    server: tokio::task::JoinHandle<std::io::Result<()>>,
}

impl Running {
    pub(super) fn start(config: &Config, runtime: &Runtime) -> Result<Self, String> {
        let listening = runtime.block_on(TcpListener::bind(config.listen));
        let listener = listening.map_err(|error| format!("{}: {error}", config.listen))?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let gateway = Gateway::start(config).map_err(|error| error.to_string())?;
        let gateway = Arc::new(gateway);
        let is_over = Arc::new(AtomicBool::new(false));
        let pollers = pollers(&gateway, runtime.handle(), &is_over)
            .map_err(|error| format!("no threads: {error}"))?;
        let (end, ended) = oneshot::channel();
        let router = http::router(gateway.clone());
        let server = runtime.spawn(async move {
            let ended = async move { _ = ended.await };
            axum::serve(listener, router)
                .with_graceful_shutdown(ended)
                .await
        });
        Ok(Self {
            gateway,
            address,
            is_over,
            pollers,
            end,
            server,
        })
    }

    /// Webhooks are answered 503 from now on; what is under way ends, or waits in the store.
    pub(super) fn stop(self, runtime: &Runtime) -> Result<(), String> {
        self.gateway.drain();
        runtime.block_on(async {
            tokio::select! {
                () = settled(&self.gateway) => {}
                _ = stopped() => {}
            }
        });
        match self.gateway.pending() {
            Some(0) => info!("all is answered"),
            Some(pending) => info!(pending, "messages stay in the store until the next start"),
            None => warn!("a store cannot say what stays in it"),
        }
        self.is_over.store(true, Ordering::Relaxed);
        // Whoever answers 503 just now may end.
        let _ = self.end.send(());
        for poller in self.pollers {
            let _ = poller.join();
        }
        runtime.block_on(async {
            // A part that is being sent is sent again if nobody notes it.
            let began = Instant::now();
            while self.gateway.deliveries.load(Ordering::Relaxed) > 0
                && began.elapsed() < LAST_PARTS
            {
                tokio::time::sleep(LOOK).await;
            }
            let ended = tokio::time::timeout(LOOK * 10, self.server).await;
            if ended.is_err() {
                warn!("connections are closed that had not ended");
            }
        });
        Ok(())
    }
}

/// Returns when nothing is under way, or the patience is over.
async fn settled(gateway: &Gateway) {
    let began = Instant::now();
    while gateway.under_way() > 0 && began.elapsed() < PATIENCE {
        tokio::time::sleep(LOOK).await;
    }
}

fn pollers(
    gateway: &Arc<Gateway>,
    runtime: &Handle,
    is_over: &Arc<AtomicBool>,
) -> std::io::Result<Vec<thread::JoinHandle<()>>> {
    let channels = gateway.channels.values();
    let poller = |channel: &Arc<crate::gateway::Channel>| {
        let (gateway, channel) = (gateway.clone(), channel.clone());
        let (runtime, is_over) = (runtime.clone(), is_over.clone());
        thread::Builder::new()
            .name("outcomes".into())
            .spawn(move || {
                delivery::poll(&gateway, &channel, &runtime, &is_over);
            })
    };
    channels.map(poller).collect()
}

/// SIGTERM, or Ctrl-C.
async fn stopped() -> std::io::Result<()> {
    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminated.recv() => Ok(()),
        interrupted = tokio::signal::ctrl_c() => interrupted,
    }
}

/// One line an event: for a person on a terminal, JSON elsewhere. `RUST_LOG` chooses how much.
fn logs() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_target(false);
    // A host that logs already goes on.
    let _ = match std::io::stderr().is_terminal() {
        true => logs.with_writer(std::io::stderr).try_init(),
        false => logs
            .json()
            .flatten_event(true)
            .with_writer(std::io::stderr)
            .try_init(),
    };
}
