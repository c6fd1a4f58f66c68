import type { ScriptSource } from './commands-scripts.ts';
import { hasSecret } from './commands-secrets.ts';
import { secretInScript } from './language-findings.ts';
import { below } from './languages/build.ts';
import { readPackageJson } from './languages/package-json.ts';
import type { Evidence, Finding } from './plan.ts';
import type { SourceRepo } from './repo.ts';

/** Where the parts of a command are looked up. */
export interface CommandSource extends ScriptSource {
  /** Whether a program is among those that the app's packages bring. */
  readonly isInstalled: (program: string) => boolean;
  /** What was found while it was asked. */
  readonly findings: readonly Finding[];
}

/** The scripts of a folder. Those with a secret in them are not looked into: what they run would be written down elsewhere. */
export function sourceOf(repo: SourceRepo, root: string): CommandSource {
  const app = readPackageJson(repo, root);
  const findings: Finding[] = [];
  const looked = (text: string | undefined, what: string, place: () => Evidence): string | undefined => {
    if (text === undefined || !hasSecret(text)) return text;
    findings.push(secretInScript(what, place()));
    return undefined;
  };
  return {
    findings,
    npm: (name) =>
      looked(app?.scripts.get(name), `The script ${name} of package.json`, () =>
        app ? app.place('scripts', name) : { file: 'package.json', line: 1 },
      ),
    file: (path) => looked(repo.text(below(root, path)), path, () => ({ file: below(root, path), line: 1 })),
    isInstalled: (program) =>
      app !== undefined &&
      [...app.dependencies, ...app.devDependencies].some(
        (name) => name === program || name.startsWith(`@${program}/`) || name === `${program}-cli`,
      ),
  };
}
