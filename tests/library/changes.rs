//! Adding, editing, removing and undoing, with a helper played by a script: all of it or nothing.

use std::fs;

use pullpass::app::login::add::{self, FileOf};
use pullpass::app::login::remove;
use pullpass::app::transaction::{self, Consent, Done, FileChange, Review, line};
use pullpass::config::plan::Intent;
use pullpass::credential::Credential;
use pullpass::credential::content::Content;
use pullpass::credential::login::{LoginId, Store};
use pullpass::error::{Kind, Result};
use pullpass::registry::key::{HUB_ACCESS_TOKEN_KEY, HUB_KEY, HUB_REFRESH_TOKEN_KEY};
use pullpass::secret::Secret;

use crate::support::keeper::Home;

const PLAIN: Consent = Consent { plain: true, force: false };
const HELPED: &str = r#"{"credHelpers": {"r.io": "keeper"}}"#;

fn basic(username: &str, password: &str) -> Content {
    Content::Basic(Credential::new(username, Secret::from_text(password.into())))
}

fn request(registry: &str, content: Content) -> add::Request {
    add::Request { registry: registry.into(), content, to: FileOf::Docker }
}

async fn add(home: &Home, registry: &str, content: Content, agreed: Consent) -> Result<Done> {
    add::add(&home.ctx, &request(registry, content), agreed).await
}

async fn removal(home: &Home, name: &str) -> Result<Review> {
    let request = remove::Request { name: name.into(), file: None };
    remove::review(&home.ctx, &request).await
}

