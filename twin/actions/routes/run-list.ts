import { pageSlice } from '../../http/page.ts'
import type { Answer, RepoCall } from '../../http/route.ts'
import { runJson } from '../json.ts'
import type { Run } from '../state.ts'

/** A filtered listing ends here, however many there are. */
const MOST_FILTERED = 1000
const FILTERS = ['event', 'branch', 'actor', 'created', 'status', 'head_sha', 'check_suite_id']

/** Newest first. A run that was dispatched just now may be missing for a moment. */
export function listRuns(call: RepoCall, of: (run: Run) => boolean = () => true): Answer {
  const { state, repo, query } = call
  const now = state.clock.now()
  const all = [...repo.actions.runs.values()]
    .filter(run => of(run) && run.listedAt <= now && passesFilters(run, query))
    .sort((a, b) => b.id - a.id)
  const shown = FILTERS.some(name => query.has(name)) ? all.slice(0, MOST_FILTERED) : all
  const { items, headers } = pageSlice(call, shown)
  const body = { total_count: all.length, workflow_runs: items.map(run => runJson(state, repo, run)) }
  return { status: 200, headers, body }
}

function passesFilters(run: Run, query: URLSearchParams): boolean {
  const wanted = (name: string, value: string | number | null) =>
    !query.get(name) || query.get(name) === String(value)
  const status = query.get('status')
  return (
    wanted('event', run.event) &&
    wanted('branch', run.head_branch) &&
    wanted('actor', run.actor.login) &&
    wanted('head_sha', run.head_sha) &&
    wanted('check_suite_id', run.checkSuiteId) &&
    (!status || run.status === status || run.conclusion === status) &&
    isWithin(Date.parse(run.created_at), query.get('created') ?? '')
  )
}

/** GitHub's date search: `>=D`, `<D`, `A..B` (either may be `*`), or a day. */
export function isWithin(at: number, range: string): boolean {
  if (range === '') return true
  const between = /^(.+)\.\.(.+)$/.exec(range)
  if (between) return at >= edge(between[1] ?? '', 'start') && at <= edge(between[2] ?? '', 'end')
  const [, sign = '', date = ''] = /^(>=|<=|>|<)?(.*)$/.exec(range) ?? []
  if (sign === '>=') return at >= edge(date, 'start')
  if (sign === '>') return at > edge(date, 'end')
  if (sign === '<=') return at <= edge(date, 'end')
  if (sign === '<') return at < edge(date, 'start')
  return at >= edge(date, 'start') && at <= edge(date, 'end')
}

/** A day without a time means its first or last moment. */
function edge(text: string, side: 'start' | 'end'): number {
  if (text === '*') return side === 'start' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  const time = Date.parse(text)
  return side === 'end' && !text.includes('T') ? time + 24 * 3_600_000 - 1 : time
}
