//! `ssh://`: the line that a server begins with, and the key exchange.

use std::sync::Arc;
use std::time::{Duration, Instant};

use prober::model::observation::{Outcome, Reason};
use prober::model::target::HostKey;
use ring::agreement::{EphemeralPrivateKey, UnparsedPublicKey, X25519, agree_ephemeral};
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::support::probes::{configured, failure, impatient, probe, success};
use crate::support::server::{Act, Server};

fn string(bytes: &[u8]) -> Vec<u8> {
    [&u32::try_from(bytes.len()).unwrap().to_be_bytes()[..], bytes].concat()
}

fn number(bytes: &[u8]) -> Vec<u8> {
    let bytes = &bytes[bytes.iter().take_while(|byte| **byte == 0).count()..];
    let is_high = bytes.first().is_some_and(|first| *first >= 0x80);
    string(&[if is_high { &[0][..] } else { &[] }, bytes].concat())
}

fn packet(payload: &[u8]) -> Vec<u8> {
    let padding = 16 - (payload.len() + 5) % 8;
    let length = u32::try_from(payload.len() + 1 + padding).unwrap().to_be_bytes();
    let padded = [payload, &vec![0; padding]].concat();
    [&length[..], &[u8::try_from(padding).unwrap()], &padded].concat()
}

async fn read_packet(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let length = stream.read_u32().await.ok()? as usize;
    let padding = usize::from(stream.read_u8().await.ok()?);
    let mut rest = vec![0; length - 1];
    stream.read_exact(&mut rest).await.ok()?;
    rest.truncate(length - 1 - padding);
    Some(rest)
}

/// A server's keys, each by the name of its kind.
enum Key {
    Ed25519(Ed25519KeyPair),
    P256(EcdsaKeyPair),
}

const ED25519: &str = "ssh-ed25519";
const P256: &str = "ecdsa-sha2-nistp256";

impl Key {
    fn ed25519() -> Self {
        let random = SystemRandom::new();
        let document = Ed25519KeyPair::generate_pkcs8(&random).unwrap();
        Self::Ed25519(Ed25519KeyPair::from_pkcs8(document.as_ref()).unwrap())
    }

    fn p256() -> Self {
        let (random, kind) = (SystemRandom::new(), &ECDSA_P256_SHA256_FIXED_SIGNING);
        let document = EcdsaKeyPair::generate_pkcs8(kind, &random).unwrap();
        Self::P256(EcdsaKeyPair::from_pkcs8(kind, document.as_ref(), &random).unwrap())
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Ed25519(_) => ED25519,
            Self::P256(_) => P256,
        }
    }

    fn public(&self) -> Vec<u8> {
        match self {
            Self::Ed25519(key) => {
                [string(ED25519.as_bytes()), string(key.public_key().as_ref())].concat()
            }
            Self::P256(key) => {
                let point = string(key.public_key().as_ref());
                [string(P256.as_bytes()), string(b"nistp256"), point].concat()
            }
        }
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        let signed = match self {
            Self::Ed25519(key) => key.sign(message).as_ref().to_vec(),
            Self::P256(key) => {
                let signed = key.sign(&SystemRandom::new(), message).unwrap();
                let (r, s) = signed.as_ref().split_at(32);
                [number(r), number(s)].concat()
            }
        };
        [string(self.name().as_bytes()), string(&signed)].concat()
    }

    fn fingerprint(&self) -> HostKey {
        HostKey(digest(&SHA256, &self.public()).as_ref().try_into().unwrap())
    }
}

fn offer(agreement: &str, keys: &str) -> Vec<u8> {
    let lists = [agreement, keys, "aes128-ctr", "aes128-ctr", "hmac-sha2-256", "hmac-sha2-256"];
    let lists = lists.into_iter().chain(["none", "none", "", ""]);
    let lists: Vec<u8> = lists.flat_map(|names| string(names.as_bytes())).collect();
    [&[20][..], &[7; 16], &lists, &[0; 5]].concat()
}

const OURS: &str = "SSH-2.0-OpenSSH_9.9 test";

