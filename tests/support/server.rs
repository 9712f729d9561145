//! A small HTTP server on loopback, with every fault that a server can have.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

/// What came in.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// As it stands in the request line.
    pub(crate) target: String,
    pub(crate) headers: Vec<String>,
    pub(crate) body: Vec<u8>,
}

/// What goes out.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    Bytes(Vec<u8>),
    Status(u16),
    Redirect(u16, String),
    /// Says nothing until the other side gives up.
    Hang,
    /// One octet every so often.
    Drip(Vec<u8>, Duration),
    /// So many octets of nothing, announced or not.
    Endless {
        announced: bool,
        bytes: u64,
    },
    /// Announces more than it sends.
    Cut(Vec<u8>),
    /// Whatever this is.
    Raw(Vec<u8>),
}

type Handler = dyn Fn(&Asked) -> Reply + Send + Sync;

pub(crate) struct Server {
    pub(crate) port: u16,
    log: Arc<Mutex<Vec<Asked>>>,
    over: Arc<AtomicBool>,
}

impl Server {
    pub(crate) fn new(handler: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (log, over) = (
            Arc::new(Mutex::new(Vec::new())),
            Arc::new(AtomicBool::new(false)),
        );
        let handler: Arc<Handler> = Arc::new(handler);
        let server = Self {
            port,
            log: Arc::clone(&log),
            over: Arc::clone(&over),
        };
        thread::spawn(move || {
            for stream in listener.incoming() {
                if over.load(Ordering::Relaxed) {
                    break;
                }
                let (log, handler, over) = (log.clone(), handler.clone(), over.clone());
                thread::spawn(move || {
                    // The client may be gone at any time: that is its right.
                    let _ = stream.map(|stream| serve(stream, &log, &*handler, &over));
                });
            }
        });
        server
    }

    /// The address of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// What was asked so far, as method and target.
    pub(crate) fn asked(&self) -> Vec<String> {
        let log = self.log.lock().unwrap();
        log.iter()
            .map(|one| format!("{} {}", one.method, one.target))
            .collect()
    }

    pub(crate) fn requests(&self) -> Vec<Asked> {
        self.log.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

fn serve(
    mut stream: TcpStream,
    log: &Mutex<Vec<Asked>>,
    handler: &Handler,
    over: &AtomicBool,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split(' ');
    let (method, target) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    let (method, target) = (method.to_owned(), target.to_owned());
    let (mut headers, mut length) = (Vec::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim_end().to_owned();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        headers.push(line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    if method.is_empty() {
        return Ok(());
    }
    let asked = Asked {
        method,
        target,
        headers,
        body,
    };
    if let Ok(mut log) = log.lock() {
        log.push(asked.clone());
    }
    let mut head = |status: &str, more: &str| {
        write!(
            stream,
            "HTTP/1.1 {status}\r\nConnection: close\r\n{more}\r\n"
        )?;
        stream.try_clone()
    };
    let long = |length: usize| format!("Content-Length: {length}\r\n");
    match handler(&asked) {
        Reply::Bytes(bytes) => head("200 OK", &long(bytes.len()))?.write_all(&bytes),
        Reply::Status(status) => head(&format!("{status} No"), &long(0)).map(drop),
        Reply::Redirect(status, to) => head(
            &format!("{status} Moved"),
            &format!("Location: {to}\r\n{}", long(0)),
        )
        .map(drop),
        Reply::Hang => {
            while !over.load(Ordering::Relaxed) {
                thread::sleep(Duration::from_millis(20));
            }
            Ok(())
        }
        Reply::Drip(bytes, every) => {
            let mut stream = head("200 OK", &long(bytes.len()))?;
            for octet in bytes {
                stream.write_all(&[octet])?;
                thread::sleep(every);
            }
            Ok(())
        }
        Reply::Endless { announced, bytes } => {
            let length = usize::try_from(bytes).unwrap_or(usize::MAX);
            let mut stream = head(
                "200 OK",
                &if announced {
                    long(length)
                } else {
                    String::new()
                },
            )?;
            let block = vec![0x30; 1 << 16];
            let mut left = length;
            while left > 0 {
                stream.write_all(&block)?;
                left = left.saturating_sub(block.len());
            }
            Ok(())
        }
        Reply::Cut(bytes) => head("200 OK", &long(bytes.len() * 2))?.write_all(&bytes),
        Reply::Raw(bytes) => stream.write_all(&bytes),
    }
}
