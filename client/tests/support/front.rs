//! A door to the service that leads, connection by connection, wherever a test wants it to.

use std::fs;
use std::io::{self, Read};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use robofy_client::{AsyncClient, Options};
use robofy_standin::Standin;
use tempfile::NamedTempFile;

use super::KEY;

pub struct Front {
    address: SocketAddr,
    way: Arc<Mutex<Way>>,
}

/// What becomes of new connections.
#[derive(Clone, Copy)]
pub enum Way {
    To(SocketAddr),
    /// They take so long.
    Slow(SocketAddr, Duration),
    /// They are closed when the client has begun to speak.
    Cut,
    /// They are never answered.
    Silent,
}

impl Way {
    pub fn to(service: &Standin) -> Self {
        Self::To(address_of(service))
    }

    pub fn slow(service: &Standin, time: Duration) -> Self {
        Self::Slow(address_of(service), time)
    }
}

impl Front {
    pub fn new(way: Way) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let way = Arc::new(Mutex::new(way));
        let taken = way.clone();
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let way = *taken.lock().unwrap();
                thread::spawn(move || attend(client, way));
            }
        });
        Self { address, way }
    }

    /// A client that comes through this door, and trusts these services.
    pub fn client(&self, trusted: &[&Standin], set: impl FnOnce(&mut Options)) -> AsyncClient {
        let pem = trusted.iter().map(|service| fs::read(service.ca_file()));
        let pem = pem.collect::<Result<Vec<_>, _>>().unwrap().concat();
        let authorities = NamedTempFile::new().unwrap();
        fs::write(authorities.path(), pem).unwrap();
        let mut options = Options::new();
        options
            .base_url(format!("https://{}", self.address))
            .ca_file(Some(authorities.path()));
        set(&mut options);
        AsyncClient::new(KEY, &options).unwrap()
    }

    /// What is connected already stays so.
    pub fn turn(&self, way: Way) {
        *self.way.lock().unwrap() = way;
    }
}

fn address_of(service: &Standin) -> SocketAddr {
    let (_, port) = service.base_url().rsplit_once(':').unwrap();
    (Ipv4Addr::LOCALHOST, port.parse().unwrap()).into()
}

fn attend(mut client: TcpStream, way: Way) {
    match way {
        Way::To(service) => {
            let service = TcpStream::connect(service).unwrap();
            let (from, to) = (client.try_clone().unwrap(), service.try_clone().unwrap());
            thread::spawn(move || copy(from, to));
            copy(service, client);
        }
        Way::Slow(service, time) => {
            thread::sleep(time);
            attend(client, Way::To(service));
        }
        Way::Cut => _ = client.read(&mut [0; 64]),
        Way::Silent => _ = io::copy(&mut client, &mut io::sink()),
    }
}

fn copy(mut from: TcpStream, mut to: TcpStream) {
    _ = io::copy(&mut from, &mut to);
    _ = to.shutdown(Shutdown::Write);
}
