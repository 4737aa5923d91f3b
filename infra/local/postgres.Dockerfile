# PostgreSQL from the packages of the base image, for docker-compose.yml where none can be pulled.
# Understands the few settings of the official image that docker-compose.yml uses.
FROM leo-base
RUN mkdir -p /etc/postgresql-common/createcluster.d \
    && echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.d/none.conf \
    && apt-get update \
    && apt-get install -y --no-install-recommends postgresql \
    && rm -rf /var/lib/apt/lists/* \
    && ln -s /usr/lib/postgresql/*/bin /usr/local/pgsql \
    && install -d -o postgres -g postgres -m 700 /var/lib/postgresql/data
ENV PATH=/usr/local/pgsql:$PATH PGDATA=/var/lib/postgresql/data
COPY postgres-start /usr/local/bin/postgres-start
USER postgres
VOLUME /var/lib/postgresql/data
# SIGINT: a fast shutdown, which does not wait for clients.
STOPSIGNAL SIGINT
ENTRYPOINT ["postgres-start"]
