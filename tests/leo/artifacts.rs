//! The artifact store: the same for a folder and for a bucket.

use std::sync::Arc;

use bytes::Bytes;
use leo_common::artifacts::{ArtifactError, ArtifactStore};
use leo_common::config::Aws;
use leo_common::error_chain::Chain;
use leo_tests::Moto;
use tempfile::TempDir;

/// A store, and what it stands on.
struct Place {
    store: ArtifactStore,
    _folder: Option<TempDir>,
    _moto: Option<Arc<Moto>>,
}

fn folder() -> Place {
    let folder = tempfile::tempdir().unwrap();
    let url = url::Url::from_directory_path(folder.path()).unwrap();
    Place {
        store: ArtifactStore::open(url.as_str(), &Aws::default()).unwrap(),
        _folder: Some(folder),
        _moto: None,
    }
}

async fn bucket() -> Place {
    leo_common::tls::init();
    let moto = Moto::shared().await;
    let url = format!("s3://{}/some/prefix", moto.bucket().await);
    Place {
        store: ArtifactStore::open(&url, &moto.aws()).unwrap(),
        _folder: None,
        _moto: Some(moto),
    }
}

/// One body, two kinds of store.
async fn in_both(test: impl AsyncFn(&ArtifactStore)) {
    for place in [folder(), bucket().await] {
        place.store.check().await.unwrap();
        test(&place.store).await;
    }
}

async fn put(store: &ArtifactStore, location: &str, chunks: &[Bytes]) {
    let mut writer = store.write(location);
    for chunk in chunks {
        writer.write(chunk.clone()).await.unwrap();
    }
    writer.finish().await.unwrap();
}

async fn is_there(store: &ArtifactStore, location: &str) -> bool {
    store.read_range(location, 0..1).await.is_ok()
}

fn sample() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("app/empty/sub")).unwrap();
    std::fs::write(folder.path().join("app/index.html"), "hello").unwrap();
    std::fs::write(folder.path().join("app/none"), "").unwrap();
    std::fs::write(folder.path().join("app/empty/sub/big"), vec![7; 300_000]).unwrap();
    folder
}

#[tokio::test]
async fn what_goes_in_comes_out() {
    in_both(async |store| {
        let manifest = store.put_folder("a/b.pack", sample().path()).await.unwrap();
        assert_eq!(manifest.bytes(), 300_005);
        let out = tempfile::tempdir().unwrap();
        store
            .unpack("a/b.pack", &manifest, out.path())
            .await
            .unwrap();
        for (path, bytes) in [
            ("app/index.html", b"hello".to_vec()),
            ("app/none", Vec::new()),
            ("app/empty/sub/big", vec![7; 300_000]),
        ] {
            assert_eq!(std::fs::read(out.path().join(path)).unwrap(), bytes);
        }
    })
    .await;
}

#[tokio::test]
async fn changed_bytes_are_noticed() {
    in_both(async |store| {
        let manifest = store.put_folder("b.pack", sample().path()).await.unwrap();
        let mut bytes = store
            .read_range("b.pack", 0..300_005)
            .await
            .unwrap()
            .to_vec();
        bytes[299_999] ^= 1;
        put(store, "b.pack", &[bytes.into()]).await;
        let out = tempfile::tempdir().unwrap();
        let error = store
            .unpack("b.pack", &manifest, out.path())
            .await
            .unwrap_err();
        assert!(matches!(error, ArtifactError::Corrupt(path) if path == "app/empty/sub/big"));
    })
    .await;
}

#[tokio::test]
async fn a_failed_pack_leaves_nothing() {
    in_both(async |store| {
        let nowhere = std::path::Path::new("/nowhere/at/all");
        assert!(store.put_folder("c.pack", nowhere).await.is_err());
        assert!(!is_there(store, "c.pack").await);
    })
    .await;
}

#[tokio::test]
async fn a_long_object_is_read_in_pieces_and_appears_when_it_is_finished() {
    in_both(async |store| {
        let mut writer = store.write("a/long");
        for n in 0..25_u8 {
            writer.write(vec![n; 1 << 20].into()).await.unwrap();
        }
        assert!(!is_there(store, "a/long").await);
        writer.finish().await.unwrap();
        let edge = store.read_range("a/long", (7 << 20) - 1..(7 << 20) + 1);
        assert_eq!(edge.await.unwrap(), &[6, 7][..]);
    })
    .await;
}

#[tokio::test]
async fn what_is_missing_is_named() {
    in_both(async |store| {
        put(store, "a/b", &[Bytes::from_static(b"abc")]).await;
        for (location, range) in [("a/b", 1..4), ("a/b", 3..5), ("a/c", 0..1)] {
            let error = store.read_range(location, range).await.unwrap_err();
            assert!(
                matches!(&error, ArtifactError::Corrupt(place) if place == location),
                "{error:?}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_folder_is_emptied_and_others_are_not() {
    in_both(async |store| {
        for location in ["s/1/a", "s/1/x/b", "s/12/c"] {
            put(store, location, &[Bytes::from_static(b"x")]).await;
        }
        assert_eq!(store.remove_below("s/1").await.unwrap(), 2);
        assert_eq!(store.remove_below("s/1").await.unwrap(), 0);
        assert_eq!(store.read_range("s/12/c", 0..1).await.unwrap(), "x");
        store.remove("s/12/c").await.unwrap();
        store.remove("s/12/c").await.unwrap();
        assert!(!is_there(store, "s/12/c").await);
    })
    .await;
}

#[tokio::test]
async fn a_bucket_that_is_not_there_is_told_in_one_line() {
    leo_common::tls::init();
    let moto = Moto::shared().await;
    let store = ArtifactStore::open("s3://not-there-at-all/x", &moto.aws()).unwrap();
    let error = store.check().await.unwrap_err();
    assert_eq!(
        Chain(&error).to_string(),
        "use the bucket `not-there-at-all`: there is no such bucket"
    );
}
