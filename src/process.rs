//! One run of another program: bounded in time and in output, and ended together with everything it started.

use std::convert::Infallible;
use std::ffi::{OsStr, OsString};
use std::future::pending;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;
use zeroize::Zeroizing;

/// How many bytes of stderr are kept; the rest is read and dropped, so that the program never waits for a reader.
const STDERR_KEPT: usize = 4096;

/// How long a failed program's last words, and the end of a killed one, are waited for.
const GRACE: Duration = Duration::from_millis(500);

/// How long one run of a program may take, and how much it may print.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// From the start to the end of the program. Waiting for its turn does not count.
    pub time: Duration,
    /// Bytes on stdout; so much memory is set aside for each run.
    pub output: usize,
}

impl Default for Limits {
    /// 10 seconds and 1 MiB. No other client of credential helpers has limits (docker-credential-helpers issue 355).
    fn default() -> Self {
        Self { time: Duration::from_secs(10), output: 1 << 20 }
    }
}

/// What to run.
pub struct Call<'a> {
    /// The program, as an absolute path.
    pub program: &'a Path,
    /// Its arguments. None is ever secret: every user of the machine sees them.
    pub arguments: &'a [&'a str],
    /// What it reads on stdin.
    pub input: &'a [u8],
    /// Variables to set, or to take away where there is no value, in an environment that is otherwise ours.
    pub variables: &'a [(OsString, Option<OsString>)],
    /// How long it may take and how much it may print.
    pub limits: Limits,
}

/// A program that ended by itself.
pub struct Finished {
    /// How it ended.
    pub status: ExitStatus,
    /// All it printed, unless `cut_short`. May be a secret.
    pub stdout: Zeroizing<Vec<u8>>,
    /// The beginning of what it printed on stderr.
    pub stderr: Zeroizing<Vec<u8>>,
    /// True where something that it started held stdout open until the time was over: there may have been more.
    pub cut_short: bool,
}

/// A program that did not get to its end.
pub enum Stopped {
    /// The system did not start it or lost track of it.
    System(io::Error),
    /// It had not ended when the time was over.
    TimedOut,
    /// It printed more than the limit.
    TooMuchOutput,
}

impl From<io::Error> for Stopped {
    fn from(error: io::Error) -> Self {
        Self::System(error)
    }
}

