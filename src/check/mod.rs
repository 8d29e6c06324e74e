//! Is this login accepted? What a registry says, what its answers mean, and where a password may go.

pub mod challenge;
pub mod realm;
pub mod token;
pub mod transport;
