//! What a deployment makes.

use std::collections::BTreeSet;

use leo_tests::Moto;
use serde_json::{Value, json};

use super::{deployed, entry};

/// Of types that the stand-in does not know (or fails at: `DatabaseParameters`). They are read in the template.
const NOT_IN_MOTO: [&str; 20] = [
    "ApiName",
    "BucketPolicy",
    "ClusterCapacity",
    "DatabaseParameters",
    "DatabasePassword",
    "DatabaseUrl",
    "GeneratingMetric",
    "Names",
    "OldestWaitAlarm",
    "OldestWaitMetric",
    "ReadyMetric",
    "Redis",
    "RedisPassword",
    "RedisSubnets",
    "RedisUrl",
    "SecretKey",
    "SlotsMetric",
    "WorkerDepthPolicy",
    "WorkerScaling",
    "WorkerWaitPolicy",
];
/// Made where parameters ask for them.
const ON_DEMAND: [&str; 4] = [
    "DomainRecord",
    "HttpsListener",
    "NatAddressB",
    "NatGatewayB",
];
/// The network that is made where none is given.
const NETWORK: [&str; 20] = [
    "InternetGateway",
    "InternetGatewayAttachment",
    "NatAddressA",
    "NatGatewayA",
    "PrivateRouteA",
    "PrivateRouteB",
    "PrivateRoutesA",
    "PrivateRoutesB",
    "PrivateRoutesOfA",
    "PrivateRoutesOfB",
    "PrivateSubnetA",
    "PrivateSubnetB",
    "PublicRoute",
    "PublicRoutes",
    "PublicRoutesA",
    "PublicRoutesB",
    "PublicSubnetA",
    "PublicSubnetB",
    "S3Endpoint",
    "Vpc",
];
/// Made always.
const ALWAYS: [&str; 29] = [
    "ApiExecutionRole",
    "ApiFromGenerators",
    "ApiFromLoadBalancer",
    "ApiLogs",
    "ApiSecurityGroup",
    "ApiService",
    "ApiTargets",
    "ApiTask",
    "ApiTaskRole",
    "Bucket",
    "Cluster",
    "Database",
    "DatabaseSecurityGroup",
    "DatabaseSubnets",
    "GeneratorExecutionRole",
    "GeneratorLogs",
    "GeneratorSecurityGroup",
    "GeneratorTask",
    "HttpListener",
    "LoadBalancer",
    "LoadBalancerSecurityGroup",
    "QueueLogs",
    "RedisSecurityGroup",
    "WorkerExecutionRole",
    "WorkerLogs",
    "WorkerSecurityGroup",
    "WorkerService",
    "WorkerTask",
    "WorkerTaskRole",
];

fn set<'a>(lists: &[&[&'a str]]) -> BTreeSet<&'a str> {
    lists.iter().flat_map(|list| list.iter().copied()).collect()
}

/// The names of what has been made.
fn made(told: &Value) -> BTreeSet<&str> {
    let ids = told["ids"].as_object().unwrap();
    let names = ids.keys().map(String::as_str);
    names.filter(|name| !name.is_empty()).collect()
}

fn container<'a>(told: &'a Value, task: &str, name: &str) -> &'a Value {
    let containers = &told["described"][task]["containerDefinitions"];
    entry(containers, "name", name)
}

fn setting<'a>(container: &'a Value, name: &str) -> &'a str {
    let entry = entry(&container["environment"], "name", name);
    entry["value"].as_str().unwrap()
}

/// The ports of a security group that are open, and for whom.
fn incoming(told: &Value, group: &str) -> BTreeSet<(u64, String)> {
    let rules = &told["described"][group]["IpPermissions"];
    let mut open = BTreeSet::new();
    for rule in rules.as_array().unwrap() {
        let port = rule["FromPort"].as_u64().unwrap();
        assert_eq!(rule["ToPort"], port, "{group}: {rule}");
        let groups = rule["UserIdGroupPairs"].as_array().unwrap().iter();
        let ranges = rule["IpRanges"].as_array().unwrap().iter();
        open.extend(groups.map(|who| (port, name(told, who["GroupId"].as_str().unwrap()))));
        open.extend(ranges.map(|who| (port, who["CidrIp"].as_str().unwrap().to_owned())));
    }
    open
}

fn name(told: &Value, id: &str) -> String {
    let mut ids = told["ids"].as_object().unwrap().iter();
    let found = ids.find(|(_, known)| *known == id);
    found.unwrap_or_else(|| panic!("nobody is {id}")).0.clone()
}

fn open(rules: &[(u64, &str)]) -> BTreeSet<(u64, String)> {
    let rules = rules.iter();
    rules
        .map(|(port, who)| (*port, (*who).to_owned()))
        .collect()
}

