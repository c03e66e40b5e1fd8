//! The key exchange, of which both sides sign for all that was said
//! (<https://www.rfc-editor.org/rfc/rfc5656>, <https://www.rfc-editor.org/rfc/rfc8731>). Pure,
//! but for its random numbers.

use ring::agreement::{
    Algorithm, ECDH_P256, ECDH_P384, EphemeralPrivateKey, UnparsedPublicKey, X25519,
    agree_ephemeral,
};
use ring::digest::{self, SHA256, SHA384};
use ring::error::Unspecified;
use ring::rand::{SecureRandom as _, SystemRandom};
use ring::signature::{
    self, ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519,
    RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY as RSA_SHA256,
    RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY as RSA_SHA512, RsaPublicKeyComponents,
};

use crate::model::target::HostKey;

use super::wire::{Reader, push_number, push_string, without_zeros};

/// The number of the message that begins the exchange, and of the question in it.
const BEGINS: u8 = 20;
const QUESTION: u8 = 30;
/// The answer's number and bytes of it that are skipped.
const COOKIE: usize = 16;

/// What may be wrong with what a server says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrong {
    /// It makes no sense.
    Rules,
    /// It has nothing in common with what we know.
    NothingShared,
    /// It is not signed by the key that is shown.
    Signature,
}

/// A kind of host keys, by the names of the signatures that are made with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Ed25519,
    Ecdsa,
    Rsa,
}

impl Kind {
    /// Each of them, the best first.
    pub(super) const ALL: &'static [Self] = &[Self::Ed25519, Self::Ecdsa, Self::Rsa];

    const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Ed25519 => &["ssh-ed25519"],
            Self::Ecdsa => &["ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384"],
            Self::Rsa => &["rsa-sha2-512", "rsa-sha2-256"],
        }
    }
}

/// A way to agree on a secret.
struct Agreement {
    name: &'static str,
    by: &'static Algorithm,
    hash: &'static digest::Algorithm,
}

static AGREEMENTS: [Agreement; 4] = [
    Agreement { name: "curve25519-sha256", by: &X25519, hash: &SHA256 },
    Agreement { name: "curve25519-sha256@libssh.org", by: &X25519, hash: &SHA256 },
    Agreement { name: "ecdh-sha2-nistp256", by: &ECDH_P256, hash: &SHA256 },
    Agreement { name: "ecdh-sha2-nistp384", by: &ECDH_P384, hash: &SHA384 },
];

/// What we would encrypt with if we ever did: a server that shares none of them goes.
const CIPHERS: &str = "chacha20-poly1305@openssh.com,aes128-gcm@openssh.com,aes256-gcm@openssh.com,\
                       aes128-ctr,aes192-ctr,aes256-ctr,aes128-cbc,aes256-cbc,3des-cbc";
const CHECKSUMS: &str = "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,\
                         umac-128-etm@openssh.com,hmac-sha2-256,hmac-sha2-512,umac-128@openssh.com,\
                         hmac-sha1,hmac-sha1-etm@openssh.com,hmac-md5";
const COMPRESSIONS: &str = "none,zlib@openssh.com,zlib";

/// One exchange.
pub(super) struct Exchange {
    /// What is signed: what both have said so far.
    said: Vec<u8>,
    offer: Vec<u8>,
    kinds: Vec<Kind>,
    secret: Option<Secret>,
}

/// Our part of the secret.
struct Secret {
    own: EphemeralPrivateKey,
    public: Vec<u8>,
    agreement: &'static Agreement,
}

impl Exchange {
    /// One that begins after `ours` and `theirs`, the lines by which both say what they are, and
    /// in which a key of one of `kinds` is asked for.
    pub(super) fn new(ours: &[u8], theirs: &[u8], kinds: &[Kind]) -> Result<Self, Unspecified> {
        let mut offer = vec![BEGINS];
        let mut cookie = [0; COOKIE];
        SystemRandom::new().fill(&mut cookie)?;
        offer.extend(cookie);
        let agreements = AGREEMENTS.each_ref().map(|agreement| agreement.name).join(",");
        let keys: Vec<_> = kinds.iter().flat_map(|kind| kind.names()).copied().collect();
        let both = [CIPHERS, CIPHERS, CHECKSUMS, CHECKSUMS, COMPRESSIONS, COMPRESSIONS, "", ""];
        for names in [&agreements, &keys.join(",")].into_iter().map(String::as_str).chain(both) {
            push_string(&mut offer, names.as_bytes());
        }
        // No guess follows, and the rest is reserved.
        offer.extend([0; 5]);
        let mut said = Vec::new();
        push_string(&mut said, ours);
        push_string(&mut said, theirs);
        push_string(&mut said, &offer);
        Ok(Self { said, offer, kinds: kinds.to_vec(), secret: None })
    }

    /// The message with what we know.
    pub(super) fn offer(&self) -> &[u8] {
        &self.offer
    }

    /// The question to a server that knows what is in the message `theirs`.
    pub(super) fn question(&mut self, theirs: &[u8]) -> Result<Vec<u8>, Wrong> {
        let mut reader = Reader(theirs.get(1 + COOKIE..).ok_or(Wrong::Rules)?);
        let agreements = reader.names().ok_or(Wrong::Rules)?;
        let keys = reader.names().ok_or(Wrong::Rules)?;
        push_string(&mut self.said, theirs);
        let agreement = AGREEMENTS.iter().find(|ours| agreements.contains(&ours.name));
        let has_key =
            self.kinds.iter().flat_map(|kind| kind.names()).any(|name| keys.contains(name));
        let agreement = agreement.filter(|_| has_key).ok_or(Wrong::NothingShared)?;
        let random = SystemRandom::new();
        let own = EphemeralPrivateKey::generate(agreement.by, &random).map_err(|_| Wrong::Rules)?;
        let public = own.compute_public_key().map_err(|_| Wrong::Rules)?.as_ref().to_vec();
        let mut question = vec![QUESTION];
        push_string(&mut question, &public);
        self.secret = Some(Secret { own, public, agreement });
        Ok(question)
    }

