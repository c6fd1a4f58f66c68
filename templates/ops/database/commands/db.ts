import type { Command } from 'commander';
import { call } from '../lib/called.ts';
import { changing, each, reading } from './options.ts';

/** `db`: the database and what is in it. */
export function addDb(ops: Command): void {
  const db = ops.command('db').summary('the database: dump, restore, compare, rehearse, shell, password');
  addDump(db);
  addRestore(db);
  addCompare(db);
  addRehearse(db);
  addShell(db);
  addPassword(db);
  addRotatePassword(db);
}

const withoutExtension = [
  '--without-extension <name>',
  'leave an extension of the dump out; may be repeated',
  each,
] as const;
const full = ['--full', 'compare every row, also of tables with more than 100,000'] as const;

function addDump(db: Command): void {
  reading(
    db.command('dump').argument('[file]', 'default: the bucket for dumps, where it is kept for 30 days'),
  )
    .summary('dump the database')
    .description(
      'Dumps the database in a task next to it, with the pg_dump of its version. Prints where the dump lies.',
    )
    .addHelpText('after', `\nExample:\n  ${call} db dump shop.dump --env prod`)
    .action(async (file, options) => {
      const { dump } = await import('../lib/dump.ts');
      await dump(file, options);
    });
}

function addRestore(db: Command): void {
  changing(
    db
      .command('restore')
      .argument(
        '<from>',
        'file of pg_dump --format=custom, s3://… of db dump, or name of the variable with the address of a database',
      ),
  )
    .summary('restore a dump, or what another database holds')
    .description(
      'Restores in a task next to the database: checks the versions, takes a snapshot, makes the extensions, then ' +
        'tables and data. Stops at the first error.',
    )
    .option('--clean', 'drop what the dump contains before restoring it')
    .option('--no-snapshot', 'for a database without anything in it')
    .option(...withoutExtension)
    .addHelpText(
      'after',
      `\nExamples:\n  ${call} db restore latest.dump --env dev\n  ${call} db restore OLD_DATABASE_URL --env prod`,
    )
    .action(async (from, options) => {
      const { restore } = await import('../lib/restore.ts');
      await restore(from, options);
    });
}

function addCompare(db: Command): void {
  reading(
    db
      .command('compare')
      .argument('<source>', 'name of the variable with its address, which is asked for otherwise'),
  )
    .summary('prove that it equals the database that its data comes from')
    .description(
      'Compares tables, columns, row counts, checksums, sequences, indexes, constraints, partitions, views, functions, ' +
        'triggers, policies, types, comments and extensions, with their definitions, and names every difference. Of tables with more than 100,000 rows the checksum is of a 256th.',
    )
    .option(...full)
    .option('--without-extension <name>', 'an extension that was left out; may be repeated', each)
    .addHelpText('after', `\nExample:\n  ${call} db compare OLD_DATABASE_URL --env prod`)
    .action(async (source, options) => {
      const { compare } = await import('../lib/compare.ts');
      await compare(source, options);
    });
}

function addRehearse(db: Command): void {
  changing(
    db
      .command('rehearse')
      .argument('<from>', 'a dump, or the name of the variable with the address of a database'),
  )
    .summary('do all of a cut-over in a scratch database, and time it')
    .description(
      'Dumps the source, restores it into a scratch database beside that of the app, compares both, and drops it again. ' +
        'Says how long each part takes. A dump is restored and not compared. Takes twice the room meanwhile.',
    )
    .option(...full)
    .option(...withoutExtension)
    .addHelpText('after', `\nExample:\n  ${call} db rehearse OLD_DATABASE_URL --env prod`)
    .action(async (from, options) => {
      const { rehearse } = await import('../lib/rehearse.ts');
      await rehearse(from, options);
    });
}

function addShell(db: Command): void {
  changing(db.command('shell'))
    .summary('open psql')
    .description(
      'Opens psql in a task of its own next to the database, which ends with it. Takes the AWS CLI and its Session ' +
        'Manager plugin.',
    )
    .addHelpText('after', `\nExample:\n  ${call} db shell --env dev`)
    .action(async (options) => {
      const { databaseShell } = await import('../lib/database-shell.ts');
      process.exitCode = await databaseShell(options);
    });
}

function addPassword(db: Command): void {
  changing(db.command('password'))
    .summary('make its password, once')
    .description(
      'Makes a password in the Parameter Store before the database is deployed. Leaves one alone that is there.',
    )
    .addHelpText('after', `\nExample:\n  ${call} db password --env dev`)
    .action(async (options) => {
      const { databasePassword } = await import('../lib/database-password.ts');
      await databasePassword(options);
    });
}

function addRotatePassword(db: Command): void {
  changing(db.command('rotate-password'))
    .summary('give it a new password')
    .description(
      'Gives the database a new password, puts it into the Parameter Store and replaces the tasks. New connections fail ' +
        'for a minute or two; open ones go on.',
    )
    .addHelpText('after', `\nExample:\n  ${call} db rotate-password --env prod`)
    .action(async (options) => {
      const { rotatePassword } = await import('../lib/rotate-password.ts');
      await rotatePassword(options);
    });
}
