//! A server for one test: it records every byte that it is sent, and answers what the test says.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::support::leaks;

/// One request.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// `GET /v2/ HTTP/1.1`
    pub line: String,
    /// `name: value`, as they came.
    pub headers: Vec<String>,
    pub body: Vec<u8>,
    /// The client showed a certificate.
    pub has_certificate: bool,
}

impl Asked {
    /// The value of a header; its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let pairs = self.headers.iter().filter_map(|line| line.split_once(": "));
        pairs.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// What a server writes to.
pub type Wire<'a> = &'a mut dyn Write;

type Answer = dyn Fn(&Asked, Wire<'_>) -> io::Result<()> + Send + Sync;

/// Takes connections on a free port until it is dropped, each on a thread of its own.
pub struct Listening {
    pub address: SocketAddr,
    is_over: Arc<AtomicBool>,
    accepting: Option<JoinHandle<()>>,
}

impl Listening {
    pub fn start(connection: impl Fn(TcpStream) -> io::Result<()> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let is_over = Arc::<AtomicBool>::default();
        let (over, connection) = (is_over.clone(), Arc::new(connection));
        let accepting = thread::spawn(move || {
            for stream in
                listener.incoming().map_while(Result::ok).take_while(|_| !over.load(Ordering::SeqCst))
            {
                let connection = connection.clone();
                // A client that went away is no failure of the server.
                thread::spawn(move || connection(stream).ok());
            }
        });
        Self { address, is_over, accepting: Some(accepting) }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for connections.
        TcpStream::connect(self.address).ok();
        if let Some(thread) = self.accepting.take() {
            thread.join().ok();
        }
    }
}

/// Takes one request from each connection.
pub struct Server {
    pub address: SocketAddr,
    heard: Arc<Mutex<Vec<u8>>>,
    asked: Arc<Mutex<Vec<Asked>>>,
    _listening: Listening,
}

impl Server {
    pub fn plain(answer: impl Fn(&Asked, Wire<'_>) -> io::Result<()> + Send + Sync + 'static) -> Self {
        Self::start(None, Some(Box::new(answer)))
    }

    pub fn tls(
        config: ServerConfig,
        answer: impl Fn(&Asked, Wire<'_>) -> io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        Self::start(Some(Arc::new(config)), Some(Box::new(answer)))
    }

    /// Sends one text to whoever asks.
    pub fn saying(text: impl Into<String>) -> Self {
        let text = text.into();
        Self::plain(move |_, wire| wire.write_all(text.as_bytes()))
    }

    /// Listens, and never answers.
    pub fn silent() -> Self {
        Self::start(None, None)
    }

    /// Asks everybody for a password.
    pub fn trap() -> Self {
        Self::saying(reply(401, "www-authenticate: Basic realm=\"trap\"\r\n", ""))
    }

    fn start(tls: Option<Arc<ServerConfig>>, answer: Option<Box<Answer>>) -> Self {
        let (heard, asked) = (Arc::<Mutex<Vec<u8>>>::default(), Arc::<Mutex<Vec<Asked>>>::default());
        let (all, list) = (heard.clone(), asked.clone());
        let listening = Listening::start(move |stream| {
            // A test that failed leaves nobody waiting for ever.
            stream.set_read_timeout(Some(Duration::from_secs(30)))?;
            match &answer {
                None => io::copy(&mut Recorder { stream, heard: &all }, &mut io::sink()).map(drop),
                Some(answer) => connection(stream, tls.clone(), &**answer, &all, &list),
            }
        });
        Self { address: listening.address, heard, asked, _listening: listening }
    }

    /// `http://127.0.0.1:PORT` and a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// `https://127.0.0.1:PORT` and a path.
    pub fn https(&self, path: &str) -> String {
        format!("https://{}{path}", self.address)
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// True where the marker password came in, in plain or in base64.
    pub fn heard_the_password(&self) -> bool {
        leaks(&String::from_utf8_lossy(&self.heard.lock().unwrap()))
    }

    /// True where anything came in at all.
    pub fn heard_anything(&self) -> bool {
        !self.heard.lock().unwrap().is_empty()
    }
}

/// Reads from a stream and keeps what it read.
struct Recorder<'a, S> {
    stream: S,
    heard: &'a Mutex<Vec<u8>>,
}

impl<S: Read> Read for Recorder<'_, S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.stream.read(buffer)?;
        self.heard.lock().unwrap().extend_from_slice(&buffer[..length]);
        Ok(length)
    }
}

fn connection(
    stream: TcpStream,
    tls: Option<Arc<ServerConfig>>,
    answer: &Answer,
    heard: &Mutex<Vec<u8>>,
    list: &Mutex<Vec<Asked>>,
) -> io::Result<()> {
    let Some(config) = tls else {
        let mut recorder = Recorder { stream: &stream, heard };
        let asked = request(&mut recorder)?;
        list.lock().unwrap().push(asked.clone());
        answer(&asked, &mut &stream)?;
        // Whatever else comes is heard as well.
        stream.shutdown(std::net::Shutdown::Write)?;
        return io::copy(&mut recorder, &mut io::sink()).map(drop);
    };
    let connection = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut recorder = Recorder { stream: StreamOwned::new(connection, stream), heard };
    let mut asked = request(&mut recorder)?;
    asked.has_certificate = recorder.stream.conn.peer_certificates().is_some();
    list.lock().unwrap().push(asked.clone());
    answer(&asked, &mut recorder.stream)?;
    recorder.stream.conn.send_close_notify();
    recorder.stream.flush()
}

/// Reads one request: the head, then as many bytes as it says.
fn request(stream: &mut impl Read) -> io::Result<Asked> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        head.extend_from_slice(&byte);
        // The first byte of a TLS handshake: no line will follow, and real servers answer 400 as well.
        if head == [0x16] {
            return Ok(Asked::default());
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let mut lines = head.lines().filter(|line| !line.is_empty()).map(str::to_owned);
    let mut asked =
        Asked { line: lines.next().unwrap_or_default(), headers: lines.collect(), ..Asked::default() };
    let length = asked.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    asked.body = vec![0; length];
    stream.read_exact(&mut asked.body)?;
    Ok(asked)
}

/// An answer after which the connection ends. Each of the headers ends with a line feed.
pub fn reply(status: u16, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}")
}

/// Writes the same bytes again and again, until the client goes away.
pub fn for_ever(wire: Wire<'_>, bytes: &[u8]) -> io::Result<()> {
    loop {
        wire.write_all(bytes)?;
    }
}

/// As [`for_ever`], a byte at a time.
pub fn drip(wire: Wire<'_>, bytes: &[u8]) -> io::Result<()> {
    for byte in bytes.iter().cycle() {
        wire.write_all(&[*byte])?;
        // The server's pace; nothing waits for it.
        thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}
