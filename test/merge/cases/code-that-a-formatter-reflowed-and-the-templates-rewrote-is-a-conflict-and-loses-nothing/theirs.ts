export const zones = [a, b, c];
