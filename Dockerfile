# The image of the webhook: the bundled program on Node.js, without shell, package manager or node_modules.
#
#   docker build -t nodelocal-otlp:0.1.0 .
#
# Base images are pinned by tag, so that a build takes their security fixes. Who wants the same bytes every time pins both by
# digest as well (NAME:TAG@sha256:...), which docker buildx imagetools inspect NAME:TAG shows.

FROM node:24.21.0-bookworm-slim AS build
WORKDIR /build
# First what decides about dependencies, so that a change of the source does not install them again.
COPY package.json package-lock.json .npmrc ./
COPY .ci/node/package.json .ci/node/
# Without the workspace that brings Node.js itself: it is here already.
RUN npm ci --ignore-scripts --workspaces=false
COPY scripts ./scripts
COPY src ./src
RUN node scripts/build.ts

FROM gcr.io/distroless/nodejs24-debian12:nonroot
WORKDIR /app
COPY LICENSE package.json ./
COPY --from=build /build/dist ./dist
# As a number: the kubelet cannot tell whether a name is root, and refuses it where runAsNonRoot is set.
USER 65532:65532
EXPOSE 8443 8080
# The small semi-space keeps memory flat under load: reviews are short-lived, and what they leave is collected sooner (326
# against 457 MiB at worst). No compile cache: it saves 70 of 345 ms, and serves one user and one release of Node.js only.
ENTRYPOINT ["/nodejs/bin/node", "--max-semi-space-size=2", "/app/dist/main.js"]
CMD ["serve"]
