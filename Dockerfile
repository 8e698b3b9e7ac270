# The program with git, for Kubernetes (deploy/kubernetes) and other schedulers of containers.
#   docker build --tag registry.example.com/sync-runner .
FROM node:24-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm pack --pack-destination /tmp \
  && npm install --global --prefix /out --ignore-scripts --no-audit --no-fund /tmp/sync-runner-*.tgz

FROM node:24-slim
# The version of git is that of the Debian release of the base image.
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates git \
  && rm -rf /var/lib/apt/lists/*
COPY --from=build /out/lib/node_modules/sync-runner /usr/local/lib/node_modules/sync-runner
# A new volume of Docker or podman takes the owner of the directory on which it is mounted.
RUN ln -s ../lib/node_modules/sync-runner/bin/sync-runner.cjs /usr/local/bin/sync-runner \
  && install --directory --owner=1000 --group=1000 /workspace
# Needs no other writable directory than the workspace and /tmp.
ENV HOME=/workspace SYNC_RUNNER_WORKSPACE=/workspace
WORKDIR /workspace
# A number, so that Kubernetes can verify runAsNonRoot.
USER 1000:1000
HEALTHCHECK --interval=5m --timeout=30s --start-period=1h \
  CMD ["sync-runner", "status", "--check", "--quiet"]
ENTRYPOINT ["sync-runner"]
CMD ["run", "--scheduled", "--log-to-stdout"]
