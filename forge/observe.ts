import type { Sha, World } from '../core/world.ts'
import type { Forge } from './forge.ts'
import { readSettings } from './observe/config.ts'
import { findTasks } from './observe/find.ts'
import { forgetOutOfView } from './observe/forget.ts'
import { readGuide } from './observe/guide.ts'
import { readIssues } from './observe/issues.ts'
import { readJudged } from './observe/judged.ts'
import { loadRecords, openLedger } from './observe/ledger.ts'
import { readMisconfigured } from './observe/misconfigured.ts'
import { readOffer } from './observe/offer.ts'
import { readPool } from './observe/pool.ts'
import { type Pulls, readOpenPulls } from './observe/pulls.ts'
import { readQueue } from './observe/queue.ts'
import { type Refs, readRefs } from './observe/refs.ts'
import { readPlace } from './observe/repo.ts'
import { readRules } from './observe/rules.ts'
import { readStandings } from './observe/standings.ts'
import { readStrangers } from './observe/strangers.ts'
import { readTasks, requiredChecks } from './observe/tasks.ts'
import { readTrains } from './observe/trains.ts'

/**
 * Everything that a decision about this repository needs. When nothing changed since the last pass, all of it is
 * answered by 304 and costs nothing. Throws; `toFault` names the error.
 */
export async function observe(forge: Forge): Promise<World> {
  const lists = Promise.all([readRefs(forge), readIssues(forge), readOpenPulls(forge)])
  // Where the repository is out of reach, all of these fail: what the first says is heard.
  lists.catch(() => {})
  const { place, rules, settings } = await readSetting(forge)
  const [refs, issues, pulls] = await lists
  const opened = await openLedger(forge, refs.ledger)
  const found = await findTasks(forge, { issues, refs, pulls, ledger: opened })
  forgetOutOfView(forge, found)
  const ledger = await loadRecords(forge, opened, [...found.keys()])
  const judge = await readJudged(forge, { config: settings.config, place, heads: judgedHeads(refs, pulls) })
  const tasks = await readTasks(forge, found, { place, rules, ledger, pulls, config: settings.config })
  const held = new Set([
    ...[...refs.tasks.values()].flatMap(task => [...task.attempts.values(), ...task.branches.values()]),
    ...[...pulls.ours.values()].flat().map(pull => pull.head.sha),
    ...tasks.flatMap(task => task.pull?.layers ?? []),
    ...refs.trains.values(),
    ...refs.reverts.values(),
  ])
  const into = { branch: place.facts.defaultBranch, tip: place.facts.head }
  const required = requiredChecks({ rules, config: settings.config })
  const [standings, unknown, trains, queue, guide, offer, pool] = await Promise.all([
    readStandings(forge, tasks),
    readStrangers(forge, pulls.others, held),
    readTrains(forge, { branches: refs.trains, pulls: pulls.others, into, required }),
    readQueue(forge, { rules, branch: into.branch, tasks }),
    readGuide(forge, { place, config: settings.config, ledger, tasks }),
    readOffer(forge, { place, config: settings.config, ledger }),
    readPool(forge, settings.config),
  ])
  const { head } = place.facts
  const misconfigured = await readMisconfigured(forge, {
    head,
    config: settings.config,
    strangers: unknown.strangers,
  })
  const { collisions, combinesAfter } = forge.memory
  const combines = forge.now() >= combinesAfter
  const judged = {
    tasks,
    queue,
    trains,
    reverts: refs.reverts,
    combines,
    collisions,
    ...unknown,
    misconfigured,
    guide,
    offer,
    pool,
    standings,
  }
  return { app: place.app, repo: place.facts, rules, ...settings, judge, ledger, ...judged }
}

/** All that may land: proposals, combinations, and what takes a landing back. */
function judgedHeads(refs: Refs, pulls: Pulls): Sha[] {
  const proposals = [...pulls.ours.values()].flat().map(pull => pull.head.sha)
  return [...proposals, ...refs.trains.values(), ...refs.reverts.values()]
}

/** What holds for all tasks. */
async function readSetting(forge: Forge) {
  const place = await readPlace(forge)
  const [rules, settings] = await Promise.all([
    readRules(forge, place.branch),
    readSettings(forge, place.branch),
  ])
  return { place, rules, settings }
}
