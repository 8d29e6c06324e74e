//! Causes of a helper's failure that we know, and what to do about them.

use std::path::Path;

macro_rules! hints {
    ($($name:ident $code:literal [$($sign:literal)*] $words:literal)*) => {
        /// A known cause of a helper's failure.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Hint {
            $(#[doc = $words] $name,)*
        }

        impl Hint {
            const SIGNS: &'static [(Self, &'static [&'static str])] = &[$((Self::$name, &[$($sign),*])),*];

            /// The identifier in the JSON output.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The next step to take.
            pub fn words(self) -> &'static str {
                match self { $(Self::$name => $words,)* }
            }
        }
    };
}

// What stands in brackets is looked for in what the helper printed; the first row that fits counts.
hints! {
    NoSecretService "no_secret_service"
        ["Cannot autolaunch D-Bus" "org.freedesktop.secrets was not provided" "DBUS_SESSION_BUS_ADDRESS"
         "org.freedesktop.DBus.Error.ServiceUnknown" "dbus-launch" "Could not connect:"]
        "No Secret Service runs in this session: start one (GNOME Keyring, KWallet), or use the helper \"pass\"."
    LockedKeyring "locked_keyring"
        ["locked collection" "collection is locked" "prompt was dismissed" "org.freedesktop.Secret.Error.IsLocked"]
        "The keyring is locked: unlock it, then try again."
    // osxkeychain.go: errInteractionNotAllowed.
    LockedKeychain "locked_keychain"
        ["-25308" "does not allow user interaction" "User interaction is not allowed"]
        "The keychain is locked: run \"security unlock-keychain\", then try again."
    PassNotInitialised "pass_not_initialised"
        ["pass not initialized" "pass store is uninitialized" "password store is empty"]
        "The password store is not set up: run \"pass init\" with the id of your GPG key."
    Gpg "gpg_failed"
        ["gpg:" "gpg failed" "pinentry" "No secret key"]
        "GPG could not open it: run \"gpg --decrypt\" on the entry in a terminal, with GPG_TTY=$(tty) set."
    // amazon-ecr-credential-helper and other helpers that only mint tokens.
    ReadOnlyHelper "read_only_helper"
        ["not implemented"]
        "This helper makes its logins itself and keeps none: nothing can be stored in it or erased from it."
    DockerDesktop "docker_desktop_missing"
        []
        "Switch on Docker Desktop's integration with this system, or take the helper out of the configuration file."
}

impl Hint {
    /// What the text of a failed helper tells.
    pub fn of_text(text: &str) -> Option<Self> {
        let text = text.to_lowercase();
        let says = |signs: &[&str]| signs.iter().any(|sign| text.contains(&sign.to_lowercase()));
        Self::SIGNS.iter().find(|(_, signs)| says(signs)).map(|(hint, _)| *hint)
    }

    /// What the name of a missing program tells: Docker Desktop writes such names into the configuration file, and in
    /// WSL they stay there when its integration is off.
    pub fn of_missing(program: &str) -> Option<Self> {
        let is_windows = Path::new(program).extension().is_some_and(|end| end.eq_ignore_ascii_case("exe"));
        (is_windows || program == "docker-credential-desktop").then_some(Self::DockerDesktop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_causes_are_recognised() {
        let table = [
            ("Cannot autolaunch D-Bus without X11 $DISPLAY\n", Some("no_secret_service")),
            (
                "The name org.freedesktop.secrets was not provided by any .service files",
                Some("no_secret_service"),
            ),
            ("Cannot create an item in a locked collection", Some("locked_keyring")),
            ("error code: -25308", Some("locked_keychain")),
            (
                "pass not initialized: exit status 1: Error: password store is empty.",
                Some("pass_not_initialised"),
            ),
            ("exit status 2: gpg: decryption failed: No secret key", Some("gpg_failed")),
            ("not implemented", Some("read_only_helper")),
            ("boom", None),
        ];
        for (printed, code) in table {
            assert_eq!(Hint::of_text(printed).map(Hint::code), code, "{printed}");
        }
    }

    #[test]
    fn a_missing_desktop_helper_leads_to_docker_desktop() {
        for program in
            ["docker-credential-desktop", "docker-credential-desktop.exe", "docker-credential-wincred.exe"]
        {
            assert_eq!(Hint::of_missing(program), Some(Hint::DockerDesktop), "{program}");
        }
        assert_eq!(Hint::of_missing("docker-credential-pass"), None);
    }
}
