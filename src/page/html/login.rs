//! The form that asks for the password of a page.

use super::{Appearance, Frame};
use crate::model::target::Config;
use crate::page::markup::markup;
use crate::page::words;

/// A page that asks for the password; `is_wrong` if one was given that is not it. It says
/// nothing else: neither what is watched, nor what is announced.
#[must_use]
pub fn login(config: &Config, is_wrong: bool) -> String {
    let words = words::of(config.language);
    let wrong = is_wrong.then(|| {
        markup!(
            "<p class=\"note down\" role=\"alert\">{wrong}</p>\n",
            wrong = words.wrong_password()
        )
    });
    let main = markup!(
        "<form class=\"card\" method=\"post\">\n<div><h1>{asks}</h1>\n{wrong}\
         <label for=\"password\">{password}</label>\n\
         <input id=\"password\" name=\"password\" type=\"password\" required autocomplete=\"current-password\">\n\
         <button>{show}</button></div>\n</form>\n",
        asks = words.asks_password(),
        wrong = wrong,
        password = words.password(),
        show = words.show_page(),
    );
    let frame = Frame {
        language: config.language,
        settings: &config.page,
        base: "",
        title: words.asks_password(),
        icon: Appearance::Unknown,
        is_live: false,
    };
    frame.document(&main, &markup!("<p>{name}</p>", name = "prober"))
}
