import { writeFileSync } from "node:fs";
import { bucket, defineRailway, image, project, ref, service } from "railway/iac";

writeFileSync("/tmp/vibely-was-run", "yes");
const loop = loop2;
const loop2 = loop;
const again = (x: string) => again(x);
const a0 = ["x"];
const a1 = [...a0, ...a0, ...a0, ...a0];
const a2 = [...a1, ...a1, ...a1, ...a1];
const a3 = [...a2, ...a2, ...a2, ...a2];
const a4 = [...a3, ...a3, ...a3, ...a3];
const a5 = [...a4, ...a4, ...a4, ...a4];
const a6 = [...a5, ...a5, ...a5, ...a5];
const a7 = [...a6, ...a6, ...a6, ...a6];
const a8 = [...a7, ...a7, ...a7, ...a7];
const a9 = [...a8, ...a8, ...a8, ...a8];
const VERSION = "v1";
const ours = (app: string) => image(`ghcr.io/acme/${app}:${VERSION}`);
const names = ["a", "b"].map((name) => service(name, { start: `node ${name}.js` }));

export default defineRailway(() => {
  const media = bucket("media");
  const api = service("api", {
    source: ours("api"),
    regions: { ["europe-west4"]: 2 },
    networking: { serviceDomains: { "api.up.railway.app": { port: 3000 } } },
    env: { BUCKET: ref(media, "BUCKET") },
  });
  const web = service("web", { start: loop, env: { HOME_DIR: process.env.HOME, LOOP: again("x"), ...names } });
  const huge = service("huge", { build: { watchPatterns: a9 } });
  return project("shop", { resources: [web, ...names] });
});
