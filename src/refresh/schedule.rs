//! When a password is due for a new one. Pure: times come in, a time goes out.

use jiff::{SignedDuration, Timestamp};

/// With less of its life left than this, a password is due: builds and compose hold one for minutes.
pub const MARGIN: SignedDuration = SignedDuration::from_mins(20);

/// How far a clock may run back before it is taken for another clock.
const BACKWARDS: SignedDuration = SignedDuration::from_mins(2);

/// How long the first failure is waited out; each further one doubles it.
const FIRST_WAIT: SignedDuration = SignedDuration::from_secs(15);

/// The longest wait after failures in a row.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_mins(10);

/// What is known of one secret that is minted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// The password that there is.
    pub minted: Option<Life>,
    /// The failures since then.
    pub failed: Option<Failures>,
}

/// From when to when a password is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Life {
    /// When it was minted, by this machine's clock.
    pub minted_at: Timestamp,
    /// When it ends; `None` where nobody says.
    pub expires_at: Option<Timestamp>,
}

/// Failures in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failures {
    /// How many; at least one.
    pub count: u32,
    /// The last one.
    pub last_at: Timestamp,
    /// How long the server then wanted to be left alone, in seconds.
    pub retry_after: Option<u32>,
}

/// When the next one is to be minted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// At once.
    Now,
    /// Then, and not before: there is time, or the last failures are waited out.
    At(Timestamp),
    /// Never by itself: nobody says when the password ends.
    Never,
}

/// When the next password is to be minted. `margin` is [`MARGIN`] unless the user set another one; a password that
/// lives for less than two margins is due when half of its life is over.
pub fn due(history: &History, margin: SignedDuration, now: Timestamp) -> Due {
    let wanted = match history.minted {
        None => now,
        Some(life) => match life.due_at(margin, now) {
            Some(at) => at,
            None => return Due::Never,
        },
    };
    let allowed = history.failed.map_or(wanted, |failed| failed.over_at(now));
    match wanted.max(allowed) {
        at if at <= now => Due::Now,
        at => Due::At(at),
    }
}

impl Life {
    /// True while the password can be handed out. Where the clock went back, nobody knows how much of its life is left.
    pub fn is_good(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| now < end && !self.is_ahead_of(now))
    }

    /// True where the password was minted in the future: the clock went back since.
    fn is_ahead_of(&self, now: Timestamp) -> bool {
        now < earlier(self.minted_at, BACKWARDS)
    }

    fn due_at(&self, margin: SignedDuration, now: Timestamp) -> Option<Timestamp> {
        let end = self.expires_at?;
        if self.is_ahead_of(now) {
            return Some(now);
        }
        let half = end.duration_since(self.minted_at) / 2;
        Some(earlier(end, margin.min(half).max(SignedDuration::ZERO)))
    }
}

impl Failures {
    /// When the last failure has been waited out. One that lies in the future was told by another clock.
    fn over_at(&self, now: Timestamp) -> Timestamp {
        if self.last_at > later(now, BACKWARDS) {
            return now;
        }
        let doubled = FIRST_WAIT * 2_i32.saturating_pow(self.count.saturating_sub(1).min(10));
        let asked = SignedDuration::from_secs(self.retry_after.map_or(0, i64::from));
        later(self.last_at, doubled.min(LONGEST_WAIT).max(asked))
    }
}

