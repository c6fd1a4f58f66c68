import { defineRailway, project, service } from "railway/iac";

export default defineRailway(() => {
  const web = service("web", {
  return project("shop", { resources: [web] });
});
