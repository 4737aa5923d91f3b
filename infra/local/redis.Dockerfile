# Redis from the packages of the base image, for docker-compose.yml where none can be pulled.
FROM leo-base
RUN apt-get update \
    && apt-get install -y --no-install-recommends redis-server \
    && rm -rf /var/lib/apt/lists/*
USER redis
# The official image listens to its network; docker-compose.yml publishes no port of it.
CMD ["redis-server"]
