import type { Construct } from 'constructs';
import { Trail, type TrailSettings } from '../constructs/trail.ts';
import { EnvironmentStack, type EnvironmentStackProps } from './environment-stack.ts';

export interface AuditStackProps extends EnvironmentStackProps {
  readonly settings: TrailSettings;
}

/** Apart from all that it watches: it has to go on while any of that is changed, rolled back or removed. */
export class AuditStack extends EnvironmentStack {
  constructor(scope: Construct, { environment, settings }: AuditStackProps) {
    super(scope, 'audit', 'who did what in the account', environment);
    new Trail(this, 'Trail', { environment, settings });
  }
}
