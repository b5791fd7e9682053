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

/** What no test names yet, and why. A number leaves this list with the test that names it. */
export const OPEN: Readonly<Record<string, string>> = {
  14: 'GitHub refuses while a conversation is open, and its words are shown (53); not read before',
  35: 'each repository has its own loop and configuration; no test breaks one beside another',
  39: 'forks carry no attempt, and their pull requests are people’s (38); no test by this name',
  96: 'no word asks for landing alone but the emergency',
  104: 'bounded by I10 in random schedules; no report of an interaction of more than two',
  108: 'required CI judges once; the merge job looks twice at what is red alone',
  109: 'one merge commit: whole or not at all (R9)',
  113: 'a batch takes what is ready and does not wait to be full',
  143: 'no dependencies between repositories',
  144: 'no stacks: who waits for another begins when that one has landed',
  145: 'no stacks: who waits for another begins when that one has landed',
  146: 'no stacks: no proposal has another one’s branch as its base',
  182: 'shown in stories, no test by this name',
  184: 'by the task’s priority; no test by this name',
  185: 'order is by number and by who is aboard already; no test by this name',
  186: 'events are kept on the ledger; no test by this name',
  189: 'metrics are there; no test by this name',
  R12: 'no merge drivers',
  R13: 'places and hub files of lanes; no test of a counter',
  C2: 'nothing reads the commit of an open pull request’s trial merge',
  C4: 'skipped counts as GitHub counts it (44); no policy for each check',
  C12: 'what is required is read from the rules',
  P2: 'Chorus pushes only to its own branches; last-push approval is in the landing table',
  P3: 'Chorus approves nothing',
  P5: 'Chorus is on no bypass list and asks for none',
  P6: 'with a queue in force nothing is merged by the direct call; no test names the host’s gap',
  P7: 'doctor looks for what is missing; no test by this name',
  P9: 'landings use the app’s own token; no test by this name',
  Q1: 'automatic merging of GitHub is not used',
  Q4: 'no test by this name',
  Q5: 'combining is ours where there is no queue',
  Q9: 'one budget for attempts and merge jobs; GitHub’s own queue is not counted in it',
  S2: 'no stacks: no proposal has another one’s branch as its base',
  O3: 'reverts by a person’s word are shown (P12); those of lanes by 147',
}
