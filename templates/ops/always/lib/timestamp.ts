/** For names: `20261122-201530`, in UTC. */
export function timestamp(now = new Date()): string {
  return now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
}
