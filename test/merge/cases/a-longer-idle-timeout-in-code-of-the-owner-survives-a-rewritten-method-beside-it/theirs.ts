export class LoadBalancer {
  constructor(settings: Settings) {
    this.idle(settings.idleTimeoutSeconds);
    this.drain(settings.deregistrationDelaySeconds);
  }

  /** Streams end when this is over. */
  private idle(seconds: number) {
    return seconds;
  }

  /** As long as the longest request. */
  private drain(seconds: number) {
    return Math.min(seconds, 3600);
  }
}
