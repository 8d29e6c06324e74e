//! What the parts of a start, of a key and of a filter cost: `cargo bench --bench figures`.
//!
//! The whole program is measured by `benches/figures.py`.

#![allow(missing_docs, clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::fs;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use divan::Bencher;
use divan::counter::BytesCount;
use jiff::Timestamp;
use pullpass::app::inventory::{self, Inventory, Listings};
use pullpass::cli::json;
use pullpass::config::docker;
use pullpass::credential::login::Login;
use pullpass::credential::token;
use pullpass::credential_helper::Listed;
use pullpass::export::{self, Bundle};
use pullpass::import;
use pullpass::secret::Secret;
use pullpass::settings::Settings;
use pullpass::tui::jobs::Answer;
use pullpass::tui::message::Message;
use pullpass::tui::model::{Model, update};
use pullpass::tui::view;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use serde::Deserialize;
use serde_json::Value;
use tempfile::TempDir;

/// The program's own: wiping what is freed has its price.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

const SIZES: [usize; 3] = [10, 1_000, 10_000];
const MANY: usize = 10_000;
const SCREEN: (u16, u16) = (100, 30);

fn main() {
    divan::main();
}

fn now() -> Timestamp {
    "2026-11-20T12:00:00Z".parse().unwrap()
}

fn host(number: usize) -> String {
    match number % 5 {
        0 => format!("{}.dkr.ecr.eu-west-1.amazonaws.com", 100_000_000_000 + number),
        1 => format!("registry-{number:05}.example.com:5000"),
        2 => format!("ghcr-{number:05}.example.io"),
        3 => format!("quay-{number:05}.example.io/team-{}", number % 97),
        _ => format!("registry-{number:05}.example.net"),
    }
}

/// A file as docker writes it; with a helper, its entries are empty.
fn config(entries: usize, helper: Option<&str>) -> String {
    let entry = |number: usize| {
        let auth =
            STANDARD.encode(format!("user{number}:{:036x}", number.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
        let entry =
            if helper.is_some() { serde_json::json!({}) } else { serde_json::json!({ "auth": auth }) };
        (host(number), entry)
    };
    let auths: BTreeMap<String, Value> = (0..entries).map(entry).collect();
    let mut file = serde_json::json!({ "auths": auths });
    if let Some(name) = helper {
        file["credsStore"] = name.into();
    }
    serde_json::to_string_pretty(&file).unwrap()
}

/// A home folder with one file. Keep the folder: it is removed on drop.
fn home(config: &str) -> (TempDir, Settings) {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join(".docker")).unwrap();
    fs::write(folder.path().join(".docker/config.json"), config).unwrap();
    let path = folder.path().to_owned();
    let settings = Settings::from_environment(|name| match name {
        "HOME" => Some(path.clone().into()),
        "XDG_RUNTIME_DIR" => Some(path.join("run").into()),
        _ => None,
    });
    (folder, settings)
}

fn inventory_of(config: &str) -> Inventory {
    let (_folder, settings) = home(config);
    inventory::read(&settings, now())
}

fn model() -> Model {
    let (_folder, settings) = home(&config(MANY, None));
    let (mut model, _) = Model::new(&settings, false, SCREEN);
    update(
        &mut model,
        Message::Answer(0, Answer::Loaded(Ok(Box::new(inventory::read(&settings, now()))))),
        now(),
    );
    model
}

fn press(model: &mut Model, key: char) {
    let key = KeyEvent::new(KeyCode::Char(key), KeyModifiers::NONE);
    update(model, Message::Input(Event::Key(key)), now());
}

fn screen() -> Terminal<TestBackend> {
    Terminal::new(TestBackend::new(SCREEN.0, SCREEN.1)).unwrap()
}

#[divan::bench(args = SIZES)]
fn docker_read(bencher: Bencher<'_, '_>, entries: usize) {
    let text = config(entries, None);
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| docker::read(text.as_bytes()));
}

/// The anchor of [`docker_read`].
#[divan::bench(args = SIZES)]
fn docker_read_anchor_value(bencher: Bencher<'_, '_>, entries: usize) {
    let text = config(entries, None);
    bencher
        .counter(BytesCount::of_str(&text))
        .bench_local(|| serde_json::from_slice::<Value>(text.as_bytes()).unwrap());
}

#[derive(Deserialize)]
struct TypedFile {
    #[allow(dead_code)]
    auths: BTreeMap<String, TypedEntry>,
}

#[derive(Deserialize)]
struct TypedEntry {
    #[allow(dead_code)]
    auth: Option<String>,
}