fn earlier(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_sub(by).unwrap_or(Timestamp::MIN)
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_796_000_000 + second).unwrap()
    }

    /// A password minted at second 0 that lives so long.
    fn living(seconds: i64) -> History {
        History { minted: Some(Life { minted_at: at(0), expires_at: Some(at(seconds)) }), failed: None }
    }

    /// Nothing but failures, the last one at this second.
    fn failed(count: u32, second: i64, retry_after: Option<u32>) -> History {
        History { minted: None, failed: Some(Failures { count, last_at: at(second), retry_after }) }
    }

    const MINUTE: i64 = 60;
    const HOUR: i64 = 3600;

    #[test]
    fn a_long_life_is_due_twenty_minutes_before_its_end_and_a_short_one_at_half() {
        let table = [
            (12 * HOUR, 12 * HOUR - 20 * MINUTE),
            (HOUR, 40 * MINUTE),
            (40 * MINUTE, 20 * MINUTE),
            (39 * MINUTE, 39 * 30),
            (30 * MINUTE, 15 * MINUTE),
            (5 * MINUTE, 150),
            (10, 5),
        ];
        for (life, due_at) in table {
            for now in [0, due_at - 1] {
                assert_eq!(due(&living(life), MARGIN, at(now)), Due::At(at(due_at)), "{life} {now}");
            }
            for now in [due_at, life, life + 10 * HOUR] {
                assert_eq!(due(&living(life), MARGIN, at(now)), Due::Now, "{life} {now}");
            }
        }
    }

    #[test]
    fn the_margin_can_be_set() {
        let margin = SignedDuration::from_hours(2);
        assert_eq!(due(&living(12 * HOUR), margin, at(0)), Due::At(at(10 * HOUR)));
        assert_eq!(due(&living(3 * HOUR), margin, at(0)), Due::At(at(3 * HOUR / 2)));
        assert_eq!(due(&living(HOUR), SignedDuration::ZERO, at(0)), Due::At(at(HOUR)));
    }

    #[test]
    fn what_is_not_there_is_due_and_what_never_ends_is_not() {
        assert_eq!(due(&History::default(), MARGIN, at(0)), Due::Now);
        let endless = History { minted: Some(Life { minted_at: at(0), expires_at: None }), failed: None };
        assert_eq!(due(&endless, MARGIN, at(HOUR)), Due::Never);
    }

    #[test]
    fn a_password_is_good_until_its_last_second() {
        let life = Life { minted_at: at(0), expires_at: Some(at(60)) };
        assert!(life.is_good(at(59)));
        assert!(!life.is_good(at(60)));
        assert!(Life { expires_at: None, ..life }.is_good(at(60)));
    }

    #[test]
    fn a_clock_that_goes_back_makes_it_due_and_good_for_nothing() {
        let table = [(-1, false), (-2 * MINUTE, false), (-2 * MINUTE - 1, true), (-24 * HOUR, true)];
        for (now, is_due) in table {
            let history = living(12 * HOUR);
            assert_eq!(due(&history, MARGIN, at(now)) == Due::Now, is_due, "{now}");
            assert_eq!(history.minted.is_some_and(|life| life.is_good(at(now))), !is_due, "{now}");
        }
    }

    #[test]
    fn failures_are_waited_out_for_longer_and_longer() {
        let waits: Vec<i64> = (1..=9)
            .map(|count| match due(&failed(count, 0, None), MARGIN, at(0)) {
                Due::At(then) => then.as_second() - at(0).as_second(),
                _ => 0,
            })
            .collect();
        assert_eq!(waits, [15, 30, 60, 120, 240, 480, 600, 600, 600]);
        let over = failed(1, 0, None);
        assert_eq!(due(&over, MARGIN, at(15)), Due::Now);
        let asked = failed(1, 0, Some(300));
        assert_eq!(due(&asked, MARGIN, at(15)), Due::At(at(300)));
        let many = failed(u32::MAX, 0, None);
        assert_eq!(due(&many, MARGIN, at(0)), Due::At(at(600)));
    }

    #[test]
    fn a_failure_that_lies_ahead_was_told_by_another_clock() {
        let ahead = failed(3, 24 * HOUR, None);
        assert_eq!(due(&ahead, MARGIN, at(0)), Due::Now);
    }

    #[test]
    fn an_old_failure_makes_nothing_due_early() {
        let history = History { minted: living(12 * HOUR).minted, ..failed(1, 0, None) };
        assert_eq!(due(&history, MARGIN, at(60)), Due::At(at(12 * HOUR - 20 * MINUTE)));
    }

    /// Whoever follows the schedule through a day, sleeping now and then, mints at each time and never twice at one.
    #[test]
    fn a_day_under_a_clock_of_ours() {
        for (life, sleep) in [(12 * HOUR, None), (HOUR, Some((5 * HOUR, 9 * HOUR))), (30 * MINUTE, None)] {
            let (mut now, mut history, mut minted) = (0, History::default(), Vec::new());
            while now < 24 * HOUR {
                match due(&history, MARGIN, at(now)) {
                    Due::Now => {
                        minted.push(now);
                        let born = Life { minted_at: at(now), expires_at: Some(at(now + life)) };
                        history = History { minted: Some(born), failed: None };
                    }
                    Due::At(then) => {
                        let next = then.as_second() - at(0).as_second();
                        assert!(next > now, "the schedule stands still at {now}");
                        // A machine that sleeps wakes late.
                        now = match sleep {
                            Some((from, to)) if (from..to).contains(&next) => to,
                            _ => next,
                        };
                    }
                    Due::Never => panic!("a life has an end"),
                }
            }
            let step = life - (20 * MINUTE).min(life / 2);
            let is_kept =
                |pair: &[i64]| pair[1] - pair[0] == step || sleep.is_some_and(|(_, woken)| pair[1] == woken);
            assert!(minted.windows(2).all(is_kept), "{life}: {minted:?}");
            assert!(24 * HOUR - minted.last().unwrap() <= step, "{life}: {minted:?}");
        }
    }

    proptest! {
        #[test]
        fn any_times_give_a_time(minted in any::<i64>(), ends in any::<i64>(), last in any::<i64>(), now in any::<i64>(), count: u32, retry: u32, margin: i64) {
            let within = |second: i64| Timestamp::from_second(second % 253_402_207_200).unwrap_or(Timestamp::MIN);
            let history = History {
                minted: Some(Life { minted_at: within(minted), expires_at: Some(within(ends)) }),
                failed: Some(Failures { count, last_at: within(last), retry_after: Some(retry) }),
            };
            let now = within(now);
            if let Due::At(then) = due(&history, SignedDuration::from_secs(margin), now) {
                prop_assert!(then > now);
            }
        }
    }
}
