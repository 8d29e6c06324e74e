//! What is found in folders of docker, podman and containerd.

use std::fs;

use tempfile::TempDir;

use super::*;

/// A certificate and its key, made for this test alone.
const CERTIFICATE: &str = include_str!("test_certificate.pem");
const KEY: &str = "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----\n";

struct Case {
    home: TempDir,
    folders: CertificateFolders,
}

impl Case {
    fn with(files: &[(&str, &str)]) -> Self {
        let home = tempfile::tempdir().unwrap();
        for (name, content) in files {
            let path = home.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        let folder = |name: &str| vec![home.path().join(name)];
        let folders = CertificateFolders {
            docker: folder("docker"),
            podman: folder("podman"),
            containerd: folder("containerd"),
        };
        Self { home, folders }
    }

    fn load(&self, registry: &str) -> Result<Certificates, TransportError> {
        load(&self.folders, &Url::parse(registry).unwrap())
    }

    /// How many authorities there are, and where the client certificate lies.
    fn found(&self, registry: &str) -> (usize, Option<String>) {
        let found = self.load(registry).unwrap();
        let below = |file: &Path| file.strip_prefix(self.home.path()).unwrap().display().to_string();
        (found.authorities.len(), found.client.map(|client| below(&client.file)))
    }

    fn refusal(&self, registry: &str) -> String {
        match self.load(registry) {
            Err(TransportError::Setup(words)) => words,
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn the_folder_of_a_registry_has_its_name() {
    let table = [
        ("docker/r.example/ca.crt", "https://r.example/", 1),
        ("docker/r.example:443/ca.crt", "https://r.example/", 1),
        ("docker/r.example:5000/ca.crt", "https://r.example:5000/", 1),
        ("docker/r.example:5000/ca.crt", "https://r.example/", 0),
        ("docker/r.example/ca.crt", "https://r.example:5000/", 0),
        ("docker/[::1]:5000/ca.crt", "https://[::1]:5000/", 1),
        ("docker/x.r.example/ca.crt", "https://r.example/", 0),
        ("podman/r.example/ca.crt", "https://r.example/", 1),
        ("containerd/r.example/ca.crt", "https://r.example/", 1),
        ("containerd/r.example_5000_/ca.crt", "https://r.example:5000/", 1),
        ("containerd/_default/ca.crt", "https://r.example:5000/", 1),
        ("docker/_default/ca.crt", "https://r.example:5000/", 0),
        ("docker/registry-1.docker.io/ca.crt", "https://registry-1.docker.io/", 0),
        ("docker/docker.io/ca.crt", "https://registry-1.docker.io/", 0),
        ("podman/registry-1.docker.io/ca.crt", "https://registry-1.docker.io/", 1),
        ("podman/docker.io/ca.crt", "https://registry-1.docker.io/", 1),
        ("containerd/docker.io/ca.crt", "https://registry-1.docker.io/", 1),
        ("podman/docker.io/ca.crt", "https://docker.io.example/", 0),
        ("docker/r.example/ca.pem", "https://r.example/", 0),
    ];
    for (file, registry, expected) in table {
        assert_eq!(Case::with(&[(file, CERTIFICATE)]).found(registry).0, expected, "{file} {registry}");
    }
}

#[test]
fn no_host_leads_out_of_the_folder() {
    for host in ["", ".", "..", "a/b", "../a", "a\\b", "a\0b", "a..b"] {
        assert!(!is_one_name(host), "{host:?}");
    }
    for host in ["r.example", "127.0.0.1", "[::1]", "r.example."] {
        assert!(is_one_name(host), "{host:?}");
    }
    // The parser of addresses leaves this one to us.
    let case = Case::with(&[("ca.crt", CERTIFICATE)]);
    assert!(case.refusal("https://../").contains("No certificates can be looked up"));
}

#[test]
fn all_certificates_of_a_file_count_and_what_is_none_is_left_out_with_a_note() {
    let two = format!("{CERTIFICATE}\n# a comment\n{CERTIFICATE}");
    let broken = "-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n";
    let case = Case::with(&[
        ("docker/r.example/a.crt", &two),
        ("docker/r.example/b.crt", "no certificate"),
        ("docker/r.example/c.crt", broken),
    ]);
    let found = case.load("https://r.example/").unwrap();
    assert_eq!((found.authorities.len(), found.notes.len()), (2, 2));
    assert!(found.notes[0].contains("b.crt") && found.notes[1].contains("c.crt"), "{:?}", found.notes);
}

#[test]
fn the_first_client_certificate_is_taken() {
    let case = Case::with(&[
        ("podman/r.example/a.cert", CERTIFICATE),
        ("podman/r.example/a.key", KEY),
        ("docker/r.example/y.cert", CERTIFICATE),
        ("docker/r.example/y.key", KEY),
        ("docker/r.example/x.cert", CERTIFICATE),
        ("docker/r.example/x.key", KEY),
    ]);
    assert_eq!(case.found("https://r.example/"), (0, Some("docker/r.example/x.cert".into())));
    let found = case.load("https://r.example/").unwrap();
    assert!(!format!("{found:?}").contains("hunter2"), "{found:?}");
}

#[test]
fn half_a_client_certificate_is_refused_by_its_name() {
    let table = [
        ("docker/r.example/client.cert", CERTIFICATE, "client.key"),
        ("podman/r.example/client.key", KEY, "client.cert"),
        ("containerd/r.example/client.cert", CERTIFICATE, "client.key"),
    ];
    for (file, content, missing) in table {
        let words = Case::with(&[(file, content)]).refusal("https://r.example/");
        assert!(words.contains(file) && words.contains(&format!("needs {missing}")), "{words}");
        assert!(words.contains(".crt"), "{words}");
    }
    let case = Case::with(&[("docker/r.example/client.cert", "none"), ("docker/r.example/client.key", KEY)]);
    assert!(case.refusal("https://r.example/").contains("client.cert should hold a client certificate"));
}

#[test]
fn hosts_toml_says_what_containerd_trusts() {
    let table = [
        ("", (0, None)),
        ("ca = 'ca.pem'", (1, None)),
        ("ca = ['ca.pem', 'ca.pem']", (2, None)),
        ("server = 'https://r.example:5000'\nca = 'ca.pem'", (1, None)),
        ("server = 'https://other.example:5000'\nca = 'ca.pem'", (0, None)),
        ("server = 'https://r.example'\nca = 'ca.pem'", (0, None)),
        ("[host.'https://r.example:5000']\nca = 'ca.pem'", (1, None)),
        ("[host.'r.example:5000']\nca = 'ca.pem'\ncapabilities = ['pull']", (1, None)),
        ("[host.'https://mirror.example:5000']\nca = 'ca.pem'", (0, None)),
        ("client = 'both.pem'", (0, Some("both.pem"))),
        ("client = ['both.pem']", (0, Some("both.pem"))),
        ("client = [['ca.pem', 'k.pem']]", (0, Some("ca.pem"))),
        ("client = [['both.pem', '']]", (0, Some("both.pem"))),
        ("client = [['both.pem']]", (0, Some("both.pem"))),
        ("skip_verify = false", (0, None)),
    ];
    for (text, (authorities, client)) in table {
        let both = format!("{CERTIFICATE}{KEY}");
        let folder = "containerd/r.example:5000";
        let case = Case::with(&[
            (&format!("{folder}/hosts.toml"), text),
            (&format!("{folder}/ca.pem"), CERTIFICATE),
            (&format!("{folder}/k.pem"), KEY),
            (&format!("{folder}/both.pem"), &both),
            // Beside a hosts.toml containerd does not look at these.
            (&format!("{folder}/unread.crt"), CERTIFICATE),
        ]);
        let client = client.map(|name| format!("{folder}/{name}"));
        assert_eq!(case.found("https://r.example:5000/"), (authorities, client), "{text}");
    }
}

#[test]
fn skip_verify_is_said_and_not_done() {
    let case = Case::with(&[("containerd/r.example/hosts.toml", "skip_verify = true")]);
    let found = case.load("https://r.example/").unwrap();
    assert!(matches!(&*found.notes, [note] if note.contains("skip_verify")), "{:?}", found.notes);
}

#[test]
fn a_hosts_toml_that_containerd_would_refuse_is_refused() {
    for text in ["ca =", "ca = 1", "client = [['a', 'b', 'c']]", "ca = 'missing.pem'", "client = [[]]"] {
        let case = Case::with(&[("containerd/r.example/hosts.toml", text)]);
        let words = case.refusal("https://r.example/");
        assert!(words.contains("containerd/r.example/"), "{text}: {words}");
    }
}

#[cfg(target_os = "linux")] // elsewhere rustix makes no pipe
#[test]
fn a_pipe_is_not_waited_for() {
    let case = Case::with(&[("docker/r.example/x", "")]);
    let pipe = case.home.path().join("docker/r.example/ca.crt");
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
    assert!(case.refusal("https://r.example/").contains("not a regular file"));
}