/// The anchor of [`docker_read`] that knows what it looks for.
#[divan::bench(args = SIZES)]
fn docker_read_anchor_typed(bencher: Bencher<'_, '_>, entries: usize) {
    let text = config(entries, None);
    bencher
        .counter(BytesCount::of_str(&text))
        .bench_local(|| serde_json::from_slice::<TypedFile>(text.as_bytes()).unwrap());
}

#[divan::bench(args = SIZES)]
fn inventory_read(bencher: Bencher<'_, '_>, entries: usize) {
    let (_folder, settings) = home(&config(entries, None));
    bencher.bench_local(|| inventory::read(&settings, now()));
}

#[divan::bench(args = ["password", "ghp_", "jwt"])]
fn token_classify(bencher: Bencher<'_, '_>, form: &str) {
    let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
    let secret = match form {
        "jwt" => format!("{}.{}.c2ln", part(r#"{"alg":"RS256"}"#), part(r#"{"sub":"x","exp":1795133800}"#)),
        "ghp_" => format!("ghp_{}", "a1B2".repeat(9)),
        _ => "correct-horse-battery-staple-0123456".to_owned(),
    };
    bencher.bench_local(|| token::classify("reg.example.com:5000", "jane", secret.as_bytes(), None, now()));
}

#[divan::bench(args = SIZES)]
fn list_json(bencher: Bencher<'_, '_>, entries: usize) {
    let inventory = inventory_of(&config(entries, None));
    let logins: Vec<&Login> = inventory.logins.iter().collect();
    bencher.bench_local(|| json::list(&inventory, &logins, now()).unwrap());
}

/// One manifest with so many pull secrets.
#[divan::bench(args = SIZES)]
fn export_kubernetes(bencher: Bencher<'_, '_>, secrets: usize) {
    let bundles = bundles(secrets);
    bencher.bench_local(|| manifest(&bundles));
}

#[divan::bench(args = SIZES)]
fn import_kubernetes(bencher: Bencher<'_, '_>, secrets: usize) {
    let manifest = manifest(&bundles(secrets));
    bencher.bench_local(|| import::read(manifest.expose()).unwrap());
}

fn bundles(count: usize) -> Vec<Bundle> {
    let secret = |number| Secret::from_text(format!("correct-horse-battery-staple-{number}"));
    let bundle = |number| Bundle::new(host(number), "jane", Some(secret(number)));
    let named = |number| Bundle { name: format!("secret-{number}"), ..bundle(number) };
    (0..count).map(named).collect()
}

fn manifest(bundles: &[Bundle]) -> Secret {
    let kubernetes = export::platform("kubernetes").unwrap();
    let answers = export::Answers::default();
    let artifact = export::export(kubernetes, bundles, Some(export::Form::Literal), &answers, now());
    artifact.unwrap().files[0].body.reveal()
}

/// What takes the place of "Reading the files ...".
#[divan::bench]
fn loaded(bencher: Bencher<'_, '_>) {
    let (_folder, settings) = home(&config(MANY, None));
    let read = inventory::read(&settings, now());
    bencher
        .with_inputs(|| (Model::new(&settings, false, SCREEN).0, Box::new(read.clone())))
        .bench_local_values(|(mut model, read)| {
            update(&mut model, Message::Answer(0, Answer::Loaded(Ok(read))), now());
            model
        });
}

#[divan::bench]
fn frame(bencher: Bencher<'_, '_>) {
    let (model, mut screen) = (model(), screen());
    bencher.bench_local(|| screen.draw(|frame| view::draw(&model, frame, now())).map(drop).unwrap());
}

#[divan::bench]
fn key_and_frame(bencher: Bencher<'_, '_>) {
    let (mut model, mut screen) = (model(), screen());
    bencher.bench_local(|| {
        press(&mut model, 'j');
        screen.draw(|frame| view::draw(&model, frame, now())).map(drop).unwrap();
    });
}

/// Three letters and the way back.
#[divan::bench]
fn filter_typed(bencher: Bencher<'_, '_>) {
    let mut model = model();
    bencher.bench_local(|| {
        "/qua".chars().for_each(|key| press(&mut model, key));
        let escape = KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE);
        update(&mut model, Message::Input(Event::Key(escape)), now());
    });
}

#[divan::bench(args = [100, MANY])]
fn apply_listings(bencher: Bencher<'_, '_>, entries: usize) {
    let inventory = inventory_of(&config(entries, Some("store")));
    let listed = (0..entries).map(|number| Listed { key: host(number), username: "jane".into() }).collect();
    let listings = Listings::from([(Arc::from("store"), Ok(listed))]);
    bencher.with_inputs(|| inventory.clone()).bench_local_values(|mut inventory| {
        inventory::apply_listings(&mut inventory, &listings);
        inventory
    });
}
