//! The double's answers.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::{CONTAINER, Play, Refusal, Shared};

/// The header that names the call.
const TARGET: &str = "x-amz-target";

/// Serves until it is dropped.
pub(super) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        let (stream, _) = listener.accept().await.expect("accept");
        let shared = shared.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request| answer(shared.clone(), request));
            // Who asks and leaves is nobody's concern.
            let _ = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

type Answer = Result<Response<Full<Bytes>>, io::Error>;

/// An error ends the connection without an answer.
async fn answer(shared: Arc<Shared>, request: Request<Incoming>) -> Answer {
    let target = request.headers().get(TARGET).cloned();
    let target = target.and_then(|target| target.to_str().ok().map(str::to_owned));
    let call = target.unwrap_or_default();
    let call = call.rsplit('.').next().unwrap_or_default().to_owned();
    let body = request.into_body().collect().await;
    let body = body.map_err(io::Error::other)?.to_bytes();
    let body = String::from_utf8_lossy(&body).into_owned();
    if call == "RunTask" {
        return run(&shared, &body).await;
    }
    let wanted: Value = serde_json::from_str(&body).expect("a call is JSON");
    Ok(fine(&ask(&shared, &call, &wanted)))
}

async fn run(shared: &Shared, body: &str) -> Answer {
    let play = shared.state().plays.pop_front();
    match play {
        Some(Play::Refuse(status, code, text)) => {
            shared.state().asked.push(body.to_owned());
            let more = json!({});
            return Ok(refused(&Refusal {
                status,
                code,
                text,
                more,
            }));
        }
        Some(Play::Nowhere(reason)) => {
            shared.state().asked.push(body.to_owned());
            return Ok(fine(
                &json!({"tasks": [], "failures": [{"reason": reason}]}),
            ));
        }
        Some(Play::LoseAnswer | Play::Hold) | None => {}
    }
    // Before the task is there, or whoever waits for that might come too early.
    let go_on = shared.go_on.notified();
    let answer = shared.run(body);
    match (play, answer) {
        (Some(Play::LoseAnswer), _) => Err(io::Error::other("as played")),
        (Some(Play::Hold), answer) => {
            go_on.await;
            Ok(answer.map_or_else(|refusal| refused(&refusal), |told| fine(&told)))
        }
        (_, Ok(told)) => Ok(fine(&told)),
        (_, Err(refusal)) => Ok(refused(&refusal)),
    }
}

fn ask(shared: &Shared, call: &str, wanted: &Value) -> Value {
    let mut state = shared.state();
    state.tasks.iter_mut().for_each(super::Task::look);
    match call {
        "DescribeClusters" => json!({"clusters": [{
            "clusterArn": "arn:aws:ecs:eu-central-1:000000000000:cluster/leo", "status": "ACTIVE",
        }]}),
        "DescribeTaskDefinition" => json!({"taskDefinition": {
            "taskDefinitionArn": "arn:aws:ecs:eu-central-1:000000000000:task-definition/generator:1",
            "status": "ACTIVE", "networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"],
            "containerDefinitions": [{"name": CONTAINER}],
        }}),
        "DescribeTasks" => {
            let arns = wanted["tasks"].as_array().cloned().unwrap_or_default();
            let found = state.tasks.iter();
            let found = found.filter(|task| task.is_known() && arns.contains(&json!(task.arn())));
            json!({"tasks": found.map(super::Task::described).collect::<Vec<_>>()})
        }
        "ListTasks" => {
            let running = state.tasks.iter().filter(|task| {
                !task.has_ended() && task.started_by() == wanted["startedBy"].as_str()
            });
            json!({"taskArns": running.map(super::Task::arn).collect::<Vec<_>>()})
        }
        "StopTask" => {
            let tasks = state.tasks.iter_mut();
            let reason = wanted["reason"].as_str().unwrap_or_default();
            for task in tasks.filter(|task| wanted["task"] == task.arn()) {
                task.stop("UserInitiated", reason);
            }
            json!({})
        }
        other => panic!("nobody calls {other}"),
    }
}

fn fine(told: &Value) -> Response<Full<Bytes>> {
    Response::new(Full::new(told.to_string().into()))
}

fn refused(refusal: &Refusal) -> Response<Full<Bytes>> {
    let mut body = refusal.more.clone();
    body["__type"] = json!(refusal.code);
    body["message"] = json!(refusal.text);
    let mut response = fine(&body);
    let status = StatusCode::from_u16(refusal.status);
    *response.status_mut() = status.unwrap_or(StatusCode::BAD_REQUEST);
    response
}
