/**
 * Writes the templates to cdk.out without the CDK CLI and without validating them, which takes most of the
 * time. `npm run synth:ci`, the tests and every deployment do validate.
 */
import { enableCompileCache } from 'node:module';

// Node 20 has none.
enableCompileCache?.();
process.env.CDK_OUTDIR ??= 'cdk.out';
process.env.CDK_VALIDATION ??= 'false';
require('./app.ts').app.synth();
