//! Archives, good ones and hostile ones.

use std::fs;

use super::*;

const LIMITS: CollectLimits = CollectLimits {
    bytes: 1000,
    entries: 10,
    depth: 4,
};

/// One entry as a hostile generator could make it; the library would refuse to.
fn entry(kind: EntryType, name: &[u8], link: &str, size: u64) -> Header {
    let mut header = header(kind, size, false);
    let old = header.as_old_mut();
    old.name[..name.len()].copy_from_slice(name);
    old.linkname[..link.len()].copy_from_slice(link.as_bytes());
    header.set_cksum();
    header
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(bytes).unwrap();
    gzip.finish().unwrap()
}

fn packed(entries: &[(EntryType, &str, &str, u64)]) -> Vec<u8> {
    let mut tar = Builder::new(Vec::new());
    for (kind, name, link, size) in entries {
        let content = io::repeat(b'x').take(*size);
        tar.append(&entry(*kind, name.as_bytes(), link, *size), content)
            .unwrap();
    }
    gzip(&tar.into_inner().unwrap())
}

fn unpacked(bytes: &[u8]) -> (Result<Collected, CollectError>, Vec<String>) {
    let outer = tempfile::tempdir().unwrap();
    let into = outer.path().join("into");
    fs::create_dir(&into).unwrap();
    let result = unpack(bytes, &into, LIMITS);
    let around = fs::read_dir(outer.path()).unwrap().count();
    assert_eq!(around, 1, "it got out");
    let mut made = Vec::new();
    for part in WORKSPACE_PARTS {
        let walked = walk::<io::Error>(&into, part, |path, _| {
            made.push(path.display().to_string());
            Ok(())
        });
        walked.unwrap();
    }
    (result, made)
}

