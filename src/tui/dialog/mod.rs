//! One file a dialog: what lies over the list and asks for something. Its state, what a key does to it, and how it is
//! drawn.

pub mod ask_image;
pub mod confirm;
pub mod form;
pub mod unlock;
