//! What an installation is to be like.

use std::path::PathBuf;

use tokio::sync::{Semaphore, SemaphorePermit};

use super::{Leo, Mode, Servers};
use crate::chaos::pg_proxy::PgProxy;
use crate::config;
use crate::database::Database;
use crate::engine::Engine;
use crate::model_server::{MODEL, ModelServer};
use crate::redis::Redis;

/// Installations at once: more would only slow each other down.
const AT_ONCE: usize = 6;
/// Installations with containers at once.
const WITH_CONTAINERS_AT_ONCE: usize = 3;

static PLACES: Semaphore = Semaphore::const_new(AT_ONCE);
static PLACES_WITH_CONTAINERS: Semaphore = Semaphore::const_new(WITH_CONTAINERS_AT_ONCE);

/// The wishes of a test; made by [`Leo::in_mode`].
#[derive(Debug, Clone)]
pub struct Builder {
    pub(super) mode: Mode,
    apis: usize,
    workers: usize,
    own_redis: bool,
    proxy: bool,
    pub(super) complains: bool,
    pub(super) generator: PathBuf,
    image: Option<String>,
    pub(super) engine: Option<String>,
    pub(super) settings: Vec<(String, String)>,
}

impl Builder {
    pub(super) fn new(mode: Mode) -> Self {
        Self {
            mode,
            apis: 1,
            workers: 1,
            own_redis: false,
            proxy: false,
            complains: false,
            generator: config::mini_generator(),
            image: None,
            engine: None,
            settings: Vec::new(),
        }
    }

    /// So many API processes; one if not said.
    #[must_use]
    pub const fn apis(mut self, count: usize) -> Self {
        self.apis = count;
        self
    }

    /// So many workers; one if not said.
    #[must_use]
    pub const fn workers(mut self, count: usize) -> Self {
        self.workers = count;
        self
    }

    /// A Redis of its own, to be killed.
    #[must_use]
    pub const fn own_redis(mut self) -> Self {
        self.own_redis = true;
        self
    }

    /// A proxy between the first worker and Postgres, to be closed and cut. It stands still with the
    /// test, so whoever uses it waits until that worker has cleared everything away.
    #[must_use]
    pub const fn cut_off(mut self) -> Self {
        self.proxy = true;
        self
    }

    /// The test breaks what Leo keeps: its log has to say so, as an error.
    #[must_use]
    pub const fn complains(mut self) -> Self {
        self.complains = true;
        self
    }

    /// The real generator with the demo provider, in no time; else it is the mini-generator, whose
    /// prompts are scripts.
    #[must_use]
    pub fn demo(mut self) -> Self {
        self.generator = config::generator();
        self.set("LLM_PROVIDER", "demo").set("DEMO_SPEED", "0")
    }

    /// The real generator with the model at this server. Containers share the machine's network, since the
    /// tests' engine gives them none of their own.
    #[must_use]
    pub fn model(mut self, server: &ModelServer) -> Self {
        self.generator = config::generator();
        self.set("LLM_PROVIDER", "openai")
            .set("LLM_BASE_URL", &server.url())
            .set("LLM_MODEL", MODEL)
            .set("CONTAINER_NETWORK", "host")
    }

    /// This image, whether it exists or not.
    #[must_use]
    pub fn image(mut self, name: &str) -> Self {
        self.image = Some(name.to_owned());
        self
    }

    /// The containers run on the engine at this address.
    #[must_use]
    pub fn on_engine(mut self, host: String) -> Self {
        self.engine = Some(host);
        self
    }

    /// A setting of all processes.
    #[must_use]
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Starts everything and waits until it is ready.
    ///
    /// # Panics
    /// When something does not come up.
    pub async fn start(self) -> Leo {
        let places = self.places().await;
        let engine = match self.mode {
            Mode::Process => None,
            Mode::Docker => Some(match &self.engine {
                Some(host) => Engine::at(host),
                None => Engine::connect(),
            }),
        };
        let image = match (&self.image, &engine) {
            (Some(image), _) => Some(image.clone()),
            (None, Some(engine)) => Some(engine.image(&self.generator).await),
            (None, None) => None,
        };
        let redis = if self.own_redis {
            Some(Redis::start().await)
        } else {
            None
        };
        let (apis, workers) = (self.apis, self.workers);
        let database = Database::create().await;
        let proxy = if self.proxy {
            Some(PgProxy::start(&database.url(), None).await)
        } else {
            None
        };
        let servers = Servers {
            redis,
            proxy,
            engine,
        };
        let mut leo = Leo::empty(self, database, servers, image, places);
        for _ in 0..apis {
            leo.start_api().await;
        }
        for _ in 0..workers {
            leo.start_worker().await;
        }
        leo
    }

    async fn places(&self) -> Vec<SemaphorePermit<'static>> {
        let mut places = Vec::new();
        // In this order, or those that wait for the engine would hold up those that need none.
        if self.mode == Mode::Docker {
            places.push(
                PLACES_WITH_CONTAINERS
                    .acquire()
                    .await
                    .expect("never closed"),
            );
        }
        places.push(PLACES.acquire().await.expect("never closed"));
        places
    }
}
