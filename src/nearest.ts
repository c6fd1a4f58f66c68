/** Number of single-character insertions, deletions and replacements between two words (Levenshtein). */
export function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, charA] of [...a].entries()) {
    const current = [i + 1];
    for (const [j, charB] of [...b].entries()) {
      const replace = (previous[j] ?? 0) + (charA === charB ? 0 : 1);
      current.push(Math.min(replace, (previous[j + 1] ?? 0) + 1, (current[j] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}

/** Whether `word` looks like `candidate` mistyped: two letters off, or one in a short word. */
export function isTypo(word: string, candidate: string): boolean {
  const off = distance(word.toLowerCase(), candidate.toLowerCase());
  return word !== candidate && off <= (Math.max(word.length, candidate.length) > 4 ? 2 : 1);
}

/** The candidate that is closest to `word`; the first one wins a tie. `candidates` must not be empty. */
export function nearest(word: string, candidates: readonly string[]): string {
  const ranked = candidates.map((candidate) => ({
    candidate,
    distance: distance(word.toLowerCase(), candidate.toLowerCase()),
  }));
  return ranked.reduce((best, next) => (next.distance < best.distance ? next : best)).candidate;
}
