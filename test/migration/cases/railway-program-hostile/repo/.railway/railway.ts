import { writeFileSync } from "node:fs";
import { defineRailway, project, service } from "railway/iac";

writeFileSync("/tmp/vibely-was-run", "yes");
const loop = loop2;
const loop2 = loop;
const names = ["a", "b"].map((name) => service(name, { start: `node ${name}.js` }));

export default defineRailway(() => {
  const web = service("web", { start: loop, env: { HOME_DIR: process.env.HOME, ...names } });
  return project("shop", { resources: [web, ...names] });
});
