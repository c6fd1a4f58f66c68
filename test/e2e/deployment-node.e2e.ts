import { describeStacks } from './support/stacks-suite.ts';

describeStacks({ backend: 'node', sse: true, database: false }, ['dev', 'prod']);
