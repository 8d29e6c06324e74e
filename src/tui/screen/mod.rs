//! One file a screen: its state, what a key does to it, and how it is drawn.

pub mod ask_image;
pub mod confirm;
pub mod detail;
pub mod form;
pub mod help;
pub mod list;
pub mod logins;
pub mod review;
pub mod secrets;
pub mod unlock;
pub mod verdict;
