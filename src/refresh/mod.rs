//! Where a fresh secret comes from.

pub mod hint;
