export class LoadBalancer {
  constructor(settings: Settings) {
    // Our reports take two hours.
    this.idle(7200);
    this.drain(settings.deregistrationDelaySeconds);
  }

  /** Streams end when this is over. */
  private idle(seconds: number) {
    return seconds;
  }

  private drain(seconds: number) {
    return seconds;
  }
}
