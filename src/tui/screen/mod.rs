//! One file a screen: its state, what a key does to it, and how it is drawn.

pub mod detail;
pub mod help;
pub mod logins;