#[tokio::test]
async fn a_deployment_makes_everything_and_nothing_unheard_of() {
    let moto = Moto::shared().await;
    let told = deployed(&moto, "whole", &["ImageTag=abc123", "GeneratorTag=def456"]).await;
    assert_eq!(told["status"], "CREATE_COMPLETE");
    assert_eq!(made(&told), set(&[&ALWAYS, &NETWORK]));
    assert_eq!(told["unsupported"], json!(NOT_IN_MOTO));
    let written = told["template"]["Resources"].as_object().unwrap();
    let written: BTreeSet<_> = written.keys().map(String::as_str).collect();
    assert_eq!(
        written,
        set(&[&ALWAYS, &NETWORK, &ON_DEMAND, &NOT_IN_MOTO]),
        "a resource of the template is in none of these lists, or one is in a list alone"
    );
    who_reaches_whom(&told);
    how_the_load_balancer_looks_at_the_api(&told);
    generated_code_is_given_nothing(&told);
    workers_find_what_was_made(&told);
    what_is_kept_is_kept_safe(&told);
}

fn who_reaches_whom(told: &Value) {
    let world = [(80, "0.0.0.0/0"), (443, "0.0.0.0/0")];
    assert_eq!(incoming(told, "LoadBalancerSecurityGroup"), open(&world));
    let api = [
        (5013, "LoadBalancerSecurityGroup"),
        (5014, "GeneratorSecurityGroup"),
    ];
    assert_eq!(incoming(told, "ApiSecurityGroup"), open(&api));
    for (group, port) in [
        ("DatabaseSecurityGroup", 5432),
        ("RedisSecurityGroup", 6379),
    ] {
        let ours = [(port, "ApiSecurityGroup"), (port, "WorkerSecurityGroup")];
        assert_eq!(incoming(told, group), open(&ours));
    }
    for nobody in ["WorkerSecurityGroup", "GeneratorSecurityGroup"] {
        assert_eq!(incoming(told, nobody), BTreeSet::new(), "{nobody}");
    }
}

fn how_the_load_balancer_looks_at_the_api(told: &Value) {
    let targets = &told["described"]["ApiTargets"];
    assert_eq!(targets["HealthCheckPath"], "/health/ready");
    assert_eq!(targets["TargetType"], "ip");
    let seconds = |name: &str| targets[name].as_u64().unwrap();
    let patience = seconds("HealthCheckIntervalSeconds") * seconds("UnhealthyThresholdCount");
    assert!(
        patience >= 120,
        "a fail-over of Postgres ends the api after {patience} s"
    );
    let listeners = told["described"]["Listeners"].as_array().unwrap();
    assert_eq!(listeners.len(), 1, "{listeners:?}");
    assert_eq!(listeners[0]["DefaultActions"][0]["Type"], "forward");
    let url = told["outputs"]["Url"].as_str().unwrap();
    assert!(url.starts_with("http://"), "{url}");
    assert_eq!(
        setting(container(told, "ApiTask", "api"), "LEO_PUBLIC_URL"),
        url
    );
}

fn generated_code_is_given_nothing(told: &Value) {
    let task = &told["described"]["GeneratorTask"];
    assert_eq!(task.get("taskRoleArn"), None, "{task}");
    let generator = container(told, "GeneratorTask", "generator");
    for given in ["environment", "secrets", "portMappings"] {
        let given = generator[given].as_array().map_or(0, Vec::len);
        assert_eq!(given, 0, "{generator}");
    }
    assert_eq!(generator["user"], "10001:10001");
    assert_eq!(generator["readonlyRootFilesystem"], true);
    assert_eq!(
        generator["linuxParameters"]["capabilities"]["drop"],
        json!(["ALL"])
    );
    let image = generator["image"].as_str().unwrap();
    assert!(image.ends_with("/leo/generator:def456"), "{image}");
    let api = container(told, "ApiTask", "api")["image"].as_str().unwrap();
    assert!(api.ends_with("/leo/api:abc123"), "{api}");
}

fn workers_find_what_was_made(told: &Value) {
    let worker = container(told, "WorkerTask", "worker");
    let ids = &told["ids"];
    assert_eq!(setting(worker, "ORCHESTRATOR_MODE"), "ecs");
    assert_eq!(ids["GeneratorTask"], setting(worker, "ECS_TASK_DEFINITION"));
    assert_eq!(
        ids["GeneratorSecurityGroup"],
        setting(worker, "ECS_SECURITY_GROUPS")
    );
    let cluster = ids["Cluster"].as_str().unwrap();
    assert!(setting(worker, "ECS_CLUSTER").ends_with(cluster));
    let subnets: Vec<_> = setting(worker, "ECS_SUBNETS").split(',').collect();
    assert_eq!(
        json!(subnets),
        json!([ids["PrivateSubnetA"], ids["PrivateSubnetB"]])
    );
    let store = format!("s3://{}/leo", ids["Bucket"].as_str().unwrap());
    for (task, name) in [("ApiTask", "api"), ("WorkerTask", "worker")] {
        assert_eq!(
            setting(container(told, task, name), "ARTIFACT_STORE"),
            store
        );
    }
    assert_eq!(worker["stopTimeout"], 120);
}

