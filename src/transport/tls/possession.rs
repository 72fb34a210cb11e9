//! Whether a peer has the private key of the certificate that it shows.
//!
//! That is all that a fingerprint needs, so nothing but the public key is read of the certificate. A library that
//! verifies certificates would parse the whole of it, and refuse those of version 1, or with a critical extension that
//! it does not know.

use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls13_signature_with_raw_key};
use rustls::pki_types::{CertificateDer, SubjectPublicKeyInfoDer, alg_id};
use rustls::{CertificateError, DigitallySignedStruct, Error, PeerMisbehaved};

/// The keys by which we can verify signatures.
pub(super) const USABLE: &str = "RSA with 2048 to 8192 bits, ECDSA on P-256 or P-384, or Ed25519";

/// Whether a peer that shows this certificate, and whose handshake is done, has proven that it has the key.
pub(super) fn is_proven(certificate: &CertificateDer<'_>) -> bool {
    PublicKey::usable(certificate).is_some()
}

/// The public key of a certificate.
#[derive(Clone, Copy, Debug)]
pub(super) struct PublicKey<'a> {
    /// The whole SubjectPublicKeyInfo.
    info: &'a [u8],
    /// The content of its AlgorithmIdentifier.
    algorithm: &'a [u8],
    key: &'a [u8],
}

/// A DER element.
#[derive(Clone, Copy, Debug)]
struct Element<'a> {
    tag: u8,
    content: &'a [u8],
    /// The element with its tag and length.
    whole: &'a [u8],
}

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const SEQUENCE: u8 = 0x30;
/// `[0]`, constructed.
const VERSION: u8 = 0xa0;

/// Takes the first element of `der` (X.690 §8.1, §10.1).
fn take<'a>(der: &mut &'a [u8]) -> Option<Element<'a>> {
    let (&[tag, first], mut rest) = der.split_first_chunk()?;
    let mut length = usize::from(first);
    if first >= 0x80 {
        // The length of the length. Three bytes are more than TLS has room for.
        let (bytes, after) = rest.split_at_checked(usize::from(first & 0x7f)).filter(|(bytes, _)| bytes.len() <= 3)?;
        length = bytes.iter().fold(0, |length, &byte| length << 8 | usize::from(byte));
        rest = after;
    }
    let (content, after) = rest.split_at_checked(length)?;
    let whole = &der[..der.len() - after.len()];
    *der = after;
    Some(Element { tag, content, whole })
}

/// Takes the first element, which must have this tag.
fn expect<'a>(der: &mut &'a [u8], tag: u8) -> Option<&'a [u8]> {
    take(der).filter(|element| element.tag == tag).map(|element| element.content)
}

impl<'a> PublicKey<'a> {
    /// The key of `certificate`; `None` if it has none that can be found.
    ///
    /// RFC 5280 §4.1: a Certificate begins with a TBSCertificate: version (if it is not 1), serialNumber, signature,
    /// issuer, validity, subject, subjectPublicKeyInfo.
    pub(super) fn of(certificate: &'a CertificateDer<'_>) -> Option<Self> {
        let mut certificate = expect(&mut &**certificate, SEQUENCE)?;
        let mut fields = expect(&mut certificate, SEQUENCE)?;
        let first = take(&mut fields)?;
        let skipped = if first.tag == VERSION { 5 } else { 4 };
        for _ in 0..skipped {
            take(&mut fields)?;
        }
        let info = take(&mut fields).filter(|info| info.tag == SEQUENCE)?;
        let mut parts = info.content;
        let algorithm = expect(&mut parts, SEQUENCE)?;
        // The first byte of a BIT STRING is the number of unused bits at its end.
        let key = expect(&mut parts, BIT_STRING)?.strip_prefix(&[0])?;
        Some(Self { info: info.whole, algorithm, key })
    }

