//! The age format (<https://age-encryption.org/v1>): bytes in, bytes out.

use std::io::{Read as _, Write as _};

use age::secrecy::SecretString;
use age::{DecryptError, Decryptor, Encryptor, Identity, Recipient, scrypt, x25519};
use zeroize::Zeroizing;

use super::Result;
use super::error::VaultError;
use crate::secret::Secret;

/// What a passphrase costs to try, as a power of two: about a second and 256 MiB. Fixed, because the crate would
/// measure the machine.
const WORK_FACTOR: u8 = 18;

/// The most that a file may make us work.
const MOST_WORK: u8 = 20;

/// Why a sealed text does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// It is sealed for other keys, or the lines that name them are damaged.
    OtherKeys,
    /// It is cut short or changed.
    Damaged,
    /// It asks for more work than any of ours.
    TooMuchWork,
}

impl From<DecryptError> for OpenError {
    fn from(error: DecryptError) -> Self {
        match error {
            // The tag of the wrapped key does not fit: for a passphrase this is the usual typing error.
            DecryptError::NoMatchingKeys
            | DecryptError::KeyDecryptionFailed
            | DecryptError::DecryptionFailed => Self::OtherKeys,
            DecryptError::ExcessiveWork { .. } => Self::TooMuchWork,
            _ => Self::Damaged,
        }
    }
}

/// Seals a text for recipients.
///
/// # Errors
/// There is no recipient.
pub fn seal(plain: &[u8], recipients: &[x25519::Recipient]) -> Result<Vec<u8>> {
    write(plain, recipients.iter().map(|recipient| recipient as &dyn Recipient))
}

/// Seals a text with a passphrase.
///
/// # Errors
/// The passphrase is not text.
pub fn seal_with_passphrase(plain: &[u8], passphrase: &Secret) -> Result<Vec<u8>> {
    let mut recipient = scrypt::Recipient::new(text_of(passphrase)?);
    recipient.set_work_factor(WORK_FACTOR);
    write(plain, std::iter::once(&recipient as &dyn Recipient))
}

/// Opens what [`seal`] made.
///
/// # Errors
/// Why it does not open.
pub fn open(
    sealed: &[u8],
    identities: &[x25519::Identity],
) -> std::result::Result<Zeroizing<Vec<u8>>, OpenError> {
    read(sealed, identities.iter().map(|identity| identity as &dyn Identity))
}

/// Opens what [`seal_with_passphrase`] made.
///
/// # Errors
/// Why it does not open.
pub fn open_with_passphrase(
    sealed: &[u8],
    passphrase: &Secret,
) -> std::result::Result<Zeroizing<Vec<u8>>, OpenError> {
    let passphrase = text_of(passphrase).map_err(|_| OpenError::OtherKeys)?;
    let mut identity = scrypt::Identity::new(passphrase);
    identity.set_max_work_factor(MOST_WORK);
    read(sealed, std::iter::once(&identity as &dyn Identity))
}

fn write<'a>(plain: &[u8], recipients: impl Iterator<Item = &'a dyn Recipient>) -> Result<Vec<u8>> {
    let encryptor = Encryptor::with_recipients(recipients).map_err(not_sealed)?;
    let mut sealed = Vec::with_capacity(plain.len() + 1024);
    let mut writer = encryptor.wrap_output(&mut sealed).map_err(not_sealed)?;
    writer.write_all(plain).map_err(not_sealed)?;
    writer.finish().map_err(not_sealed)?;
    Ok(sealed)
}

fn read<'a>(
    sealed: &[u8],
    identities: impl Iterator<Item = &'a dyn Identity>,
) -> std::result::Result<Zeroizing<Vec<u8>>, OpenError> {
    let mut reader = Decryptor::new_buffered(sealed)?.decrypt(identities)?;
    // One piece, so that no half-filled copy is left behind.
    let mut plain = Zeroizing::new(Vec::with_capacity(sealed.len()));
    reader.read_to_end(&mut plain).map_err(|_| OpenError::Damaged)?;
    Ok(plain)
}

fn not_sealed(error: impl std::error::Error + Send + Sync + 'static) -> VaultError {
    VaultError::NotSealed(Box::new(error))
}

fn text_of(passphrase: &Secret) -> Result<SecretString> {
    let text = passphrase.expose_text().ok_or(VaultError::PassphraseNotText)?;
    Ok(SecretString::from(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_recipient_opens_it_and_nobody_else() {
        let people: Vec<_> = (0..3).map(|_| x25519::Identity::generate()).collect();
        let sealed = seal(b"text", &[people[0].to_public(), people[1].to_public()]).unwrap();
        for (at, opens) in [(0, true), (1, true), (2, false)] {
            assert_eq!(open(&sealed, &people[at..=at]).is_ok(), opens, "{at}");
        }
        assert_eq!(open(&sealed, &people[2..]).unwrap_err(), OpenError::OtherKeys);
        assert!(seal(b"text", &[]).is_err());
    }

    #[test]
    fn no_single_bit_and_no_byte_less_is_accepted() {
        let me = [x25519::Identity::generate()];
        let sealed = seal(b"a short text", &[me[0].to_public()]).unwrap();
        for end in 0..sealed.len() {
            assert!(open(&sealed[..end], &me).is_err(), "{end} bytes");
        }
        for bit in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(open(&changed, &me).is_err(), "bit {bit}");
        }
        assert!(open(&[sealed.as_slice(), b"x"].concat(), &me).is_err());
    }

    #[test]
    fn a_passphrase_opens_what_it_sealed_and_the_work_is_fixed() {
        let sealed = seal_with_passphrase(b"key", &Secret::from_text("correct horse".into())).unwrap();
        let header = String::from_utf8_lossy(&sealed[..100]).into_owned();
        assert!(header.lines().nth(1).unwrap().ends_with(" 18"), "{header}");
        let open = |passphrase: &str| open_with_passphrase(&sealed, &Secret::from_text(passphrase.into()));
        assert_eq!(&**open("correct horse").unwrap(), b"key");
        assert_eq!(open("correct horse ").unwrap_err(), OpenError::OtherKeys);
        let text = String::from_utf8_lossy(&sealed).replacen(" 18\n", " 21\n", 1);
        let text = Secret::from_text(text);
        assert_eq!(
            open_with_passphrase(text.expose(), &Secret::from_text("x".into())).unwrap_err(),
            OpenError::TooMuchWork
        );
    }
}
