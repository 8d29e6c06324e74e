//! Every setting, once: its name, its form, its default, the variables that win over it, and what it means.
//!
//! The types, the reader, the check, the schema, the page and the file of `pullpass config init` come from this table.

use std::time::Duration;

use super::helper_rule::{Rule, Store};
use super::table::{Name, Row, settings};
use super::value::{Choice, Count, FilePath, Flag, Many, Maybe, Registry, Time, Word};

settings! {
    /// Programs that keep logins (docker-credential-*).
    helpers: Helpers {
        /// How long one may take. As a variable, a number of seconds.
        timeout: Time<1, 600> = Duration::from_secs(10), "PULLPASS_HELPER_TIMEOUT";
    }

    /// Who answers where docker-credential-pullpass is asked ("pullpass helper enable").
    helper: Helper {
        /// Hosts and who answers for them; the first rule that matches counts. A star stands for a part of one label.
        /// Without a rule it is the vault where it has the login.
        rules: Many<Rule> = Vec::new();
        /// The helper that is asked last, where no rule matches and the vault has no such login: the one that docker asked
        /// before.
        otherwise: Maybe<Store> = None, for_example("\"helper:secretservice\"");
    }

    /// The encrypted file of named secrets.
    vault: Vault {
        /// The file; otherwise vault.age in the folder for data (on Linux ~/.local/share/pullpass).
        file: Maybe<FilePath> = None, for_example("\"~/team/vault.age\""), "PULLPASS_VAULT";
        /// The age identity file that opens it, in the place of the key that "pullpass vault init" made.
        identity: Maybe<FilePath> = None, for_example("\"~/.config/age/key.txt\""), "PULLPASS_IDENTITY";
        /// How long the kernel keeps the key after an unlock; otherwise what "pullpass vault init" said, or eight hours.
        unlocked_for: Maybe<Time<0, 31_622_400>> = None, for_example("\"8h\"");
    }

    /// Taking changes back later.
    undo: Undo {
        /// How long what a change needs for that is kept, sealed.
        keep_for: Time<3_600, 31_622_400> = Duration::from_hours(720);
        /// How many changes are kept.
        most: Count<1, 1_000> = 50;
    }

    /// What is remembered between runs.
    state: State {
        /// The folder; otherwise the one for state (on Linux ~/.local/state/pullpass).
        folder: Maybe<FilePath> = None, for_example("\"~/.cache/pullpass\""), "PULLPASS_STATE";
    }

    /// The way to a registry. Proxies are chosen by the variables that docker reads.
    network: Network {
        /// How long it may take until a connection stands.
        connect_timeout: Time<1, 45> = Duration::from_secs(10);
        /// How long a request may take, its connection included; a whole check ends after 45 seconds.
        // docker gives a request 15 s as well.
        request_timeout: Time<1, 45> = Duration::from_secs(15);
    }

    /// Asking registries whether they accept logins.
    check: Check {
        /// How many logins are checked at once.
        at_once: Count<1, 100> = 20;
        /// Registries that are asked over plain http where https fails; anybody on the way can read the login.
        plain_http: Many<Registry> = Vec::new();
    }

    /// The terminal screen.
    screen: Screen {
        /// What it is drawn with.
        characters: Word<Characters> = Characters::Auto;
        /// Count minutes instead of seconds.
        reduced_motion: Flag = false, "REDUCED_MOTION", "PULLPASS_REDUCED_MOTION";
        /// How long a secret is shown.
        reveal: Time<1, 600> = Duration::from_secs(15);
        /// How long a copied secret stays on the clipboard.
        clipboard: Time<1, 3_600> = Duration::from_secs(45);
        /// How long a message stays that goes by itself.
        message: Time<1, 60> = Duration::from_secs(4);
    }
}

/// What the screen is drawn with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Characters {
    /// What the locale has.
    Auto,
    /// Lines, arrows and dots.
    Unicode,
    /// Nothing beyond ASCII.
    Ascii,
}

impl Choice for Characters {
    const ALL: &'static [(Self, &'static str, &'static str)] = &[
        (Self::Auto, "auto", "what the locale has"),
        (Self::Unicode, "unicode", "lines, arrows and dots"),
        (Self::Ascii, "ascii", "nothing beyond ASCII"),
    ];
}

/// Every setting there is.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    SECTIONS.iter().flat_map(|section| section.rows)
}

/// The setting of this name, as people write it: `helpers.timeout`.
pub fn find(name: &str) -> Option<&'static Row> {
    let (section, name) = name.split_once('.')?;
    rows().find(|row| row.name == (section, name))
}

/// Two settings that contradict each other.
#[derive(Debug)]
pub struct Clash {
    /// The one that yields where somebody chose it; where not, the two can live together.
    pub one: Name,
    /// The other.
    pub other: Name,
    /// True where they do.
    pub is_met: fn(&Preferences) -> bool,
    /// Why they do.
    pub words: &'static str,
}

/// Settings that contradict each other.
pub const CLASHES: &[Clash] = &[
    Clash {
        one: ("network", "connect_timeout"),
        other: ("network", "request_timeout"),
        is_met: |chosen| chosen.network.connect_timeout > chosen.network.request_timeout,
        words: "the connection may not take longer than the whole request",
    },
    Clash {
        one: ("vault", "identity"),
        other: ("vault", "file"),
        is_met: |chosen| chosen.vault.identity.is_some() && chosen.vault.identity == chosen.vault.file,
        words: "the vault and the key that opens it are two files",
    },
];