    /// The key, if we can verify signatures by it. If not, nobody can prove to us that the certificate is theirs.
    pub(super) fn usable(certificate: &'a CertificateDer<'_>) -> Option<Self> {
        Self::of(certificate).filter(Self::is_usable)
    }

    /// The whole SubjectPublicKeyInfo.
    pub(super) fn info(&self) -> SubjectPublicKeyInfoDer<'a> {
        self.info.into()
    }

    /// Verifies a signature of TLS 1.3.
    pub(super) fn verify_tls13(
        &self,
        message: &[u8],
        signed: &DigitallySignedStruct,
        algorithms: &WebPkiSupportedAlgorithms,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature_with_raw_key(message, &self.info(), signed, algorithms)
    }

    /// Verifies a signature of TLS 1.2, in which a scheme does not say on which curve the key is.
    pub(super) fn verify_tls12(
        &self,
        message: &[u8],
        signed: &DigitallySignedStruct,
        algorithms: &WebPkiSupportedAlgorithms,
    ) -> Result<HandshakeSignatureValid, Error> {
        let row = algorithms.mapping.iter().find(|(scheme, _)| *scheme == signed.scheme);
        let (_, possible) = row.ok_or(PeerMisbehaved::SignedHandshakeWithUnadvertisedSigScheme)?;
        let mut fitting = possible.iter().filter(|row| row.public_key_alg_id().as_ref() == self.algorithm);
        match fitting.any(|row| row.verify_signature(self.key, message, signed.signature()).is_ok()) {
            true => Ok(HandshakeSignatureValid::assertion()),
            false => Err(CertificateError::BadSignature.into()),
        }
    }

    /// Whether ring can verify signatures by this key. Those that it cannot must be told from wrong signatures.
    fn is_usable(&self) -> bool {
        match self.algorithm {
            algorithm if algorithm == alg_id::RSA_ENCRYPTION.as_ref() => self.has_usable_numbers().unwrap_or(false),
            algorithm if algorithm == alg_id::ECDSA_P256.as_ref() => is_uncompressed(self.key, 32),
            algorithm if algorithm == alg_id::ECDSA_P384.as_ref() => is_uncompressed(self.key, 48),
            algorithm => algorithm == alg_id::ED25519.as_ref() && self.key.len() == 32,
        }
    }

    /// Whether an RSA key has 2048 to 8192 bits, and an odd exponent from 3 to 33 bits, as ring requires.
    fn has_usable_numbers(&self) -> Option<bool> {
        let mut numbers = expect(&mut &*self.key, SEQUENCE)?;
        let mut number = || expect(&mut numbers, INTEGER).map(|digits| digits.strip_prefix(&[0]).unwrap_or(digits));
        let (modulus, exponent) = (number()?, number()?);
        let exponent =
            exponent.iter().try_fold(0_u64, |number, &byte| number.checked_mul(256)?.checked_add(byte.into()))?;
        Some((256..=1024).contains(&modulus.len()) && (3..1 << 33).contains(&exponent) && exponent % 2 == 1)
    }
}

/// SEC 1 §2.3.3: an uncompressed point begins with 4. RFC 5480 §2.2 lets compressed ones be refused.
fn is_uncompressed(key: &[u8], coordinate: usize) -> bool {
    key.len() == 1 + 2 * coordinate && key[0] == 4
}

#[cfg(test)]
mod tests {
    use rcgen::{
        CertificateParams, CustomExtension, KeyPair, PKCS_ECDSA_P384_SHA384, PKCS_ED25519, SignatureAlgorithm,
    };

    use super::*;

    fn certificate(algorithm: &'static SignatureAlgorithm) -> CertificateDer<'static> {
        let mut params = CertificateParams::new(vec!["a.example".into()]).expect("a name");
        let mut unknown = CustomExtension::from_oid_content(&[1, 2, 3, 4], vec![5, 0]);
        unknown.set_criticality(true);
        params.custom_extensions.push(unknown);
        let key = KeyPair::generate_for(algorithm).expect("a key");
        params.self_signed(&key).expect("a certificate").into()
    }

    /// An element with a length of two bytes.
    fn element(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len()).expect("it is short").to_be_bytes();
        [&[tag, 0x82][..], &length, content].concat()
    }

