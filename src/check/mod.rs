//! Is this login accepted? What a registry says, what its answers mean, and where a password may go.

pub mod certificates;
pub mod challenge;
pub mod claims;
mod failure;
pub mod flow;
pub mod http;
mod names;
pub mod proxy;
pub mod rate_limit;
pub mod realm;
mod tls;
pub mod token;
pub mod transport;
pub mod verdict;
