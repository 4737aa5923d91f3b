# The generator's image for apps of the kind `node`: as generator.Dockerfile, with node, npm and the
# packages that can be installed without a network. `make node-image` builds it; the build context
# holds `leo-generator`, the folder `npm` (made by infra/node/) and the folder `workspace/app`.
#
# The base needs node 20.19 or later with npm in PATH, `sh` and `env`, and glibc. Where none can be pulled,
# scripts/base-image --node makes one.
ARG NODE_BASE=node:24-bookworm-slim
FROM ${NODE_BASE}
COPY npm /opt/leo/npm
COPY leo-generator /leo-generator
# A volume over /workspace takes these owners over, so that the generator can write to it.
COPY --chown=10001:10001 workspace /workspace
USER 10001:10001
WORKDIR /workspace/app
ENTRYPOINT ["/leo-generator"]
CMD []
