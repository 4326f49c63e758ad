//! The thread that serves, with a runtime of its own.

use std::io;
use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket};
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use crate::serve::Server;

const LISTEN_BACKLOG: u32 = 4096;
const SHUTDOWN: Duration = Duration::from_secs(5);

/// Serves until dropped.
pub(crate) struct Background {
    pub address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Background {
    pub fn start(server: Server, address: SocketAddr) -> io::Result<Self> {
        let (stop, stopped) = oneshot::channel();
        let (report, reported) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("standin".into())
            .spawn(move || serve(server, address, &report, stopped))?;
        Ok(Self {
            address: reported.recv().map_err(io::Error::other)??,
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic in there was printed when it happened.
            let _ = thread.join();
        }
    }
}

/// Makes the runtime on the thread that it serves, so that a stand-in can be started from asynchronous code too.
fn serve(
    server: Server,
    address: SocketAddr,
    report: &mpsc::Sender<io::Result<SocketAddr>>,
    stopped: oneshot::Receiver<()>,
) {
    // The one who started this waits for the report, so sending it does not fail.
    match listen(address) {
        Ok((runtime, listener)) => {
            let _ = report.send(listener.local_addr());
            runtime.block_on(server.run(listener, stopped));
            runtime.shutdown_timeout(SHUTDOWN);
        }
        Err(error) => {
            let _ = report.send(Err(error));
        }
    }
}

fn listen(address: SocketAddr) -> io::Result<(Runtime, TcpListener)> {
    let runtime = Runtime::new()?;
    let listener = {
        let _context = runtime.enter();
        let socket = match address {
            SocketAddr::V4(_) => TcpSocket::new_v4(),
            SocketAddr::V6(_) => TcpSocket::new_v6(),
        }?;
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        socket.listen(LISTEN_BACKLOG)?
    };
    Ok((runtime, listener))
}
