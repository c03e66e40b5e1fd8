//! The two messages of a health check in bytes: a field each, so that no library is needed
//! (<https://protobuf.dev/programming-guides/encoding/>). Pure.

use crate::model::target::GrpcHealth;

/// A message of gRPC has a byte that says whether it is compressed, and its length.
const HEAD: usize = 5;

/// The question how `service` is: its field 1, a text.
pub(super) fn question(service: &str) -> Vec<u8> {
    let mut message = Vec::new();
    if !service.is_empty() {
        message.push(1 << 3 | 2);
        push_varint(&mut message, service.len());
        message.extend_from_slice(service.as_bytes());
    }
    let length = u32::try_from(message.len()).unwrap_or(u32::MAX).to_be_bytes();
    [&[0][..], &length, &message].concat()
}

/// How a service says that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Health {
    /// Like this.
    Known(GrpcHealth),
    /// In a way that nobody knew when this was written.
    Other(u64),
}

/// How the service is, in the body of an answer: its field 1, a number, and 0 where it is not
/// there. `None` if that is no such message.
pub(super) fn health(body: &[u8]) -> Option<Health> {
    let (head, message) = body.split_at_checked(HEAD)?;
    let length = u32::from_be_bytes(*head[1..].first_chunk()?) as usize;
    if head[0] != 0 || message.len() != length {
        return None;
    }
    let (mut rest, mut found) = (message, 0);
    while !rest.is_empty() {
        let tag = varint(&mut rest)?;
        let value = match tag & 7 {
            0 => varint(&mut rest)?,
            1 => skip(&mut rest, 8)?,
            2 => {
                let length = usize::try_from(varint(&mut rest)?).ok()?;
                skip(&mut rest, length)?
            }
            5 => skip(&mut rest, 4)?,
            _ => return None,
        };
        if tag == 1 << 3 {
            found = value;
        }
    }
    let known = usize::try_from(found).ok().and_then(|found| GrpcHealth::ALL.get(found).copied());
    Some(known.map_or(Health::Other(found), Health::Known))
}

fn push_varint(into: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        into.push(u8::try_from(number & 0x7f).unwrap_or(0) | 0x80);
        number >>= 7;
    }
    into.push(u8::try_from(number).unwrap_or(0));
}

/// A number of seven bits a byte, the lowest first.
fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for place in 0..10 {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        number |= u64::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

fn skip(rest: &mut &[u8], count: usize) -> Option<u64> {
    *rest = rest.get(count..)?;
    Some(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn whatever_comes_is_a_health_or_none(body in proptest::collection::vec(any::<u8>(), 0..40)) {
            health(&body);
            let length = u8::try_from(body.len()).unwrap();
            health(&[&[0, 0, 0, 0, length][..], &body].concat());
        }
    }

    #[test]
    fn the_question_has_the_name_of_the_service() {
        assert_eq!(question(""), [0; 5]);
        assert_eq!(question("a.B"), [0, 0, 0, 0, 5, 10, 3, b'a', b'.', b'B']);
        assert_eq!(question(&"x".repeat(200))[..8], [0, 0, 0, 0, 203, 10, 200, 1]);
    }

    #[test]
    fn the_health_is_the_first_field_and_0_without_one() {
        for (body, found) in [
            (&[0, 0, 0, 0, 2, 8, 1][..], Some(Health::Known(GrpcHealth::Serving))),
            (&[0, 0, 0, 0, 2, 8, 2], Some(Health::Known(GrpcHealth::NotServing))),
            (&[0, 0, 0, 0, 0], Some(Health::Known(GrpcHealth::Unknown))),
            (&[0, 0, 0, 0, 5, 18, 1, 7, 8, 1], Some(Health::Known(GrpcHealth::Serving))),
            (&[0, 0, 0, 0, 2, 8, 9], Some(Health::Other(9))),
            (&[1, 0, 0, 0, 2, 8, 1], None),
            (&[0, 0, 0, 0, 3, 8, 1], None),
            (&[0, 0, 0, 0, 1, 8], None),
            (&[0, 0], None),
        ] {
            assert_eq!(health(body), found, "{body:?}");
        }
    }
}
