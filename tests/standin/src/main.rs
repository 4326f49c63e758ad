//! The stand-in as a program.

use std::fs;
use std::future::pending;
use std::io::{self, Read, Write};
use std::net::IpAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use clap::Parser;
use robofy_standin::{HttpVersions, Standin, Tls};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

/// A local stand-in for the Robofy service: speaks its contract, remembers each session's conversation, records what
/// it received (GET /standin/requests) and misbehaves when a message that starts with `!` tells it to.
#[derive(Parser)]
#[command(name = "robofy-standin", version)]
struct Arguments {
    /// Port to listen on; 0 takes a free one, which the first line of output names
    #[arg(long, value_name = "N", default_value_t = 0)]
    port: u16,

    /// Address to listen on
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    host: IpAddr,

    /// The one API key to accept; any that is not empty otherwise
    #[arg(long, value_name = "KEY")]
    api_key: Option<String>,

    /// How long the agent thinks before it answers
    #[arg(long, value_name = "N", default_value_t = 0)]
    delay_ms: u64,

    /// Where messages are answered in events, for example /v1/stream
    #[arg(long, value_name = "PATH")]
    stream_path: Option<String>,

    /// HTTP versions to speak
    #[arg(long, value_enum, default_value_t = HttpVersions::Auto)]
    http: HttpVersions,

    /// How many streams an HTTP/2 connection may have open at once
    #[arg(long, value_name = "N", default_value_t = 128)]
    max_concurrent_streams: u32,

    /// Serve TLS with this kind of certificate
    #[arg(long, value_enum, value_name = "KIND")]
    tls: Option<Tls>,

    /// Where to write the private certificate authority as PEM
    #[arg(long, value_name = "FILE", requires = "tls")]
    ca_out: Option<PathBuf>,

    /// Exit when standard input reaches its end
    #[arg(long)]
    exit_with_parent: bool,

    /// Write one line a request to standard error
    #[arg(long)]
    verbose: bool,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // A refusal leaves the limit as it is, which does for fewer connections.
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    match serve(arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("robofy-standin: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(arguments: Arguments) -> io::Result<()> {
    let mut interrupted = signal(SignalKind::interrupt())?;
    let mut terminated = signal(SignalKind::terminate())?;
    let standin = start(&arguments)?;
    writeln!(io::stdout(), "listening on {}", standin.base_url())?;
    io::stdout().flush()?;
    tokio::select! {
        _ = interrupted.recv() => {}
        _ = terminated.recv() => {}
        () = parent_gone(), if arguments.exit_with_parent => {}
    }
    Ok(())
}

fn start(arguments: &Arguments) -> io::Result<Standin> {
    let mut builder = Standin::builder()
        .host(arguments.host)
        .port(arguments.port)
        .delay(Duration::from_millis(arguments.delay_ms))
        .http(arguments.http)
        .max_concurrent_streams(arguments.max_concurrent_streams)
        .verbose(arguments.verbose);
    if let Some(api_key) = &arguments.api_key {
        builder = builder.api_key(api_key);
    }
    if let Some(path) = &arguments.stream_path {
        builder = builder.stream_path(path);
    }
    if let Some(tls) = arguments.tls {
        builder = builder.tls(tls);
    }
    let address = format!("{}:{}", arguments.host, arguments.port);
    let standin = builder
        .try_start()
        .map_err(|error| explain(&format!("cannot serve on {address}"), &error))?;
    if let Some(ca_out) = &arguments.ca_out {
        fs::copy(standin.ca_file(), ca_out)
            .map_err(|error| explain(&format!("cannot write {}", ca_out.display()), &error))?;
    }
    Ok(standin)
}

fn explain(what: &str, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{what}: {error}"))
}

async fn parent_gone() {
    let (gone, notice) = oneshot::channel();
    thread::spawn(move || {
        let mut input = io::stdin().lock();
        while matches!(input.read(&mut [0; 1024]), Ok(1..)) {}
        gone.send(())
    });
    if notice.await.is_err() {
        pending().await
    }
}