fn what_is_kept_is_kept_safe(told: &Value) {
    let described = &told["described"];
    let database = &described["Database"];
    assert_eq!(database["StorageEncrypted"], true);
    assert_eq!(database["PubliclyAccessible"], false);
    assert_eq!(database["BackupRetentionPeriod"], 7);
    let rule = &described["Bucket"]["ServerSideEncryptionConfiguration"]["Rules"][0];
    assert_eq!(
        rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"],
        "AES256"
    );
    for (group, days) in [("api", 30), ("worker", 30), ("queue", 30), ("generator", 3)] {
        let name = format!("/leo/whole/{group}");
        let group = entry(&described["LogGroups"], "logGroupName", &name);
        assert_eq!(group["retentionInDays"], days, "{name}");
    }
}

#[tokio::test]
async fn a_deployment_has_what_it_is_asked_for() {
    let moto = Moto::shared().await;
    let wishes = [
        "NatGateways=2",
        "DomainName=leo.example.com",
        "CertificateArn=new",
        "HostedZoneId=new",
    ];
    let told = deployed(&moto, "wishes", &wishes).await;
    assert_eq!(made(&told), set(&[&ALWAYS, &NETWORK, &ON_DEMAND]));
    assert_eq!(told["outputs"]["Url"], "https://leo.example.com");
    let listeners = &told["described"]["Listeners"];
    let action = &entry(listeners, "Protocol", "HTTP")["DefaultActions"][0];
    assert_eq!(action["Type"], "redirect", "{action}");
    let tls = entry(listeners, "Protocol", "HTTPS");
    let certificate = &tls["Certificates"][0]["CertificateArn"];
    assert_eq!(certificate, &told["given"]["CertificateArn"]);
}

#[tokio::test]
async fn who_deploys_and_what_is_kept_is_passed_on() {
    let moto = Moto::shared().await;
    let arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:hook-AbCdEf";
    let wishes = [
        "DeployHookUrl=https://hooks.example/leo",
        &format!("DeployHookSecretArn={arn}"),
        "EventRetention=30d",
        "ArtifactRetention=90d",
    ];
    let told = deployed(&moto, "hook", &wishes).await;
    for (task, name) in [("ApiTask", "api"), ("WorkerTask", "worker")] {
        let container = container(&told, task, name);
        let url = setting(container, "DEPLOY_HOOK_URL");
        assert_eq!(url, "https://hooks.example/leo", "{name}");
        assert_eq!(setting(container, "EVENT_RETENTION"), "30d", "{name}");
        let secret = entry(&container["secrets"], "name", "DEPLOY_HOOK_SECRET");
        assert_eq!(secret["valueFrom"], arn, "{name}");
    }
    let worker = container(&told, "WorkerTask", "worker");
    assert_eq!(setting(worker, "ARTIFACT_RETENTION"), "90d");
    let without = deployed(&moto, "hookless", &[]).await;
    let worker = container(&without, "WorkerTask", "worker").to_string();
    for name in ["DEPLOY_HOOK", "RETENTION"] {
        assert!(!worker.contains(name), "{worker}");
    }
}

#[tokio::test]
async fn a_network_that_is_there_is_used_and_none_is_made() {
    let moto = Moto::shared().await;
    let first = deployed(&moto, "first", &["NatGateways=0"]).await;
    let id = |name: &str| first["ids"][name].as_str().unwrap().to_owned();
    let without_nat = NETWORK.iter().filter(|name| !name.starts_with("Nat"));
    let without_nat: Vec<_> = without_nat
        .filter(|name| !name.starts_with("PrivateRouteA") && !name.starts_with("PrivateRouteB"))
        .copied()
        .collect();
    assert_eq!(made(&first), set(&[&ALWAYS, &without_nat]));
    let worker = container(&first, "WorkerTask", "worker");
    let open = format!("{},{}", id("PublicSubnetA"), id("PublicSubnetB"));
    assert_eq!(setting(worker, "ECS_SUBNETS"), open);
    assert_eq!(setting(worker, "ECS_ASSIGN_PUBLIC_IP"), "true");

    let private = format!("{},{}", id("PrivateSubnetA"), id("PrivateSubnetB"));
    let given = [
        &format!("VpcId={}", id("Vpc")),
        &format!("PublicSubnetIds={open}"),
        &format!("PrivateSubnetIds={private}"),
    ];
    let second = deployed(&moto, "second", &given.map(String::as_str)).await;
    assert_eq!(made(&second), set(&[&ALWAYS]));
    let worker = container(&second, "WorkerTask", "worker");
    assert_eq!(setting(worker, "ECS_SUBNETS"), private);
    assert_eq!(setting(worker, "ECS_ASSIGN_PUBLIC_IP"), "false");
    assert_eq!(
        first["ids"]["Vpc"],
        second["described"]["ApiTargets"]["VpcId"]
    );
}
