//! The download of what the functions run, for `prober deploy` where this machine's own
//! program is not for Lambda: from a server of the test's.

use prober::deploy::program::{Architecture, Bootstrap};
use prober::deploy::release::{Expected, LARGEST, download};
use prober::http_client;
use prober::text::hex::hex;
use ring::digest;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// An archive with the least that is taken for a program.
fn archive() -> Vec<u8> {
    let mut program = b"\x7fELF".to_vec();
    program.resize(64, 0);
    program[18] = 0xb7;
    Bootstrap::of("it", program).unwrap().archive().unwrap()
}

fn digest_of(bytes: &[u8]) -> String {
    hex(digest::digest(&digest::SHA256, bytes).as_ref())
}

/// A server that gives `said` to whoever asks, and then hangs up, or `stays` silent.
async fn server(said: Vec<u8>, stays: bool) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/prober.zip", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 1024];
        assert!(stream.read(&mut request).await.unwrap() > 0);
        stream.write_all(&said).await.unwrap();
        if stays {
            std::future::pending::<()>().await;
        }
    });
    url
}

fn answer(status: &str, length: usize, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

async fn downloaded(url: String, sha256: String) -> Result<Architecture, String> {
    let http = http_client::for_downloads().unwrap();
    let got = download(&http, &Expected { url, sha256 }).await;
    got.map(|program| program.architecture).map_err(|error| error.to_string())
}

#[tokio::test]
async fn the_release_s_own_archive_is_taken_wherever_it_is_redirected_to() {
    let zip = archive();
    let url = server(answer("200 OK", zip.len(), &zip), false).await;
    let moved = format!("HTTP/1.1 302 Found\r\nlocation: {url}\r\ncontent-length: 0\r\n\r\n");
    let first = server(moved.into_bytes(), false).await;
    assert_eq!(downloaded(first, digest_of(&zip)).await, Ok(Architecture::Arm64));
}

#[tokio::test]
async fn another_archive_is_refused_with_both_digests() {
    let zip = archive();
    let url = server(answer("200 OK", zip.len(), &zip), false).await;
    let (found, wanted) = (digest_of(&zip), digest_of(b"the release's"));
    let why = downloaded(url, wanted.clone()).await.unwrap_err();
    assert!(why.contains(&found) && why.contains(&wanted), "{why}");
}

#[tokio::test]
async fn what_breaks_off_is_missing_or_too_large_is_not_taken() {
    let zip = archive();
    let large = vec![0; LARGEST + 1];
    for (said, expected) in [
        (answer("200 OK", zip.len(), &zip[..40]), "end of file"),
        (answer("404 Not Found", 0, b""), "404 Not Found"),
        (answer("503 Service Unavailable", 0, b""), "503"),
        (answer("200 OK", large.len(), &large), "larger than Lambda takes"),
    ] {
        let why = downloaded(server(said, false).await, digest_of(&zip)).await.unwrap_err();
        assert!(why.contains(expected), "{expected}: {why}");
        assert!(why.ends_with("or download it yourself, and say --zip FILE"), "{why}");
    }
    let nobody = downloaded("http://127.0.0.1:1/prober.zip".into(), digest_of(&zip)).await;
    assert!(nobody.unwrap_err().contains("refused"));
}

/// The clock runs ahead while everybody waits.
#[tokio::test(start_paused = true)]
async fn a_server_that_falls_silent_is_given_up() {
    let zip = archive();
    for said in [Vec::new(), answer("200 OK", zip.len(), &zip[..40])] {
        let why = downloaded(server(said, true).await, digest_of(&zip)).await.unwrap_err();
        assert!(why.contains("nothing came for 30 s"), "{why}");
    }
}
