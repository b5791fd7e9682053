/** Scenarios and traps of merging that a test has to name, by their numbers in the list that the merger was built from. */
const SCENARIOS = [range(1, 81), range(95, 114), range(136, 148), range(181, 190)].flat().map(String)
const TRAPS = [
  ['R', 14],
  ['C', 14],
  ['P', 12],
  ['Q', 9],
  ['S', 3],
  ['O', 6],
] as const

export const NUMBERS: readonly string[] = [
  ...SCENARIOS,
  ...TRAPS.flatMap(([letter, last]) => range(1, last).map(n => `${letter}${n}`)),
]

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i)
}
