//! Databases: one per test, cloned from a template that is migrated once.

use std::fmt::Write as _;

use leo_common::store::{Db, MIGRATOR};
use leo_protocol::InstanceId;
use sha2::{Digest as _, Sha256};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tokio::sync::OnceCell;
use url::Url;
use uuid::Uuid;

use crate::config;
use crate::runtime::run_apart;

/// The advisory lock under which the template is made ("leot" in ASCII).
const TEMPLATE_LOCK: i64 = 0x6c65_6f74;

/// How the name of a test's database begins; its uuid tells when it was made.
const PREFIX: &str = "leo_test_";
/// No test takes that long: an older database was left by a run that was killed, in seconds.
const ABANDONED_AFTER: u64 = 3600;

/// The template of this run, once it is there.
static TEMPLATE: OnceCell<String> = OnceCell::const_new();

/// An empty, migrated database of an installation of its own. Gone when dropped.
#[derive(Debug)]
pub struct Database {
    name: String,
    instance: InstanceId,
}

impl Database {
    /// Makes one.
    ///
    /// # Panics
    /// When Postgres refuses.
    pub async fn create() -> Self {
        let template = TEMPLATE.get_or_init(make_template).await;
        let name = format!("{PREFIX}{}", Uuid::now_v7().simple());
        let mut server = connect(&config::database_url()).await;
        let sql = format!("create database {name} template {template}");
        execute(&mut server, &sql).await;
        let mut own = connect(&url_of(&name)).await;
        // A copy would be the same installation, and share containers and Redis keys with it.
        let sql = "update instance set id = gen_random_uuid() returning id";
        let instance: Uuid = sqlx::query_scalar(sql)
            .fetch_one(&mut own)
            .await
            .expect("name the installation");
        let instance = instance.into();
        Self { name, instance }
    }

    /// Where it is.
    #[must_use]
    pub fn url(&self) -> String {
        url_of(&self.name)
    }

    /// The installation's name.
    #[must_use]
    pub const fn instance(&self) -> InstanceId {
        self.instance
    }

    /// The stores over it.
    ///
    /// # Panics
    /// Never, for its URL is one.
    #[must_use]
    pub fn stores(&self) -> Db {
        Db::connect(&self.url()).expect("use the database's URL")
    }

    /// A connection of one's own, to look behind the stores.
    ///
    /// # Panics
    /// When Postgres refuses.
    pub async fn connection(&self) -> PgConnection {
        connect(&self.url()).await
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let sql = format!("drop database {} with (force)", self.name);
        run_apart(async || {
            let mut server = connect(&config::database_url()).await;
            execute(&mut server, &sql).await;
        });
    }
}

/// Makes the template unless an earlier run has left it; its name tells the schema.
async fn make_template() -> String {
    let name = template_name();
    let mut server = connect(&config::database_url()).await;
    let locking = sqlx::query("select pg_advisory_lock($1)").bind(TEMPLATE_LOCK);
    locking
        .execute(&mut server)
        .await
        .expect("lock the templates");
    drop_abandoned(&mut server).await;
    let known = sqlx::query("select from pg_database where datname = $1").bind(&name);
    if known
        .fetch_optional(&mut server)
        .await
        .expect("look for the template")
        .is_none()
    {
        // Under another name until it is whole.
        let draft = format!("{name}_draft");
        execute(
            &mut server,
            &format!("drop database if exists {draft} with (force)"),
        )
        .await;
        execute(&mut server, &format!("create database {draft}")).await;
        let mut migrating = connect(&url_of(&draft)).await;
        MIGRATOR
            .run(&mut migrating)
            .await
            .expect("migrate the template");
        migrating.close().await.expect("leave the template");
        execute(
            &mut server,
            &format!("alter database {draft} rename to {name}"),
        )
        .await;
    }
    name
}

/// Removes what killed runs have left on a server that outlives them.
async fn drop_abandoned(server: &mut PgConnection) {
    let query = sqlx::query_scalar("select datname::text from pg_database");
    let names: Vec<String> = query
        .fetch_all(&mut *server)
        .await
        .expect("list the databases");
    let now = Uuid::now_v7()
        .get_timestamp()
        .map_or(0, |time| time.to_unix().0);
    for name in names {
        let id = name
            .strip_prefix(PREFIX)
            .and_then(|id| Uuid::parse_str(id).ok());
        let made = id
            .and_then(|id| id.get_timestamp())
            .map(|time| time.to_unix().0);
        if made.is_some_and(|made| made + ABANDONED_AFTER < now) {
            execute(
                server,
                &format!("drop database if exists {name} with (force)"),
            )
            .await;
        }
    }
}

fn template_name() -> String {
    let mut hash = Sha256::new();
    for migration in MIGRATOR.iter() {
        hash.update(migration.version.to_be_bytes());
        hash.update(&migration.checksum);
    }
    let mut name = "leo_template_".to_owned();
    for byte in &hash.finalize()[..6] {
        // Writing to a String cannot fail.
        let _ = write!(name, "{byte:02x}");
    }
    name
}

async fn connect(url: &str) -> PgConnection {
    PgConnection::connect(url)
        .await
        .expect("connect to Postgres (DATABASE_URL)")
}

async fn execute(connection: &mut PgConnection, sql: &str) {
    let done = sqlx::query(AssertSqlSafe(sql)).execute(connection).await;
    done.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

fn url_of(database: &str) -> String {
    let mut url = Url::parse(&config::database_url()).expect("DATABASE_URL is a URL");
    url.set_path(database);
    url.into()
}