    /// The key that the message `answer` shows, if it is signed with it.
    pub(super) fn proven(mut self, answer: &[u8]) -> Result<(HostKey, Kind), Wrong> {
        let mut reader = Reader(answer.get(1..).ok_or(Wrong::Rules)?);
        let key = reader.string().ok_or(Wrong::Rules)?;
        let theirs = reader.string().ok_or(Wrong::Rules)?;
        let signed = reader.string().ok_or(Wrong::Rules)?;
        let Secret { own, public, agreement } = self.secret.take().ok_or(Wrong::Rules)?;
        push_string(&mut self.said, key);
        push_string(&mut self.said, &public);
        push_string(&mut self.said, theirs);
        let theirs = UnparsedPublicKey::new(agreement.by, theirs);
        let mut said = self.said;
        agree_ephemeral(own, &theirs, |secret| push_number(&mut said, secret))
            .map_err(|_| Wrong::Rules)?;
        let hash = digest::digest(agreement.hash, &said);
        let kind = check(key, signed, hash.as_ref())?;
        if !self.kinds.contains(&kind) {
            return Err(Wrong::Rules);
        }
        let mut fingerprint = [0; 32];
        fingerprint.copy_from_slice(digest::digest(&SHA256, key).as_ref());
        Ok((HostKey(fingerprint), kind))
    }
}

/// Checks that `signed` is a signature of `message` by `key`, and says of which kind it is:
/// <https://www.rfc-editor.org/rfc/rfc8709>, <https://www.rfc-editor.org/rfc/rfc5656#section-3.1>,
/// <https://www.rfc-editor.org/rfc/rfc8332>.
fn check(key: &[u8], signed: &[u8], message: &[u8]) -> Result<Kind, Wrong> {
    let (mut key, mut signed) = (Reader(key), Reader(signed));
    let name = key.string().ok_or(Wrong::Rules)?;
    let way = signed.string().ok_or(Wrong::Rules)?;
    let signature = signed.string().ok_or(Wrong::Rules)?;
    let (kind, is_right) = match (name, way) {
        (b"ssh-ed25519", b"ssh-ed25519") => {
            let key = key.string().ok_or(Wrong::Rules)?;
            let key = signature::UnparsedPublicKey::new(&ED25519, key);
            (Kind::Ed25519, key.verify(message, signature))
        }
        (b"ecdsa-sha2-nistp256", b"ecdsa-sha2-nistp256") => {
            (Kind::Ecdsa, by_curve(&ECDSA_P256_SHA256_FIXED, 32, &mut key, signature, message))
        }
        (b"ecdsa-sha2-nistp384", b"ecdsa-sha2-nistp384") => {
            (Kind::Ecdsa, by_curve(&ECDSA_P384_SHA384_FIXED, 48, &mut key, signature, message))
        }
        (b"ssh-rsa", b"rsa-sha2-256" | b"rsa-sha2-512") => {
            let e = without_zeros(key.string().ok_or(Wrong::Rules)?);
            let n = without_zeros(key.string().ok_or(Wrong::Rules)?);
            let by = if way == b"rsa-sha2-256" { &RSA_SHA256 } else { &RSA_SHA512 };
            (Kind::Rsa, RsaPublicKeyComponents { n, e }.verify(by, message, signature))
        }
        _ => return Err(Wrong::Rules),
    };
    is_right.map(|()| kind).map_err(|_| Wrong::Signature)
}

/// Checks a signature of two numbers of `size` bytes each.
fn by_curve(
    algorithm: &'static signature::EcdsaVerificationAlgorithm,
    size: usize,
    key: &mut Reader<'_>,
    signed: &[u8],
    message: &[u8],
) -> Result<(), Unspecified> {
    let _curve = key.string().ok_or(Unspecified)?;
    let key = key.string().ok_or(Unspecified)?;
    let mut reader = Reader(signed);
    let mut fixed = Vec::new();
    for _ in 0..2 {
        let number = without_zeros(reader.string().ok_or(Unspecified)?);
        let zeros = size.checked_sub(number.len()).ok_or(Unspecified)?;
        fixed.extend(std::iter::repeat_n(0, zeros));
        fixed.extend_from_slice(number);
    }
    signature::UnparsedPublicKey::new(algorithm, key).verify(message, &fixed)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn asked() -> Exchange {
        let mut exchange = Exchange::new(b"SSH-2.0-a", b"SSH-2.0-b", Kind::ALL).unwrap();
        let own = exchange.offer().to_vec();
        exchange.question(&own).unwrap();
        exchange
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn whatever_is_offered_or_answered_is_wrong_and_no_panic(
            bytes in proptest::collection::vec(any::<u8>(), 0..400),
        ) {
            let mut exchange = Exchange::new(b"a", b"b", Kind::ALL).unwrap();
            prop_assert!(exchange.question(&bytes).is_err());
            prop_assert!(asked().proven(&bytes).is_err());
            prop_assert!(check(&bytes, &bytes, b"").is_err());
        }
    }

    #[test]
    fn who_knows_nothing_of_ours_shares_nothing() {
        let mut exchange = Exchange::new(b"a", b"b", Kind::ALL).unwrap();
        let offer = Exchange::new(b"a", b"b", &[]).unwrap().offer().to_vec();
        assert_eq!(exchange.question(&offer), Err(Wrong::NothingShared));
    }
}
