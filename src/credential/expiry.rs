//! How long a credential is good for, and how surely that is known.

use jiff::Timestamp;

use crate::text;

/// A moment after which a lifetime in a token is taken for nonsense: 2100-01-01.
pub const LATEST_PLAUSIBLE: i64 = 4_102_444_800;

/// Where the knowledge of an expiry comes from. The words are what a person reads in the detail pane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The `exp` claim of a JSON web token.
    JwtExp,
    /// The `expiration` member of an Amazon ECR password.
    EcrExpiration,
    /// The second field of a `JFrog` reference token.
    JfrogReference,
    /// The `time` member of an Alibaba temporary token.
    AlibabaTime,
    /// An `ExpiresAt` member in the answer of a credential helper.
    HelperAnswer,
    /// Who minted the password.
    Minter,
    /// The file was last written then, and such tokens usually live so long.
    FileTime,
    /// The owner chose the day; the credential does not know of it.
    Reminder,
}

impl Source {
    /// The identifier in the JSON output.
    pub fn code(self) -> &'static str {
        match self {
            Self::JwtExp => "jwt.exp",
            Self::EcrExpiration => "ecr_json.expiration",
            Self::JfrogReference => "jfrog_reftkn",
            Self::AlibabaTime => "alibaba_json.time",
            Self::HelperAnswer => "helper.expires_at",
            Self::Minter => "minter",
            Self::FileTime => "file_time",
            Self::Reminder => "reminder",
        }
    }

    /// The source in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::JwtExp => "the token's own \"exp\"",
            Self::EcrExpiration => "the password's own \"expiration\"",
            Self::JfrogReference => "the reference token itself",
            Self::AlibabaTime => "the token's own \"time\"",
            Self::HelperAnswer => "the helper's answer",
            Self::Minter => "who minted it",
            Self::FileTime => "the file's age and the usual lifetime",
            Self::Reminder => "your own reminder",
        }
    }
}

/// What is known of the end of a credential. An estimate is a case of its own, so that it can never pass for a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expiry {
    /// The credential itself says when it ends.
    At {
        /// The end.
        at: Timestamp,
        /// Who says so.
        source: Source,
    },
    /// Nobody said; this is the latest that it can be, going by the usual lifetime.
    Estimated {
        /// The latest end.
        at: Timestamp,
        /// What the estimate rests on.
        source: Source,
    },
    /// The credential itself says that it does not end.
    Never {
        /// Who says so.
        source: Source,
    },
    /// The owner wants to be reminded then; nothing says that the credential ends.
    Reminder {
        /// The beginning of the day.
        at: Timestamp,
    },
    /// A password or token that carries no end; it may still be revoked.
    NoneEmbedded,
    /// Short-lived or not readable, and nothing tells when it ends.
    Unknown {
        /// The documented lifetime, in seconds.
        usual: Option<u32>,
    },
    /// The secret lies with a helper and was not asked for.
    NotAsked,
}

/// The states that a person tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It ended.
    Expired,
    /// It ends at a known time.
    Valid,
    /// It ends at about a time, says the usual lifetime.
    Estimated,
    /// Its owner wants to be reminded of it.
    Reminder,
    /// It ends, nobody knows when.
    Unknown,
    /// It carries no end.
    NoEmbeddedExpiry,
    /// It says that it does not end.
    NeverExpires,
}

impl State {
    /// The identifier in the JSON output.
    pub fn code(self) -> &'static str {
        match self {
            Self::Expired => "expired",
            Self::Valid => "valid",
            Self::Estimated => "estimated",
            Self::Reminder => "reminder",
            Self::Unknown => "unknown",
            Self::NoEmbeddedExpiry => "no_embedded_expiry",
            Self::NeverExpires => "never_expires",
        }
    }
}

/// A token that ends within this many seconds is marked: there is just time to do something about it.
pub const SOON: i64 = 15 * 60;

/// A day, in seconds.
const DAY: i64 = 86_400;

impl Expiry {
    /// Which of the states holds at this instant.
    pub fn state(self, now: Timestamp) -> State {
        match self {
            Self::At { at, .. } if at <= now => State::Expired,
            Self::At { .. } => State::Valid,
            Self::Estimated { .. } => State::Estimated,
            Self::Reminder { .. } => State::Reminder,
            Self::Never { .. } => State::NeverExpires,
            Self::NoneEmbedded => State::NoEmbeddedExpiry,
            Self::Unknown { .. } | Self::NotAsked => State::Unknown,
        }
    }

    /// The instant that it is about, where there is one.
    pub fn instant(self) -> Option<Timestamp> {
        match self {
            Self::At { at, .. } | Self::Estimated { at, .. } | Self::Reminder { at } => Some(at),
            _ => None,
        }
    }

