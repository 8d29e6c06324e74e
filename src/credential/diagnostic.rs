//! What is odd about an entry or a file: one row a fact, with its words and with whom it trips.

/// How much a diagnostic matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Something is unsafe or will surprise.
    Warning,
    /// Some tool cannot use the login, or the whole file.
    Error,
}

macro_rules! diagnostics {
    ($($name:ident $code:literal $severity:ident $trips:literal $words:literal)*) => {
        /// Something odd about an entry or a file. Facts about the peers: docker/cli 28f7560 `configfile/file.go`,
        /// container-libs 9869b8f `image/pkg/docker/config/config.go`, oras-go, regclient and the `docker_credential` crate.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Diagnostic {
            $(#[doc = concat!("`", $code, "`.")] $name,)*
        }

        impl Diagnostic {
            /// Every diagnostic there is.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The identifier in the JSON output.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// What is so, in words.
            pub fn words(self) -> &'static str {
                match self { $(Self::$name => $words,)* }
            }

            /// The tools that trip over it; empty where none does.
            pub fn trips(self) -> &'static str {
                match self { $(Self::$name => $trips,)* }
            }

            /// How much it matters.
            pub fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)* }
            }
        }
    };
}

diagnostics! {
    // The `auth` value.
    AuthBase64Invalid "auth_base64_invalid" Error "docker refuses the whole file"
        "the auth value is not base64"
    AuthBase64Unpadded "auth_base64_unpadded" Error "docker, podman, oras and regctl refuse it"
        "the auth value lacks its base64 padding"
    AuthBase64Urlsafe "auth_base64_urlsafe" Error "docker, podman, oras and regctl refuse it"
        "the auth value uses the URL-safe base64 alphabet"
    AuthBase64Whitespace "auth_base64_whitespace" Note "the docker_credential crate refuses it"
        "the auth value has white space inside"
    AuthBase64TrailingBits "auth_base64_trailing_bits" Note "the docker_credential crate refuses it"
        "the auth value's last base64 digit has bits to spare"
    AuthMissingColon "auth_missing_colon" Error "docker refuses the whole file"
        "the decoded auth value has no colon between user and password"
    AuthEmptyUsername "auth_empty_username" Error "docker refuses the whole file"
        "the decoded auth value has an empty user name"
    EmptyPassword "empty_password" Warning ""
        "the password is empty"
    AuthNulTrimmed "auth_nul_trimmed" Note "oras and kubernetes keep the NUL"
        "the password has NUL bytes at its ends, which docker drops"
    NonUtf8Secret "non_utf8_secret" Warning "the docker_credential crate refuses it"
        "the user name or the password is not UTF-8"
    // The members of an entry.
    PlaintextSecret "plaintext_secret" Warning ""
        "stored as plain text: base64 is not encryption"
    PlainUsernamePasswordFields "plain_username_password_fields" Warning "podman ignores it"
        "the password stands in a \"password\" member, not even in base64"
    AuthOverridesFields "auth_overrides_fields" Note ""
        "\"auth\" wins over the \"username\" and \"password\" members beside it"
    MissingPassword "missing_password" Warning "every tool takes it for no login"
        "there is a user name without a password or token"
    MissingUsername "missing_username" Warning "most tools take it for no login"
        "there is a password without a user name"
    PasswordAndToken "password_and_token" Note "podman and kubernetes use different halves"
        "both a password and a token are stored; the token wins at the registry"
    PodmanIgnoresEntry "podman_ignores_entry" Warning "podman, buildah and skopeo skip it"
        "podman reads only entries with an \"auth\" member"
    EmailFieldWillBeLostByDocker "email_field_will_be_lost_by_docker" Note ""
        "docker drops the \"email\" member at its next write"
    ServeraddressIgnored "serveraddress_ignored" Note ""
        "the \"serveraddress\" member is ignored; the key counts"
    UnknownField "unknown_field" Note "docker and podman drop it at their next write"
        "the entry has members that no tool knows"
    NonstandardCase "nonstandard_case" Warning "the docker_credential crate does not find it"
        "a member name is written in another case than docker writes it"
    TokenUsernameInFile "token_username_in_file" Warning "docker sends it as an ordinary user name"
        "the user name <token> means an identity token only in the helper protocol"
    LongLivedServiceAccountKey "long_lived_service_account_key" Warning ""
        "a service account's private key: it has no expiry and opens more than the registry"
    OversizedSecret "oversized_secret" Warning "credential helpers stop at 64 KiB, Windows at 2,560 bytes"
        "the secret is larger than any credential store takes"
    EmptyEntry "empty_entry" Note ""
        "the entry is empty: it marks a login that a credential store keeps"
    NullEntry "null_entry" Warning "the docker_credential crate refuses the whole file"
        "the entry is null"
    WrongType "wrong_type" Error "docker refuses the whole file"
        "a member has the wrong JSON type"
    DuplicateKey "duplicate_key" Warning "tools differ in which one they take"
        "a member stands there twice; the last one counts"
    // The credential key.
    EmptyRegistryKey "empty_registry_key" Warning "no tool ever looks it up"
        "the entry's key is empty"
    KeyNotARegistry "key_not_a_registry" Note ""
        "the entry's key is not a registry: another program keeps its own login here"
    ControlCharInKey "control_char_in_key" Warning "it could rewrite a terminal"
        "the entry's key has control characters"
    BidiCharInKey "bidi_char_in_key" Warning "it could show another name than it is"
        "the entry's key has characters that reverse the text"
    ControlCharInUsername "control_char_in_username" Warning "it could rewrite a terminal"
        "the user name has control characters"
    BidiCharInUsername "bidi_char_in_username" Warning "it could show another name than it is"
        "the user name has characters that reverse the text"
    HubKeyNotCanonical "hub_key_not_canonical" Warning "docker never looks it up; podman does"
        "docker keeps its Docker Hub login under https://index.docker.io/v1/ only"
    HubDoubleEntry "hub_double_entry" Warning "docker and podman use different ones"
        "Docker Hub has more than one entry here"
    AmbiguousKeys "ambiguous_keys" Warning "docker and podman pick one at random"
        "two keys mean the same registry and neither is its plain name"
    NamespacedKeyUsedForWholeHost "namespaced_key_used_for_whole_host_by_docker" Warning
        "docker sends it for every repository of the host"
        "the key names a namespace, which docker cuts off"
    UserinfoInKey "userinfo_in_key" Warning "podman and oras do not find it"
        "the key has a user name before the host"
    // Stores and helpers.
    PlaintextShadowedByStore "plaintext_shadowed_by_store" Warning "docker asks the store and never this entry"
        "a plain-text login beside a credential store: unused by docker, still readable"
    CredhelpersKeyWithScheme "credhelpers_key_with_scheme" Warning "docker and podman never look it up"
        "the credHelpers key has a scheme"
    CredhelpersWildcard "credhelpers_wildcard" Warning "no tool expands it"
        "the credHelpers key has a wildcard, which nothing matches"
    EmptyHelperName "empty_helper_name" Warning "docker reads the file, oras asks the store, podman fails"
        "the helper's name is empty"
    RegistrytokenBesideStore "registrytoken_beside_store" Note "docker sends it although a store is set"
        "a registry token in the file goes along with what the store answers"
    StoreKeyMismatch "store_key_mismatch" Warning "docker asks for the plain host and finds nothing"
        "the store holds the login under another spelling of the key"
    PodmanIgnoresStore "podman_ignores_store" Note "podman, buildah and skopeo skip it"
        "podman does not use a credsStore"
    StoreHasNoSuchLogin "store_has_no_such_login" Warning "docker finds no login"
        "the file says that a credential store keeps it, but the store does not list it"
    // The whole file.
    DockerRejectsFile "docker_rejects_file" Error "docker refuses the whole file, and may overwrite it"
        "docker cannot read this file"
    EmptyFile "empty_file" Note "podman fails on an empty auth.json"
        "the file is empty"
    TrailingData "trailing_data" Error "podman refuses the file; docker drops the rest at its next write"
        "text follows the JSON object"
    Bom "bom" Error "every tool refuses the file"
        "the file begins with a byte order mark"
    InvalidUtf8 "invalid_utf8" Warning "docker replaces those bytes at its next write"
        "the file has bytes that are not UTF-8"
    DockerAuthConfigInvalid "docker_auth_config_invalid" Error "docker ignores the whole variable"
        "DOCKER_AUTH_CONFIG may hold only auths entries with an \"auth\" member"
    DockerConfigDirMissing "docker_config_dir_missing" Warning "docker and podman see no logins"
        "DOCKER_CONFIG points at a folder without a config.json"
    DockerConfigRelative "docker_config_relative" Warning "what is read depends on the working folder"
        "DOCKER_CONFIG is a relative path"
    RegistryAuthFileMissing "registry_auth_file_missing" Warning "podman sees no logins and looks nowhere else"
        "REGISTRY_AUTH_FILE points at a file that is not there"
    EmptyAuthJsonBreaksPodman "empty_auth_json_breaks_podman" Error "podman, buildah and skopeo fail"
        "an empty auth.json stops podman's search"
    ReadableByOthers "readable_by_others" Warning ""
        "other users of this machine can read the file"
    // What the token itself says.
    TokenHasWhitespace "secret_has_whitespace" Warning "the registry will refuse it"
        "the secret has white space at an end or inside"
    TokenHasControlChars "secret_has_control_chars" Warning "the registry will refuse it"
        "the secret has control characters"
    HasBearerPrefix "has_bearer_prefix" Warning "the registry will refuse it"
        "the secret begins with \"Bearer \""
    DoubleEncoded "double_encoded" Warning "the registry will refuse it"
        "the secret is base64 of what it should be"
    MalformedEcrToken "malformed_ecr_token" Warning "the registry will refuse it"
        "it looks like a cut-off Amazon ECR password"
    ExpiryIsString "expiry_is_string" Note ""
        "the token's expiry is text, not a number"
    ExpiryInMilliseconds "expiry_in_milliseconds" Note ""
        "the token's expiry is in milliseconds"
    ExpiryUnreadable "expiry_unreadable" Warning ""
        "the token's expiry is not a plausible time"
    NotYetValid "not_yet_valid" Warning "the registry will refuse it"
        "the token is not valid yet"
    AlgNone "alg_none" Warning "a careful registry will refuse it"
        "the token is not signed"
    RefreshTokenIsNotAPassword "refresh_token_is_not_a_password" Warning "the registry will refuse it"
        "this is a refresh token, not a password"
    TokenBelongsToOtherProvider "token_belongs_to_other_provider" Warning "the registry will refuse it"
        "the token's form is that of another provider"
    TokenShapeUnexpected "token_shape_unexpected" Warning "the registry may refuse it"
        "the token is shorter than such tokens are"
    ValidOnlyWhileJobRuns "valid_only_while_job_runs" Note ""
        "the token ends with its CI job"
    JsonKeyPairing "json_key_pairing" Warning "the registry will refuse it"
        "the user name and the form of the service account key do not fit together"
    DockerCliUsesIndexKey "docker_cli_uses_index_key" Warning "docker never looks it up"
        "docker looks for Docker Hub only under https://index.docker.io/v1/"
    HostLookalike "host_lookalike" Warning "check the address before you send a password there"
        "the host only looks like a well-known registry"
}

