import { defineRailway, postgres, redis, preserve, project, service, volume, github, image, bucket, ref, type VariableValue } from "railway/iac";

const REPO = "acme/shop" as const;
const WATCH = ["package.json", "api/**"];
const COMMON: Record<string, VariableValue> = { LOG_LEVEL: "info", API_KEY: preserve() };

function helper(x: string) { return x + process.env.Y; }

export default defineRailway((ctx) => {
  const prod = ctx.environment === "production";
  const db = postgres("Postgres");
  const cache = redis("cache");
  const files = volume("files", { sizeMB: 20480 });
  const media = bucket("media");
  const api = service("api", {
    source: github(REPO, { branch: "main", rootDirectory: "/api" }),
    build: { builder: "DOCKERFILE", watchPatterns: [...WATCH, "!docs/**"] },
    start: `node ${"dist"}/main.js`,
    preDeploy: "npm run migrate",
    healthcheck: "/health",
    replicas: prod ? 3 : 1,
    domains: ["api.shop.example"],
    volumeMounts: { "/data": files },
    env: {
      ...COMMON,
      DATABASE_URL: db.env.DATABASE_URL,
      PGHOST: db.env.PGHOST,
      REDIS_URL: cache.url(),
      SHARED: ctx.shared.STRIPE_KEY,
      TPL: "${{Postgres.DATABASE_URL}}",
      ODD: helper("x"),
      PORT: "8081",
    },
  });
  const worker = service("worker", {
    source: image("ghcr.io/acme/worker:1"),
    env: { API: api.env.RAILWAY_PRIVATE_DOMAIN, TOKEN: api.env.API_KEY, R: ref(api, "LOG_LEVEL"),
      PUBLIC: "https://${{api.RAILWAY_PUBLIC_DOMAIN}}", JOINED: "http://${{api.RAILWAY_PRIVATE_DOMAIN}}:8081/x" },
    frobnicate: 1,
    networking: { privateNetworkEndpoint: "worker" },
  });
  return project("shop", { resources: [db, cache, api, worker, media] });
});
