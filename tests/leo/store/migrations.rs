//! Migrations: up, down and up again, and side by side.

use leo_common::store::MIGRATOR;
use leo_tests::{Database, wait_for};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{Connection as _, Executor as _, PgConnection, SqlSafeStr as _};

/// Everything that migrations make, one line each, without the places of columns in their tables: a
/// column that goes and comes again comes last.
const SCHEMA: &str = "
  with own as (select oid, relname from pg_class
                where relnamespace = 'public'::regnamespace and relname !~ '^_sqlx')
  select concat_ws(' ', 'column', own.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                   a.attidentity, pg_get_expr(d.adbin, d.adrelid))
    from own join pg_attribute a on a.attrelid = own.oid and a.attnum > 0 and not a.attisdropped
    join pg_class c on c.oid = own.oid and c.relkind in ('r', 'v', 'm', 'p')
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  union all
  select concat_ws(' ', 'relation', c.relname, c.relkind, c.relpersistence, c.reloptions)
    from pg_class c join own using (oid)
  union all
  select concat_ws(' ', 'constraint', own.relname, k.conname, pg_get_constraintdef(k.oid))
    from pg_constraint k join own on own.oid = k.conrelid
  union all
  select concat_ws(' ', 'index', pg_get_indexdef(i.indexrelid), i.indisvalid)
    from pg_index i join own on own.oid = i.indexrelid
  union all
  select 'function ' || pg_get_functiondef(p.oid) from pg_proc p where p.pronamespace = 'public'::regnamespace
  union all
  select 'trigger ' || pg_get_triggerdef(t.oid) from pg_trigger t join own on own.oid = t.tgrelid where not t.tgisinternal
  order by 1";

async fn schema(connection: &mut PgConnection) -> Vec<String> {
    let lines = sqlx::query_scalar(SCHEMA).fetch_all(connection).await;
    lines.unwrap()
}

fn versions() -> Vec<i64> {
    let up = MIGRATOR
        .iter()
        .filter(|migration| !migration.migration_type.is_down_migration());
    up.map(|migration| migration.version).collect()
}

#[tokio::test]
async fn each_step_down_undoes_its_step_up() {
    let database = Database::create().await;
    let mut connection = database.connection().await;
    let whole = schema(&mut connection).await;
    assert!(whole.len() > 100, "{}", whole.len());
    MIGRATOR.undo(&mut connection, 0).await.unwrap();
    let mut before = vec![schema(&mut connection).await];
    assert_eq!(before[0], Vec::<String>::new());
    for version in versions() {
        MIGRATOR.run_to(version, &mut connection).await.unwrap();
        before.push(schema(&mut connection).await);
    }
    assert_eq!(before.last(), Some(&whole));
    let mut below = versions();
    below.insert(0, 0);
    for (version, expected) in below.iter().zip(&before).rev().skip(1) {
        MIGRATOR.undo(&mut connection, *version).await.unwrap();
        let found = schema(&mut connection).await;
        assert!(
            found == *expected,
            "down to {version}: {:#?}",
            difference(expected, &found)
        );
    }
    MIGRATOR.run(&mut connection).await.unwrap();
    assert_eq!(schema(&mut connection).await, whole);
}

fn difference(expected: &[String], found: &[String]) -> Vec<String> {
    let missing = expected.iter().filter(|line| !found.contains(line));
    let extra = found.iter().filter(|line| !expected.contains(line));
    let missing = missing.map(|line| format!("missing: {line}"));
    missing
        .chain(extra.map(|line| format!("extra: {line}")))
        .collect()
}

/// This version's migrations and one more, as the next version has them.
fn newer() -> Migrator {
    let index = Migration::new(
        99_990_101_000_000,
        "index".into(),
        MigrationType::ReversibleUp,
        "create index concurrently one_more on jobs (model)".into_sql_str(),
        true,
    );
    let mut migrations: Vec<_> = MIGRATOR.iter().cloned().collect();
    migrations.push(index);
    Migrator::with_migrations(migrations)
}

/// How many connections of Leo have this in their last statement.
async fn at(connection: &mut PgConnection, what: &str, waiting: bool) -> i64 {
    let asked = sqlx::query_scalar(
        "select count(*) from pg_stat_activity
          where datname = current_database() and application_name = 'leo'
            and strpos(query, $1) > 0 and (wait_event_type = 'Lock' or not $2)",
    );
    asked
        .bind(what)
        .bind(waiting)
        .fetch_one(connection)
        .await
        .unwrap()
}

/// An index that is built concurrently waits for all older snapshots; whoever waits for his turn
/// meanwhile must not have one.
#[tokio::test]
async fn an_index_is_built_concurrently_while_others_wait_for_their_turn() {
    let database = Database::create().await;
    let mut look = database.connection().await;
    let mut reader = database.connection().await;
    let mut old = reader.begin().await.unwrap();
    old.execute("set transaction isolation level repeatable read")
        .await
        .unwrap();
    old.execute("select 1").await.unwrap();
    let migrate = || {
        let db = database.stores();
        tokio::spawn(async move { db.migrate_by(&newer()).await })
    };
    let mut starts = vec![migrate()];
    wait_for("index that waits", async || {
        (at(&mut look, "create index concurrently", true).await == 1).then_some(())
    })
    .await;
    starts.extend([migrate(), migrate()]);
    wait_for("others that wait", async || {
        (at(&mut look, "advisory_lock", false).await == 2).then_some(())
    })
    .await;
    old.rollback().await.unwrap();
    for start in starts {
        tokio::time::timeout(leo_tests::DEADLINE, start)
            .await
            .unwrap()
            .unwrap()
            .unwrap();
    }
    let valid: bool = sqlx::query_scalar(
        "select indisvalid from pg_index where indexrelid = 'one_more'::regclass",
    )
    .fetch_one(&mut look)
    .await
    .unwrap();
    assert!(valid);
    // A deploy that is taken back: the schema is ahead.
    database.stores().migrate().await.unwrap();
}
