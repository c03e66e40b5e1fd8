//! That a chain which was verified once is not trusted for anything more.

use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

use super::*;

type Issuer = CertifiedIssuer<'static, KeyPair>;

/// A root, and a chain for `localhost` that leads up to it.
struct Home {
    root: CertificateDer<'static>,
    leaf: CertificateDer<'static>,
    others: Vec<CertificateDer<'static>>,
}

/// The last second of the server's own certificate.
const END: u64 = 4_102_444_800;

fn authority(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(rcgen::DnType::CommonName, name);
    params
}

fn home() -> Home {
    let key = || KeyPair::generate().unwrap();
    let root: Issuer = CertifiedIssuer::self_signed(authority("Root"), key()).unwrap();
    let middle: Issuer = CertifiedIssuer::signed_by(authority("Middle"), key(), &root).unwrap();
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    params.not_after = rcgen::date_time_ymd(2100, 1, 1);
    let leaf = params.signed_by(&key(), &middle).unwrap().der().clone();
    Home { root: root.der().clone(), leaf, others: vec![middle.der().clone()] }
}

fn verifier(roots: &[&CertificateDer<'static>]) -> Verifier {
    let mut store = RootCertStore::empty();
    for root in roots {
        store.add((*root).clone()).unwrap();
    }
    let settings = TlsSettings {
        extra_roots: Vec::new(),
        server_name: None,
        insecure: false,
        pins: Vec::new(),
        client: None,
    };
    Verifier::new(store, &settings, &rustls::crypto::ring::default_provider())
}

fn seconds(seconds: u64) -> UnixTime {
    UnixTime::since_unix_epoch(Duration::from_secs(seconds))
}

impl Verifier {
    /// Whether `home` is trusted as `name` at `now`, or why not.
    fn trusts(&self, home: &Home, name: &'static str, now: u64) -> Result<(), webpki::Error> {
        let name = ServerName::try_from(name).unwrap();
        let judged = self.judge(&home.leaf, &home.others, &name, seconds(now));
        judged.map(drop).map_err(|refused| refused.cause)
    }

    fn knows(&self, home: &Home, now: u64) -> bool {
        let digest = chain::digest(&home.leaf, &home.others);
        self.known.get(&digest, seconds(now)).is_some()
    }
}

/// A verifier that has verified the chain.
fn that_knows(home: &Home) -> Verifier {
    let verifier = verifier(&[&home.root]);
    assert!(!verifier.knows(home, END));
    verifier.trusts(home, "localhost", END).unwrap();
    assert!(verifier.knows(home, END));
    verifier
}

#[test]
fn a_known_chain_is_trusted_again() {
    let home = home();
    let verifier = that_knows(&home);
    let life = verifier.judge(
        &home.leaf,
        &home.others,
        &ServerName::try_from("localhost").unwrap(),
        seconds(END - 1),
    );
    assert_eq!(life.unwrap().unwrap().life.ends.timestamp().unsigned_abs(), END);
}

#[test]
fn a_known_chain_is_for_no_other_name() {
    let home = home();
    let refused = that_knows(&home).trusts(&home, "photos.home", END);
    assert!(matches!(refused, Err(webpki::Error::CertNotValidForName(_))), "{refused:?}");
}

#[test]
fn a_known_chain_that_has_expired_meanwhile_is_refused() {
    let home = home();
    let verifier = that_knows(&home);
    assert!(!verifier.knows(&home, END + 1));
    let refused = verifier.trusts(&home, "localhost", END + 1);
    assert!(matches!(refused, Err(webpki::Error::CertExpired { .. })), "{refused:?}");
    assert!(!verifier.knows(&home, 0), "nor before it began");
}

#[test]
fn what_one_setting_knows_another_does_not() {
    let home = home();
    that_knows(&home);
    let refused = verifier(&[&self::home().root]).trusts(&home, "localhost", END);
    assert!(refused.is_err());
    // With the same roots it is found out anew.
    that_knows(&home);
}

#[test]
fn a_byte_makes_another_chain() {
    let mut home = home();
    let verifier = that_knows(&home);
    for place in [home.leaf.len() - 1, 100] {
        let mut bytes = home.leaf.to_vec();
        bytes[place] ^= 1;
        let sound = std::mem::replace(&mut home.leaf, bytes.into());
        assert!(!verifier.knows(&home, END));
        assert!(verifier.trusts(&home, "localhost", END).is_err(), "byte {place}");
        home.leaf = sound;
    }
}

#[test]
fn a_part_of_a_known_chain_is_not_known() {
    let mut home = home();
    let verifier = that_knows(&home);
    let middle = home.others.pop().unwrap();
    let refused = verifier.trusts(&home, "localhost", END);
    assert_eq!(refused, Err(webpki::Error::UnknownIssuer));
    // The same bytes, divided otherwise.
    home.leaf = [home.leaf.as_ref(), middle.as_ref()].concat().into();
    assert!(!verifier.knows(&home, END));
    assert!(verifier.trusts(&home, "localhost", END).is_err());
}

#[test]
fn what_is_refused_is_not_remembered() {
    let home = home();
    let verifier = verifier(&[&self::home().root]);
    verifier.trusts(&home, "localhost", END).unwrap_err();
    assert!(!verifier.knows(&home, END));
}

#[test]
fn memory_is_bounded() {
    let home = home();
    let verifier = that_knows(&home);
    let path = verifier.path(&home.leaf, &home.others, seconds(END)).unwrap().unwrap();
    for number in 0..10_000_u32 {
        let mut digest = [0; 32];
        digest[..4].copy_from_slice(&number.to_be_bytes());
        verifier.known.keep(digest, path.clone());
    }
    assert!(verifier.known.len() <= chain::MAX_KNOWN);
    verifier.trusts(&home, "localhost", END).unwrap();
}

/// Certificates of so many keys for this name, by `issuer`.
fn namesakes(name: &str, issuer: &Issuer, count: usize) -> Vec<CertificateDer<'static>> {
    let one = |_| {
        let key = KeyPair::generate().unwrap();
        authority(name).signed_by(&key, issuer).unwrap().der().clone()
    };
    (0..count).map(one).collect()
}

#[test]
fn a_chain_may_stand_anywhere_in_a_bundle_of_others() {
    let mut home = home();
    let stranger: Issuer =
        CertifiedIssuer::self_signed(authority("Stranger"), KeyPair::generate().unwrap()).unwrap();
    let mut bundle: Vec<_> =
        (0..40).flat_map(|n| namesakes(&format!("Other {n}"), &stranger, 1)).collect();
    bundle.append(&mut home.others);
    home.others = bundle;
    assert_eq!(verifier(&[&home.root]).trusts(&home, "localhost", END), Ok(()));
}

#[test]
fn of_dozens_of_one_name_few_are_tried() {
    let mut home = home();
    let stranger: Issuer =
        CertifiedIssuer::self_signed(authority("Root"), KeyPair::generate().unwrap()).unwrap();
    let true_one = home.others.remove(0);
    home.others = namesakes("Middle", &stranger, 3);
    home.others.push(true_one.clone());
    assert_eq!(verifier(&[&home.root]).trusts(&home, "localhost", END), Ok(()));
    home.others = namesakes("Middle", &stranger, 30);
    home.others.push(true_one);
    assert!(verifier(&[&home.root]).trusts(&home, "localhost", END).is_err());
}
