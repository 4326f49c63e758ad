//! Overhead of reqwest::blocking: threads share one client and call back to back over plain HTTP/1.1. The options and
//! the line of JSON are those of the C peers (see c/measure.h).

use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, ensure};
use bench_peers::{chat, gate};
use clap::Parser;
use hdrhistogram::Histogram;
use reqwest::blocking::Client;
use serde_json::json;

/// Calls back to back from THREADS threads over one blocking reqwest client.
#[derive(Parser)]
struct Arguments {
    #[arg(long)]
    port: u16,
    #[arg(long, default_value_t = 1)]
    threads: usize,
    #[arg(long, default_value_t = 0.3)]
    warm_up: f64,
    #[arg(long, default_value_t = 1.0)]
    seconds: f64,
}

const WARM_UP: u8 = 0;
const MEASURE: u8 = 1;
const DONE: u8 = 2;

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    chat::install_tls_provider();
    let client = Client::builder()
        .default_headers(chat::headers())
        .timeout(chat::TIMEOUT)
        .no_proxy()
        .build()?;
    let url = format!("http://127.0.0.1:{}{}", arguments.port, chat::PATH);
    let phase = AtomicU8::new(WARM_UP);
    let (latencies, before, after, measured) = scope(|threads| -> Result<_> {
        let workers: Vec<_> = (0..arguments.threads)
            .map(|_| threads.spawn(|| call_back_to_back(&client, &url, &phase)))
            .collect();
        sleep(Duration::from_secs_f64(arguments.warm_up));
        let (before, began) = (usage(), Instant::now());
        phase.store(MEASURE, Relaxed);
        sleep(Duration::from_secs_f64(arguments.seconds));
        phase.store(DONE, Relaxed);
        let (after, measured) = (usage(), began.elapsed());
        let mut latencies = Histogram::new(3)?;
        for worker in workers {
            latencies.add(worker.join().map_err(|_| anyhow!("a thread panicked"))??)?;
        }
        Ok((latencies, before, after, measured))
    })?;
    report(&latencies, &before, &after, measured)
}

fn call_back_to_back(client: &Client, url: &str, phase: &AtomicU8) -> Result<Histogram<u64>> {
    let mut latencies = Histogram::new(3)?;
    loop {
        let now = phase.load(Relaxed);
        if now == DONE {
            return Ok(latencies);
        }
        let began = Instant::now();
        let response = client
            .post(url)
            .json(&chat::Request::of_session("918727000001"))
            .send()?;
        response
            .error_for_status()?
            .json::<chat::Reply>()?
            .answer()?;
        if now == MEASURE {
            latencies.record(began.elapsed().as_nanos() as u64)?;
        }
    }
}

fn usage() -> libc::rusage {
    let mut usage = MaybeUninit::zeroed();
    // SAFETY: getrusage fills the struct it is given; all zeros is a valid rusage too.
    unsafe {
        libc::getrusage(libc::RUSAGE_SELF, usage.as_mut_ptr());
        usage.assume_init()
    }
}

fn cpu_us(usage: &libc::rusage) -> f64 {
    let us = |time: libc::timeval| time.tv_sec as f64 * 1e6 + time.tv_usec as f64;
    us(usage.ru_utime) + us(usage.ru_stime)
}

fn report(
    latencies: &Histogram<u64>,
    before: &libc::rusage,
    after: &libc::rusage,
    measured: Duration,
) -> Result<()> {
    ensure!(
        !latencies.is_empty(),
        "no call ended within the measured time: raise --seconds"
    );
    let calls = latencies.len() as f64;
    let quantile_us = |quantile| latencies.value_at_quantile(quantile) as f64 / 1e3;
    println!(
        "{}",
        json!({
            "version": gate::version(),
            "calls": latencies.len(),
            "calls_per_s": calls / measured.as_secs_f64(),
            "p50_us": quantile_us(0.5),
            "p90_us": quantile_us(0.9),
            "p99_us": quantile_us(0.99),
            "cpu_us_per_call": (cpu_us(after) - cpu_us(before)) / calls,
            "switches_per_call": (after.ru_nvcsw - before.ru_nvcsw) as f64 / calls,
        })
    );
    Ok(())
}
