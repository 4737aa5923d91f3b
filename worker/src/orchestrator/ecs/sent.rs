//! A request in the words of the SDK.

use aws_sdk_ecs::error::BuildError;
use aws_sdk_ecs::operation::run_task::builders::RunTaskFluentBuilder;
use aws_sdk_ecs::types::{
    AssignPublicIp, AwsVpcConfiguration, CapacityProviderStrategyItem, ContainerOverride,
    KeyValuePair, LaunchType as SdkLaunchType, NetworkConfiguration, Tag, TaskOverride,
};

use super::api::{ApiError, Kind};
use super::request::Request;
use super::{EcsConfig, SPOT_PROVIDER};
use crate::config::LaunchType;

/// Fills the call.
pub(super) fn run_task(
    call: RunTaskFluentBuilder,
    config: &EcsConfig,
    request: &Request,
) -> Result<RunTaskFluentBuilder, ApiError> {
    let call = call
        .cluster(&config.cluster)
        .task_definition(&config.task_definition)
        .count(1)
        .client_token(&request.token)
        .started_by(&request.started_by)
        .group(&request.group)
        .enable_ecs_managed_tags(false)
        .set_tags(Some(tags(request)))
        .overrides(overrides(config, request))
        .set_network_configuration(network(config).map_err(unbuilt)?);
    Ok(match config.launch_type {
        LaunchType::Fargate => call.launch_type(SdkLaunchType::Fargate),
        LaunchType::Ec2 => call.launch_type(SdkLaunchType::Ec2),
        LaunchType::FargateSpot => call.capacity_provider_strategy(spot().map_err(unbuilt)?),
    })
}

fn tags(request: &Request) -> Vec<Tag> {
    let tags = request.tags.iter();
    tags.map(|(name, value)| Tag::builder().key(*name).value(value).build())
        .collect()
}

fn overrides(config: &EcsConfig, request: &Request) -> TaskOverride {
    let env = request.env.iter().map(|(name, value)| {
        let pair = KeyValuePair::builder().name(name);
        pair.value(value).build()
    });
    let container = ContainerOverride::builder()
        .name(&config.container)
        .set_environment(Some(env.collect()))
        .build();
    TaskOverride::builder()
        .container_overrides(container)
        .build()
}

/// None where no subnet is named: then the definition has no network of its own.
fn network(config: &EcsConfig) -> Result<Option<NetworkConfiguration>, BuildError> {
    if config.subnets.is_empty() {
        return Ok(None);
    }
    let public = match config.assign_public_ip {
        true => AssignPublicIp::Enabled,
        false => AssignPublicIp::Disabled,
    };
    let vpc = AwsVpcConfiguration::builder()
        .set_subnets(Some(config.subnets.clone()))
        .set_security_groups(Some(config.security_groups.clone()))
        // Only Fargate can give one.
        .set_assign_public_ip((config.launch_type != LaunchType::Ec2).then_some(public))
        .build()?;
    let network = NetworkConfiguration::builder().awsvpc_configuration(vpc);
    Ok(Some(network.build()))
}

fn spot() -> Result<CapacityProviderStrategyItem, BuildError> {
    let item = CapacityProviderStrategyItem::builder().capacity_provider(SPOT_PROVIDER);
    item.weight(1).build()
}

fn unbuilt(error: BuildError) -> ApiError {
    ApiError {
        kind: Kind::Refused,
        message: error.to_string(),
        conflict: Vec::new(),
    }
}
