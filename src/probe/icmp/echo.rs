//! An echo in bytes: <https://www.rfc-editor.org/rfc/rfc792>, page 14, and
//! <https://www.rfc-editor.org/rfc/rfc4443#section-4>. Pure, but for what makes one unlike
//! all others.

use ring::error::Unspecified;
use ring::rand::{SecureRandom as _, SystemRandom};

/// Bytes before what is sent along.
const HEADER: usize = 8;
/// The types of an echo and of its answer, of IPv4 and of IPv6.
const TYPES: [[u8; 2]; 2] = [[8, 0], [128, 129]];

/// An echo that is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Echo {
    /// Which it is.
    number: u16,
    /// What no other echo has: the system may change all numbers in the header.
    mark: [u8; 16],
}

impl Echo {
    /// The one of this number.
    pub(super) fn new(number: u32) -> Result<Self, Unspecified> {
        let mut mark = [0; 16];
        SystemRandom::new().fill(&mut mark)?;
        Ok(Self { number: u16::try_from(number).unwrap_or(u16::MAX), mark })
    }

    /// The bytes that ask for it.
    pub(super) fn request(&self, is_v6: bool) -> Vec<u8> {
        let [request, _] = TYPES[usize::from(is_v6)];
        let [high, low] = self.number.to_be_bytes();
        // An identifier, for systems that do not choose it themselves.
        let mut bytes = vec![request, 0, 0, 0, self.mark[0], self.mark[1], high, low];
        bytes.extend(self.mark);
        // That of IPv6 covers addresses, which only the system knows.
        if !is_v6 {
            let sum = checksum(&bytes).to_be_bytes();
            bytes[2..4].copy_from_slice(&sum);
        }
        bytes
    }

    /// Whether a packet is its answer. A packet of IPv4 may come with the header of IP.
    pub(super) fn is_answered_by(&self, packet: &[u8], is_v6: bool) -> bool {
        let [_, answer] = TYPES[usize::from(is_v6)];
        let first = packet.first().copied().unwrap_or(0);
        let header = if !is_v6 && first >> 4 == 4 { usize::from(first & 0xf) * 4 } else { 0 };
        let Some(packet) = packet.get(header..) else { return false };
        packet.get(..2) == Some(&[answer, 0]) && packet.get(HEADER..) == Some(&self.mark)
    }
}

/// <https://www.rfc-editor.org/rfc/rfc1071>.
fn checksum(bytes: &[u8]) -> u16 {
    let words = bytes.chunks(2).map(|pair| match pair {
        [high, low] => u32::from(u16::from_be_bytes([*high, *low])),
        [high] => u32::from(u16::from_be_bytes([*high, 0])),
        _ => 0,
    });
    let sum = words.fold(0_u32, |sum, word| {
        let sum = sum + word;
        (sum & 0xffff) + (sum >> 16)
    });
    !u16::try_from(sum).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(echo: &Echo, is_v6: bool) -> Vec<u8> {
        let mut answer = echo.request(is_v6);
        answer[0] = TYPES[usize::from(is_v6)][1];
        answer
    }

    #[test]
    fn an_echo_is_answered_by_its_own_answer_alone() {
        let (echo, other) = (Echo::new(1).unwrap(), Echo::new(1).unwrap());
        for is_v6 in [false, true] {
            let right = answer(&echo, is_v6);
            assert!(echo.is_answered_by(&right, is_v6));
            assert!(!echo.is_answered_by(&answer(&other, is_v6), is_v6));
            assert!(!echo.is_answered_by(&echo.request(is_v6), is_v6));
            for length in 0..right.len() {
                assert!(!echo.is_answered_by(&right[..length], is_v6), "{length}");
            }
        }
    }

    #[test]
    fn a_header_of_ip_is_skipped_and_nonsense_is_no_answer() {
        let echo = Echo::new(7).unwrap();
        let mut packet = vec![0x45; 20];
        packet.extend(answer(&echo, false));
        assert!(echo.is_answered_by(&packet, false));
        for packet in [&[][..], &[0x4f], &[0x4f; 60], &[0x40; 8], &[0xff; 256]] {
            assert!(!echo.is_answered_by(packet, false));
            assert!(!echo.is_answered_by(packet, true));
        }
    }

    #[test]
    fn a_checksum_makes_the_sum_zero() {
        for number in [1, 255, 65_535] {
            assert_eq!(checksum(&Echo::new(number).unwrap().request(false)), 0);
        }
    }
}
