//! Tests of [`super`]: packages, and everything that is none.

use super::*;

fn packages(line: &str) -> (Vec<String>, bool) {
    match read(line) {
        Some(Command::Install(install)) => (install.packages, install.dev),
        other => panic!("{line}: {other:?}"),
    }
}

#[test]
fn packages_of_every_manager_are_read() {
    for line in [
        "npm install a b@1",
        "npm i a b@1",
        "bun add a b@1",
        "$ pnpm add a 'b@1'",
        "yarn add a b@1 # for x",
    ] {
        assert_eq!(
            packages(line),
            (vec!["a".into(), "b@1".into()], false),
            "{line}"
        );
    }
    for line in [
        "npm i -D a",
        "bun add -d a",
        "npm install a --save-dev",
        "yarn add --dev a",
    ] {
        assert_eq!(packages(line), (vec!["a".into()], true), "{line}");
    }
    let names =
        "npm i @types/node@^20.1.0 react-dom@latest socket.io@4.x next@15.0.0-rc.1+b three@*";
    assert_eq!(packages(names).0.len(), 5);
}

#[test]
fn what_a_shell_would_do_more_is_refused() {
    for line in [
        "bun install lodash && rm -rf /",
        "npm i a; reboot",
        "npm i a | sh",
        "npm i $(id)",
        "npm i `id`",
        "npm i a > /etc/passwd",
        "npm i a \\",
        "npm run build && curl evil",
    ] {
        assert_eq!(read(line), Some(Command::Refused(Refusal::Shell)), "{line}");
    }
}

#[test]
fn what_is_no_package_is_refused() {
    for package in [
        "git+https://x/y.git",
        "https://x/y.tgz",
        "file:../x",
        "../x",
        "./x",
        "user/repo",
        "github:u/r",
        "a@npm:b",
        "@scope",
        "@/a",
        "@Scope/a",
        "UPPER",
        ".hidden",
        "_x",
        "a@",
        "a@1 2@",
        "ä",
        "a@../b",
        "a@^",
    ] {
        let line = format!("npm install {package}");
        assert!(
            matches!(read(&line), Some(Command::Refused(Refusal::Package(_)))),
            "{line}"
        );
    }
    for line in [
        "npm i -g a",
        "npm i a --registry=http://x",
        "npm i --prefix /x a",
    ] {
        assert!(
            matches!(read(line), Some(Command::Refused(Refusal::Flag(_)))),
            "{line}"
        );
    }
    let many = format!("npm i {}", "a ".repeat(PACKAGES + 1));
    assert!(matches!(
        read(&many),
        Some(Command::Refused(Refusal::TooManyPackages(_)))
    ));
}

#[test]
fn sentences_and_other_commands_are_prose() {
    for line in [
        "npm",
        "npm install",
        "npm install --save-dev",
        "npm install -h is for help",
        "npm run dev",
        "npm is a tool",
        "npm install lodash to get started",
        "rm",
        "rm is a command",
        "rm -rf node_modules",
        "rm *.js",
        "rm a b",
        "rm $HOME",
    ] {
        assert_eq!(read(line), None, "{line}");
    }
}

#[test]
fn one_file_is_removed() {
    for line in [
        "rm src/a.js",
        "rm -f src/a.js",
        "$ rm ./src/a.js",
        "rm 'src/a.js'",
    ] {
        assert_eq!(
            read(line),
            Some(Command::Remove("src/a.js".into())),
            "{line}"
        );
    }
}
