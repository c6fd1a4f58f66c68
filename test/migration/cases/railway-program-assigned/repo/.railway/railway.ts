import { defineRailway, project, redis, service } from "railway/iac";

export default defineRailway(() => {
  const cache = redis("cache");
  cache.deploy = { numReplicas: 2 };
  const api = service("api", { start: "node api.js" });
  return project("shop", { resources: [cache, api] });
});
