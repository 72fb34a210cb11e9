//! The heads of HTTP messages, as far as a WebSocket's handshake needs them, and plain HTTP responses.
//!
//! Owns the limits of a head. Knows nothing of WebSocket.

use httparse::Status;

/// The largest head in bytes. Browsers send about 600, and a cookie has at most 4096.
pub const MAX_HEAD: usize = 8 << 10;

/// The most headers in a head.
const MAX_HEADERS: usize = 64;

/// The beginning of an incomplete head.
#[derive(Debug, Default)]
pub struct HeadBuffer(Vec<u8>);

/// Why a head is invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadHead {
    /// It has more than [`MAX_HEAD`] bytes, or more than [`MAX_HEADERS`] headers.
    TooLong,
    /// It is not HTTP.
    NoHttp,
}

/// Parses a head: its length and content, once it is complete.
pub type ReadHead<T> = fn(&[u8]) -> Result<Option<(usize, T)>, httparse::Error>;

impl HeadBuffer {
    /// Adds bytes. Returns the head and the bytes after it, once it is complete.
    ///
    /// # Errors
    /// The head is invalid.
    pub fn push<T>(&mut self, raw: &[u8], read: ReadHead<T>) -> Result<Option<(T, Vec<u8>)>, BadHead> {
        let is_first = self.0.is_empty();
        let (taken, rest) = raw.split_at(raw.len().min(MAX_HEAD - self.0.len()));
        self.0.extend_from_slice(taken);
        let is_full = self.0.len() == MAX_HEAD;
        // A head ends with a line end. Without this check, a peer that sends single bytes would cause a parse for each
        // one.
        if !is_first && !is_full && !taken.contains(&b'\n') {
            return Ok(None);
        }
        match read(&self.0) {
            Ok(Some((length, head))) => Ok(Some((head, [&self.0[length..], rest].concat()))),
            Ok(None) if !is_full => Ok(None),
            Ok(None) | Err(httparse::Error::TooManyHeaders) => Err(BadHead::TooLong),
            Err(_) => Err(BadHead::NoHttp),
        }
    }
}

/// A client's request.
#[derive(Debug)]
pub struct Request {
    /// `GET`, for example.
    pub method: String,
    /// Whether it is HTTP/1.0.
    pub is_old: bool,
    /// Its headers.
    pub headers: Headers,
}

impl Request {
    /// Parses the head of a request.
    ///
    /// # Errors
    /// It is invalid, or has too many headers.
    pub fn read(bytes: &[u8]) -> Result<Option<(usize, Self)>, httparse::Error> {
        let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut head = httparse::Request::new(&mut headers);
        let Status::Complete(length) = head.parse(bytes)? else { return Ok(None) };
        let (method, is_old) = (head.method.unwrap_or_default().to_owned(), head.version == Some(0));
        Ok(Some((length, Self { method, is_old, headers: Headers::new(head.headers) })))
    }
}

/// A server's response.
#[derive(Debug)]
pub struct Answer {
    /// `101`, for example.
    pub code: u16,
    /// Its headers.
    pub headers: Headers,
}

impl Answer {
    /// Parses the head of a response.
    ///
    /// # Errors
    /// It is invalid, or has too many headers.
    pub fn read(bytes: &[u8]) -> Result<Option<(usize, Self)>, httparse::Error> {
        let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut head = httparse::Response::new(&mut headers);
        let Status::Complete(length) = head.parse(bytes)? else { return Ok(None) };
        Ok(Some((length, Self { code: head.code.unwrap_or_default(), headers: Headers::new(head.headers) })))
    }
}

/// Headers, in order. Names are case-insensitive (RFC 9110 §5.1).
#[derive(Debug)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    fn new(headers: &[httparse::Header<'_>]) -> Self {
        let text = |value: &[u8]| String::from_utf8_lossy(value).trim().to_owned();
        Self(headers.iter().map(|header| (header.name.to_owned(), text(header.value))).collect())
    }

    /// The values of all headers with this name.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> + Clone {
        self.0.iter().filter(move |row| row.0.eq_ignore_ascii_case(name)).map(|row| row.1.as_str())
    }

    /// The value of the only header with this name.
    pub fn only(&self, name: &str) -> Option<&str> {
        let mut all = self.all(name);
        all.next().filter(|_| all.next().is_none())
    }

    /// The elements of the lists in all headers with this name. RFC 9110 §5.3: several headers are one list, "in order,
    /// each separated by a comma".
    pub fn list(&self, name: &str) -> Vec<&str> {
        self.all(name).flat_map(|value| value.split(',')).map(str::trim).collect()
    }

    /// Whether that list contains this word, ignoring case.
    pub fn has(&self, name: &str, word: &str) -> bool {
        self.list(name).iter().any(|found| found.eq_ignore_ascii_case(word))
    }
}

/// A whole response, after which the connection ends. `headers` are lines with CRLF. RFC 9110 §6.6.1: "An origin server
/// without a clock MUST NOT generate a Date header field."
pub fn answer(status: &str, headers: &str, kind: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\n{headers}Content-Type: {kind}; charset=utf-8\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n{body}"
    )
}
