export class Service {
  constructor() {
    this.start();
  }

  /** Ours. */
  audit() {
    return 'kept';
  }

  start() {
    return 1;
  }
}
