import type { CheckRunSeen } from '../wire.ts'

/** Check runs of a commit as GraphQL lists them, and whether it has commit statuses. */
export type Rollup = { runs: CheckRunSeen[]; statuses: boolean }

type Context = {
  __typename: string
  databaseId?: number | null
  name?: string
  status?: string
  conclusion?: string | null
  startedAt?: string | null
  completedAt?: string | null
  externalId?: string | null
  detailsUrl?: string | null
  permalink?: string
  title?: string | null
  checkSuite?: { databaseId: number | null; app: { databaseId: number; slug: string } | null } | null
}

/** Null where the commit has neither checks nor statuses. */
export type RollupWire = { contexts: { totalCount: number; nodes: Context[] } } | null

const MOST = 100

/** Asked for on a `Commit`. */
export const ROLLUP = `statusCheckRollup { contexts(first: ${MOST}) { totalCount nodes {
  __typename
  ... on CheckRun {
    databaseId name status conclusion startedAt completedAt externalId detailsUrl permalink title
    checkSuite { databaseId app { databaseId slug } }
  }
} } }`

/** Null when the list was cut. */
export function readRollup(wire: RollupWire): Rollup | null {
  if (wire === null) return { runs: [], statuses: false }
  const { totalCount, nodes } = wire.contexts
  if (totalCount > nodes.length) return null
  const runs = nodes.filter(node => node.__typename === 'CheckRun')
  return { runs: runs.map(runOf), statuses: runs.length < nodes.length }
}

/** In REST's words. */
function runOf(node: Context): CheckRunSeen {
  const app = node.checkSuite?.app ?? null
  const suite = node.checkSuite?.databaseId ?? null
  return {
    id: node.databaseId ?? 0,
    name: node.name ?? '',
    status: (node.status ?? '').toLowerCase(),
    conclusion: node.conclusion?.toLowerCase() ?? null,
    html_url: node.permalink ?? null,
    details_url: node.detailsUrl ?? null,
    started_at: node.startedAt ?? null,
    completed_at: node.completedAt ?? null,
    external_id: node.externalId ?? null,
    app: app === null ? null : { id: app.databaseId, slug: app.slug },
    output: { title: node.title ?? null },
    check_suite: suite === null ? null : { id: suite },
  }
}
