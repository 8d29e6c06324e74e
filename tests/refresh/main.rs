//! Minting from its first question to the password: APIs on paper, programs that are scripts, and a clock of ours.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a step that fails is a test that fails

mod anything;
mod clocks;
mod ecr;
mod keys;
#[cfg(unix)]
mod programs;
mod sauce;
mod world;
