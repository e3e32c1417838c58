# Sallyport in a container: a build stage with the compiler, and a small image that only runs.
#
#   docker build -t sallyport .
#   docker run --read-only -v sallyport-data:/data -p 127.0.0.1:8080:8080 \
#     -e SALLYPORT_GATEWAY_HOST=0.0.0.0 -e SALLYPORT_GATEWAY_OPEN=true sallyport

FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN ["npm", "ci", "--ignore-scripts"]
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN ["npm", "run", "build"]

FROM node:24-bookworm-slim AS production
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN ["npm", "ci", "--omit=dev", "--ignore-scripts"]

FROM node:24-bookworm-slim
# One arena of the C library: each thread's own would only keep what it gave back.
ENV NODE_ENV=production \
    MALLOC_ARENA_MAX=1 \
    SALLYPORT_DATA_DIR=/data
WORKDIR /app
COPY --from=production /app/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY package.json LICENSE ./
COPY config ./config
COPY models ./models
COPY deploy/health-check.mjs ./deploy/health-check.mjs
# The one folder that is written; the rest of the file system may be read-only.
RUN ["install", "-d", "-m", "0700", "-o", "10001", "-g", "10001", "/data"]
VOLUME ["/data"]
USER 10001:10001
EXPOSE 8080 8081
HEALTHCHECK --interval=15s --timeout=5s --start-period=10s --retries=3 CMD ["node", "deploy/health-check.mjs"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "--max-semi-space-size=16", "dist/main.js"]
CMD ["serve"]
