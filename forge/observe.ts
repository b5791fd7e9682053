import { runsLanes } from '../core/landing/lanes.ts'
import { closeLanes } from '../core/landing/reds.ts'
import type { Ledger } from '../core/ledger.ts'
import { rule } from '../core/people/ruling.ts'
import type { Sha, World } from '../core/world.ts'
import type { Forge } from './forge.ts'
import { readSettings } from './observe/config.ts'
import { findTasks } from './observe/find.ts'
import { forgetOutOfView } from './observe/forget.ts'
import { findGuests, readGuests } from './observe/guests.ts'
import { readGuide } from './observe/guide.ts'
import { listSpine, readIntegration, readTarget } from './observe/integration.ts'
import { readIssues } from './observe/issues.ts'
import { readJudged } from './observe/judged.ts'
import { loadRecords, openLedger } from './observe/ledger.ts'
import { readMisconfigured } from './observe/misconfigured.ts'
import { listMoving } from './observe/moving.ts'
import { readOffer } from './observe/offer.ts'
import { readOrphans } from './observe/orphans.ts'
import { readOwner } from './observe/owner.ts'
import { readPool } from './observe/pool.ts'
import { type Pulls, readOpenPulls } from './observe/pulls.ts'
import { readQueue } from './observe/queue.ts'
import { type Refs, readRefs } from './observe/refs.ts'
import { readPlace } from './observe/repo.ts'
import { readRules } from './observe/rules.ts'
import { readStandings } from './observe/standings.ts'
import { readStrangers } from './observe/strangers.ts'
import { isStrict, readTasks, requiredChecks } from './observe/tasks.ts'
import { readTrains } from './observe/trains.ts'

/**
 * Everything that a decision about this repository needs. When nothing changed since the last pass, all of it is
 * answered by 304 and costs nothing. Throws; `toFault` names the error.
 */
export async function observe(forge: Forge): Promise<World> {
  const lists = Promise.all([readRefs(forge), readIssues(forge), readOpenPulls(forge), readOwner(forge)])
  // Where the repository is out of reach, all of these fail: what the first says is heard.
  lists.catch(() => {})
  const { place, exists, rules, above, settings: given } = await readSetting(forge)
  const [refs, { issues, talks }, pulls, owner] = await lists
  const opened = await openLedger(forge, refs.ledger)
  const found = await findTasks(forge, { issues, talks, refs, pulls, ledger: opened })
  forgetOutOfView(forge, found)
  const ledger = await loadRecords(forge, opened, [...found.keys()])
  const settings = { ...given, config: closeLanes(given.config, ledger.controls.reds, forge.now()) }
  const known = new Set(ownHeads(refs, pulls))
  const invited = findGuests(forge, pulls.others, known)
  const heads = [...judgedHeads(refs, pulls), ...invited.map(pull => pull.head.sha)]
  const asked = await readJudged(forge, { config: settings.config, place, heads, refs })
  const setting = { place, rules, ledger, pulls, config: settings.config }
  const [tasks, guests] = await Promise.all([
    readTasks(forge, found, setting),
    readGuests(forge, invited, guestSetting(setting)),
  ])
  const held = new Set([
    ...known,
    ...tasks.flatMap(task => task.pull?.layers ?? []),
    ...invited.map(pull => pull.head.sha),
  ])
  const into = { branch: place.facts.target.branch, stands: await readGround(forge, setting) }
  const required = requiredChecks({ rules, config: settings.config })
  const [standings, unknown, trains, integration, queue, guide, offer, pool, orphans] = await Promise.all([
    readStandings(forge, tasks, guests),
    readStrangers(forge, pulls.others, held),
    readTrains(forge, { branches: refs.trains, pulls: pulls.others, into, required }),
    readIntegration(forge, {
      place,
      exists,
      rules: above,
      required: requiredChecks({ rules: above, config: settings.config }),
      tasks,
      pulls: pulls.others,
      refs,
    }),
    readQueue(forge, { rules, branch: into.branch, tasks, guests }),
    readGuide(forge, { ...setting, tasks, ruling: rule(ledger.controls, owner, place.app) }),
    readOffer(forge, { place, config: settings.config, ledger }),
    readPool(forge, settings.config),
    readOrphans(forge, refs, found),
  ])
  const told = { head: place.facts.head, config: settings.config, strangers: unknown.strangers }
  const misconfigured = await readMisconfigured(forge, told)
  const judged = {
    admission: refs.admission,
    tasks,
    orphans,
    integration,
    queue,
    trains,
    reverts: refs.reverts,
    combines: forge.now() >= forge.memory.combinesAfter,
    foreign: readForeign(forge, ledger),
    collisions: forge.memory.collisions,
    moving: listMoving(forge),
    ...unknown,
    guests,
    misconfigured,
    guide,
    offer,
    pool,
    standings,
  }
  return { app: place.app, repo: place.facts, rules, ...settings, ...asked, ledger, owner, ...judged }
}

/** Told until the ledger says that nothing more lands; from then on it is for people. */
function readForeign({ memory }: Forge, { controls }: Ledger): World['foreign'] {
  if (memory.foreign !== null && (controls.frozen?.at ?? 0) >= memory.foreign.at) memory.foreign = null
  return memory.foreign
}

/** On what a combination may stand: in lanes what it is about may have landed since, or have nothing to do with what did. */
async function readGround(
  forge: Forge,
  { place, rules, config }: Pick<Parameters<typeof readTasks>[2], 'place' | 'rules' | 'config'>,
): Promise<ReadonlySet<Sha>> {
  const { head } = place.facts.target
  if (!runsLanes({ rules, repo: place.facts, config })) return new Set([head])
  return new Set((await listSpine(forge, head)).map(({ sha }) => sha))
}

function guestSetting(setting: Pick<Parameters<typeof readTasks>[2], 'place' | 'rules' | 'config'>) {
  const { place, rules } = setting
  const { conversations } = rules
  return { place, strict: isStrict(setting), conversations, required: requiredChecks(setting) }
}

/** What agents made, and pinned tips: whoever shows them, they are held to the gates. */
function ownHeads(refs: Refs, pulls: Pulls): Sha[] {
  return [
    ...[...refs.tasks.values()].flatMap(task => [...task.attempts.values(), ...task.branches.values()]),
    ...[...pulls.ours.values()].flat().map(pull => pull.head.sha),
    ...[...refs.promotions, ...refs.without].map(one => one.head),
    ...refs.trains.values(),
    ...refs.reverts.values(),
  ]
}

/** All that may land: proposals, combinations, and what takes a landing back. */
function judgedHeads(refs: Refs, pulls: Pulls): Sha[] {
  const proposals = [...pulls.ours.values()].flat().map(pull => pull.head.sha)
  const pinned = [...refs.promotions, ...refs.without].map(one => one.head)
  return [...proposals, ...refs.trains.values(), ...pinned, ...refs.reverts.values()]
}

/** What holds for all tasks. `rules`: of the branch that pull requests go to; `above`: of the default branch. */
async function readSetting(forge: Forge) {
  const place = await readPlace(forge)
  const [above, settings] = await Promise.all([
    readRules(forge, place.branch),
    readSettings(forge, place.branch),
  ])
  const { name, branch } = await readTarget(forge, place, settings.config)
  const target = { branch: name, head: branch?.commit.sha ?? place.facts.head }
  const rules = branch === null || name === place.branch.name ? above : await readRules(forge, branch)
  const there = { ...place, facts: { ...place.facts, target } }
  return { place: there, exists: branch !== null, rules, above, settings }
}
