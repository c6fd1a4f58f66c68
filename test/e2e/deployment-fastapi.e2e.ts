import { describeStacks } from './support/stacks-suite.ts';

describeStacks({ backend: 'fastapi', sse: false, database: true }, ['dev']);