/// Runs a program to its end. Where this future is dropped, the helper's process group is killed.
pub async fn run(call: &Call<'_>) -> Result<Finished, Stopped> {
    let mut child = command(call).spawn()?;
    let (stdin, stdout, mut stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let mut process = Process { group: Group::of(&child), child };
    let mut printed = Zeroizing::new(Vec::with_capacity(call.limits.output.saturating_add(1)));
    let mut noise = Zeroizing::new(Vec::with_capacity(STDERR_KEPT));

    let ended = {
        let talk = async {
            tokio::try_join!(feed(stdin, call.input), collect(stdout, &mut printed, call.limits.output))?;
            Ok(process.wait().await?)
        };
        let drained = async {
            drain(&mut stderr, &mut noise).await;
            pending::<Infallible>().await
        };
        tokio::select! {
            ended = timeout(call.limits.time, talk) => ended,
            never = drained => match never {},
        }
    };
    let (status, cut_short) = match ended {
        Ok(Ok(status)) => (status, false),
        Ok(Err(stopped)) => {
            process.end().await;
            return Err(stopped);
        }
        // Whoever still has an exit code was done before the kill: only something it started held the pipe.
        Err(_) => match process.end().await.filter(|status| status.code().is_some()) {
            Some(status) => (status, true),
            None => return Err(Stopped::TimedOut),
        },
    };
    if !status.success() {
        let _silent_after_that = timeout(GRACE, drain(&mut stderr, &mut noise)).await;
    }
    Ok(Finished { status, stdout: printed, stderr: noise, cut_short })
}

#[allow(clippy::disallowed_methods)] // the one place that starts programs: everything around it bounds them
fn command(call: &Call<'_>) -> Command {
    let mut command = Command::new(call.program);
    command.args(call.arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.kill_on_drop(true);
    for (name, value) in call.variables {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    #[cfg(unix)]
    command.process_group(0);
    command
}

/// Writes the input and closes the pipe. A program may end without reading it: that is no error.
async fn feed(stdin: Option<ChildStdin>, input: &[u8]) -> Result<(), Stopped> {
    if let Some(mut stdin) = stdin {
        let _not_read = stdin.write_all(input).await;
    }
    Ok(())
}

/// Reads to the end into a buffer that has room for one byte more than the limit, so that it never moves.
async fn collect(stdout: Option<ChildStdout>, into: &mut Vec<u8>, limit: usize) -> Result<(), Stopped> {
    let Some(mut stdout) = stdout else { return Ok(()) };
    while into.len() <= limit {
        if stdout.read_buf(into).await? == 0 {
            return Ok(());
        }
    }
    Err(Stopped::TooMuchOutput)
}

/// Reads to the end and keeps the beginning, up to the buffer's capacity.
async fn drain(from: &mut Option<impl AsyncRead + Unpin>, kept: &mut Vec<u8>) {
    let Some(from) = from else { return };
    let mut block = Zeroizing::new([0; 1024]);
    while let Ok(count @ 1..) = from.read(&mut *block).await {
        let room = count.min(kept.capacity() - kept.len());
        kept.extend_from_slice(&block[..room]);
    }
}

/// A running program. The fields drop in this order: the group while the child's number is surely still its own.
struct Process {
    group: Group,
    child: Child,
}

impl Process {
    async fn wait(&mut self) -> io::Result<ExitStatus> {
        let status = self.child.wait().await?;
        self.group.release();
        Ok(status)
    }

    /// Kills the group and tells how the program ended.
    async fn end(&mut self) -> Option<ExitStatus> {
        self.group.kill();
        #[cfg(not(unix))]
        let _already_gone = self.child.start_kill();
        timeout(GRACE, self.child.wait()).await.ok()?.ok()
    }
}

/// The process group that a program leads. It is killed on drop, unless the helper was waited for: from then on the
/// system may give its number to others.
struct Group {
    #[cfg(unix)]
    leader: Option<rustix::process::Pid>,
}

#[cfg(unix)]
impl Group {
    fn of(child: &Child) -> Self {
        let number = child.id().and_then(|id| i32::try_from(id).ok());
        Self { leader: number.and_then(rustix::process::Pid::from_raw) }
    }

    fn release(&mut self) {
        self.leader = None;
    }

    fn kill(&mut self) {
        if let Some(leader) = self.leader.take() {
            let _already_gone = rustix::process::kill_process_group(leader, rustix::process::Signal::KILL);
        }
    }
}

/// Without process groups only the program itself is killed, by `kill_on_drop`.
#[cfg(not(unix))]
#[allow(clippy::unused_self)] // the same shape as above
impl Group {
    fn of(_child: &Child) -> Self {
        Self {}
    }

    fn release(&mut self) {}

    fn kill(&mut self) {}
}

impl Drop for Group {
    fn drop(&mut self) {
        self.kill();
    }
}

/// How a program ended, as the end of a sentence that names it.
pub fn how_it_ended(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("ended with exit status {code}"),
        None => "was killed by a signal".to_owned(),
    }
}

/// A program in the first folder that has it. Only absolute folders count.
pub fn find_on_path(path_var: &OsStr, program: &str) -> Option<PathBuf> {
    let file = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(path_var)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(&file))
        .find(|program| is_executable(program))
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    path.is_file() && rustix::fs::access(path, rustix::fs::Access::EXEC_OK).is_ok()
}

#[cfg(not(unix))]
fn is_executable(path: &Path) -> bool {
    path.is_file()
}
