//! Is this login accepted? What a registry says, what its answers mean, and where a password may go.

pub mod challenge;
pub mod claims;
pub mod flow;
pub mod rate_limit;
pub mod realm;
pub mod token;
pub mod verdict;
