import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { stringify } from 'yaml'
import { type LocalEnv, readLocalEnv } from '../../cli/env.ts'
import { readOptions } from '../../cli/options.ts'
import { UsageError } from '../../cli/outcome.ts'
import { AGENT_NAME, parsePullMarker } from '../../core/names.ts'
import { startActions } from '../actions/engine/engine.ts'
import { type AgentWish, equip, giveSecrets, writeAgents } from './agent.ts'
import { type Checkout, keepResult, readCheckout } from './checkout.ts'
import { narrate } from './narrator.ts'
import { createScreen, type Screen } from './screen.ts'
import { openStage, type Stage } from './stage.ts'

/**
 * `chorus local`: one issue of the user's own repository, done on this machine by the whole product. The checkout is only
 * read; the result is a branch in a repository of its own, which the user may fetch. Returns the exit code.
 */
export async function runLocal(args: readonly string[]): Promise<number> {
  const wish = readWish(args)
  const checkout = await readCheckout(wish.dir)
  const issue = await readIssue(wish.issue)
  const env = readLocalEnv()
  const config = writeConfig(wish, checkout, env)
  const screen = createScreen(wish.json ? process.stderr : process.stdout, Date.now)
  await equip(config, wish.agent, { env, say: line => screen.plain(line) })
  const stage = await openStage({
    files: {},
    from: checkout.gitDir,
    owner: 'local',
    name: checkout.name,
    config: stringify(config),
    people: { you: 'admin' },
  })
  try {
    startActions(stage.twin.state, { tools: env.tools })
    giveSecrets(stage.repo, env)
    screen.chapter(`${checkout.name} at ${checkout.head.slice(0, 7)}, on a GitHub of its own`)
    if (checkout.dirty)
      screen.say('Changes that are not committed are left out: the agent starts from the commit.')
    const outcome = await work(screen, stage, { ...issue, agent: wish.agent })
    return await tell(screen, stage, { checkout, outcome, json: wish.json })
  } finally {
    await stage.close()
  }
}

type Wish = AgentWish & { dir: string; issue: string; json: boolean }

function readWish(args: readonly string[]): Wish {
  const { values } = parse(args)
  const { repo, issue, agent, command, model } = values
  if (repo === undefined || issue === undefined || agent === undefined) {
    throw new UsageError('--repo DIR, --issue FILE and --agent NAME are all needed', 'local')
  }
  if (!AGENT_NAME.test(agent)) {
    throw new UsageError(`--agent "${agent}" must be lower-case letters, digits and dashes`, 'local')
  }
  if (command?.trim() === '')
    throw new UsageError('--command is empty; it is the command line that does the work', 'local')
  if (command !== undefined && model !== undefined)
    throw new UsageError(
      '--command and --model do not go together: a command chooses its model itself',
      'local',
    )
  return {
    dir: resolve(repo),
    issue: resolve(issue),
    agent,
    command: command ?? null,
    model: model ?? null,
    json: values.json,
  }
}

function parse(args: readonly string[]) {
  return readOptions('local', {
    args: [...args],
    options: {
      repo: { type: 'string' },
      issue: { type: 'string' },
      agent: { type: 'string' },
      command: { type: 'string' },
      model: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  })
}

async function readIssue(path: string): Promise<{ title: string; body: string }> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'does not exist' : `cannot be read (${error.code ?? error.message})`
    throw new UsageError(`--issue ${path} ${why}`, 'local')
  })
  const [first = '', ...rest] = text.trimStart().split('\n')
  const title = first.replace(/^#+\s*/, '').trim()
  if (title === '')
    throw new UsageError(`--issue ${basename(path)} is empty: its first line is the title`, 'local')
  return { title, body: rest.join('\n').trim() || title }
}

/** The repository's own configuration, with the agent of the command line, and nothing that lands by itself, or that is proposed to nobody. */
function writeConfig(wish: Wish, { config }: Checkout, env: LocalEnv): Record<string, unknown> {
  const known = (config.agents ?? {}) as Record<string, unknown>
  const agents = writeAgents(wish, known, env)
  return { ...config, agents, default_agent: wish.agent, merge: { strategy: 'manual' }, agents_md: false }
}

type Outcome = { branch: string; head: string; attempt: number } | { why: string }

async function work(
  screen: Screen,
  stage: Stage,
  issue: { title: string; body: string; agent: string },
): Promise<Outcome> {
  const narrator = narrate(stage, screen)
  const where = { owner: stage.repo.owner.login, repo: stage.repo.name }
  const you = stage.as('you')
  const { data } = await you.rest.issues.create({ ...where, title: issue.title, body: issue.body })
  await you.rest.issues.addLabels({ ...where, issue_number: data.number, labels: [`agent:${issue.agent}`] })
  const outcome = await untilOver(stage)
  await narrator.end()
  return outcome
}

/** Either a pull request stands, or the status comment says what a person has to do. No time limit of its own: the attempt has one. */
async function untilOver({ repo }: Stage): Promise<Outcome> {
  for (;;) {
    const pull = [...repo.pulls.values()].at(-1)
    const attempt = pull === undefined ? null : parsePullMarker(repo.issues.get(pull.number)?.body ?? '')
    if (pull !== undefined && attempt !== null)
      return { branch: pull.head.ref, head: pull.head.sha, attempt: attempt.attempt }
    const said = [...repo.comments.values()].at(-1)
    if (said !== undefined) return { why: said.body }
    await new Promise(done => setTimeout(done, 50))
  }
}

type Ending = { checkout: Checkout; outcome: Outcome; json: boolean }

async function tell(screen: Screen, stage: Stage, { checkout, outcome, json }: Ending): Promise<number> {
  if ('why' in outcome) {
    screen.chapter('It did not come to a branch')
    screen.plain(readable(outcome.why))
    if (!/same command again/.test(readable(outcome.why))) screen.plain(AGAIN)
    if (json) process.stdout.write(`${JSON.stringify({ ok: false, why: readable(outcome.why) }, null, 2)}\n`)
    return 1
  }
  const home = join(homedir(), '.cache', 'chorus', `${checkout.name}.git`)
  const head = await keepResult(stage.repo, checkout, { ...outcome, home })
  screen.chapter('Done')
  screen.plain(`  git fetch ${home} ${outcome.branch}`)
  screen.plain(`  git diff ${checkout.head.slice(0, 7)} FETCH_HEAD   (git merge FETCH_HEAD takes it over)`)
  if (json)
    process.stdout.write(
      `${JSON.stringify({ ok: true, repository: home, branch: outcome.branch, head }, null, 2)}\n`,
    )
  return 0
}

/** Of the status comment what happened, and what helps where there is no GitHub to comment on. */
function readable(comment: string): string {
  return comment
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/^\|.*\|$/gm, '')
    .replaceAll('**', '')
    .replace(
      /comment `\/chorus (?:retry|run)`/gi,
      match => `${match.startsWith('C') ? 'G' : 'g'}ive the same command again`,
    )
    .replace(/\n{2,}/g, '\n')
    .trim()
}

const AGAIN = 'Your issue is the file that you named: change it as needed, and give the same command again.'
