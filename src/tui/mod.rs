//! The terminal screen: a pure state machine ([`model`]), a picture of it ([`view`]), and a runtime that carries out what
//! the state machine asks for ([`runtime`]).

mod action;
pub mod clipboard;
mod content;
mod dialog;
pub mod effect;
pub mod jobs;
mod layout;
pub mod message;
pub mod model;
mod runtime;
pub mod screenshot;
pub mod terminal;
mod theme;
mod verdict;
pub mod view;
mod widget;

pub use dialog::form;
pub use runtime::run;
