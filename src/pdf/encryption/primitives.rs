//! MD5, RC4 and AES-CBC as the standard security handler uses them.

use aes::{Aes128, Aes256};
use cbc::cipher::{BlockDecryptMut, BlockEncryptMut, KeyIvInit, block_padding::NoPadding};
use md5::{Digest as _, Md5};
use zeroize::Zeroizing;

/// Bytes of a block of AES.
pub(super) const BLOCK: usize = 16;

/// MD5 of parts that follow each other.
pub(super) fn md5(parts: &[&[u8]]) -> [u8; 16] {
    let mut state = Md5::new();
    parts.iter().for_each(|part| state.update(part));
    state.finalize().into()
}

/// RC4: encrypts and decrypts in place. An empty key changes nothing.
pub(super) fn rc4(key: &[u8], data: &mut [u8]) {
    let mut state = Zeroizing::new([0_u8; 256]);
    for (value, place) in (0..=255).zip(state.iter_mut()) {
        *place = value;
    }
    let mut j = 0_u8;
    for (i, key) in (0..=255_u8).zip(key.iter().cycle()) {
        j = j.wrapping_add(at(&state, i)).wrapping_add(*key);
        state.swap(usize::from(i), usize::from(j));
    }
    let (mut i, mut j) = (0_u8, 0_u8);
    for byte in data
        .iter_mut()
        .take(if key.is_empty() { 0 } else { usize::MAX })
    {
        i = i.wrapping_add(1);
        j = j.wrapping_add(at(&state, i));
        state.swap(usize::from(i), usize::from(j));
        *byte ^= at(&state, at(&state, i).wrapping_add(at(&state, j)));
    }
}

fn at(state: &[u8; 256], index: u8) -> u8 {
    state.get(usize::from(index)).copied().unwrap_or_default()
}

/// AES-CBC without padding, by the length of the key; `None` where key or data have no fitting length.
pub(super) fn aes_encrypt(key: &[u8], iv: &[u8; BLOCK], data: &[u8]) -> Option<Vec<u8>> {
    if !data.len().is_multiple_of(BLOCK) {
        return None;
    }
    match key.len() {
        16 => Some(
            cbc::Encryptor::<Aes128>::new_from_slices(key, iv)
                .ok()?
                .encrypt_padded_vec_mut::<NoPadding>(data),
        ),
        32 => Some(
            cbc::Encryptor::<Aes256>::new_from_slices(key, iv)
                .ok()?
                .encrypt_padded_vec_mut::<NoPadding>(data),
        ),
        _ => None,
    }
}

/// The way back.
pub(super) fn aes_decrypt(key: &[u8], iv: &[u8; BLOCK], data: &[u8]) -> Option<Vec<u8>> {
    match key.len() {
        16 => cbc::Decryptor::<Aes128>::new_from_slices(key, iv)
            .ok()?
            .decrypt_padded_vec_mut::<NoPadding>(data)
            .ok(),
        32 => cbc::Decryptor::<Aes256>::new_from_slices(key, iv)
            .ok()?
            .decrypt_padded_vec_mut::<NoPadding>(data)
            .ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rc4_as_its_first_publication_has_it() {
        let mut data = *b"Plaintext";
        rc4(b"Key", &mut data);
        assert_eq!(data, [0xbb, 0xf3, 0x16, 0xe8, 0xd9, 0x40, 0xaf, 0x0a, 0xd3]);
        rc4(b"Key", &mut data);
        assert_eq!(&data, b"Plaintext");
        rc4(b"", &mut data);
        assert_eq!(&data, b"Plaintext");
    }

    #[test]
    fn aes_takes_whole_blocks_only() {
        let iv = [7; BLOCK];
        for key in [&[1; 16][..], &[1; 32]] {
            let secret = aes_encrypt(key, &iv, &[5; 32]).unwrap();
            assert_eq!(aes_decrypt(key, &iv, &secret).unwrap(), [5; 32]);
            assert!(aes_encrypt(key, &iv, &[5; 31]).is_none());
            assert!(aes_decrypt(key, &iv, &secret[1..]).is_none());
        }
        assert!(aes_encrypt(&[1; 24], &iv, &[5; 32]).is_none());
    }
}
