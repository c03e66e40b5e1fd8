//! The packets of SSH before anything is encrypted, and what is in them:
//! <https://www.rfc-editor.org/rfc/rfc4253#section-6>. Pure.

/// Bytes of a packet at most: all that anybody must understand (section 6.1).
pub(super) const MAX_PACKET: usize = 35_000;
/// What the length of a packet is a multiple of.
const BLOCK: usize = 8;
/// The least padding.
const LEAST_PADDING: usize = 4;

/// What came is no packet.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NoPacket;

/// A packet with this payload. Padding need not be random where nothing is encrypted.
pub(super) fn packet(payload: &[u8]) -> Vec<u8> {
    let unpadded = 5 + payload.len() + LEAST_PADDING;
    let padding = LEAST_PADDING + unpadded.next_multiple_of(BLOCK) - unpadded;
    let mut packet = length(1 + payload.len() + padding).to_vec();
    packet.push(u8::try_from(padding).unwrap_or(u8::MAX));
    packet.extend_from_slice(payload);
    packet.extend(std::iter::repeat_n(0, padding));
    packet
}

/// Takes the payload of the first packet out of `buffer`; `None` if it has not all come.
pub(super) fn payload(buffer: &mut Vec<u8>) -> Result<Option<Vec<u8>>, NoPacket> {
    let Some(head) = buffer.first_chunk::<4>() else { return Ok(None) };
    let length = u32::from_be_bytes(*head) as usize;
    if !(2..=MAX_PACKET).contains(&length) {
        return Err(NoPacket);
    }
    if buffer.len() < 4 + length {
        return Ok(None);
    }
    let padding = usize::from(buffer[4]);
    let end = (4 + length).checked_sub(padding).filter(|end| *end > 5).ok_or(NoPacket)?;
    let payload = buffer[5..end].to_vec();
    buffer.drain(..4 + length);
    Ok(Some(payload))
}

/// Reads what is in a payload, from its beginning on.
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    /// So many bytes.
    pub(super) fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(bytes)
    }

    /// A string: its length, and its bytes.
    pub(super) fn string(&mut self) -> Option<&'a [u8]> {
        let length = u32::from_be_bytes(*self.bytes(4)?.first_chunk()?);
        self.bytes(length as usize)
    }

    /// A list of names.
    pub(super) fn names(&mut self) -> Option<Vec<&'a str>> {
        let names = std::str::from_utf8(self.string()?).ok()?;
        Some(names.split(',').collect())
    }
}

/// A string: its length, and its bytes.
pub(super) fn push_string(into: &mut Vec<u8>, bytes: &[u8]) {
    into.extend(length(bytes.len()));
    into.extend_from_slice(bytes);
}

/// A positive number of any length: without zeros at its beginning, but for one that keeps it
/// positive (<https://www.rfc-editor.org/rfc/rfc4251#section-5>).
pub(super) fn push_number(into: &mut Vec<u8>, bytes: &[u8]) {
    let bytes = without_zeros(bytes);
    let is_high = bytes.first().is_some_and(|first| first & 0x80 != 0);
    into.extend(length(bytes.len() + usize::from(is_high)));
    into.extend(is_high.then_some(0));
    into.extend_from_slice(bytes);
}

/// A number without the zeros at its beginning.
pub(super) fn without_zeros(bytes: &[u8]) -> &[u8] {
    &bytes[bytes.iter().take_while(|byte| **byte == 0).count()..]
}

fn length(length: usize) -> [u8; 4] {
    u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_packet_is_read_as_it_was_written(sent in proptest::collection::vec(any::<u8>(), 1..300)) {
            let mut buffer = packet(&sent);
            prop_assert_eq!(buffer.len() % BLOCK, 0);
            let last = buffer.pop().unwrap();
            prop_assert_eq!(payload(&mut buffer.clone()), Ok(None));
            buffer.push(last);
            prop_assert_eq!(payload(&mut buffer), Ok(Some(sent)));
            prop_assert!(buffer.is_empty());
        }

        #[test]
        fn whatever_comes_is_a_packet_or_none(mut bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let before = bytes.len();
            if let Ok(Some(found)) = payload(&mut bytes) {
                prop_assert!(found.len() + bytes.len() < before);
            }
        }
    }

    #[test]
    fn numbers_are_short_and_positive() {
        for (bytes, written) in [
            (&[0, 0][..], &[0, 0, 0, 0][..]),
            (&[0, 0x7f], &[0, 0, 0, 1, 0x7f]),
            (&[0x80], &[0, 0, 0, 2, 0, 0x80]),
        ] {
            let mut into = Vec::new();
            push_number(&mut into, bytes);
            assert_eq!(into, written);
        }
    }
}
