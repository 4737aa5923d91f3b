//! A cluster at moto, with a task definition that fits a generator.
//!
//! moto keeps tasks and runs none; see [`super::agent`] for what does. It knows no `clientToken`, no
//! `failures` and no `PENDING`: what a worker makes of those is shown on [`crate::ecs`].

use leo_protocol::InstanceId;
use serde_json::{Value, json};

use super::{Moto, REGION};

/// How AWS's ECS is called over HTTP.
const TARGET: &str = "AmazonEC2ContainerServiceV20141113";
/// The generator's container in the definition.
pub const CONTAINER: &str = "generator";
/// Looks at a task before moto takes it a step further: more than any test makes.
const LOOKS: u32 = 1_000_000_000;

/// A cluster that nobody else uses.
#[derive(Debug, Clone)]
pub struct Cluster {
    url: url::Url,
    /// Its name.
    pub name: String,
    /// The family of the generator's task definition.
    pub definition: String,
    /// A subnet in which tasks may run.
    pub subnet: String,
}

impl Moto {
    /// Makes a cluster and a task definition.
    ///
    /// # Panics
    /// When they are not made.
    pub async fn cluster(&self) -> Cluster {
        let name = format!("leo-{}", InstanceId::generate());
        let cluster = Cluster {
            url: self.url.clone(),
            definition: format!("{name}-generator"),
            subnet: self.subnet().await,
            name,
        };
        cluster.stand_still().await;
        let name = json!({"clusterName": cluster.name, "capacityProviders": ["FARGATE_SPOT"]});
        cluster.call("CreateCluster", &name).await;
        let definition = json!({
            "family": cluster.definition,
            "networkMode": "awsvpc",
            "requiresCompatibilities": ["FARGATE"],
            "cpu": "256",
            "memory": "512",
            "containerDefinitions": [{"name": CONTAINER, "image": "leo-websocket", "memory": 512}],
        });
        cluster.call("RegisterTaskDefinition", &definition).await;
        cluster
    }

    /// One of those that each account begins with.
    async fn subnet(&self) -> String {
        let request = reqwest::Client::new()
            .post(self.url.clone())
            .header("content-type", "application/x-www-form-urlencoded")
            .header("authorization", authorization("ec2"))
            .body("Action=DescribeSubnets&Version=2016-11-15");
        let answer = request.send().await.expect("reach moto");
        let text = answer.text().await.expect("read moto's answer");
        let (_, after) = text.split_once("<subnetId>").expect("there is a subnet");
        after[..after.find('<').expect("its end")].to_owned()
    }
}

impl Cluster {
    /// Tasks stay as they are until somebody stops them.
    async fn stand_still(&self) {
        let url = self.url.join("moto-api/state-manager/set-transition");
        let transition = json!({
            "model_name": "ecs::task", "transition": {"progression": "manual", "times": LOOKS},
        });
        let request = reqwest::Client::new().post(url.expect("a URL"));
        let answer = request.json(&transition).send().await.expect("reach moto");
        assert!(answer.status().is_success(), "{answer:?}");
    }

    /// The settings of a worker that runs tasks here.
    #[must_use]
    pub fn settings(&self) -> [(&'static str, String); 5] {
        [
            ("ORCHESTRATOR_MODE", "ecs".to_owned()),
            ("ECS_CLUSTER", self.name.clone()),
            ("ECS_TASK_DEFINITION", self.definition.clone()),
            ("ECS_CONTAINER_NAME", CONTAINER.to_owned()),
            ("ECS_SUBNETS", self.subnet.clone()),
        ]
    }

    /// A call of ECS; its answer.
    ///
    /// # Panics
    /// When it fails.
    pub async fn call(&self, name: &str, body: &Value) -> Value {
        let request = reqwest::Client::new().post(self.url.clone());
        let answer = request
            .header("x-amz-target", format!("{TARGET}.{name}"))
            .header("content-type", "application/x-amz-json-1.1")
            .header("authorization", authorization("ecs"))
            .body(body.to_string())
            .send()
            .await
            .expect("reach moto");
        let status = answer.status();
        let text = answer.text().await.expect("read moto's answer");
        assert!(status.is_success(), "{name}: {status}: {text}");
        serde_json::from_str(&text).expect("an answer is JSON")
    }

    /// All tasks that are to run, as they are described.
    ///
    /// # Panics
    /// When moto does not answer.
    pub async fn running(&self) -> Vec<Value> {
        let listed = json!({"cluster": self.name, "desiredStatus": "RUNNING"});
        let listed = self.call("ListTasks", &listed).await;
        let arns = &listed["taskArns"];
        if arns.as_array().is_none_or(Vec::is_empty) {
            return Vec::new();
        }
        let wanted = json!({"cluster": self.name, "tasks": arns, "include": ["TAGS"]});
        let mut described = self.call("DescribeTasks", &wanted).await;
        let tasks = described["tasks"].as_array_mut().map(std::mem::take);
        tasks.unwrap_or_default()
    }

    /// Stops a task, as somebody outside Leo may do.
    ///
    /// # Panics
    /// When moto does not answer.
    pub async fn stop(&self, arn: &str, reason: &str) {
        let stop = json!({"cluster": self.name, "task": arn, "reason": reason});
        self.call("StopTask", &stop).await;
    }
}

/// moto reads off it which service is meant, and nothing else.
fn authorization(service: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential=test/20260101/{REGION}/{service}/aws4_request, SignedHeaders=host, Signature=none"
    )
}
