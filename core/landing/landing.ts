import type { Config } from '../config/config.ts'
import type { MergeMethod, Rules } from './rules.ts'
import { ROWS, type Row } from './table.ts'

/** How pull requests land under the rules in force, what that promises, and how fast it can be. */
export type Landing = Pick<Row, 'path' | 'promise' | 'rate'>

/** What the rules and the repository's settings come to; all that the table asks for. */
export type Situation = {
  queue: boolean
  /** The branch, or `merge.exact`, asks for up-to-date branches. */
  strict: boolean
  /** The branch asks for people's reviews. */
  reviews: boolean
  /** Our own merges of the base may cost an approval. */
  dismissed: boolean
  /**
   * Several may land as one: by a merge commit, which nothing forbids, and the configuration does not say one by one. Not where
   * signatures are asked for: GitHub looks at all that a merge brings, and agents’ commits have none.
   */
  together: boolean
  /** The configuration asks for lanes. */
  lanes: boolean
  /** Some method is both allowed and possible. */
  possible: boolean
}

type Given = { rules: Rules; methods: readonly MergeMethod[]; merge: Config['merge'] }

/** The one row of the table that fits; before it, whatever the rules: without automatic landing a person decides. */
export function readLanding(given: Given): Landing {
  const situation = readSituation(given)
  const row = ROWS.find(one => fits(one, situation))
  if (row === undefined) throw new Error(`no row for ${JSON.stringify(situation)}`)
  if (given.merge.strategy === 'dry') return writeDry(row)
  if (!landsItself(given.merge) && row.path !== 'nothing') return row.path === 'queue' ? BY_HAND : BUTTON
  return given.rules.strict || given.rules.queue
    ? row
    : { ...row, promise: row.promise.replace(/^exact:/, KEPT_BY_US) }
}

function writeDry({ path, promise, rate }: Row): Landing {
  return {
    path: path === 'nothing' ? path : 'dry',
    promise: `nothing lands, as \`merge.strategy\` is \`dry\`; with \`auto\` it would land by **${path}**: ${promise}`,
    rate,
  }
}

/** Where GitHub would take a moved base, it is looked at just before, and the tree just after. */
const KEPT_BY_US = 'exact, verified after landing:'

/** Without a person who presses the button. */
export function landsItself({ strategy }: Pick<Config['merge'], 'strategy'>): boolean {
  return strategy === 'auto' || strategy === 'lanes'
}

/** Has CI to have judged the very tree that lands? */
export function asksUpToDate({ rules, merge }: Pick<Given, 'rules' | 'merge'>): boolean {
  return rules.strict || merge.exact
}

const BUTTON: Landing = {
  path: 'person',
  promise: 'what the rules ask for: when the gate is green, a person presses the button',
  rate: 'as fast as people press it',
}

const BY_HAND: Landing = {
  path: 'person',
  promise:
    'exact: kept by GitHub’s merge queue; when the gate is green, a person adds the pull request to it',
  rate: 'as fast as people add to the queue',
}

export function readSituation({ rules, methods, merge }: Given): Situation {
  const possible = methods.filter(method => isPossible(method, rules))
  const reviews = rules.approvals > 0 || rules.lastPush || rules.codeOwners
  return {
    queue: rules.queue,
    strict: asksUpToDate({ rules, merge }),
    reviews,
    dismissed: reviews && (rules.dismissStale || rules.lastPush),
    together: possible.includes('merge') && !rules.signed && merge.together > 1,
    lanes: merge.strategy === 'lanes',
    possible: possible.length > 0,
  }
}

export function fits({ when }: Row, situation: Situation): boolean {
  return Object.entries(when).every(([key, wanted]) => situation[key as keyof Situation] === wanted)
}

/** What the rules leave of the repository's methods: GitHub signs no commit that it rebases. */
export function isPossible(method: MergeMethod, { linear, signed, methods }: Rules): boolean {
  if (methods !== null && !methods.includes(method)) return false
  return !(method === 'merge' && linear) && !(method === 'rebase' && signed)
}

/** The method that the configuration wants, or the nearest that is possible here. */
export function chooseMethod({ rules, methods, merge }: Given): MergeMethod {
  const possible = methods.filter(method => isPossible(method, rules))
  return possible.includes(merge.method) ? merge.method : (possible[0] ?? merge.method)
}

/** A promotion keeps what landed apart, where that is possible, whatever the configuration wants for tasks. */
export function choosePromotion({ methods }: Pick<Given, 'methods'>, rules: Rules): MergeMethod {
  return methods.includes('merge') && isPossible('merge', rules) ? 'merge' : 'squash'
}
