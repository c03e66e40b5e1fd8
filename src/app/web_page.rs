//! What a web server shows to whoever comes by, so that it can be recognised. This is no
//! probe: nothing is judged by it, and where it fails nothing is known.

use std::time::Duration;

use reqwest::header::{LOCATION, SET_COOKIE};
use reqwest::{Client, Response};
use url::Url;

use crate::authoring::WebPage;

/// Time for the page, redirects included.
const PAGE_TIMEOUT: Duration = Duration::from_secs(10);

/// How many redirects are followed.
const MOST_REDIRECTS: usize = 5;

/// How many bytes of a page are read.
const LARGEST: usize = 256 << 10;

/// The page at `url`, if it can be had.
pub async fn page(http: &Client, url: &str) -> Option<WebPage> {
    let url = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    tokio::time::timeout(PAGE_TIMEOUT, follow(http, url)).await.ok()?
}

async fn follow(http: &Client, mut url: Url) -> Option<WebPage> {
    let (mut redirect, mut cookies) = (None, Vec::new());
    for _ in 0..=MOST_REDIRECTS {
        let answer = http.get(url.clone()).send().await.ok()?;
        cookies.extend(answer.headers().get_all(SET_COOKIE).iter().cloned());
        let status = answer.status();
        let Some(next) = status.is_redirection().then(|| location(&url, &answer)).flatten() else {
            let mut headers = answer.headers().clone();
            headers.remove(SET_COOKIE);
            headers.extend(cookies.into_iter().map(|cookie| (SET_COOKIE, cookie)));
            let body = body(answer).await?;
            return Some(WebPage { url, redirect, status: status.as_u16(), headers, body });
        };
        redirect.get_or_insert(status.as_u16());
        url = next;
    }
    None
}

/// Where `answer` leads, from `url`.
fn location(url: &Url, answer: &Response) -> Option<Url> {
    let location = answer.headers().get(LOCATION)?.to_str().ok()?;
    url.join(location).ok().filter(|next| matches!(next.scheme(), "http" | "https"))
}

/// The beginning of the body.
async fn body(mut answer: Response) -> Option<String> {
    let mut bytes = Vec::new();
    while bytes.len() < LARGEST
        && let Some(chunk) = answer.chunk().await.ok()?
    {
        bytes.extend_from_slice(&chunk);
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}
