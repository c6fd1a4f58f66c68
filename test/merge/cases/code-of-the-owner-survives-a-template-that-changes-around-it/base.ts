export class Service {
  constructor() {
    this.start();
  }

  start() {
    return 1;
  }
}
