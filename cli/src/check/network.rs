//! DNS, proxy, TCP and TLS, each tried on its own, so that the one that fails has a name.

use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::report::{Problem, Report};
use super::route::{Place, Proxy, Route};
use super::wire::{Bounded, Deadline, Wire, is_late};
use super::{tls, tunnel};
use crate::arguments::Connection;
use crate::failure::{Failure, Status};

const NETWORK_ADVICE: &str = "check this machine's network connection";

/// How long reaching the service took, if it was reached.
pub fn walk(route: &Route, connection: &Connection, report: &mut Report) -> Option<Duration> {
    let before = report.took();
    let deadline = Deadline::after(connection.connect_timeout);
    let wire = match &route.proxy {
        Some(proxy) => through(proxy, route, connection, deadline, report),
        None => directly(&route.service, deadline, report),
    };
    match wire {
        None => {
            report.skip("tls", "needs the steps before");
            return None;
        }
        Some(_) if !route.service.tls => {
            report.skip("tls", "the base URL is http://, for this machine alone");
        }
        Some(wire) => {
            report.step("tls", || {
                tls::with_service(wire, &route.service, connection, deadline)
            })?;
        }
    }
    Some(report.took().saturating_sub(before))
}

fn directly(service: &Place, deadline: Deadline, report: &mut Report) -> Option<Box<dyn Wire>> {
    let addresses = match service.address() {
        Some(address) => {
            report.skip("dns", &format!("{address} is an address"));
            Some(vec![SocketAddr::new(address, service.port)])
        }
        None => report.step("dns", || {
            let addresses = look_up(service, deadline)
                .map_err(|error| unknown_name(service, "--base-url", &error))?;
            let detail = format!("{} is {}", service.host, listed(&addresses));
            Ok((addresses, detail))
        }),
    };
    report.skip("proxy", "none is used");
    let Some(addresses) = addresses else {
        report.skip("tcp", "needs dns");
        return None;
    };
    report.step("tcp", || {
        let stream =
            connect(&addresses, deadline).map_err(|error| unreached(service, deadline, &error))?;
        let detail = format!("connected to {}", peer(&stream.stream));
        Ok((Box::new(stream) as Box<dyn Wire>, detail))
    })
}

fn through(
    proxy: &Proxy,
    route: &Route,
    connection: &Connection,
    deadline: Deadline,
    report: &mut Report,
) -> Option<Box<dyn Wire>> {
    report.skip("dns", &format!("the proxy looks up {}", route.service.host));
    let wire = report.step("proxy", || {
        let addresses = look_up(&proxy.place, deadline)
            .map_err(|error| unknown_name(&proxy.place, "the proxy", &error))?;
        let stream = connect(&addresses, deadline)
            .map_err(|error| dead_proxy(&proxy.place, deadline, &error))?;
        let mut wire: Box<dyn Wire> = Box::new(stream);
        if proxy.place.tls {
            wire = tls::with_proxy(wire, &proxy.place, connection, deadline)?;
        }
        tunnel::open(&mut wire, proxy, &route.service)?;
        let detail = format!("{} made a tunnel to {}", proxy.place, route.service);
        Ok((wire, detail))
    });
    report.skip("tcp", "the proxy's matter");
    wire
}

/// On a thread of its own: a lookup cannot be told when to give up.
fn look_up(place: &Place, deadline: Deadline) -> io::Result<Vec<SocketAddr>> {
    let (host, port) = (place.host.clone(), place.port);
    let (sender, found) = mpsc::channel();
    thread::Builder::new().spawn(move || {
        let addresses = (host.as_str(), port).to_socket_addrs();
        let _ = sender.send(addresses.map(Vec::from_iter));
    })?;
    let addresses = found.recv_timeout(deadline.left()?).unwrap_or_else(|_| {
        let words = format!("no answer within {deadline}");
        Err(io::Error::new(ErrorKind::TimedOut, words))
    })?;
    match addresses.is_empty() {
        true => Err(io::Error::other("the name has no address")),
        false => Ok(addresses),
    }
}

/// The first address that answers; each has its share of the time that is left.
fn connect(addresses: &[SocketAddr], deadline: Deadline) -> io::Result<Bounded> {
    let mut last = io::Error::other("no address");
    for (at, address) in addresses.iter().enumerate() {
        let left = u32::try_from(addresses.len() - at).unwrap_or(u32::MAX);
        let share = deadline.left()? / left;
        match TcpStream::connect_timeout(address, share.max(Duration::from_millis(1))) {
            Ok(stream) => return Ok(Bounded { stream, deadline }),
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn unknown_name(place: &Place, set_by: &str, error: &io::Error) -> Problem {
    let said = error.to_string();
    let said = said.rsplit("information: ").next().unwrap_or(&said);
    let message = format!("the name {} cannot be found: {said}", place.host);
    let advice = format!(
        "check the spelling of the host in {set_by}; if it is right, check the network and the DNS servers (/etc/resolv.conf)"
    );
    Problem::new(Failure::new(Status::CONNECT, message), &advice)
}

fn unreached(service: &Place, deadline: Deadline, error: &io::Error) -> Problem {
    let (message, advice) = match error.kind() {
        ErrorKind::ConnectionRefused => (
            format!("{service} refuses the connection: nothing listens there"),
            "check host and port of --base-url, and that the service is running",
        ),
        _ if is_late(error) => (
            format!("{service} does not answer within {deadline}"),
            "check host and port of --base-url, and whether a firewall drops the connection; \
             where a proxy has to be used, name it with --proxy or HTTPS_PROXY",
        ),
        _ => (
            format!("{service} cannot be reached: {error}"),
            NETWORK_ADVICE,
        ),
    };
    Problem::new(Failure::new(Status::CONNECT, message), advice)
}

fn dead_proxy(proxy: &Place, deadline: Deadline, error: &io::Error) -> Problem {
    let message = match error.kind() {
        ErrorKind::ConnectionRefused => {
            format!("the proxy {proxy} refuses the connection: nothing listens there")
        }
        _ if is_late(error) => format!("the proxy {proxy} does not answer within {deadline}"),
        _ => format!("the proxy {proxy} cannot be reached: {error}"),
    };
    let advice = "start the proxy, or correct its host and port in --proxy or HTTPS_PROXY; --proxy \"\" goes without one";
    Problem::new(Failure::new(Status::CONNECT, message), advice)
}

fn listed(addresses: &[SocketAddr]) -> String {
    let mut known: Vec<String> = addresses
        .iter()
        .map(|address| address.ip().to_string())
        .collect();
    known.dedup();
    known.join(", ")
}

fn peer(stream: &TcpStream) -> String {
    stream
        .peer_addr()
        .map_or_else(|_| "an address".to_owned(), |peer| peer.to_string())
}
