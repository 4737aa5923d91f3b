# The generator's image: one static binary and an empty workspace, nothing to exploit and nothing to
# pull. The build context holds `leo-generator` and the folder `workspace/app`.
FROM scratch
COPY leo-generator /leo-generator
# A volume over /workspace takes these owners over, so that the generator can write to it.
COPY --chown=10001:10001 workspace /workspace
USER 10001:10001
WORKDIR /workspace/app
ENTRYPOINT ["/leo-generator"]
