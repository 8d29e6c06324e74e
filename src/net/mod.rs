//! The way to a server: one trait for requests, and HTTP with its proxies, certificates and names behind it.

pub mod certificates;
mod failure;
pub mod http;
mod names;
pub mod proxy;
mod tls;
pub mod transport;
