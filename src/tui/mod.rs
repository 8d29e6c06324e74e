//! The terminal screen: a pure state machine ([`model`]), a picture of it ([`view`]), and a runtime that carries out what
//! the state machine asks for ([`runtime`]).

pub mod action;
pub mod clipboard;
pub mod dialog;
pub mod effect;
pub mod jobs;
pub mod message;
pub mod model;
pub mod runtime;
pub mod screenshot;
pub mod terminal;
pub mod theme;
pub mod verdict;
pub mod view;
pub mod widget;

pub use runtime::run;
