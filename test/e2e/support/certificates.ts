import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scratch } from './paths.ts';
import { makeCa } from './postgres.ts';
import { run } from './process.ts';

export interface CertificateAuthority {
  /** For NODE_EXTRA_CA_CERTS. */
  file: string;
  /** Signs a certificate for a name. @param days it is valid; negative for one that has ended. @returns a PEM file with its key */
  issue(name: string, days?: number): Promise<string>;
}

/** An authority of the test's own. */
export async function startAuthority(): Promise<CertificateAuthority> {
  const directory = scratch('certificates');
  const at = (file: string) => join(directory, file);
  await makeCa(directory, 'ca');
  let count = 0;
  return {
    file: at('ca.crt'),
    issue: async (name, days = 60) => {
      const own = String(count++);
      writeFileSync(at(`${own}.names`), `subjectAltName=DNS:${name}\n`);
      const key = [
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-keyout',
        at(`${own}.key`),
      ];
      await run('openssl', ['req', ...key, '-subj', `/CN=${name}`, '-out', at(`${own}.csr`)]);
      const signer = [
        '-CA',
        at('ca.crt'),
        '-CAkey',
        at('ca.key'),
        '-set_serial',
        String(count),
        '-days',
        String(days),
      ];
      const files = ['-in', at(`${own}.csr`), '-out', at(`${own}.crt`), '-extfile', at(`${own}.names`)];
      await run('openssl', ['x509', '-req', ...files, ...signer]);
      const pem = at(`${own}.pem`);
      writeFileSync(pem, Buffer.concat([readFileSync(at(`${own}.crt`)), readFileSync(at(`${own}.key`))]));
      return pem;
    },
  };
}