    /// Where the knowledge comes from, where there is any.
    pub fn source(self) -> Option<Source> {
        match self {
            Self::At { source, .. } | Self::Estimated { source, .. } | Self::Never { source } => Some(source),
            Self::Reminder { .. } => Some(Source::Reminder),
            _ => None,
        }
    }

    /// Seconds left until a known end; negative afterwards. An estimate has none: it is no fact.
    pub fn seconds_left(self, now: Timestamp) -> Option<i64> {
        match self {
            Self::At { at, .. } => Some(at.as_second() - now.as_second()),
            _ => None,
        }
    }

    /// True within [`SOON`] of a known end.
    pub fn is_soon(self, now: Timestamp) -> bool {
        self.seconds_left(now).is_some_and(|left| (1..=SOON).contains(&left))
    }

    /// True from the day of a reminder on.
    pub fn is_due(self, now: Timestamp) -> bool {
        matches!(self, Self::Reminder { at } if at <= now)
    }

    /// The few characters of the EXPIRES column.
    pub fn label(self, now: Timestamp, grain: Grain) -> String {
        match self {
            Self::At { at, .. } => {
                let left = at.as_second() - now.as_second();
                match left {
                    ..=0 => "expired x".into(),
                    left if left <= SOON => format!("{} !", grain.countdown(left)),
                    left => grain.countdown(left),
                }
            }
            Self::Estimated { at, .. } if at <= now => "~expired".into(),
            Self::Estimated { at, .. } => format!("~{}", text::rough(at.as_second() - now.as_second())),
            Self::Reminder { at } if at <= now => "due !".into(),
            Self::Reminder { at } => format!("in {}", days_until(at, now)),
            Self::Never { .. } => "never".into(),
            Self::NoneEmbedded => "none".into(),
            Self::Unknown { .. } | Self::NotAsked => "?".into(),
        }
    }

    /// A sentence for the detail pane.
    pub fn sentence(self, now: Timestamp, grain: Grain) -> String {
        match self {
            Self::At { at, source } => {
                let left = at.as_second() - now.as_second();
                let when = if left <= 0 {
                    format!("expired {} ago", text::rough(-left))
                } else {
                    format!("valid for {}", grain.countdown(left))
                };
                format!("{when}, says {}", source.words())
            }
            Self::Estimated { at, source } => {
                let left = at.as_second() - now.as_second();
                let when = if left <= 0 {
                    format!("probably expired {} ago", text::rough(-left))
                } else {
                    format!("at most {} left", text::rough(left))
                };
                format!("{when}, an estimate from {}", source.words())
            }
            Self::Reminder { at } => {
                let left = at.as_second() - now.as_second();
                if left <= 0 {
                    format!("due for {}; the day is your own, not the token's", text::rough(-left))
                } else {
                    format!("in {}; the day is your own, not the token's", days_until(at, now))
                }
            }
            Self::Never { source } => format!("never expires, says {}", source.words()),
            Self::NoneEmbedded => "carries no expiry; it may end all the same".into(),
            Self::Unknown { usual: Some(usual) } => {
                format!("not readable; such tokens usually live {}", text::rough(i64::from(usual)))
            }
            Self::Unknown { usual: None } => "not known".into(),
            Self::NotAsked => "kept by the helper, not asked yet".into(),
        }
    }

    /// Seconds until [`Expiry::label`] changes, or `None` where it never does by itself.
    pub fn next_change(self, now: Timestamp, grain: Grain) -> Option<i64> {
        let left = self.instant()?.as_second() - now.as_second();
        match self {
            _ if left <= 0 => None,
            Self::Estimated { .. } => Some(text::rough_step(left, false).min(left)),
            Self::Reminder { .. } => Some((left - 1) % DAY + 1),
            _ => {
                // The mark for "soon" appears, and "expired" takes over, at their own second.
                let next = if left > SOON { left - SOON } else { left };
                Some(grain.step(left).min(next))
            }
        }
    }

    /// Seconds until [`Expiry::sentence`] changes: unlike the label, it goes on counting after the end.
    pub fn next_sentence_change(self, now: Timestamp, grain: Grain) -> Option<i64> {
        let left = self.instant()?.as_second() - now.as_second();
        if left > 0 { self.next_change(now, grain) } else { Some(text::rough_step(-left, true)) }
    }
}

/// How many days on the calendar lie ahead of a day that begins then: tomorrow is one, however late it is today.
fn days_until(at: Timestamp, now: Timestamp) -> String {
    let left = at.as_second() - now.as_second();
    text::rough((left + DAY - 1) / DAY * DAY)
}

