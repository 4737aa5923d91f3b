//! What an answer has used, as told by the server or estimated.

/// How many characters a token has, roughly, where nobody tells.
const CHARS_PER_TOKEN: u64 = 4;

/// Tokens and money.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Usage {
    /// Tokens read.
    pub prompt_tokens: u64,
    /// Tokens written, with those of reasoning.
    pub completion_tokens: u64,
    /// What it costs in US dollars, where the server tells.
    pub cost_usd: Option<f64>,
    /// Whether any of it is estimated from lengths.
    pub estimated: bool,
}

impl Usage {
    /// An estimate by characters read and written.
    #[must_use]
    pub fn estimate(prompt_chars: u64, answer_chars: u64) -> Self {
        Self {
            prompt_tokens: prompt_chars.div_ceil(CHARS_PER_TOKEN),
            completion_tokens: answer_chars.div_ceil(CHARS_PER_TOKEN),
            cost_usd: None,
            estimated: true,
        }
    }

    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let cost_usd = match (self.cost_usd, other.cost_usd) {
            (None, None) => None,
            (one, another) => Some(one.unwrap_or_default() + another.unwrap_or_default()),
        };
        Self {
            prompt_tokens: self.prompt_tokens.saturating_add(other.prompt_tokens),
            completion_tokens: self
                .completion_tokens
                .saturating_add(other.completion_tokens),
            cost_usd,
            estimated: self.estimated || other.estimated,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_without_a_cost_takes_none_away() {
        let told = Usage {
            prompt_tokens: 3,
            completion_tokens: 2,
            cost_usd: Some(0.5),
            estimated: false,
        };
        let sum = told.plus(Usage::estimate(9, 4));
        assert_eq!(
            sum,
            Usage {
                prompt_tokens: 6,
                completion_tokens: 3,
                cost_usd: Some(0.5),
                estimated: true
            }
        );
    }
}
