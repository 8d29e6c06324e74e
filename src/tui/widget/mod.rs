//! Small pieces of the screen.

pub mod input;
pub mod one_line;
pub mod rows;
pub mod secret_field;