/// A server with these keys, which signs with the one of `signer` if that is given.
async fn serving(keys: Vec<Key>, signer: Option<Key>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (keys, signer) = (Arc::new(keys), Arc::new(signer));
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let (keys, signer) = (Arc::clone(&keys), Arc::clone(&signer));
            tokio::spawn(async move { exchange(stream, &keys, signer.as_ref().as_ref()).await });
        }
    });
    port
}

async fn exchange(mut stream: TcpStream, keys: &[Key], signer: Option<&Key>) -> Option<()> {
    stream.write_all(format!("welcome\r\n{OURS}\r\n").as_bytes()).await.ok()?;
    let mut line = Vec::new();
    while !line.ends_with(b"\r\n") {
        line.push(stream.read_u8().await.ok()?);
    }
    line.truncate(line.len() - 2);
    let names: Vec<_> = keys.iter().map(Key::name).collect();
    let own = offer("curve25519-sha256", &names.join(","));
    // What is for nobody comes first.
    stream.write_all(&[packet(&[2, 0, 0, 0, 0]), packet(&own)].concat()).await.ok()?;
    let theirs = read_packet(&mut stream).await?;
    let wanted = String::from_utf8_lossy(&theirs).into_owned();
    let shared = keys.iter().filter(|key| wanted.contains(key.name()));
    let Some(key) = shared.min_by_key(|key| wanted.find(key.name())) else {
        let said = string(b"no matching host key type");
        let goodbye = [&[1, 0, 0, 0, 3][..], &said, &string(b"")].concat();
        return stream.write_all(&packet(&goodbye)).await.ok();
    };
    let question = read_packet(&mut stream).await?;
    let random = SystemRandom::new();
    let secret = EphemeralPrivateKey::generate(&X25519, &random).unwrap();
    let public = secret.compute_public_key().unwrap();
    let mut said = [line.as_slice(), OURS.as_bytes(), &theirs, &own].map(string).concat();
    said.extend(string(&key.public()));
    said.extend(&question[1..]);
    said.extend(string(public.as_ref()));
    let peer = UnparsedPublicKey::new(&X25519, &question[5..]);
    agree_ephemeral(secret, &peer, |shared| said.extend(number(shared))).ok()?;
    let hash = digest(&SHA256, &said);
    let proof = signer.unwrap_or(key).sign(hash.as_ref());
    let answer = [string(&key.public()), string(public.as_ref()), string(&proof)].concat();
    stream.write_all(&packet(&[&[31][..], &answer].concat())).await.ok()?;
    stream.read_u8().await.ok().map(drop)
}

fn url(port: u16) -> String {
    format!("ssh://127.0.0.1:{port}")
}

fn expecting(keys: &[HostKey]) -> String {
    let keys: Vec<_> = keys.iter().map(|key| format!("'{key}'")).collect();
    format!("expect = {{ host_key = [{}] }}", keys.join(", "))
}

#[tokio::test]
async fn a_server_that_proves_its_key_is_up() {
    for key in [Key::ed25519(), Key::p256()] {
        let expected = expecting(&[HostKey([7; 32]), key.fingerprint()]);
        let port = serving(vec![key], None).await;
        let report = probe(&configured(&url(port), &expected)).await;
        success(&report);
        assert!(report.phases.connect.is_some() && report.phases.first_byte.is_some());
        success(&probe(&configured(&url(port), "")).await);
        let banner = "expect = { banner = '^SSH-2\\.0-OpenSSH_9' }";
        success(&probe(&configured(&url(port), banner)).await);
        let report = probe(&configured(&url(port), "expect = { banner = 'dropbear' }")).await;
        let expected = format!("it said `{OURS}`, which does not match `dropbear`");
        assert_eq!(failure(&report, Reason::Banner), expected);
    }
}

#[tokio::test]
async fn each_key_of_a_server_may_be_the_one_that_is_expected() {
    let (first, second) = (Key::ed25519(), Key::p256());
    let (one, other) = (first.fingerprint(), second.fingerprint());
    let port = serving(vec![second, first], None).await;
    for key in [one, other] {
        success(&probe(&configured(&url(port), &expecting(&[key]))).await);
    }
    // The one that is shown to most clients is named.
    let report = probe(&configured(&url(port), &expecting(&[HostKey([7; 32])]))).await;
    let expected = format!("the host key of 127.0.0.1 is not the one expected: it is {one}");
    assert_eq!(failure(&report, Reason::Answer), expected);
}

