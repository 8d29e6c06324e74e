//! Is this login accepted? What a registry says, what its answers mean, and where a password may go.

pub mod transport;
