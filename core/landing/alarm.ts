/** Something landed whose tree is not the one that was judged. Times in milliseconds since the epoch. */
export type ForeignTree = { pull: number; sha: string; at: number }
