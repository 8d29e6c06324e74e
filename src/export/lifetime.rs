//! What is told of a secret that does not live long.

use jiff::Timestamp;

use crate::credential::expiry::Expiry;
use crate::text;

use super::Bundle;

/// True where the secret is known to end, or is of a kind that does.
pub(super) fn ends(bundle: &Bundle) -> bool {
    matches!(bundle.expiry, Expiry::At { .. } | Expiry::Estimated { .. } | Expiry::Unknown { usual: Some(_) })
}

/// When it ends, in a sentence; `None` for one that does not.
pub(super) fn warning(bundle: &Bundle, now: Timestamp) -> Option<String> {
    let what = format!("The secret of {}", text::safe(&bundle.known_as));
    let left = |at: Timestamp| at.as_second() - now.as_second();
    Some(match bundle.expiry {
        Expiry::At { at, .. } if left(at) <= 0 => {
            format!("{what} ended at {}: have a fresh one made first.", utc(at))
        }
        Expiry::At { at, .. } => format!("{what} ends at {}, in {}.", utc(at), text::rough(left(at))),
        Expiry::Estimated { at, .. } => {
            format!("{what} ends at {} at the latest, by its usual lifetime.", utc(at))
        }
        Expiry::Unknown { usual: Some(seconds) } => {
            format!("{what} is of a kind that lives {}.", text::rough(i64::from(seconds)))
        }
        _ => return None,
    })
}

fn utc(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credential::expiry::Source;

    #[test]
    fn an_end_is_told_as_far_as_it_is_known() {
        let now: Timestamp = "2026-11-20T00:00:00Z".parse().unwrap();
        let at: Timestamp = "2026-11-20T12:00:00Z".parse().unwrap();
        let source = Source::EcrExpiration;
        let table = [
            (Expiry::At { at, source }, now, Some("The secret of x ends at 2026-11-20 12:00 UTC, in 12h.")),
            (
                Expiry::At { at, source },
                at,
                Some("The secret of x ended at 2026-11-20 12:00 UTC: have a fresh one made first."),
            ),
            (
                Expiry::Estimated { at, source },
                now,
                Some("The secret of x ends at 2026-11-20 12:00 UTC at the latest, by its usual lifetime."),
            ),
            (
                Expiry::Unknown { usual: Some(1_800) },
                now,
                Some("The secret of x is of a kind that lives 30m."),
            ),
            (Expiry::Unknown { usual: None }, now, None),
            (Expiry::NoneEmbedded, now, None),
            (Expiry::Reminder { at }, now, None),
        ];
        for (expiry, now, words) in table {
            let bundle = Bundle { expiry, ..Bundle::new("x", "jane", None) };
            assert_eq!(warning(&bundle, now).as_deref(), words);
            assert_eq!(ends(&bundle), words.is_some());
        }
    }
}
