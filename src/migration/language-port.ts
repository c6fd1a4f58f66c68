import { parseLine } from './commands.ts';
import { portOfSteps } from './commands-port.ts';
import type { Service } from './plan.ts';

/** Whether something sends requests to a service. */
export const serves = ({ kind }: Service): boolean => kind === 'web' || kind === 'private';

const namedPort = (line: string | undefined) =>
  line === undefined ? undefined : portOfSteps(parseLine(line).steps);

/** Whether the platform's file, the command or the code names a port. */
export function isPortFixed({ port }: Service, line: string | undefined, coded: number | undefined): boolean {
  const named = namedPort(line);
  return port !== undefined || named?.kind === 'fixed' || (named === undefined && coded !== undefined);
}

/** The port on which a service listens; `undefined` for what serves nobody, or where nothing says it. */
export function portOf(
  service: Service,
  { app, own }: { readonly app?: { readonly port: number }; readonly own?: { readonly port?: number } },
  line: string | undefined,
  coded: number | undefined,
): number | undefined {
  if (!serves(service)) return undefined;
  if (service.port !== undefined) return service.port;
  const named = namedPort(line);
  if (named?.kind === 'fixed') return named.port;
  if (named === undefined && coded !== undefined) return coded;
  return own?.port ?? app?.port ?? (own ? 8000 : undefined);
}
