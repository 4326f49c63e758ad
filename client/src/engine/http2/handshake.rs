//! The parameters of our side of a connection (RFC 9113, section 6.5.2).

mod last_stream;

use bytes::Bytes;
use h2::client::{Builder, Connection, SendRequest};
use tokio::io::{AsyncRead, AsyncWrite};

pub(crate) use self::last_stream::{LastStream, Watched};
use crate::engine::exchange::MAX_HEADER_BYTES;

/// More would gain little, and all of them are lost with their connection. Servers commonly allow 100, nginx 128, Go 250.
pub(crate) const MAX_STREAMS: usize = 250;
/// What no service can say: SETTINGS_MAX_CONCURRENT_STREAMS has 32 bits, and stands for no limit where it is missing.
pub(super) const UNKNOWN: usize = usize::MAX - 1;
/// Answers are some kilobytes long, and are read as they come.
const STREAM_WINDOW: u32 = 256 << 10;
/// Room for all streams at once: one whose events nobody takes holds up no other.
const CONNECTION_WINDOW: u32 = MAX_STREAMS as u32 * STREAM_WINDOW;

/// Speaks HTTP/2 from now on over what has been connected. Waits for nothing that the service says.
pub(crate) async fn handshake<T>(
    io: T,
) -> Result<(SendRequest<Bytes>, Connection<T, Bytes>), h2::Error>
where
    T: AsyncRead + AsyncWrite + Unpin,
{
    Builder::new()
        .initial_max_send_streams(UNKNOWN)
        .initial_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_header_list_size(MAX_HEADER_BYTES)
        .enable_push(false)
        .handshake(io)
        .await
}
