//! Who may do what.

use std::collections::BTreeSet;
use std::fs;

use leo_tests::config;
use serde_json::Value;

use super::template;

/// The page with the table of all wildcards.
const PAGE: &str = "docs/aws.md";

/// A statement of a role: the role, the statement's name, its actions, the statement.
type Statement = (String, String, Vec<String>, Value);

fn statements(template: &Value) -> Vec<Statement> {
    let resources = template["Resources"].as_object().unwrap().iter();
    let roles = resources.filter(|(_, resource)| resource["Type"] == "AWS::IAM::Role");
    let mut found = Vec::new();
    for (role, resource) in roles {
        assert_eq!(
            resource["Properties"].get("ManagedPolicyArns"),
            None,
            "{role}"
        );
        for policy in resource["Properties"]["Policies"].as_array().unwrap() {
            for statement in policy["PolicyDocument"]["Statement"].as_array().unwrap() {
                let sid = statement["Sid"].as_str().expect("a name").to_owned();
                let actions = strings(&statement["Action"]);
                found.push((role.clone(), sid, actions, statement.clone()));
            }
        }
    }
    found
}

fn strings(value: &Value) -> Vec<String> {
    let one = std::slice::from_ref(value);
    let all = value.as_array().map_or(one, Vec::as_slice);
    let texts = all.iter().map(|text| text.as_str().expect("a text"));
    texts.map(str::to_owned).collect()
}

fn is_wildcard(statement: &Value) -> bool {
    let resource = &statement["Resource"];
    let several = resource.as_array().into_iter().flatten();
    several.chain([resource]).any(|one| one == "*")
}

/// The rows of the table: role, statement, actions.
fn listed() -> BTreeSet<(String, String, String)> {
    let page = fs::read_to_string(config::repository().join(PAGE)).unwrap();
    let rows = page.lines().filter(|line| line.starts_with("| `"));
    let rows = rows.map(|row| {
        row.split(" | ")
            .map(|cell| cell.trim_matches(['|', '`', ' ']))
    });
    rows.map(Iterator::collect::<Vec<_>>)
        .filter(|cells| cells.len() == 4 && cells[0].ends_with("Role"))
        .inspect(|cells| assert!(cells[3].len() > 20, "no reason: {cells:?}"))
        .map(|cells| {
            (
                cells[0].to_owned(),
                cells[1].to_owned(),
                cells[2].to_owned(),
            )
        })
        .collect()
}

#[tokio::test]
async fn every_wildcard_is_listed_with_its_reason() {
    let statements = statements(&template().await);
    let wildcards: BTreeSet<_> = statements
        .iter()
        .filter(|(_, _, _, statement)| is_wildcard(statement))
        .map(|(role, sid, actions, _)| (role.clone(), sid.clone(), actions.join(", ")))
        .collect();
    assert_eq!(wildcards, listed(), "the template, and the table of {PAGE}");
}

#[tokio::test]
async fn roles_allow_actions_one_by_one() {
    let statements = statements(&template().await);
    assert!(statements.len() > 15, "{statements:?}");
    for (role, sid, actions, statement) in &statements {
        assert_eq!(statement["Effect"], "Allow", "{role} {sid}");
        assert!(!actions.is_empty(), "{role} {sid}");
        assert!(
            actions.iter().all(|action| !action.contains('*')),
            "{role} {sid}: {actions:?}"
        );
        for word in ["NotAction", "NotResource"] {
            assert_eq!(statement.get(word), None, "{role} {sid}");
        }
    }
    let may = |who: &str, what: &str| {
        let mut all = statements.iter();
        all.any(|(role, _, actions, _)| role == who && actions.iter().any(|action| action == what))
    };
    assert!(may("WorkerTaskRole", "ecs:RunTask") && may("WorkerTaskRole", "s3:DeleteObject"));
    for action in ["ecs:RunTask", "iam:PassRole", "s3:DeleteObject"] {
        assert!(!may("ApiTaskRole", action), "{action}");
    }
    assert!(!may(
        "GeneratorExecutionRole",
        "secretsmanager:GetSecretValue"
    ));
}

#[tokio::test]
async fn workers_start_generators_in_their_cluster_and_nothing_else() {
    let template = template().await;
    let statements = statements(&template);
    let named = |wanted: &str| {
        let mut all = statements.iter();
        &all.find(|(_, sid, ..)| sid == wanted).unwrap().3
    };
    let definition = named("StartGenerations")["Resource"]["Fn::Sub"]
        .as_str()
        .unwrap();
    let family = &template["Resources"]["GeneratorTask"]["Properties"]["Family"]["Fn::Sub"];
    assert!(definition.ends_with(&format!(":task-definition/{}:*", family.as_str().unwrap())));
    for sid in [
        "StartGenerations",
        "WatchAndStopGenerations",
        "FindGenerations",
    ] {
        let cluster = &named(sid)["Condition"]["ArnEquals"]["ecs:cluster"];
        assert_eq!(
            cluster["Fn::GetAtt"],
            serde_json::json!(["Cluster", "Arn"]),
            "{sid}"
        );
    }
    let pass = named("LetGenerationsStart");
    assert_eq!(pass["Resource"]["Fn::GetAtt"][0], "GeneratorExecutionRole");
    let to = &pass["Condition"]["StringEquals"]["iam:PassedToService"];
    assert_eq!(to, "ecs-tasks.amazonaws.com");
    let task = &template["Resources"]["GeneratorTask"]["Properties"];
    assert_eq!(task.get("TaskRoleArn"), None, "generated code has a role");
}