#[tokio::test]
async fn a_login_goes_where_the_file_says_and_a_marker_beside_it() {
    let home = Home::new(HELPED);
    let done = add(&home, "r.io", basic("u", "p<&>"), Consent::default()).await.unwrap();
    assert_eq!(home.config(), r#"{"credHelpers": {"r.io": "keeper"}, "auths": {"r.io": {}}}"#);
    assert!(home.kept("r.io").unwrap().contains(r#""Secret":"p\u003c\u0026\u003e""#));
    transaction::take_back(&home.ctx, done.undo).await.unwrap();
    assert_eq!((home.config().as_str(), home.kept("r.io")), (HELPED, None));
}

#[tokio::test]
async fn the_plain_file_takes_a_yes_of_its_own() {
    let home = Home::new("{}");
    let error = add(&home, "r.io", basic("u", "p"), Consent::default()).await.unwrap_err();
    assert!(error.what.contains("Did not write the secret"), "{}", error.what);
    assert_eq!(home.config(), "{}");
    assert!(add::review(&home.ctx.settings, &request("r.io", basic("u", "p"))).unwrap().is_plain());
    add(&home, "r.io", basic("u", "p"), PLAIN).await.unwrap();
    assert!(home.config().contains("dTpw"));
}

#[tokio::test]
async fn a_helper_that_keeps_something_else_changes_nothing() {
    let home = Home::new(HELPED);
    add(&home, "r.io", basic("old", "before"), PLAIN).await.unwrap();
    let (config, kept) = (home.config(), home.kept("r.io"));
    home.make("forgetful");
    let error = add(&home, "r.io", basic("u", "hunter2"), PLAIN).await.unwrap_err();
    assert!(error.what.contains("did not give back what it was given"), "{}", error.what);
    assert!(!format!("{error:?}").contains("hunter2"));
    assert_eq!(home.config(), config);
    // It is forgetful for the way back, too, which is said.
    assert!(error.hints.iter().any(|hint| hint.contains("Taking back")), "{:?}", error.hints);
    fs::remove_file(home.mocks.file("forgetful")).unwrap();
    add(&home, "r.io", basic("old", "before"), PLAIN).await.unwrap();
    assert_eq!(home.kept("r.io"), kept);
}

#[tokio::test]
async fn a_helper_that_fails_leaves_the_file_alone() {
    let home = Home::new(HELPED);
    home.make("broken");
    let error = add(&home, "r.io", basic("u", "p"), PLAIN).await.unwrap_err();
    assert!(error.what.contains("it is broken"), "{}", error.what);
    assert_eq!(home.config(), HELPED);
}

#[tokio::test]
async fn a_file_that_cannot_be_written_takes_the_helpers_step_back() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = Home::new(HELPED);
    add(&home, "r.io", basic("old", "before"), PLAIN).await.unwrap();
    let kept = home.kept("r.io");
    home.write(HELPED);
    fs::set_permissions(home.docker(), fs::Permissions::from_mode(0o400)).unwrap();
    let error = add(&home, "r.io", basic("u", "p"), PLAIN).await.unwrap_err();
    assert!(error.what.contains("marked read-only"), "{}", error.what);
    assert!(error.hints.iter().any(|hint| hint.contains("was taken back")), "{:?}", error.hints);
    assert_eq!((home.config().as_str(), home.kept("r.io")), (HELPED, kept));
}

#[tokio::test]
async fn another_user_name_takes_the_old_ones_place_in_the_helper() {
    let home = Home::new(HELPED);
    add(&home, "r.io", basic("old", "before"), PLAIN).await.unwrap();
    let done = add(&home, "r.io", basic("new", "after"), PLAIN).await.unwrap();
    assert!(home.kept("r.io").unwrap().contains(r#""Username":"new""#));
    transaction::take_back(&home.ctx, done.undo).await.unwrap();
    assert!(home.kept("r.io").unwrap().contains(r#""Username":"old""#));
}

#[tokio::test]
async fn docker_hub_leaves_with_all_names_and_companions_of_file_and_helper() {
    let config = format!(
        r#"{{"credsStore": "keeper", "auths": {{"{HUB_KEY}": {{}}, "docker.io": {{"auth": "dTpw"}}, "ghcr.io": {{}}}}}}"#
    );
    let home = Home::new(&config);
    let keeper = pullpass::credential_helper::HelperName::new("keeper").unwrap();
    for key in [HUB_KEY, HUB_ACCESS_TOKEN_KEY, HUB_REFRESH_TOKEN_KEY, "ghcr.io"] {
        home.ctx
            .client
            .store(&keeper, key, &Credential::new("jane", Secret::from_text("s".into())))
            .await
            .unwrap();
    }
    let review = removal(&home, "docker.io").await.unwrap();
    let lines = line::words(&review.lines(), None).join("\n");
    for key in [HUB_KEY, HUB_ACCESS_TOKEN_KEY, HUB_REFRESH_TOKEN_KEY, "remove docker.io"] {
        assert!(lines.contains(key), "{lines}");
    }
    let done = transaction::apply(&home.ctx, review, Consent::default()).await.unwrap();
    assert_eq!(home.config(), r#"{"credsStore": "keeper", "auths": {"ghcr.io": {}}}"#);
    assert!(home.kept(HUB_KEY).is_none() && home.kept(HUB_REFRESH_TOKEN_KEY).is_none());
    assert!(home.kept("ghcr.io").is_some());
    transaction::take_back(&home.ctx, done.undo).await.unwrap();
    assert_eq!(home.config(), config);
    assert!(home.kept(HUB_KEY).is_some() && home.kept(HUB_REFRESH_TOKEN_KEY).is_some());
    assert_eq!(removal(&home, "nowhere.io").await.unwrap_err().kind, Kind::NotFound);
}

#[tokio::test]
async fn a_removal_goes_over_all_files_or_none() {
    let home = Home::new(r#"{"auths": {"r.io": {"auth": "dTpw"}, "r.io/team": {}}}"#);
    fs::create_dir_all(home.podman().parent().unwrap()).unwrap();
    fs::write(home.podman(), r#"{"auths": {"r.io": {"auth": "dTpw"}}}"#).unwrap();
    let review = removal(&home, "r.io").await.unwrap();
    assert_eq!((review.files.len(), review.related.as_slice()), (2, &["r.io/team".to_owned()][..]));
    // The second file goes bad after the review: the first one is brought back.
    let before = home.config();
    fs::write(home.podman(), r#"{"auths": "#).unwrap();
    transaction::apply(&home.ctx, review, Consent::default()).await.unwrap_err();
    assert_eq!(home.config(), before);
    fs::write(home.podman(), r#"{"auths": {"r.io": {"auth": "dTpw"}}}"#).unwrap();
    let review = removal(&home, "r.io").await.unwrap();
    let done = transaction::apply(&home.ctx, review, Consent::default()).await.unwrap();
    assert_eq!(home.config(), r#"{"auths": {"r.io/team": {}}}"#);
    assert_eq!(fs::read_to_string(home.podman()).unwrap(), r#"{"auths": {}}"#);
    transaction::take_back(&home.ctx, done.undo).await.unwrap();
    assert_eq!(home.config(), before);
}

#[tokio::test]
async fn a_file_that_docker_wrote_after_the_review_keeps_what_docker_wrote() {
    let home = Home::new(r#"{"auths": {}}"#);
    let review = add::review(&home.ctx.settings, &request("r.io", basic("u", "p"))).unwrap();
    home.write("{\n\t\"auths\": {\n\t\t\"other.io\": {\n\t\t\t\"auth\": \"YTpi\"\n\t\t}\n\t}\n}");
    transaction::apply(&home.ctx, review, PLAIN).await.unwrap();
    let expected = "{\n\t\"auths\": {\n\t\t\"other.io\": {\n\t\t\t\"auth\": \"YTpi\"\n\t\t},\n\t\t\"r.io\": {\n\t\t\t\"auth\": \"dTpw\"\n\t\t}\n\t}\n}";
    assert_eq!(home.config(), expected);
}

#[tokio::test]
async fn a_store_that_was_named_after_the_review_gets_the_login() {
    let home = Home::new(r#"{"auths": {"a.io": {}}}"#);
    let review = add::review(&home.ctx.settings, &request("r.io", basic("u", "p"))).unwrap();
    assert!(review.is_plain());
    home.write(r#"{"auths": {"a.io": {}}, "credsStore": "keeper"}"#);
    transaction::apply(&home.ctx, review, Consent::default()).await.unwrap();
    assert_eq!(home.config(), r#"{"auths": {"a.io": {}, "r.io": {}}, "credsStore": "keeper"}"#);
    assert!(home.kept("r.io").is_some());
}

#[tokio::test]
async fn a_store_that_is_gone_after_the_review_gets_nothing() {
    let home = Home::new(r#"{"credsStore": "keeper"}"#);
    let review = add::review(&home.ctx.settings, &request("r.io", basic("u", "p"))).unwrap();
    home.write(r#"{"auths": {"a.io": {}}}"#);
    transaction::apply(&home.ctx, review, Consent::default()).await.unwrap_err();
    assert_eq!((home.config().as_str(), home.kept("r.io")), (r#"{"auths": {"a.io": {}}}"#, None));
}

#[tokio::test]
async fn an_undo_leaves_what_others_did_since() {
    let home = Home::new(r#"{"auths": {"a.io": {"auth": "YTpi"}}}"#);
    let first = add(&home, "r.io", basic("u", "p"), PLAIN).await.unwrap();
    let second = add(&home, "s.io", basic("u", "p"), PLAIN).await.unwrap();
    transaction::take_back(&home.ctx, first.undo).await.unwrap();
    assert_eq!(home.config(), r#"{"auths": {"a.io": {"auth": "YTpi"}, "s.io": {"auth": "dTpw"}}}"#);
    // docker login wrote the same entry again: newer than what would be brought back.
    home.write(r#"{"auths": {"s.io": {"auth": "bmV3Om5ldw=="}}}"#);
    let error = transaction::take_back(&home.ctx, second.undo).await.unwrap_err();
    assert!(error.what.contains("changed in the meantime"), "{}", error.what);
    assert!(home.config().contains("bmV3Om5ldw=="));
}

#[tokio::test]
async fn a_helper_that_dies_keeps_no_other_login_from_coming_back() {
    let home = Home::new(HELPED);
    add(&home, "r.io", basic("u", "p"), PLAIN).await.unwrap();
    home.mocks.add(
        "mortal",
        r#"PATH=/usr/bin:/bin
[ "$1" = get ] && [ ! -e $D/dead ] && { echo '{"ServerURL":"r.io","Username":"u","Secret":"p"}'; exit 0; }
: >$D/dead; echo it is dead; exit 1"#,
    );
    fs::create_dir_all(home.podman().parent().unwrap()).unwrap();
    fs::write(home.podman(), r#"{"credHelpers": {"r.io": "mortal"}}"#).unwrap();
    let before = (home.config(), home.kept("r.io"));
    let review = removal(&home, "r.io").await.unwrap();
    assert_eq!(review.files.len(), 2);
    let error = transaction::apply(&home.ctx, review, Consent::default()).await.unwrap_err();
    assert!(error.hints.iter().any(|hint| hint.contains("Taking back")), "{:?}", error.hints);
    assert_eq!((home.config(), home.kept("r.io")), before);
}

#[tokio::test]
async fn an_undo_that_fails_leaves_helpers_as_it_found_them() {
    let removed = async || {
        let home = Home::new(HELPED);
        add(&home, "r.io", basic("u", "p"), PLAIN).await.unwrap();
        let review = removal(&home, "r.io").await.unwrap();
        let done = transaction::apply(&home.ctx, review, Consent::default()).await.unwrap();
        (home, done)
    };
    // docker login stored the same login meanwhile, and wrote another entry than the one that would come back.
    let (home, done) = removed().await;
    let keeper = pullpass::credential_helper::HelperName::new("keeper").unwrap();
    home.ctx
        .client
        .store(&keeper, "r.io", &Credential::new("u", Secret::from_text("p".into())))
        .await
        .unwrap();
    home.write(r#"{"auths": {"r.io": {"email": "a@b.c"}}}"#);
    transaction::take_back(&home.ctx, done.undo).await.unwrap_err();
    assert!(home.kept("r.io").is_some(), "somebody's login is gone");
    // The helper keeps something else than it is given.
    let (home, done) = removed().await;
    home.make("forgetful");
    transaction::take_back(&home.ctx, done.undo).await.unwrap_err();
    assert_eq!(home.kept("r.io"), None, "half of an undo stays");
}

#[tokio::test]
async fn an_undo_removes_a_file_that_it_made_and_can_be_undone() {
    let home = Home::new("");
    let done = add(&home, "docker.io", basic("u", "p"), PLAIN).await.unwrap();
    let written = home.config();
    assert!(written.contains(HUB_KEY), "{written}");
    let undone = transaction::take_back(&home.ctx, done.undo).await.unwrap();
    assert!(!home.docker().exists());
    transaction::take_back(&home.ctx, undone.undo).await.unwrap();
    assert_eq!(home.config(), written);
}

#[tokio::test]
async fn an_edit_keeps_the_key_and_the_other_members() {
    let home =
        Home::new(r#"{"auths": {"https://r.io/v1/": { "email": "a@b.c", "auth": "YTpi", "x": [1] }}}"#);
    let source = home.docker().to_string_lossy().into_owned().into();
    let id = LoginId { source, key: "https://r.io/v1/".into(), store: Store::Inline };
    let review = add::review_edit(&home.ctx.settings, &id, basic("u", "p")).unwrap();
    transaction::apply(&home.ctx, review, PLAIN).await.unwrap();
    let expected = r#"{"auths": {"https://r.io/v1/": { "email": "a@b.c", "auth": "dTpw", "x": [1] }}}"#;
    assert_eq!(home.config(), expected);
}

#[tokio::test]
async fn a_secret_moves_into_a_helper_that_docker_will_ask() {
    let home = Home::new(r#"{"auths": {"https://r.io": {"auth": "dTpw"}, "docker.io": {"auth": "YTpi"}}}"#);
    let before = home.config();
    let mut undos = Vec::new();
    for key in ["https://r.io", "docker.io"] {
        let intent = Intent::MoveToHelper { key: key.into(), helper: "keeper".into() };
        let place = home.ctx.settings.locations.file(&home.docker());
        let review = Review::of(FileChange::plan(&home.ctx.settings, &place, intent).unwrap());
        undos.push(transaction::apply(&home.ctx, review, Consent::default()).await.unwrap().undo);
    }
    let expected = format!(
        r#"{{"auths": {{"r.io": {{}}, "{HUB_KEY}": {{}}}}, "credHelpers": {{"r.io": "keeper", "{HUB_KEY}": "keeper"}}}}"#
    );
    assert_eq!(home.config(), expected);
    assert!(home.kept("r.io").is_some() && home.kept(HUB_KEY).is_some());
    for undo in undos.into_iter().rev() {
        transaction::take_back(&home.ctx, undo).await.unwrap();
    }
    assert_eq!((home.config(), home.kept("r.io"), home.kept(HUB_KEY)), (before, None, None));
}

#[tokio::test]
async fn podman_gets_namespaces_and_docker_refuses_them() {
    let home = Home::new("{}");
    let mut request = request("quay.io/team", basic("u", "p"));
    let error = add::review(&home.ctx.settings, &request).unwrap_err();
    assert!(error.what.contains("whole host"), "{}", error.what);
    request.to = FileOf::Podman;
    add::add(&home.ctx, &request, PLAIN).await.unwrap();
    assert!(fs::read_to_string(home.podman()).unwrap().contains(r#""quay.io/team""#));
    request.content = Content::RegistryToken { token: Secret::from_text("t".into()) };
    assert!(add::review(&home.ctx.settings, &request).unwrap_err().what.contains("registry token"));
}

#[tokio::test]
async fn nothing_shown_or_kept_for_undo_shows_a_secret() {
    let home = Home::new(HELPED);
    for (registry, user) in [("r.io", "u"), ("s.io", "u"), ("t.io", "hunter2")] {
        let review = add::review(&home.ctx.settings, &request(registry, basic(user, "hunter2"))).unwrap();
        let mut shown = vec![format!("{review:?} {:?}", line::words(&review.lines(), None))];
        let done = transaction::apply(&home.ctx, review, PLAIN).await.unwrap();
        shown.push(format!("{done:?}"));
        let leaks = |text: &String| text.contains("hunter2") || text.contains("dTpodW50ZXIy");
        assert!(!shown.iter().any(leaks), "{shown:?}");
    }
    // Some registries take the token for the user name as well.
    let keeper = pullpass::credential_helper::HelperName::new("keeper").unwrap();
    home.ctx
        .client
        .store(&keeper, "r.io", &Credential::new("hunter2", Secret::from_text("hunter2".into())))
        .await
        .unwrap();
    let answer = home.ctx.client.get(&keeper, "r.io").await.unwrap();
    let id = LoginId {
        source: home.docker().to_string_lossy().into_owned().into(),
        key: "r.io".into(),
        store: Store::CredHelper("keeper".into()),
    };
    let fetched = pullpass::app::login::fetch::fetch(&home.ctx, &id).await.unwrap();
    let kept = pullpass::store::helper::fetch(&home.ctx.client, "keeper", "r.io").await.unwrap();
    let shown = format!("{answer:?} {fetched:?} {kept:?}");
    assert!(!shown.contains("hunter2"), "{shown}");
}

#[tokio::test]
async fn what_somebody_gave_a_helper_meanwhile_is_not_taken_back_over() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = Home::new(HELPED);
    // Once it was asked for what it was given, docker login gives it another one.
    home.mocks.add(
        "keeper",
        r#"PATH=/usr/bin:/bin
case $1 in
store) cat >$D/kept-r.io ;;
get) cat >/dev/null; [ -e $D/kept-r.io ] || { echo credentials not found in native keychain; exit 1; }
  cat $D/kept-r.io; echo '{"ServerURL":"r.io","Username":"jane","Secret":"newer"}' >$D/kept-r.io ;;
erase) cat >/dev/null; rm -f $D/kept-r.io ;;
esac"#,
    );
    fs::set_permissions(home.docker(), fs::Permissions::from_mode(0o400)).unwrap();
    let error = add(&home, "r.io", basic("jane", "p"), PLAIN).await.unwrap_err();
    assert!(error.what.contains("marked read-only"), "{}", error.what);
    assert!(home.kept("r.io").is_some_and(|kept| kept.contains("newer")), "{:?}", home.kept("r.io"));
}
