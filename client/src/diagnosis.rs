//! The way to the service, step by step: which one fails, and why. For tools that explain a connection.
//!
//! It is the way that a chat's connection takes, made by the same code: the same proxy, addresses and trust, and one
//! [`connect_timeout`](Options::connect_timeout) for all of it. No request follows.
//!
//! ```no_run
//! use robofy_client::Options;
//! use robofy_client::diagnosis::Diagnosis;
//!
//! let diagnosis = Diagnosis::new(&Options::new())?;
//! println!("{}", diagnosis.service());
//! match diagnosis.run(|done| println!("{:?} after {:?}", done.found, done.took)) {
//!     Ok(()) => println!("the service is reached"),
//!     Err(failed) => println!("{:?}: {}", failed.step, failed.error),
//! }
//! # Ok::<(), robofy_client::Error>(())
//! ```

mod cause;
mod step;
mod trace;

use std::sync::mpsc;
use std::time::Duration;

use url::{Host, Url};

pub use self::cause::Cause;
pub use self::step::{Done, Failed, Found, Step};

use self::trace::{Event, Trace};
use crate::engine::proxy::{Scheme, variable};
use crate::engine::runtime::Runtime;
use crate::engine::{self, Connector};
use crate::error::Error;
use crate::options::Options;

/// The proxy that stands in front of the service.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Proxy {
    /// Scheme, host and port; never a user name or a password.
    pub url: String,
    /// The variable of the environment that names it; `None` if [`Options::proxy`] does.
    pub variable: Option<&'static str>,
}

/// A way to the service: what the options and the environment come to.
pub struct Diagnosis {
    service: String,
    is_tls: bool,
    steps: Vec<Step>,
    proxy: Option<Proxy>,
    connector: Connector,
    connect_timeout: Duration,
}

impl Diagnosis {
    /// Reads what a client of these options would: the proxy settings and the trust roots. Connects to nothing.
    ///
    /// # Errors
    ///
    /// As [`Client::new`](crate::Client::new), but for the API key, of which nothing is known here.
    pub fn new(options: &Options) -> Result<Self, Error> {
        let settings = options.validate()?;
        let endpoint = &settings.endpoint;
        let route = engine::route(endpoint, options.proxy.as_ref(), options.ca_file.as_deref())?;
        let scheme = route.proxy().map(|proxy| proxy.scheme);
        let proxy = route.proxy().map(|proxy| Proxy {
            url: proxy.to_string(),
            variable: variable().filter(|_| options.proxy.is_none()),
        });
        Ok(Self {
            service: place(endpoint),
            is_tls: endpoint.scheme() == "https",
            steps: steps(endpoint, scheme),
            proxy,
            connector: route.lone_connector()?,
            connect_timeout: settings.connect_timeout,
        })
    }

    /// The service's host and port: `agents.robofy.ai:443`.
    pub fn service(&self) -> &str {
        &self.service
    }

    /// Whether TLS is spoken to the service.
    pub fn is_tls(&self) -> bool {
        self.is_tls
    }

    /// The proxy, if there is one.
    pub fn proxy(&self) -> Option<&Proxy> {
        self.proxy.as_ref()
    }

    /// The steps that this way has, in their order.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Goes to the service; `done` is told of each step as it is done, on the calling thread. What is opened for it, a
    /// runtime of its own included, is gone when this returns; a name lookup that hangs is left behind after half a second.
    ///
    /// # Errors
    ///
    /// The step that failed. There is no retry.
    pub fn run(&self, mut done: impl FnMut(Done)) -> Result<(), Failed> {
        let not_begun = |error| Failed {
            step: self.steps.first().copied().unwrap_or(Step::Tcp),
            took: Duration::ZERO,
            cause: Cause::Other,
            error,
        };
        let (sender, events) = mpsc::channel();
        let trace = Trace::new(self.steps.clone(), sender);
        let runtime = Runtime::start().map_err(not_begun)?;
        let trace = trace.run(self.connector.clone(), self.connect_timeout);
        runtime.handle().map_err(not_begun)?.spawn(trace);
        for event in events {
            match event {
                Event::Done(step) => done(step),
                Event::Ended(outcome) => return outcome.map_err(|failed| *failed),
            }
        }
        Err(not_begun(Error::internal("the runtime is gone")))
    }
}

fn place(endpoint: &Url) -> String {
    let host = endpoint.host_str().unwrap_or_default();
    format!("{host}:{}", endpoint.port_or_known_default().unwrap_or(443))
}

fn steps(endpoint: &Url, proxy: Option<Scheme>) -> Vec<Step> {
    let is_name = matches!(endpoint.host(), Some(Host::Domain(_)));
    let has = |step: &Step| match step {
        Step::Dns => is_name && matches!(proxy, None | Some(Scheme::Socks5)),
        Step::Proxy => proxy.is_some(),
        Step::Tcp => proxy.is_none(),
        Step::Tls => endpoint.scheme() == "https",
    };
    Step::ALL.into_iter().filter(has).collect()
}
