import type { Config } from '../../../../core/config/config.ts'
import type { Effect } from '../../../../core/effect.ts'
import { printBranch, printPullMarker } from '../../../../core/names.ts'
import type { Plan } from '../../../../core/plan.ts'
import { createPlanner } from '../../../../core/planner.ts'
import { estimateMinutes } from '../../../../core/schedule/estimate.ts'
import type { Instant, TaskFacts, World } from '../../../../core/world.ts'
import { at, makeClaim, makePull, makeRun, makeWorld, sha } from '../../../make.ts'

/**
 * A repository on virtual time, driven by the planner alone: what is claimed is at work at once and for as long as its task
 * was estimated, and lands at its end. Then the planner looks again, and time goes on to the next end.
 */
export type Drive = {
  config: Config
  /** After each plan, before any of it is done; `atWork`: issue numbers. */
  watch(world: World, planned: Plan, atWork: ReadonlySet<number>): void
}

/** `ends`: when each task landed, in minutes from the beginning, by number. */
export type Driven = { ends: ReadonlyMap<number, number>; passes: number }

export function drive(tasks: readonly TaskFacts[], { config, watch }: Drive): Driven {
  const site = openSite(tasks, config)
  const planner = createPlanner()
  for (let passes = 1; ; passes++) {
    const world = { ...site.world, tasks: site.tasks.slice() }
    const planned = planner(world, { now: site.now, digest })
    watch(world, planned, site.atWork)
    for (const effect of planned.effects) perform(site, effect)
    if (site.atWork.size === 0) return { ends: site.ends, passes }
    advance(site)
  }
}

const START = at(60)

const digest = (): string => '0'.repeat(64)

type Site = {
  now: Instant
  world: World
  tasks: TaskFacts[]
  /** Where each task stands in the list, and those that wait for it, by number. */
  places: ReadonlyMap<number, number>
  followers: ReadonlyMap<number, readonly number[]>
  numbers: ReadonlyMap<string, number>
  atWork: Set<number>
  /** Who comes to an end when. */
  due: Map<Instant, number[]>
  ends: Map<number, number>
}

function openSite(tasks: readonly TaskFacts[], config: Config): Site {
  const followers = new Map<number, number[]>()
  for (const { issue, blockers } of tasks) {
    for (const { issue: before } of blockers) {
      followers.set(before, [...(followers.get(before) ?? []), issue.number])
    }
  }
  return {
    now: START,
    world: makeWorld({ config: { ok: true, value: config } }),
    tasks: [...tasks],
    places: new Map(tasks.map(({ issue }, i) => [issue.number, i])),
    followers,
    numbers: new Map(tasks.map(({ id, issue }) => [id, issue.number])),
    atWork: new Set(),
    due: new Map(),
    ends: new Map(),
  }
}

function perform(site: Site, effect: Effect): void {
  if (effect.do === 'record') {
    for (const [id, record] of effect.records)
      change(site, site.numbers.get(id)!, task => ({ ...task, record }))
    if (effect.controls === null) return
    const { ledger } = site.world
    site.world = { ...site.world, ledger: { ...ledger, controls: effect.controls } }
  } else if (effect.do === 'label') {
    const { add, remove } = effect
    change(site, effect.issue, task => {
      const labels = [...task.issue.labels.filter(label => !remove.includes(label)), ...add]
      return { ...task, issue: { ...task.issue, labels } }
    })
  } else if (effect.do === 'claim') begin(site, effect)
}

function begin(site: Site, { attempt, ticket }: Extract<Effect, { do: 'claim' }>): void {
  const { now, atWork, due } = site
  const dispatch = { is: 'sent', run: ticket.issue, at: now } as const
  const claim = makeClaim({ attempt, at: now, dispatch, ticket: { ok: true, value: ticket } })
  const run = makeRun({
    id: ticket.issue,
    attempt,
    status: 'in_progress',
    conclusion: null,
    receipt: null,
    createdAt: now,
    updatedAt: now,
  })
  const task = change(site, ticket.issue, task => ({ ...task, claims: [claim], runs: [run] }))
  const end = now + estimateMinutes(task) * 60_000
  atWork.add(ticket.issue)
  due.set(end, [...(due.get(end) ?? []), ticket.issue])
}

function advance(site: Site): void {
  site.now = Math.min(...site.due.keys())
  for (const number of site.due.get(site.now)!) finish(site, number)
  site.due.delete(site.now)
}

/** It lands, its issue closes, and whoever waits for it is told so. */
function finish(site: Site, number: number): void {
  const { now, atWork, ends, followers } = site
  atWork.delete(number)
  ends.set(number, (now - START) / 60_000)
  change(site, number, task => {
    const branch = printBranch({ agent: 'codex', task: task.id })
    const body = `Closes #${number}\n\n${printPullMarker({ task: task.id, attempt: 1 })}`
    const head = { sha: sha(number), branch }
    return {
      ...task,
      issue: { ...task.issue, state: 'closed', stateReason: 'completed', closedAt: now },
      runs: task.runs.map(run => ({ ...run, status: 'completed', conclusion: 'success', updatedAt: now })),
      pull: makePull({ number: 100_000 + number, state: 'merged', mergedSha: sha(number), head, body }),
    }
  })
  for (const next of followers.get(number) ?? []) {
    change(site, next, task => ({
      ...task,
      blockers: task.blockers.map(one =>
        one.issue === number ? { ...one, state: 'closed', stateReason: 'completed' } : one,
      ),
    }))
  }
}

function change(site: Site, number: number, to: (task: TaskFacts) => TaskFacts): TaskFacts {
  const place = site.places.get(number)!
  const changed = to(site.tasks[place]!)
  site.tasks[place] = changed
  return changed
}