fn rejected(bytes: &[u8]) -> String {
    match unpacked(bytes).0 {
        Err(CollectError::Rejected(why) | CollectError::TooMuch { why, .. }) => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_packed_is_unpacked() {
    let folder = tempfile::tempdir().unwrap();
    let long = format!("app/{}/{}", "d".repeat(120), "f".repeat(120));
    fs::create_dir_all(folder.path().join(&long).parent().unwrap()).unwrap();
    fs::create_dir(folder.path().join(".leo")).unwrap();
    fs::write(folder.path().join(&long), "long").unwrap();
    fs::write(folder.path().join(".leo/state"), "").unwrap();
    std::os::unix::fs::symlink("/etc", folder.path().join("app/link")).unwrap();
    fs::write(folder.path().join("passwd"), "beside").unwrap();
    let bytes = pack(Vec::new(), folder.path()).unwrap();
    let (result, mut made) = unpacked(&bytes);
    let collected = result.unwrap();
    assert_eq!((collected.files, collected.bytes), (2, 4));
    made.sort();
    let above = long.rsplit_once('/').unwrap().0;
    assert_eq!(made, [".leo", ".leo/state", "app", above, &long]);
}

#[test]
fn archives_of_other_makers_are_understood() {
    use EntryType as Kind;
    let pax = "30 mtime=1700000000.123456789\n17 path=app/late\n";
    let mut tar = Builder::new(Vec::new());
    for (kind, name, content) in [
        (Kind::Directory, "./", ""),
        (Kind::Directory, "./app/", ""),
        (Kind::Regular, "./app/first", "abc"),
        (Kind::XHeader, "PaxHeaders/x", pax),
        (Kind::Regular, "app/short", "de"),
        (Kind::XGlobalHeader, "pax_global_header", "13 comment=x\n"),
        (Kind::Regular, "app/plain", ""),
    ] {
        let header = entry(kind, name.as_bytes(), "", content.len() as u64);
        tar.append(&header, content.as_bytes()).unwrap();
    }
    let (result, made) = unpacked(&gzip(&tar.into_inner().unwrap()));
    assert_eq!(result.unwrap().bytes, 5);
    assert_eq!(made.len(), 4, "{made:?}");
    assert!(made.contains(&"app/late".to_owned()), "{made:?}");
}

#[test]
fn links_and_special_files_stay_out() {
    use EntryType as Kind;
    let (result, made) = unpacked(&packed(&[
        (Kind::Directory, "app", "", 0),
        (Kind::Symlink, "app/symlink", "/etc", 0),
        (Kind::Link, "app/hardlink", "/etc/passwd", 0),
        (Kind::Fifo, "app/pipe", "", 0),
        (Kind::Char, "app/device", "", 0),
        (Kind::Block, "app/disk", "", 0),
        (Kind::GNUSparse, "app/sparse", "", 0),
    ]));
    assert_eq!(result.unwrap().skipped.len(), 6);
    assert_eq!(made, ["app"]);
}

#[test]
fn escapes_and_bombs_are_refused() {
    use EntryType as Kind;
    for hostile in [
        (Kind::Regular, "passwd", "", 3),
        (Kind::Regular, "/app/absolute", "", 3),
        (Kind::Regular, "../escaped", "", 3),
        (Kind::Regular, "app/../../escaped", "", 3),
        (Kind::Regular, "app//etc/escaped", "", 3),
        (Kind::Directory, "app/..", "", 0),
        (Kind::Symlink, "app/../../link", "/etc", 0),
        (Kind::Regular, "app/bomb", "", 1001),
        (Kind::Directory, "app/1/2/3/4", "", 0),
        (Kind::GNULongName, "L", "", 20 << 10),
        (Kind::XHeader, "x", "", 20 << 10),
    ] {
        let bytes = packed(&[(Kind::Directory, "app", "", 0), hostile]);
        let (result, made) = unpacked(&bytes);
        assert!(
            matches!(
                result,
                Err(CollectError::Rejected(_) | CollectError::TooMuch { .. })
            ),
            "{hostile:?}: {result:?}"
        );
        assert_eq!(made, ["app"], "{hostile:?}");
    }
    let names: Vec<String> = (0..10).map(|n| format!("app/{n}")).collect();
    let mut many = vec![(Kind::Directory, "app", "", 0)];
    many.extend(
        names
            .iter()
            .map(|name| (Kind::Regular, name.as_str(), "", 0)),
    );
    assert!(rejected(&packed(&many)).contains("more than 10 files"));
    many.remove(0);
    assert!(rejected(&packed(&many)).contains("unpacked"), "no folder");
}

#[test]
fn names_from_extensions_are_checked_as_others() {
    for (kind, content) in [
        (EntryType::GNULongName, "app/../../escaped\0"),
        (EntryType::XHeader, "25 path=app/../../escape\n"),
        (EntryType::XHeader, "11 size=99\n"),
        (EntryType::XHeader, "22 GNU.sparse.major=1\n"),
    ] {
        let mut tar = Builder::new(Vec::new());
        let long = entry(kind, b"long", "", content.len() as u64);
        tar.append(&long, content.as_bytes()).unwrap();
        let file = entry(EntryType::Regular, b"app/x", "", 1);
        tar.append(&file, &b"x"[..]).unwrap();
        rejected(&gzip(&tar.into_inner().unwrap()));
    }
}

#[test]
fn a_link_is_no_way_out_for_what_comes_after_it() {
    use EntryType as Kind;
    let (result, made) = unpacked(&packed(&[
        (Kind::Directory, "app", "", 0),
        (Kind::Symlink, "app/up", "../..", 0),
        (Kind::Regular, "app/up/escaped", "", 3),
    ]));
    assert!(
        matches!(result, Err(CollectError::Rejected(_))),
        "{result:?}"
    );
    assert_eq!(made, ["app"]);
}

#[test]
fn what_is_no_archive_is_refused_and_what_never_ends_is_cut_off() {
    rejected(b"no gzip at all");
    rejected(&gzip(b"no tar, but longer than nothing"));
    let whole = packed(&[(EntryType::Regular, "app", "", 900)]);
    rejected(&whole[..whole.len() / 2]);
    // Zeros end an archive; so it is a file of them, announced as small, in an entry left out.
    let bomb = packed(&[(EntryType::Fifo, "app/pipe", "", 10 << 20)]);
    assert!(bomb.len() < 200 << 10);
    rejected(&bomb);
}
