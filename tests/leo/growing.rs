//! A file to which somebody still writes while it is copied out and packed: what is kept of it is one beginning of
//! it, and whatever comes after it in the pack is where the manifest says.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use leo_common::artifacts::ArtifactStore;
use leo_common::config::Aws;
use leo_protocol::JobStatus;
use leo_tests::{Leo, Mode, wait_for};
use sha2::{Digest as _, Sha256};

/// What is written at once, in bytes.
const PIECE: usize = 16 << 10;
/// The pause between two pieces, so that no reader is outrun.
const PACE: Duration = Duration::from_millis(2);
/// How large the file is before it is read, in bytes.
const BEGINNING: u64 = 4 << 20;
/// How large it becomes at most: a reader who follows it does so until then.
const END: u64 = 256 << 20;

/// Somebody who writes to a file until he is dropped.
struct Writer {
    written: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    fn start(path: PathBuf) -> Self {
        let (written, stop) = <(Arc<AtomicU64>, Arc<AtomicBool>)>::default();
        let thread = std::thread::spawn({
            let (written, stop) = (written.clone(), stop.clone());
            move || write(&path, &written, &stop)
        });
        Self {
            written,
            stop,
            thread: Some(thread),
        }
    }

    fn written(&self) -> u64 {
        self.written.load(Ordering::Relaxed)
    }

    /// Waits until the file has grown by so much.
    async fn grown_by(&self, bytes: u64) {
        let wanted = self.written() + bytes;
        wait_for("a larger file", async || {
            (self.written() >= wanted).then_some(())
        })
        .await;
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

fn write(path: &Path, written: &AtomicU64, stop: &AtomicBool) {
    let mut file = File::create(path).unwrap();
    let mut size = 0;
    while size < END && !stop.load(Ordering::Relaxed) {
        let piece: Vec<u8> = (size..).take(PIECE).map(byte).collect();
        file.write_all(&piece).unwrap();
        size += PIECE as u64;
        written.store(size, Ordering::Relaxed);
        std::thread::sleep(PACE);
    }
}

/// The byte at a place of the file.
fn byte(place: u64) -> u8 {
    u8::try_from(place % 251).unwrap()
}

/// Whether these are the first bytes of the file.
fn is_beginning(bytes: &[u8]) -> bool {
    (0..).zip(bytes).all(|(place, found)| byte(place) == *found)
}

fn sha256(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn the_files_of_a_job_are_whole_while_one_of_them_grows() {
    let leo = Leo::in_mode(Mode::Process).start().await;
    let client = leo.client();
    let gate = leo.artifacts().with_file_name("gate");
    let wait = format!("until {}", gate.display());
    let script = format!("write a.txt first; write z.txt last; lines 1; {wait}");
    let job = client.submit(&script).await;
    let app = wait_for("the workspace", async || {
        let mut folders = leo.staging("processes").into_iter();
        let app = folders.find_map(|folder| Some(folder.join("app")).filter(|app| app.is_dir()));
        app.filter(|app| app.join("z.txt").exists())
    })
    .await;
    let writer = Writer::start(app.join("m.bin"));
    writer.grown_by(BEGINNING).await;
    let before = writer.written();
    std::fs::write(&gate, "").unwrap();
    let ended = client.ended(job.id).await;
    let after = writer.written();
    assert_eq!(ended.status, JobStatus::Completed, "{ended:?}");
    let files = client.files(job.id).await.files;
    let sizes = files.iter().map(|file| (file.path.as_str(), file.size));
    let sizes: Vec<_> = sizes.collect();
    let [("a.txt", 5), ("m.bin", size), ("z.txt", 4)] = sizes[..] else {
        panic!("{sizes:?}");
    };
    assert!(before <= size && size < after, "{before} {size} {after}");
    let zip = client.zip(job.id).await;
    for file in &files {
        let bytes = client.file(job.id, &file.path).await;
        let found = (bytes.len() as u64, sha256(&bytes));
        assert_eq!(found, (file.size, file.sha256.clone()), "{}", file.path);
        assert!(zip[&file.path] == bytes, "{} of the zip", file.path);
    }
    assert!(is_beginning(&zip["m.bin"]));
    assert_eq!(
        (&*zip["a.txt"], &*zip["z.txt"]),
        (&b"first"[..], &b"last"[..])
    );
}

#[tokio::test]
async fn a_pack_is_whole_while_a_file_grows() {
    let (folder, kept) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let url = url::Url::from_directory_path(kept.path()).unwrap();
    let store = ArtifactStore::open(url.as_str(), &Aws::default()).unwrap();
    std::fs::write(folder.path().join("z.txt"), "last").unwrap();
    let writer = Writer::start(folder.path().join("m.bin"));
    writer.grown_by(BEGINNING).await;
    let before = writer.written();
    let manifest = store.put_folder("a.pack", folder.path()).await.unwrap();
    assert!(writer.written() > before, "nothing was written meanwhile");
    drop(writer);
    let out = tempfile::tempdir().unwrap();
    store.unpack("a.pack", &manifest, out.path()).await.unwrap();
    let bytes = std::fs::read(out.path().join("m.bin")).unwrap();
    let [first, last] = &manifest.files[..] else {
        panic!("{manifest:?}");
    };
    assert_eq!(
        (first.size, first.sha256.as_str()),
        (bytes.len() as u64, &*sha256(&bytes))
    );
    assert!(is_beginning(&bytes) && first.size >= before);
    assert_eq!(last.offset, first.size);
    assert_eq!(std::fs::read(out.path().join("z.txt")).unwrap(), b"last");
}
