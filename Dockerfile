# syntax=docker/dockerfile:1
# Two images from one build: `worker` (the default) and `simulators` (DomainNameAPI, WHMCS and Blesta stand-ins, no npm package).
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=optional
COPY tsconfig.json tsconfig.build.json ./
COPY .ci/build.ts .ci/build.ts
COPY src src
COPY providers providers
COPY jobs jobs
COPY test/simulators test/simulators
RUN npm run build

# What the worker needs to run. The optional packages bring a Node and an in-memory Redis: the image has the one, refuses the other.
FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts

FROM ${NODE_IMAGE} AS simulators
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /build/dist/package.json dist/package.json
COPY --from=build /build/dist/test/simulators dist/test/simulators
# The image's own user `node`, as a number: "must not run as root" can then be checked without asking the image.
USER 1000:1000
STOPSIGNAL SIGTERM
ENTRYPOINT ["node"]

FROM ${NODE_IMAGE} AS worker
ENV NODE_ENV=production KEYTURN_CONFIG=/etc/keyturn/keyturn.yaml
WORKDIR /app
COPY package.json ./
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /build/dist dist
USER 1000:1000
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "dist/src/cli/main.js"]
CMD ["worker"]
