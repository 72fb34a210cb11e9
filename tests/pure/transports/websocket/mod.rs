//! WebSocket: its two ends against each other, and against handwritten bytes.

mod answers;
mod ends;
mod forwarded;
mod frames;
mod hostile;
mod planted;
mod requests;
mod stacks;

use verbatim::transport::ws::{Server, Terms};
use verbatim::transport::{ClientSettings, Output, Transport, TransportError, Url};

/// A WebSocket request with the key of RFC 6455 §1.3. `more` are headers, each with CRLF.
fn request(more: &str) -> String {
    format!(
        "GET /irc HTTP/1.1\r\nHost: irc.example.org\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{more}\r\n"
    )
}

/// The accept key for it, by RFC 6455 §1.3.
const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

fn terms() -> Terms {
    Terms { name: "irc.example.org".into(), ..Terms::default() }
}

/// The server's end, after a request with these additional headers.
fn server(more: &str) -> Box<dyn Transport> {
    let mut server = Box::new(Server::new(terms()));
    let (_, error) = made(|out| server.received(request(more).as_bytes(), out));
    assert_eq!((error, server.is_open()), (None, true));
    server
}

/// The client's end for this URL.
fn client(url: &str) -> Box<dyn Transport> {
    let url: Url = url.parse().expect("a URL");
    url.connect(&ClientSettings::default()).expect("it can be connected to").expect("a transport")
}

/// A transport's output, and why it gave up if it did.
fn made(act: impl FnOnce(&mut Output) -> Result<(), TransportError>) -> (Output, Option<String>) {
    let mut out = Output::default();
    let error = act(&mut out).err().map(|error| error.to_string());
    (out, error)
}

/// The kinds of frames (RFC 6455 §5.2, "Opcode").
const KINDS: [(&str, u8); 6] = [("more", 0), ("text", 1), ("binary", 2), ("close", 8), ("ping", 9), ("pong", 10)];

/// A frame from a text: its kind, `-` after it if it is not the last of its message, and its content. `\xNN` is one
/// byte; the content of `close` begins with its code.
fn frame(written: &str, masked: bool) -> Vec<u8> {
    let (kind, content) = written.split_once(' ').unwrap_or((written, ""));
    let (kind, last) = kind.strip_suffix('-').map_or((kind, 0x80), |kind| (kind, 0));
    let opcode = KINDS.iter().find(|row| row.0 == kind).expect("a kind of frame").1;
    let content = match (kind, content.split_once(' ').unwrap_or((content, ""))) {
        ("close", (code, reason)) if !code.is_empty() => {
            [&code.parse::<u16>().expect("a code").to_be_bytes(), &*bytes(reason)].concat()
        }
        _ => bytes(content),
    };
    encode(last | opcode, &content, masked)
}

/// A frame, as in RFC 6455 §5.2.
fn encode(first: u8, content: &[u8], masked: bool) -> Vec<u8> {
    let mask_bit = u8::from(masked) << 7;
    let mut frame = vec![first];
    match content.len() {
        length @ 0..126 => frame.push(mask_bit | length as u8),
        length @ 126..65_536 => frame.extend([&[mask_bit | 126], &(length as u16).to_be_bytes()[..]].concat()),
        length => frame.extend([&[mask_bit | 127], &(length as u64).to_be_bytes()[..]].concat()),
    }
    let key: &[u8] = if masked { &[0x37, 0xfa, 0x21, 0x3d] } else { &[] };
    frame.extend_from_slice(key);
    let mask = key.iter().copied().chain([0].into_iter().filter(|_| !masked)).cycle();
    frame.extend(content.iter().zip(mask).map(|(byte, mask)| byte ^ mask));
    frame
}

/// The bytes of a text in which `\xNN` is one byte.
fn bytes(text: &str) -> Vec<u8> {
    let mut pieces = text.split("\\x");
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        bytes.push(u8::from_str_radix(&piece[..2], 16).expect("two digits"));
        bytes.extend_from_slice(&piece.as_bytes()[2..]);
    }
    bytes
}

/// A text with each unprintable byte as `\xNN`.
fn shown(bytes: &[u8]) -> String {
    let piece = |chunk: std::str::Utf8Chunk<'_>| {
        let invalid: String = chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")).collect();
        chunk.valid().to_owned() + &invalid
    };
    bytes.utf8_chunks().map(piece).collect()
}

/// A peer's frames, written as for [`frame`]. A client's must be masked, a server's must not.
fn decode(mut raw: &[u8], masked: bool) -> Vec<String> {
    let mut frames = Vec::new();
    while !raw.is_empty() {
        let (first, second) = (raw[0], raw[1]);
        assert_eq!(second >> 7 == 1, masked, "whether it is masked");
        let (length, mut rest) = match second & 0x7f {
            126 => (usize::from(u16::from_be_bytes([raw[2], raw[3]])), &raw[4..]),
            127 => (u64::from_be_bytes(raw[2..10].try_into().expect("eight bytes")) as usize, &raw[10..]),
            length => (usize::from(length), &raw[2..]),
        };
        let mut content = rest[usize::from(masked) * 4..][..length].to_vec();
        if masked {
            let mask = rest[..4].iter().cycle();
            content.iter_mut().zip(mask).for_each(|(byte, mask)| *byte ^= mask);
            rest = &rest[4..];
        }
        let kind = KINDS.iter().find(|row| row.1 == first & 0x0f).expect("a kind of frame").0;
        let more = if first >> 7 == 1 { "" } else { "-" };
        assert_eq!(first & 0x70, 0, "no extension was agreed on");
        let text = match (kind, &*content) {
            ("close", [high, low, reason @ ..]) => {
                format!("{} {}", u16::from_be_bytes([*high, *low]), shown(reason))
            }
            _ => shown(&content),
        };
        frames.push(format!("{kind}{more} {text}").trim_end().to_owned());
        raw = &rest[length..];
    }
    frames
}
