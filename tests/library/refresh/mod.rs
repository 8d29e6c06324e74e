//! Minting from its first question to the password: APIs on paper, programs that are scripts, and a clock of ours.

mod anything;
mod clocks;
mod ecr;
mod keys;
mod programs;
mod sauce;
mod world;
