/** Whether version `a` (`1.2.3`) is newer than `b`. */
export function isNewer(a: string, b: string): boolean {
  const [partsA, partsB] = [a, b].map((version) =>
    version.split('.').map((part) => Number.parseInt(part, 10)),
  );
  const differences = (partsA ?? []).map((part, index) => part - (partsB?.[index] ?? 0));
  return (differences.find((difference) => difference !== 0) ?? 0) > 0;
}
