//! The queue against its model: random operations, one after the other, on a real Postgres.
//!
//! [`queue::Queue`] says in plain Rust what each operation is to do; [`steps`] draws operations, stale
//! and repeated ones among them. After every step the answer is the model's, and so is everything
//! that the tables hold: jobs, counters, heads, streams, orphans. What two at once do to each other is
//! the matter of [`super::races`] and of `leo-chaos`.

use proptest::test_runner::Config;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};

use self::queue::Queue;
use self::steps::Steps;
use self::system::System;

mod known;
mod look;
mod queue;
mod steps;
mod system;

/// Runs, each on a database of its own.
const RUNS: u32 = 24;

struct Machine;

impl StateMachineTest for Machine {
    type SystemUnderTest = System;
    type Reference = Steps;

    fn init_test(model: &Queue) -> System {
        System::new(model)
    }

    fn apply(
        mut system: System,
        model: &Queue,
        step: <Steps as ReferenceStateMachine>::Transition,
    ) -> System {
        let answer = system.apply(&step);
        assert_eq!(Some(answer), model.answer, "the answer to {step:?}");
        system
    }

    fn check_invariants(system: &System, model: &Queue) {
        assert_eq!(system.look(), model.look());
    }
}

prop_state_machine! {
    #![proptest_config(Config { cases: RUNS, max_shrink_iters: 2_000, failure_persistence: None, ..Config::default() })]

    #[test]
    fn the_queue_does_what_its_model_says(sequential 1..80 => Machine);
}
