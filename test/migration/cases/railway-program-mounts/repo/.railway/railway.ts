import { defineRailway, postgres, project, redis, service, volume } from "railway/iac";

export default defineRailway((ctx) => {
  const db = postgres("db", { version: "16.3", region: "us-west2" });
  const cache = redis("cache");
  const uploads = volume("uploads", { sizeMB: 20480 });
  const more = volume("more");
  const api = service("api", {
    start: "node api.js",
    volumeMounts: [
      { volume: uploads, mountPath: "/data" },
      { volume: more, mountPath: "/more" },
    ],
  });
  const odd = service("odd", { start: "node odd.js", volumeMounts: uploads });
  const nameless = service("nameless", { start: "node nameless.js", volumeMounts: [uploads] });
  const detached = service("detached", { start: "node detached.js", volumeMounts: { "vol_old": null } });
  return project("shop", { resources: [db, cache, api, odd, nameless, detached], on: process.env.RAILWAY_PUBLIC_DOMAIN });
});
