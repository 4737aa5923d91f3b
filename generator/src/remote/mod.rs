//! A job that comes over the network: fetched before the work, its workspace uploaded after it.
//!
//! Where the environment holds nothing but `JOB_ID` and `WEBSOCKET_URL`, the server at that address
//! has the rest: the job, the settings of the model, and the session's files. What the generator has
//! made goes back as one archive, to whatever address the server names for it. Both are tried again
//! while that may help, with growing pauses, and a stop is noticed between two tries.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use leo_protocol::runner::{JOB_FILE, RunnerInput, UploadRequest, UploadTicket};
use serde_json::value::RawValue;

use crate::config::Basics;
use crate::error::Error;
use crate::link::backoff::Backoff;
use crate::stop::Stop;

mod archive;
mod http;

use http::{Failure, Http};

/// How long a server that does not answer is asked again.
const PATIENCE: Duration = Duration::from_secs(300);
/// The archive while it is made, in the generator's own folder.
const DRAFT: &str = ".upload.tar.gz";
/// What is tried.
const FETCH: &str = "fetch the job";
/// What is tried.
const UPLOAD: &str = "upload the workspace";

/// The server that has the job.
pub(crate) struct Remote {
    http: Http,
    /// The folder with the app's and the generator's own.
    root: PathBuf,
    leo_dir: PathBuf,
}

impl Remote {
    /// The server, where it has to be asked for the job.
    pub(crate) fn of(basics: &Basics) -> Result<Option<Self>, Error> {
        let url = basics.websocket_url.as_ref().filter(|_| basics.asks);
        let Some(url) = url else { return Ok(None) };
        let http = Http::beside(&url.0).ok_or_else(|| {
            // It holds a token, so it is not repeated.
            let text = "WEBSOCKET_URL must look like ws://host/ws/jobs/ID?token=TOKEN";
            Error::Refused(text.to_owned())
        })?;
        let root = basics.workspace.parent().unwrap_or(&basics.workspace);
        Ok(Some(Self {
            http,
            root: root.to_owned(),
            leo_dir: basics.leo_dir.clone(),
        }))
    }

    /// Lays the job and its files out as if they had been here from the start; the settings of the
    /// model by name.
    pub(crate) async fn fetch(&self, stop: &Stop) -> Result<BTreeMap<String, String>, Error> {
        patiently(FETCH, stop, || {
            archive::unpack(self.http.get("input/files")?, &self.root)
        })
        .await?;
        let input = patiently(FETCH, stop, || {
            self.http.get_json::<RunnerInput<Box<RawValue>>>("input")
        })
        .await?;
        let job = self.leo_dir.join(JOB_FILE);
        fs::create_dir_all(&self.leo_dir)
            .and_then(|()| fs::write(job, input.job.get()))
            .map_err(|error| failed(FETCH, error.to_string()))?;
        Ok(input.settings)
    }

    /// Uploads the workspace, and returns when the server has it.
    pub(crate) async fn upload(&self, stop: &Stop) -> Result<(), Error> {
        let (file, request) = self.pack()?;
        patiently(UPLOAD, stop, || self.bring(&self.http, &file, &request)).await
    }

    /// Tries the same once, in the little time that a stopped process has.
    pub(crate) fn upload_hastily(&self) {
        if let Ok((file, request)) = self.pack() {
            // Nobody is left who could do anything about it.
            let _ = self.bring(&self.http.hasty(), &file, &request);
        }
    }

    fn pack(&self) -> Result<(File, UploadRequest), Error> {
        let path = self.leo_dir.join(DRAFT);
        archive::pack(&self.root, &path)
            .map_err(|error| failed("pack the workspace", error.to_string()))
    }

    fn bring(&self, http: &Http, file: &File, request: &UploadRequest) -> Result<(), Failure> {
        let ticket: UploadTicket = http.post_json("artifact", request)?;
        http.put("artifact", &ticket, file, request.size)
    }
}

/// Tries until it works, cannot work, or has taken too long. A try blocks: nothing else is to be
/// done meanwhile.
async fn patiently<T>(
    what: &'static str,
    stop: &Stop,
    work: impl Fn() -> Result<T, Failure>,
) -> Result<T, Error> {
    let (began, mut backoff) = (Instant::now(), Backoff::new());
    loop {
        stop.check()?;
        match work() {
            Ok(done) => return Ok(done),
            Err(Failure::Passing(_)) if began.elapsed() < PATIENCE => {
                stop.wait(backoff.next()).await?;
            }
            Err(Failure::Passing(why) | Failure::Final(why)) => return Err(failed(what, why)),
        }
    }
}

fn failed(what: &'static str, why: String) -> Error {
    Error::Remote { what, why }
}
