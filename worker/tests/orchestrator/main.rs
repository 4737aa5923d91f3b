//! What every orchestrator has to do, shown on real processes and real containers.
//!
//! The generator is the crate `mini-generator`; it is looked for beside the test programs
//! (`cargo build -p mini-generator`) or at `LEO_TEST_GENERATOR`. Containers are used where
//! `LEO_TEST_DOCKER_HOST` names an engine; `LEO_TEST_IMAGE` is then an image with that generator
//! as its entry point.

#![expect(
    clippy::unwrap_used,
    reason = "a test ends where something else happens than expected"
)]

mod behaviours;
mod docker_only;
mod halting;
mod hardening;
mod process_only;
mod stage;
mod usage;
mod workspaces;

macro_rules! on_both {
    ($($module:ident :: $behaviour:ident),* $(,)?) => {
        mod process {
            $(#[tokio::test]
            async fn $behaviour() {
                let stage = crate::stage::Stage::process();
                crate::$module::$behaviour(&stage).await;
                stage.leave_nothing().await;
            })*
        }

        mod docker {
            $(#[tokio::test]
            async fn $behaviour() {
                let Some(stage) = crate::stage::Stage::docker().await else { return };
                crate::$module::$behaviour(&stage).await;
                stage.leave_nothing().await;
            })*
        }
    };
}

on_both! {
    behaviours::all_output_arrives_and_reads_the_same_from_anywhere,
    behaviours::output_is_live_and_reads_the_same_afterwards,
    behaviours::many_short_runs_lose_no_last_line,
    behaviours::the_exit_code_is_the_generators,
    behaviours::stop_asks_first,
    behaviours::stop_insists_in_the_end,
    behaviours::a_second_launch_finds_the_first,
    behaviours::what_is_not_wanted_any_more_does_not_start,
    behaviours::what_is_gone_is_told_as_gone,
    behaviours::list_shows_each_run_until_it_is_removed,
    halting::a_halted_one_says_nothing_until_it_goes_on,
    halting::a_halted_one_ends_when_asked,
    halting::a_halted_one_that_insists_is_killed,
    halting::a_halted_one_can_be_removed,
    halting::what_has_ended_or_is_gone_cannot_be_halted,
    workspaces::inputs_are_there_and_results_come_out,
    workspaces::links_stay_behind,
    workspaces::limits_hold,
    workspaces::a_running_one_is_not_collected,
    usage::what_it_takes_is_told_while_it_runs,
    usage::too_much_is_noticed,
    usage::what_is_gone_takes_nothing,
}