#[tokio::test]
async fn who_shows_the_key_of_another_is_down() {
    let key = Key::ed25519();
    let expected = expecting(&[key.fingerprint()]);
    let port = serving(vec![key], Some(Key::ed25519())).await;
    let report = probe(&configured(&url(port), &expected)).await;
    assert!(failure(&report, Reason::Protocol).contains("signed the key exchange wrongly"));
}

#[tokio::test]
async fn a_server_that_ends_it_says_why_and_one_that_knows_nothing_of_ours_is_our_limit() {
    let goodbye = [&[1, 0, 0, 0, 2][..], &string(b"go away"), &string(b"")].concat();
    let old = offer("diffie-hellman-group1-sha1", "ssh-dss");
    for (payload, expected) in [
        (goodbye, "127.0.0.1 ended the key exchange: `go away`"),
        (
            old,
            "127.0.0.1 shares no key exchange or kind of key that prober knows, which is \
             prober's own limit: tcp:// needs none",
        ),
    ] {
        let said = [b"SSH-2.0-x\r\n".as_slice(), &packet(&payload)].concat();
        let server = Server::unasked(vec![Act::Say(said), Act::Hang]).await;
        let report = probe(&configured(&url(server.port), "")).await;
        assert_eq!(failure(&report, Reason::Protocol), expected);
    }
}

#[tokio::test]
async fn whatever_a_server_does_the_probe_ends_in_time() {
    let line = b"SSH-2.0-x\r\n".to_vec();
    let after = |bytes: &[u8]| Act::Say([&line[..], bytes].concat());
    let own = packet(&offer("curve25519-sha256", ED25519));
    let fake = packet(&[&[31][..], &string(b"k"), &string(&[9; 32]), &string(b"s")].concat());
    let low = packet(&[&[31][..], &string(b"k"), &string(&[0; 32]), &string(b"s")].concat());
    let rows: Vec<(Vec<Act>, Reason)> = vec![
        (vec![Act::Hang], Reason::Timeout),
        (vec![], Reason::Reset),
        (vec![Act::Reset], Reason::Reset),
        (vec![Act::Say(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec())], Reason::Protocol),
        (vec![Act::Say(b"SSH-1.5-old\r\n".to_vec()), Act::Hang], Reason::Protocol),
        (vec![Act::Drip(vec![b'x'; 4096])], Reason::Banner),
        (vec![Act::Endless(vec![b'x'; 65536])], Reason::Protocol),
        (vec![Act::Endless(b"hello\r\n".to_vec())], Reason::Protocol),
        (vec![after(b""), Act::Hang], Reason::Timeout),
        (vec![after(b"")], Reason::Reset),
        (vec![after(&[0xff; 64]), Act::Hang], Reason::Protocol),
        (vec![after(&[0; 64]), Act::Hang], Reason::Protocol),
        (vec![after(&[0, 0, 0, 2, 200, 0]), Act::Hang], Reason::Protocol),
        (vec![after(&packet(&[20])), Act::Hang], Reason::Protocol),
        (vec![after(b""), Act::Endless(packet(&[2, 0, 0, 0, 0]))], Reason::Protocol),
        (vec![after(b""), Act::Drip(vec![0, 0, 0x80, 0, 4]), Act::Hang], Reason::Timeout),
        (vec![after(&own), Act::Hang], Reason::Timeout),
        (vec![after(&[own.clone(), fake].concat()), Act::Hang], Reason::Protocol),
        (vec![after(&[own, low].concat()), Act::Hang], Reason::Protocol),
    ];
    for (number, (acts, reason)) in rows.into_iter().enumerate() {
        let server = Server::unasked(acts).await;
        let began = Instant::now();
        let report = probe(&impatient(configured(&url(server.port), ""))).await;
        let Outcome::Failure(found) = &report.outcome else { panic!("{number}: {report:?}") };
        assert_eq!(found.reason, reason, "{number}: {}", found.detail);
        assert!(began.elapsed() < Duration::from_secs(5), "{number}");
    }
}
