//! Waking up at an instant of the wall clock.

use std::io;
use std::time::Duration;

use jiff::Timestamp;

/// The shortest nap, so that a deadline in the past never becomes a busy loop.
const SHORTEST_NAP: Duration = Duration::from_millis(10);

/// How long to sleep until a deadline.
fn nap(due: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(due.duration_since(now)).unwrap_or_default().max(SHORTEST_NAP)
}

#[cfg(target_os = "linux")]
pub use self::kernel::Alarm;
#[cfg(not(target_os = "linux"))]
pub use self::timer::Alarm;

/// The kernel's own timer on the wall clock. It rings when a laptop wakes up after the instant and when somebody sets the
/// clock, and it wakes the thread once; the event loop's timer counts other seconds and wakes it two or three times.
#[cfg(target_os = "linux")]
mod kernel {
    use rustix::time::{
        Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
        timerfd_settime,
    };
    use tokio::net::unix::pipe::Receiver;

    use super::{Timestamp, io, nap};

    /// What the kernel takes for "not at all".
    const NEVER: Timespec = Timespec { tv_sec: 0, tv_nsec: 0 };

    /// Rings once at the instant that it is set to.
    #[derive(Debug)]
    pub struct Alarm {
        /// A timer is waited for and read just as a pipe is.
        timer: Receiver,
        set_to: Option<Timestamp>,
    }

    impl Alarm {
        /// Not set yet.
        ///
        /// # Errors
        /// The system refuses a timer.
        pub fn new() -> io::Result<Self> {
            let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
            let timer = timerfd_create(TimerfdClockId::Realtime, flags)?;
            Ok(Self { timer: Receiver::from_owned_fd_unchecked(timer)?, set_to: None })
        }

        /// Waits for this instant; for ever where there is none. It may return early, when somebody sets the clock.
        pub async fn rings(&mut self, due: Option<Timestamp>, now: Timestamp) {
            if self.set_to != due {
                self.set(due.map_or(NEVER, |due| instant(due, now)));
                self.set_to = due;
            }
            if due.is_none() {
                return std::future::pending().await;
            }
            while self.timer.readable().await.is_ok() {
                // Anything but "not yet": the count, or that somebody set the clock.
                match self.timer.try_read(&mut [0; 16]) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    _ => break,
                }
            }
            self.set_to = None;
        }

        fn set(&self, at: Timespec) {
            let once = Itimerspec { it_interval: NEVER, it_value: at };
            let flags = TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET;
            // It fails for instants before 1970 only.
            let _set = timerfd_settime(&self.timer, flags, &once);
        }
    }

    fn instant(due: Timestamp, now: Timestamp) -> Timespec {
        let at = now.as_duration().saturating_add(nap(due, now).try_into().unwrap_or_default());
        Timespec { tv_sec: at.as_secs(), tv_nsec: at.subsec_nanos().into() }
    }
}

/// The event loop's timer. It stands still while a laptop sleeps, deadlines do not: hence a look at the clock now and then.
#[cfg(not(target_os = "linux"))]
mod timer {
    use super::{Duration, Timestamp, io, nap};

    /// The longest time without a look at the wall clock.
    const LONGEST_NAP: Duration = Duration::from_mins(1);

    /// Rings once at the instant that it is set to.
    #[derive(Debug)]
    pub struct Alarm;

    impl Alarm {
        /// Not set yet.
        ///
        /// # Errors
        /// Never.
        #[allow(clippy::unnecessary_wraps)] // Linux asks the kernel for it
        pub fn new() -> io::Result<Self> {
            Ok(Self)
        }

        /// Waits for this instant; for ever where there is none. It may return early.
        pub async fn rings(&mut self, due: Option<Timestamp>, now: Timestamp) {
            match due {
                Some(due) => tokio::time::sleep(nap(due, now).min(LONGEST_NAP)).await,
                None => std::future::pending().await,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Clock as _, SystemClock};

    #[test]
    fn naps_are_never_none() {
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        for (left, milliseconds) in [(-5_000, 10), (0, 10), (3, 10), (900, 900), (3_600_000, 3_600_000)] {
            let due = now + jiff::SignedDuration::from_millis(left);
            assert_eq!(nap(due, now), Duration::from_millis(milliseconds), "{left}");
        }
    }

    #[tokio::test]
    async fn it_rings_at_its_instant_and_again_at_the_next() {
        let mut alarm = Alarm::new().unwrap();
        for milliseconds in [30, -1_000, 20] {
            let now = SystemClock.now();
            let due = now + jiff::SignedDuration::from_millis(milliseconds);
            alarm.rings(Some(due), now).await;
            assert!(SystemClock.now() >= due);
        }
    }

    #[tokio::test]
    async fn an_alarm_that_was_given_up_can_be_set_to_another_instant() {
        let mut alarm = Alarm::new().unwrap();
        let now = SystemClock.now();
        let far = now + jiff::SignedDuration::from_hours(1);
        let given_up = tokio::time::timeout(Duration::from_millis(1), alarm.rings(Some(far), now)).await;
        assert!(given_up.is_err());
        let soon = now + jiff::SignedDuration::from_millis(20);
        alarm.rings(Some(soon), now).await;
        assert!(SystemClock.now() >= soon);
    }

    #[tokio::test]
    async fn without_an_instant_it_never_rings() {
        let mut alarm = Alarm::new().unwrap();
        let rings =
            tokio::time::timeout(Duration::from_millis(20), alarm.rings(None, SystemClock.now())).await;
        assert!(rings.is_err());
    }
}
