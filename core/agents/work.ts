/** What kind of work a task is: finer than the type of its commit, for choosing who does it and for accounts. */
export const WORK = [
  'architecture',
  'design',
  'debugging',
  'feature',
  'refactor',
  'api-integration',
  'tests',
  'docs',
  'boilerplate',
  'simple-fix',
  'other',
] as const
export type Work = (typeof WORK)[number]

/** Words that say more than the type of a commit does. */
const SAID: ReadonlyMap<string, Work> = new Map([
  ['architecture', 'architecture'],
  ['adr', 'architecture'],
  ['design', 'design'],
  ['debugging', 'debugging'],
  ['debug', 'debugging'],
  ['api', 'api-integration'],
  ['api integration', 'api-integration'],
  ['api-integration', 'api-integration'],
  ['integration', 'api-integration'],
  ['boilerplate', 'boilerplate'],
  ['scaffolding', 'boilerplate'],
  ['simple fix', 'simple-fix'],
  ['simple-fix', 'simple-fix'],
  ['typo', 'simple-fix'],
  ['good first issue', 'simple-fix'],
])

const OF_TYPE: Readonly<Record<string, Work>> = {
  feat: 'feature',
  fix: 'debugging',
  refactor: 'refactor',
  test: 'tests',
  docs: 'docs',
  chore: 'boilerplate',
  build: 'boilerplate',
  ci: 'boilerplate',
}

/** @param words what the form and the labels say, in rising order of doubt. @param type of its commit; null when nobody said. */
export function readWork(words: readonly string[], type: string | null): Work {
  for (const word of words) {
    const said = SAID.get(word.toLowerCase().trim())
    if (said !== undefined) return said
  }
  return type === null ? 'other' : (OF_TYPE[type] ?? 'other')
}
