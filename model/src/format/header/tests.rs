//! Tests of [`super`]: what models write instead of what they were asked for.

use super::*;

fn parts(line: &str) -> Option<(Target, String, String)> {
    read(line).map(|header| (header.target, header.path, header.marker))
}

#[test]
fn every_usual_way_to_write_a_file_is_understood() {
    for line in [
        "cat > src/a.js << 'EOF'",
        "cat >src/a.js <<EOF",
        "cat>src/a.js<<EOF",
        "CAT > src/a.js << EOF",
        "$ cat > src/a.js << EOF",
        "cat > \"src/a.js\" << \"EOF\"",
        "cat > 'src/a.js\" << 'EOF\"",
        "cat > `src/a.js` << \\EOF",
        "cat > ./src/a.js << 'EOF",
        "cat > src/a.js <<-EOF",
        "cat << 'EOF' > src/a.js",
        "cat <<EOF >src/a.js",
        "cat << 'EOF' | tee src/a.js",
        "cat << 'EOF' | tee src/a.js > /dev/null",
        "tee src/a.js << 'EOF'",
        "tee src/a.js > /dev/null << 'EOF'",
        "tee src/a.js <<EOF > /dev/null",
        "mkdir -p src && cat > src/a.js << 'EOF'",
        "mkdir -p src lib; cat > src/a.js << 'EOF'",
        "cat > src/a.js << 'EOF' # the file",
        "cat >| src/a.js << 'EOF'",
    ] {
        let expected = (Target::Whole, "src/a.js".to_owned(), "EOF".to_owned());
        assert_eq!(parts(line), Some(expected), "{line}");
        assert_eq!(read(line).unwrap().extra, "", "{line}");
    }
}

#[test]
fn patches_and_appends_are_told_apart() {
    for line in [
        "cat << 'M' | patch a.js",
        "cat <<M | patch -p0 -u a.js",
        "patch a.js << 'M'",
    ] {
        assert_eq!(parts(line).unwrap().0, Target::Patch, "{line}");
        assert_eq!(parts(line).unwrap().1, "a.js", "{line}");
    }
    for line in ["cat >> a.js << 'M'", "cat << M >> a.js", "tee -a a.js << M"] {
        assert_eq!(parts(line).unwrap().0, Target::Append, "{line}");
    }
}

#[test]
fn what_follows_a_header_is_handed_back() {
    let header = read("cat > a.js << 'EOF' && rm -rf /").unwrap();
    assert_eq!(
        (header.path.as_str(), header.extra.as_str()),
        ("a.js", "&& rm -rf /")
    );
    let header = read("cat << 'EOF' > a.js; npm i").unwrap();
    assert_eq!(
        (header.path.as_str(), header.extra.as_str()),
        ("a.js", "; npm i")
    );
}

#[test]
fn paths_may_hold_blanks_and_signs() {
    for path in ["my file.txt", "app/routes/$id.tsx", "app/(group)/[id].tsx"] {
        let line = format!("cat > {path} << 'EOF'");
        assert_eq!(parts(&line).unwrap().1, path);
    }
}

#[test]
fn other_lines_are_no_headers() {
    for line in [
        "",
        "cat",
        "cat a.js",
        "cat > a.js",
        "cat << 'EOF'",
        "cat > a.js <<",
        "cats > a.js << 'EOF'",
        " cat > a.js << 'EOF'",
        "cat a.js > b.js << 'EOF'",
        "mkdir -p src",
        "cat <<< word > a",
        "category << 'EOF'",
    ] {
        assert_eq!(read(line), None, "{line:?}");
    }
}

#[test]
fn lengths_are_read_from_comments() {
    let of = |line| read(line).unwrap().length;
    let expected = Length {
        unit: Unit::Lines,
        count: 3,
    };
    assert_eq!(of("cat > a << 'EOF' # lines: 3"), Some(expected));
    assert_eq!(of("cat > a << 'EOF' # lines: three"), None);
    assert_eq!(length("# bytes: 12").unwrap().unit, Unit::Bytes);
    assert_eq!(length("# hours: 12"), None);
}
