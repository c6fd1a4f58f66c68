export class Service {
  constructor() {
    this.prepare();
    this.start();
  }

  /** Ours. */
  audit() {
    return 'kept';
  }

  start() {
    return 2;
  }
}
