# syntax=docker/dockerfile:1
ARG NODE_VERSION=22
FROM node:${NODE_VERSION}-bookworm AS deps
WORKDIR /app
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm \
    npm ci --omit=dev

# The result.
FROM node:${NODE_VERSION}-bookworm-slim
ENV NODE_ENV=production PORT="3000"
COPY --from=deps --chown=node:node /app/node_modules ./node_modules
COPY --chown=node:node . .
USER node
EXPOSE 3000 9229/tcp
HEALTHCHECK --interval=30s --timeout=1m30s --retries=3 CMD ["node", "health.js"]
CMD ["node", "server.js"]
