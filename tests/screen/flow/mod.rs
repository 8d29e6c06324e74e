//! The journeys through the screen: keys and answers go into the model, effects and pictures come out.

mod anything;
mod checking;
mod clipboard;
mod editing;
mod files;
mod helpers;
mod list;
mod making;
mod other_runs;
mod questions;
mod quiet;
mod removing;
mod report;
mod reveal;
mod sealing;
mod secrets;
mod settings;
mod time;