impl Diagnostic {
    /// The words, and with whom it trips, as one sentence.
    pub fn sentence(self) -> String {
        match self.trips() {
            "" => self.words().to_owned(),
            trips => format!("{} ({trips})", self.words()),
        }
    }
}

/// A set of diagnostics, in the order of the table above. A set of bits: ten thousand logins carry one each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(u128);

const _: () = assert!(Diagnostic::ALL.len() <= 128, "the set has a bit for each");

impl Diagnostics {
    /// Adds one, once.
    pub fn add(&mut self, diagnostic: Diagnostic) {
        self.0 |= 1 << diagnostic as u8;
    }

    /// Adds one where the condition holds.
    pub fn add_if(&mut self, condition: bool, diagnostic: Diagnostic) {
        if condition {
            self.add(diagnostic);
        }
    }

    /// Adds all of another set.
    pub fn extend(&mut self, others: &Self) {
        self.0 |= others.0;
    }

    /// All but this one.
    #[must_use]
    pub fn without(self, diagnostic: Diagnostic) -> Self {
        Self(self.0 & !(1 << diagnostic as u8))
    }

    /// True where this one is among them.
    pub fn has(&self, diagnostic: Diagnostic) -> bool {
        self.0 & (1 << diagnostic as u8) != 0
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = Diagnostic> + use<> {
        let set = *self;
        Diagnostic::ALL.iter().copied().filter(move |diagnostic| set.has(*diagnostic))
    }

    /// True without any.
    pub fn is_empty(&self) -> bool {
        self.0 == 0
    }

    /// The gravest among them.
    pub fn worst(&self) -> Option<Severity> {
        self.iter().map(Diagnostic::severity).max()
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<T: IntoIterator<Item = Diagnostic>>(diagnostics: T) -> Self {
        let mut set = Self::default();
        diagnostics.into_iter().for_each(|diagnostic| set.add(diagnostic));
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_words_are_sentence_parts() {
        let mut codes = std::collections::HashSet::new();
        for diagnostic in Diagnostic::ALL {
            assert!(codes.insert(diagnostic.code()), "{diagnostic:?}");
            assert!(!diagnostic.words().ends_with('.'), "{diagnostic:?}");
            assert!(!diagnostic.trips().ends_with('.'), "{diagnostic:?}");
        }
    }

    #[test]
    fn a_list_keeps_each_once_and_knows_the_gravest() {
        let mut list = Diagnostics::default();
        assert_eq!(list.worst(), None);
        list.add(Diagnostic::EmptyEntry);
        list.add(Diagnostic::EmptyEntry);
        list.add_if(true, Diagnostic::WrongType);
        list.add_if(false, Diagnostic::Bom);
        assert_eq!(list.iter().collect::<Vec<_>>(), [Diagnostic::EmptyEntry, Diagnostic::WrongType]);
        assert_eq!(list.worst(), Some(Severity::Error));
    }
}
