//! What a prompt is about, as far as its words tell: a title, a few keywords, a colour.

use crate::emit::{one_line, shorten};

/// The longest title, in characters.
const TITLE_LIMIT: usize = 56;
/// The longest keyword, in characters.
const KEYWORD_LIMIT: usize = 24;
/// The most keywords.
const KEYWORDS: usize = 6;
/// The most of a prompt that is quoted, in characters.
const QUOTE_LIMIT: usize = 1200;
/// Used where a prompt has no word to speak of.
const FALLBACK: [&str; 3] = ["ideas", "tasks", "notes"];

/// Words that open a request and say nothing about the app.
const OPENERS: &str = "a an and app application build can could create design develop for generate \
    give help i i'd i'm just like let's make me my need new now of our please program simple some \
    that the then to us want website will with would write you";
/// Words that carry no meaning of their own.
const STOP_WORDS: &str = "about add all also and any app application are around based beautiful because been before \
    between both build but can change could create design develop does doesn't don't down each \
    etc every few for from generate get give good great had has have help her here him his how \
    i'd i'm i've into its just let's like little make many modern more most much need new nice \
    not now off one only other our out over own page please put really should show shows simple \
    site small some start such than that the their them then there these they this those through \
    too two under use user users using very want was way web website were what when where which \
    while who why will with without would write you you're your";

/// What a prompt is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Words {
    /// A short title.
    pub(crate) title: String,
    /// The prompt in one line, shortened where it is very long.
    pub(crate) quote: String,
    /// At least one word, at most [`KEYWORDS`], lower case, in order of appearance.
    pub(crate) keywords: Vec<String>,
    /// A hue in degrees.
    pub(crate) hue: u32,
}

impl Words {
    /// Reads a prompt.
    pub(crate) fn of(prompt: &str) -> Self {
        let quote = one_line(prompt, QUOTE_LIMIT);
        Self {
            title: title(&quote),
            keywords: keywords(&quote),
            hue: hue(prompt),
            quote,
        }
    }

    /// The keyword at a place; the list is begun again where it ends.
    pub(crate) fn keyword(&self, place: usize) -> &str {
        let place = place.checked_rem(self.keywords.len()).unwrap_or(0);
        self.keywords.get(place).map_or(FALLBACK[0], String::as_str)
    }
}

fn title(quote: &str) -> String {
    let end = [". ", "! ", "? ", ": ", "; "]
        .iter()
        .filter_map(|mark| quote.find(mark))
        .min()
        .unwrap_or(quote.len());
    let sentence = quote[..end].trim_end_matches(['.', '!', '?', ':', ';', ',']);
    let words: Vec<&str> = sentence
        .split(' ')
        .skip_while(|word| listed(OPENERS, word.trim_matches(',')))
        .collect();
    let title = words.join(" ");
    // A request of nothing but such words is better quoted than left empty.
    let title = if title.is_empty() { sentence } else { &title };
    let title = if title.is_empty() {
        "Demo board"
    } else {
        title
    };
    shorten(&capital(title), TITLE_LIMIT)
}

fn keywords(quote: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let words = quote
        .split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’' && c != '-')
        .map(|word| word.trim_matches(['\'', '’', '-']).to_lowercase());
    for word in words {
        let short = word.is_ascii() && word.len() < 3;
        let word = shorten(&word, KEYWORD_LIMIT);
        if !word.is_empty() && !short && !listed(STOP_WORDS, &word) && !found.contains(&word) {
            found.push(word);
        }
        if found.len() == KEYWORDS {
            break;
        }
    }
    if found.is_empty() {
        found.extend(FALLBACK.map(str::to_owned));
    }
    found
}

/// The text with a capital first letter.
pub(crate) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

fn listed(list: &str, word: &str) -> bool {
    list.split_whitespace()
        .any(|known| known.eq_ignore_ascii_case(word))
}

/// FNV-1a: a fixed, simple hash, so that a prompt has the same colour everywhere.
fn hue(prompt: &str) -> u32 {
    let hash = prompt.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    hash % 360
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_gives_a_title_and_keywords() {
        let words =
            Words::of("Please build me a todo list for my bakery's orders. With dark mode!");
        assert_eq!(words.title, "Todo list for my bakery's orders");
        assert_eq!(
            words.keywords,
            ["todo", "list", "bakery's", "orders", "dark", "mode"]
        );
        assert_eq!(words.keyword(7), "list");
    }

    #[test]
    fn a_prompt_without_words_still_gives_an_app() {
        let words = Words::of("!!! ...");
        assert_eq!(words.keywords, FALLBACK);
        assert!(!words.title.is_empty());
        assert_eq!(Words::of("make me an app").title, "Make me an app");
        assert!(!Words::of("\u{0}").title.is_empty());
    }

    #[test]
    fn other_scripts_and_endless_words_are_fine() {
        let words = Words::of("为我的面包店做一个订单列表");
        assert_eq!(words.keywords.len(), 1);
        let words = Words::of(&"x".repeat(100_000));
        assert!(words.title.chars().count() <= TITLE_LIMIT);
        assert!(words.keyword(0).chars().count() <= KEYWORD_LIMIT);
        assert!(words.quote.chars().count() <= QUOTE_LIMIT);
    }
}
