import { readOptions } from '../../scripts/options.ts'
import { cases } from './cases.ts'
import { type Opened, openRemoteGround, openTwinGround } from './ground.ts'
import { printLine, printSummary } from './print.ts'
import { readProofs, recordProofs } from './proofs.ts'
import { type Result, runCase } from './run.ts'

const REAL = 'https://api.github.com'

const USAGE = `npm run conformance [-- OPTIONS]

One suite of small claims about GitHub. It runs unchanged against a twin (which it starts itself) and against a real
sandbox repository, so that both can be seen to behave alike. Every claim names its section of docs/platform-facts.md.

  --host URL          another GitHub: ${REAL}, or the root of an Enterprise Server
  --repo OWNER/NAME   its sandbox repository (with --host). Workflow files named conformance-*.yml are put on its
                      default branch and stay; refs, branches, rulesets, labels and artifacts are removed again,
                      issues and pull requests closed.
  --only ID,ID        only these cases
  --seed N            the twin's seed (default 1)
  --record            keep in test/conformance/proofs.json what passed (only for ${REAL})
  --list              the cases and what they cite; nothing runs
  --json              the results as JSON

With --host, from the environment: APP_ID and PRIVATE_KEY of an app that is installed on the repository (read and write
on actions, checks, contents, issues, pull requests, statuses; a webhook; subscribed to create, delete, issues,
issue_dependencies, push, sub_issues), OWNER_TOKEN of a person with admin rights who may change workflows, and optionally
HIDDEN_REPOSITORY, a private repository that the app cannot see.

Exits 0 when nothing failed and nothing was left over, 1 otherwise, 2 for a wrong call.
`

const { values } = readOptions({
  options: {
    host: { type: 'string' },
    repo: { type: 'string' },
    only: { type: 'string' },
    seed: { type: 'string', default: '1' },
    record: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

async function main(): Promise<number> {
  if (values.help) {
    process.stdout.write(USAGE)
    return 0
  }
  const chosen = choose()
  if (!chosen || (values.host && !values.repo) || (values.record && values.host !== REAL)) {
    process.stderr.write(USAGE)
    return 2
  }
  if (values.list) {
    for (const { id, cites, basis, title } of chosen)
      process.stdout.write(`${id.padEnd(28)} ${cites.padEnd(5)} ${basis.padEnd(11)} ${title}\n`)
    return 0
  }
  const opened = await open()
  try {
    return await runAll(opened, chosen)
  } finally {
    await opened.close()
  }
}

function choose() {
  const wanted = values.only?.split(',')
  if (!wanted) return cases
  const unknown = wanted.filter(id => !cases.some(one => one.id === id))
  if (unknown.length > 0) process.stderr.write(`There is no case ${unknown.join(', ')}. Cases: --list\n\n`)
  return unknown.length > 0 ? null : cases.filter(one => wanted.includes(one.id))
}

function open(): Promise<Opened> {
  if (values.host && values.repo) return openRemoteGround(values.host, values.repo, process.env)
  return openTwinGround(Number(values.seed))
}

async function runAll(opened: Opened, chosen: typeof cases): Promise<number> {
  const proofs = readProofs()
  const results: Result[] = []
  for (const one of chosen) {
    const result = await runCase(opened.ground, one, one.id in proofs)
    results.push(result)
    if (!values.json) printLine(result)
  }
  const host = values.host ?? 'twin'
  if (values.record) recordProofs(results, new Date().toISOString().slice(0, 10))
  if (values.json) process.stdout.write(`${JSON.stringify({ host, results }, null, 2)}\n`)
  else printSummary(host, results)
  return results.some(one => one.outcome === 'failed' || one.left.length > 0) ? 1 : 0
}

process.exitCode = await main()
