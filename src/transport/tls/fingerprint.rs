//! A certificate's fingerprint: the SHA-256 of its DER.

use std::fmt;
use std::str::FromStr;

use ring::digest;
use rustls::pki_types::CertificateDer;
use thiserror::Error;

/// The SHA-256 of a certificate. `Display` writes lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fingerprint([u8; 32]);

/// A text that is not a fingerprint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a fingerprint is a SHA-256: 64 hexadecimal digits, with or without colons")]
pub struct BadFingerprint;

impl Fingerprint {
    /// The fingerprint of `certificate`.
    pub fn of(certificate: &CertificateDer<'_>) -> Self {
        let digest = digest::digest(&digest::SHA256, certificate);
        Self(digest.as_ref().try_into().expect("a SHA-256 has 32 bytes"))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Fingerprint {
    type Err = BadFingerprint;

    /// Accepts digits in any case, with OpenSSL's colons (`AB:CD:…`) or without.
    fn from_str(text: &str) -> Result<Self, BadFingerprint> {
        let digits: Vec<u32> = text.chars().filter(|c| *c != ':').map_while(|c| c.to_digit(16)).collect();
        let is_whole = text.chars().filter(|c| *c != ':').count() == digits.len();
        if digits.len() != 64 || !is_whole {
            return Err(BadFingerprint);
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = (pair[0] << 4 | pair[1]) as u8;
        }
        Ok(Self(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::{BadFingerprint, Fingerprint};

    #[test]
    fn a_fingerprint_is_parsed_in_our_format_and_in_openssls() {
        let of_nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let with_colons: Vec<String> =
            of_nothing.to_uppercase().as_bytes().chunks(2).map(|pair| String::from_utf8_lossy(pair).into()).collect();
        for text in [of_nothing, &of_nothing.to_uppercase(), &with_colons.join(":")] {
            assert_eq!(text.parse::<Fingerprint>().map(|read| read.to_string()), Ok(of_nothing.into()));
        }
        assert_eq!(Fingerprint::of(&Vec::new().into()).to_string(), of_nothing);
    }

    #[test]
    fn a_text_with_missing_surplus_or_wrong_digits_is_refused() {
        let long = "0".repeat(65);
        let wrong = "g".repeat(64);
        let tail = "0".repeat(64) + " x";
        for text in ["", "ab", &long[..63], &long, &wrong, &tail] {
            assert_eq!(text.parse::<Fingerprint>(), Err(BadFingerprint), "{text}");
        }
    }
}
