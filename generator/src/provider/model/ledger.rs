//! What the model's calls have cost, and whether the job may spend more.
//!
//! Each call is told as a `usage` event with the total of the job so far, that of its earlier attempts
//! included. A call that is broken off is booked with an estimate, because the provider may bill it.

use std::time::Duration;

use leo_model::chat::Usage;
use leo_protocol::EventKind;
use leo_protocol::budget::{Budget, Spent};
use leo_protocol::event::UsageCall;

use crate::config::Prices;
use crate::error::Error;
use crate::run::Run;

/// Prices are for so many tokens.
const MILLION: f64 = 1_000_000.0;

/// The job's account.
#[derive(Debug)]
pub(super) struct Ledger {
    budget: Option<Budget>,
    prices: Option<Prices>,
    spent: Spent,
}

impl Ledger {
    /// An account that begins with what earlier attempts have spent.
    pub(super) fn new(
        budget: Option<Budget>,
        prices: Option<Prices>,
        spent: Option<Spent>,
    ) -> Self {
        Self {
            budget,
            prices,
            spent: spent.unwrap_or_default(),
        }
    }

    /// Whether the job may go on with a call that has used `running` so far.
    ///
    /// # Errors
    /// When the budget is reached, or cannot be kept because nobody tells the price.
    pub(super) fn check(&self, running: &Usage) -> Result<(), Error> {
        let Some(budget) = &self.budget else {
            return Ok(());
        };
        let tokens = [
            self.spent.prompt_tokens,
            self.spent.completion_tokens,
            running.prompt_tokens,
            running.completion_tokens,
        ];
        let tokens = tokens.into_iter().fold(0_u64, u64::saturating_add);
        if let Some(limit) = budget.tokens.filter(|limit| tokens >= *limit) {
            return Err(Error::Budget(format!(
                "the job's budget of {limit} tokens is spent; the files so far are kept"
            )));
        }
        let Some(limit) = budget.usd else {
            return Ok(());
        };
        let cost = self.spent.cost_usd.unwrap_or_default() + self.cost(running).unwrap_or_default();
        if cost >= limit {
            return Err(Error::Budget(format!(
                "the job's budget of {limit} US dollars is spent; the files so far are kept"
            )));
        }
        Ok(())
    }

    /// Books a call and tells so, also of a run that was stopped.
    ///
    /// # Errors
    /// When the output is gone, or when the job has a budget in dollars and nobody tells the price.
    pub(super) fn book(
        &mut self,
        run: &Run<'_>,
        usage: &Usage,
        model: Option<String>,
        took: Duration,
    ) -> Result<(), Error> {
        let cost_usd = self.cost(usage);
        let spent = &mut self.spent;
        spent.prompt_tokens = spent.prompt_tokens.saturating_add(usage.prompt_tokens);
        spent.completion_tokens = spent
            .completion_tokens
            .saturating_add(usage.completion_tokens);
        if let Some(cost) = cost_usd {
            *spent.cost_usd.get_or_insert(0.0) += cost;
        }
        run.last_event(&EventKind::Usage {
            prompt_tokens: spent.prompt_tokens,
            completion_tokens: spent.completion_tokens,
            cost_usd: spent.cost_usd,
            call: Some(UsageCall {
                prompt_tokens: usage.prompt_tokens,
                completion_tokens: usage.completion_tokens,
                cost_usd,
                model,
                duration_ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
                estimated: usage.estimated,
            }),
        })?;
        // An estimate of a broken-off call has no price for another reason.
        let unpriced = cost_usd.is_none() && !usage.estimated;
        if unpriced && self.budget.is_some_and(|budget| budget.usd.is_some()) {
            return Err(Error::Model(
                "the job has a budget in US dollars, but this provider does not tell what a call costs; \
                 set LLM_PRICE_PROMPT and LLM_PRICE_COMPLETION, or give the budget in tokens"
                    .to_owned(),
            ));
        }
        Ok(())
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "a price needs no more than 52 bits of tokens"
    )]
    fn cost(&self, usage: &Usage) -> Option<f64> {
        let by_price = self.prices.map(|prices| {
            (usage.prompt_tokens as f64 * prices.prompt
                + usage.completion_tokens as f64 * prices.completion)
                / MILLION
        });
        usage.cost_usd.or(by_price)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::Emitter;
    use crate::stop::Stop;

    fn usage(prompt_tokens: u64, completion_tokens: u64, cost_usd: Option<f64>) -> Usage {
        Usage {
            prompt_tokens,
            completion_tokens,
            cost_usd,
            estimated: false,
        }
    }

    fn book(ledger: &mut Ledger, usage: &Usage) -> Result<String, Error> {
        let ((_sender, stop), mut out) = (Stop::channel(), Vec::new());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build();
        runtime.unwrap().block_on(async {
            let run = Run::new(Emitter::new(&mut out), &stop);
            ledger.book(&run, usage, None, Duration::ZERO)
        })?;
        Ok(String::from_utf8(out).unwrap())
    }

    #[test]
    fn a_budget_in_tokens_counts_earlier_attempts_and_the_running_call() {
        let budget = Budget {
            tokens: Some(100),
            usd: None,
        };
        let spent = Spent {
            prompt_tokens: 40,
            completion_tokens: 10,
            cost_usd: None,
        };
        let mut ledger = Ledger::new(Some(budget), None, Some(spent));
        let told = book(&mut ledger, &usage(20, 5, None)).unwrap();
        assert!(told.contains("\"promptTokens\":60"), "{told}");
        ledger.check(&usage(20, 4, None)).unwrap();
        let error = ledger.check(&usage(20, 5, None)).unwrap_err();
        assert!(matches!(error, Error::Budget(text) if text.contains("100 tokens")));
    }

    #[test]
    fn a_budget_in_dollars_needs_a_price() {
        let budget = Budget {
            tokens: None,
            usd: Some(0.01),
        };
        let mut told = Ledger::new(Some(budget), None, None);
        book(&mut told, &usage(1, 1, Some(0.004))).unwrap();
        told.check(&Usage::default()).unwrap();
        book(&mut told, &usage(1, 1, Some(0.006))).unwrap();
        assert!(told.check(&Usage::default()).is_err());

        let mut silent = Ledger::new(Some(budget), None, None);
        let error = book(&mut silent, &usage(1, 1, None)).unwrap_err();
        assert!(matches!(error, Error::Model(text) if text.contains("LLM_PRICE_PROMPT")));

        let prices = Prices {
            prompt: 1.0,
            completion: 10.0,
        };
        let mut priced = Ledger::new(Some(budget), Some(prices), None);
        book(&mut priced, &usage(1000, 899, None)).unwrap();
        priced.check(&Usage::default()).unwrap();
        assert!(priced.check(&usage(0, 1001, None)).is_err());
    }
}