    /// The certificate with `from` replaced by `to`.
    fn changed(certificate: &CertificateDer<'_>, from: &[u8], to: &[u8]) -> CertificateDer<'static> {
        let at = certificate.windows(from.len()).rposition(|bytes| bytes == from).expect("it is there");
        [&certificate[..at], to, &certificate[at + from.len()..]].concat().into()
    }

    #[test]
    fn a_key_is_found_whatever_else_the_certificate_has() {
        for (algorithm, bytes) in [(&PKCS_ED25519, 32), (&PKCS_ECDSA_P384_SHA384, 97)] {
            let certificate = certificate(algorithm);
            assert_eq!(PublicKey::usable(&certificate).map(|key| key.key.len()), Some(bytes));
        }
        // Without the field it is one of version 1.
        let whole = certificate(&PKCS_ED25519);
        let mut signed = expect(&mut &*whole, SEQUENCE).expect("a certificate");
        let mut fields = expect(&mut signed, SEQUENCE).expect("what is signed");
        let version = take(&mut fields).expect("the version");
        assert_eq!(version.whole, [VERSION, 3, INTEGER, 1, 2]);
        let first = element(SEQUENCE, &[&element(SEQUENCE, fields), signed].concat()).into();
        assert!(PublicKey::usable(&first).is_some());
    }

    #[test]
    fn a_key_that_cannot_be_used_is_noticed() {
        let ed25519 = certificate(&PKCS_ED25519);
        // RFC 8410 §3: id-Ed448 follows id-Ed25519.
        let ed448 =
            changed(&ed25519, &[0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21], &[0x30, 5, 6, 3, 0x2b, 0x65, 0x71, 3, 0x21]);
        assert!(PublicKey::of(&ed448).is_some() && PublicKey::usable(&ed448).is_none());
        let p384 = certificate(&PKCS_ECDSA_P384_SHA384);
        let compressed = changed(&p384, &[3, 0x62, 0, 4], &[3, 0x62, 0, 2]);
        assert!(PublicKey::of(&compressed).is_some() && PublicKey::usable(&compressed).is_none());
    }

    #[test]
    fn an_rsa_key_is_usable_by_its_size_and_exponent() {
        let is_usable = |modulus: usize, exponent: &[u8]| {
            let modulus = [&[0][..], &vec![0xff; modulus]].concat();
            let key = element(SEQUENCE, &[element(INTEGER, &modulus), element(INTEGER, exponent)].concat());
            PublicKey { info: &[], algorithm: alg_id::RSA_ENCRYPTION.as_ref(), key: &key }.is_usable()
        };
        for modulus in [256, 384, 512, 1024] {
            assert!(is_usable(modulus, &[1, 0, 1]) && is_usable(modulus, &[3]), "{modulus}");
        }
        for modulus in [64, 128, 255, 1025] {
            assert!(!is_usable(modulus, &[1, 0, 1]), "{modulus}");
        }
        for exponent in [&[][..], &[1], &[2], &[1, 0, 0], &[2, 0, 0, 0, 1], &[0xff; 9]] {
            assert!(!is_usable(256, exponent), "{exponent:?}");
        }
    }

    #[test]
    fn bytes_that_are_no_certificate_have_no_key() {
        let whole = certificate(&PKCS_ED25519);
        for bytes in [vec![], vec![0x30], vec![0x30, 0x80], vec![0x30, 0x84, 0xff, 0xff, 0xff, 0xff], vec![0; 100]] {
            assert!(PublicKey::of(&bytes.into()).is_none());
        }
        for length in 0..whole.len() {
            assert!(PublicKey::of(&whole[..length].into()).is_none(), "{length}");
        }
    }
}
