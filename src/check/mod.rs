//! Is this login accepted? What a registry says, what its answers mean, and where a password may go.

pub mod certificates;
mod failure;
pub mod http;
pub mod proxy;
mod tls;
pub mod transport;
