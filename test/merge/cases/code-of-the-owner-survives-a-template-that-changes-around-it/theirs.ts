export class Service {
  constructor() {
    this.prepare();
    this.start();
  }

  start() {
    return 2;
  }
}
