import { findUnwell } from './agents/health.ts'
import type { Decision } from './decision.ts'
import { listMending, readRedness } from './landing/redbase.ts'
import type { Tools } from './move.ts'
import { type Plan, plan, type Resting } from './plan.ts'
import { findCulprits } from './rollback/culprit.ts'
import { createScheduler } from './schedule/scheduler.ts'
import type { Instant, TaskFacts, World } from './world.ts'

export type Planner = (world: World, tools: Tools) => Plan

/**
 * Plans as `plan` does, and remembers tasks about which there was nothing to do: those whose facts are the very same
 * object as before are not judged again. For one repository, whose facts must not be changed in place.
 */
export function createPlanner(): Planner {
  let judgedBy: Parts | null = null
  const scheduler = createScheduler()
  let resting = createResting()
  return (world, tools) => {
    const parts = partsOf(world, tools.now)
    if (judgedBy === null || !areSame(judgedBy, parts)) resting = createResting()
    judgedBy = parts
    return plan(world, tools, { scheduler, resting })
  }
}

function createResting(): Resting {
  let tasks: readonly TaskFacts[] = []
  let decisions: (Decision | null)[] = []
  return {
    take(now) {
      if (now.length === tasks.length) {
        decisions = now.map((task, i) => (task === tasks[i] ? decisions[i]! : null))
      } else {
        const known = new Map(tasks.map((task, i) => [task, decisions[i]!]))
        decisions = now.map(task => known.get(task) ?? null)
      }
      tasks = now
      return decisions.slice()
    },
    keep(place, decision) {
      decisions[place] = decision
    },
  }
}

/** All that a task at rest was judged by, besides its own facts. */
type Parts = Readonly<Record<string, unknown>>

/**
 * Heads matter only to what there is something to do about. Of what was used only the order of agents is made, where they
 * are ordered by it: whose budgets are nearly used up is never at rest.
 */
function partsOf(world: World, now: Instant): Parts {
  const {
    tasks,
    orphans,
    trains,
    reverts,
    collisions,
    moving,
    strangers,
    moreStrangers,
    misconfigured,
    ...more
  } = world
  const { guests, guide, offer, pool, queue, integration, ...others } = more
  const { repo, ledger, judge, judgeRights, admission, ...rest } = others
  const { head, target, ...settings } = repo
  const place = { ...settings, target: target.branch }
  const { usage, couplings, learnings, offered, map, ...said } = ledger.controls
  const ranks = world.config.ok && world.config.value.routing.prefer !== 'listed'
  return {
    ...rest,
    judge: judge?.key ?? null,
    place,
    said,
    broken: ledger.broken.controls,
    // Whose landings are to be taken back, and from where on the branch is red.
    culprits: findCulprits(world, now).map(({ sha }) => sha),
    red: tellRedness(world, now),
    arrived: integration?.arrived ?? null,
    gone: integration?.gone ?? null,
    agents: ranks ? usage.agents : null,
    // Whoever waits for a place of an agent would start with another one while that one is unwell.
    unwell: findUnwell(world, now),
  }
}

/** Null while the integration branch is green. */
function tellRedness(world: World, now: Instant) {
  const red = readRedness(world, now)
  return red === null ? null : { green: red.green, mending: listMending(world, red) }
}

/** Most are the very same objects from look to look. */
function areSame(before: Parts, now: Parts): boolean {
  return Object.keys(now).every(
    name => before[name] === now[name] || print(before[name]) === print(now[name]),
  )
}

function print(part: unknown): string {
  return JSON.stringify(part instanceof Map ? [...part].sort(([a], [b]) => (a < b ? -1 : 1)) : part)
}
