# Leo's images: `api`, `worker`, `generator` and `generator-node` are targets of this one file, because they come out
# of one build. The base images are arguments; docs/operations.md shows how to make them on a
# machine that cannot pull any (scripts/base-image).
ARG RUST_BASE=rust:1-bookworm
ARG BASE=debian:bookworm-slim
# Node 20.19 or later with npm, `sh` and `env`, and glibc.
ARG NODE_BASE=node:24-bookworm-slim

# ---------------------------------------------------------------------------------------- console
# Packages apart, so that they are fetched again only when they change.
FROM ${NODE_BASE} AS console
WORKDIR /src
COPY console/package.json console/package-lock.json ./
COPY console/stream/package.json stream/package.json
COPY console/contract/package.json contract/package.json
COPY console/app/package.json app/package.json
COPY console/browser/package.json browser/package.json
RUN npm ci --no-audit --no-fund
COPY console .
RUN npm run build --workspace stream && npm run build --workspace app

# ------------------------------------------------------------------------------------------ build
# The base needs cargo, a C compiler, and a glibc no newer than the one of BASE.
FROM ${RUST_BASE} AS build
WORKDIR /src
COPY . .
# Becomes part of leo-api.
COPY --from=console /src/app/dist console/app/dist
ENV SQLX_OFFLINE=true
RUN cargo build --locked --release --package leo-api --package leo-worker \
    && install -D -t /out target/release/leo-api target/release/leo-worker \
    && rm -rf target
# Static, because its image holds nothing else.
RUN host=$(rustc -vV | sed -n 's/^host: //p') \
    && RUSTFLAGS="-C target-feature=+crt-static" \
       cargo build --locked --profile generator --package leo-generator --target "$host" \
    && install -D -t /out "target/$host/generator/leo-generator" \
    && mkdir -p /out/workspace/app \
    && rm -rf target

# -------------------------------------------------------------------------------------- generator
# As in generator.Dockerfile, which `leo dev` uses with a generator that is built already.
FROM scratch AS generator
COPY --from=build /out/leo-generator /leo-generator
COPY --from=build --chown=10001:10001 /out/workspace /workspace
USER 10001:10001
WORKDIR /workspace/app
ENTRYPOINT ["/leo-generator"]

# ---------------------------------------------------------------------------------- generator-ecs
# ECS mounts empty volumes over the two folders that can be written to, and they are root's unless the
# image names the same folders as volumes: then they begin with what is there, owners included.
FROM generator AS generator-ecs
COPY --from=build --chown=10001:10001 /out/workspace/app /tmp
VOLUME ["/workspace", "/tmp"]

# ---------------------------------------------------------------------- what api and worker share
# One user with one number, because they share the folder of the artifacts.
FROM ${BASE} AS runtime
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --home-dir /var/lib/leo --shell /usr/sbin/nologin leo \
    && install -d -o leo -g leo /var/lib/leo /var/lib/leo/artifacts
USER leo
WORKDIR /var/lib/leo

# ------------------------------------------------------------------------------------------ api
FROM runtime AS api
COPY --from=build /out/leo-api /usr/local/bin/leo-api
EXPOSE 5013
ENTRYPOINT ["leo-api"]

# ---------------------------------------------------------------------------------------- worker
FROM runtime AS worker
COPY --from=build /out/leo-worker /usr/local/bin/leo-worker
ENTRYPOINT ["leo-worker"]

# --------------------------------------------------------------------------------- generator-node
# As in generator-node.Dockerfile: for apps of the kind `node`. Last, because older builders build every stage
# before the one that is asked for.
FROM ${NODE_BASE} AS node-packages
WORKDIR /src
COPY infra/node .
RUN mkdir /work && ./fetch.sh /work /out && rm -rf /work

FROM ${NODE_BASE} AS generator-node
COPY --from=node-packages /out /opt/leo/npm
COPY --from=build /out/leo-generator /leo-generator
COPY --from=build --chown=10001:10001 /out/workspace /workspace
USER 10001:10001
WORKDIR /workspace/app
ENTRYPOINT ["/leo-generator"]
CMD []