/// How finely a countdown counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grain {
    /// Each second, inside the last hour.
    Seconds,
    /// Minutes at the finest: nobody looks, or nothing should move.
    Minutes,
}

impl Grain {
    fn countdown(self, left: i64) -> String {
        match self {
            Self::Minutes if left < 3_600 => format!("{} min", (left + 59) / 60),
            _ => text::countdown(left),
        }
    }

    fn step(self, left: i64) -> i64 {
        match self {
            Self::Minutes if left < 3_600 => (left - 1) % 60 + 1,
            // At the hour the text of minutes takes over, which is rounded up.
            Self::Minutes if left < 3_660 => left - 3_599,
            _ => text::countdown_step(left),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn table() -> Vec<(Expiry, &'static str, State)> {
        let source = Source::JwtExp;
        vec![
            (Expiry::At { at: at(1_000), source }, "expired x", State::Expired),
            (Expiry::At { at: at(999), source }, "expired x", State::Expired),
            (Expiry::At { at: at(1_041), source }, "00:41 !", State::Valid),
            (Expiry::At { at: at(1_000 + 2_527), source }, "42:07", State::Valid),
            (Expiry::At { at: at(1_000 + 42_120), source }, "11h42m", State::Valid),
            (Expiry::Estimated { at: at(1_000 + 2_527), source: Source::FileTime }, "~42m", State::Estimated),
            (Expiry::Estimated { at: at(900), source: Source::FileTime }, "~expired", State::Estimated),
            (Expiry::Reminder { at: at(1_000 + 172_800) }, "in 2d", State::Reminder),
            // Thirty days from an afternoon on, and tomorrow.
            (Expiry::Reminder { at: at(1_000 + 30 * 86_400 - 47_000) }, "in 30d", State::Reminder),
            (Expiry::Reminder { at: at(1_001) }, "in 1d", State::Reminder),
            (Expiry::Reminder { at: at(1_000) }, "due !", State::Reminder),
            (Expiry::Never { source: Source::JfrogReference }, "never", State::NeverExpires),
            (Expiry::NoneEmbedded, "none", State::NoEmbeddedExpiry),
            (Expiry::Unknown { usual: Some(3_600) }, "?", State::Unknown),
            (Expiry::NotAsked, "?", State::Unknown),
        ]
    }

    #[test]
    fn each_state_has_its_own_words() {
        for (expiry, label, state) in table() {
            assert_eq!(expiry.label(at(1_000), Grain::Seconds), label, "{expiry:?}");
            assert_eq!(expiry.state(at(1_000)), state, "{expiry:?}");
        }
    }

    #[test]
    fn an_estimate_is_never_shown_as_a_fact() {
        let guess = Expiry::Estimated { at: at(5_000), source: Source::FileTime };
        assert_eq!(guess.seconds_left(at(1_000)), None);
        assert!(guess.label(at(1_000), Grain::Seconds).starts_with('~'));
        assert!(guess.sentence(at(1_000), Grain::Seconds).contains("estimate"));
    }

    #[test]
    fn a_reminder_is_never_the_tokens_own_end() {
        for (day, is_due) in [(900, true), (5_000, false)] {
            let reminder = Expiry::Reminder { at: at(day) };
            assert_eq!((reminder.seconds_left(at(1_000)), reminder.is_due(at(1_000))), (None, is_due));
            assert!(!reminder.is_soon(at(1_000)));
            assert!(reminder.sentence(at(1_000), Grain::Seconds).contains("your own"));
        }
    }

    #[test]
    fn no_text_changes_before_its_promised_time_and_each_has_changed_then() {
        for end in [1_001, 1_059, 1_900, 1_901, 1_902, 4_600, 4_601, 4_700, 90_000, 700_000] {
            for expiry in [
                Expiry::At { at: at(end), source: Source::JwtExp },
                Expiry::Estimated { at: at(end), source: Source::FileTime },
                Expiry::Reminder { at: at(end) },
            ] {
                for grain in [Grain::Seconds, Grain::Minutes] {
                    holds(&|now| expiry.label(now, grain), &|now| expiry.next_change(now, grain));
                    holds(&|now| expiry.sentence(now, grain), &|now| expiry.next_sentence_change(now, grain));
                }
            }
        }
    }

    /// Steps through two hundred changes, and looks at every second between them.
    fn holds(text: &dyn Fn(Timestamp) -> String, next: &dyn Fn(Timestamp) -> Option<i64>) {
        let mut now = 1_000;
        for _ in 0..200 {
            let Some(step) = next(at(now)) else { break };
            assert!(step > 0, "{now}");
            for second in (1..step).take(4_000) {
                assert_eq!(text(at(now)), text(at(now + second)), "{now} + {second}");
            }
            now += step;
        }
    }
}
