//! Debian's `docker-registry`, started for one test with two images in it.

use std::fs;
use std::io::{self, BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

use tempfile::TempDir;

use super::authority::{Authority, Identity};
use crate::support::peer::has;

/// The user that the registry with a password file knows; the password is the marker.
pub const USER: &str = "jane";

/// What `htpasswd -B` writes for [`USER`].
const PASSWORD_FILE: &str = "jane:$2y$04$abcdefghijklmnopqrstuuV3duMsC0HpUex6N9qapiuOHHWkwRXVm\n";

/// A manifest without layers, and its SHA-256.
const MANIFEST: &str = r#"{"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json","config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":2,"digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"},"layers":[]}"#;
const DIGEST: &str = "c512d672400a70f985a0b560012538262a2d5803ecde325dcf0162d3616cddeb";

/// Both hold the manifest as `1.0`.
pub const REPOSITORIES: [&str; 2] = ["team/private", "public/hello"];

/// Who may use the registry.
pub enum Access<'a> {
    /// Everybody.
    Open,
    /// [`USER`] with the marker.
    Password,
    /// Who has a token from this address, signed with this certificate.
    Token { realm: &'a str, certificate: &'a str },
}

/// TLS: what the registry shows, and whose clients it lets in.
pub struct Tls<'a> {
    pub identity: &'a Identity,
    pub clients_of: Option<&'a Authority>,
}

/// Ends when it is dropped.
pub struct Registry {
    process: Child,
    /// `127.0.0.1:PORT`
    pub address: String,
    _folder: TempDir,
}

impl Registry {
    /// None where the program is missing, which is said.
    pub fn start(access: &Access<'_>, tls: Option<&Tls<'_>>) -> Option<Self> {
        if !has(&["docker-registry"]) {
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for repository in REPOSITORIES {
            put_image(root, repository);
        }
        let config = root.join("config.yml");
        fs::write(&config, settings(root, access, tls)).unwrap();
        let mut process = Command::new("docker-registry")
            .arg("serve")
            .arg(&config)
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(process.stderr.take().unwrap());
        let mut line = String::new();
        let address = loop {
            line.clear();
            assert!(log.read_line(&mut line).unwrap() > 0, "docker-registry ended at once");
            if let Some((_, rest)) = line.split_once("listening on ") {
                break rest.split(['"', ',', ' ']).next().unwrap().to_owned();
            }
        };
        // A full pipe would stop it.
        thread::spawn(move || io::copy(&mut log, &mut io::sink()));
        Some(Self { process, address, _folder: folder })
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// The image as the registry itself stores it.
fn put_image(root: &Path, repository: &str) {
    let base = root.join("docker/registry/v2");
    let manifests = base.join("repositories").join(repository).join("_manifests");
    let link = format!("sha256:{DIGEST}");
    let files = [
        (base.join(format!("blobs/sha256/{}/{DIGEST}/data", &DIGEST[..2])), MANIFEST),
        (manifests.join(format!("revisions/sha256/{DIGEST}/link")), &link),
        (manifests.join("tags/1.0/current/link"), &link),
    ];
    for (path, content) in files {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
}

fn settings(root: &Path, access: &Access<'_>, tls: Option<&Tls<'_>>) -> String {
    let write = |name: &str, content: &str| {
        fs::write(root.join(name), content).unwrap();
        root.join(name).display().to_string()
    };
    let auth = match access {
        Access::Open => String::new(),
        Access::Password => {
            let file = write("htpasswd", PASSWORD_FILE);
            format!("auth: {{htpasswd: {{realm: test, path: {file}}}}}\n")
        }
        Access::Token { realm, certificate } => {
            let file = write("signer.crt", certificate);
            format!(
                "auth: {{token: {{realm: \"{realm}\", service: \"a test\", issuer: test, rootcertbundle: {file}}}}}\n"
            )
        }
    };
    let tls = tls.map_or_else(String::new, |tls| {
        tls.identity.write(root, "server");
        let clients = tls.clients_of.map(|authority| write("clients.crt", &authority.pem()));
        let clients = clients.map_or_else(String::new, |file| format!(", clientcas: [{file}]"));
        let file = |name: &str| root.join(name).display().to_string();
        format!(", tls: {{certificate: {}, key: {}{clients}}}", file("server.cert"), file("server.key"))
    });
    let root = root.display();
    format!(
        "version: 0.1\nlog: {{level: info, formatter: text}}\nstorage: {{filesystem: {{rootdirectory: {root}}}}}\n\
         http: {{addr: \"127.0.0.1:0\", secret: not-a-secret{tls}}}\n{auth}"
    )
}
