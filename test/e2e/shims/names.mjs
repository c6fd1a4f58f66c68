// Preloaded into the commands under test: the DNS server of the test (support/names.ts) answers for the whole world.
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import { isIP } from 'node:net';

// npm itself is no command under test: it installs from a registry that only the machine's own DNS knows.
const isNpm = /[\\/]np[mx](-cli\.js)?$/.test(process.argv[1] ?? '');

/** What the system's own look-up would say, had it been asked by way of that server. */
function lookup(original) {
  return (name, options, done) => {
    const [settings, callback] = typeof options === 'function' ? [{}, options] : [options, done];
    if (isIP(name) || /(^|\.)localhost$/.test(name)) return original(name, settings, callback);
    dns.resolve4(name, (error, addresses) => {
      if (error) callback(Object.assign(error, { syscall: 'getaddrinfo' }));
      else if (settings.all)
        callback(
          null,
          addresses.map((address) => ({ address, family: 4 })),
        );
      else callback(null, addresses[0], 4);
    });
  };
}

if (!isNpm) {
  dns.setServers([process.env.TEST_DNS]);
  dns.lookup = lookup(dns.lookup);
  dns.promises.lookup = (name, options = {}) =>
    new Promise((resolve, reject) => {
      dns.lookup(name, options, (error, found, family) => {
        if (error) reject(error);
        else resolve(options.all ? found : { address: found, family });
      });
    });
  syncBuiltinESMExports();
}
