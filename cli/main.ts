import { nearest } from '../core/text/nearest.ts'
import { toFault } from '../forge/fault.ts'
import manifest from '../package.json' with { type: 'json' }
import { fold } from './fold.ts'
import { COMMANDS, type CommandName, HELP, OVERVIEW } from './help.ts'
import { explainUnknown, readOptions } from './options.ts'
import { type Outcome, UsageError } from './outcome.ts'

/** The `chorus` command. What only one command needs is loaded when it is asked for: `--help` starts at once. */
async function main(args: readonly string[]): Promise<number> {
  const [word, ...rest] = args[0] === 'help' && args.length > 1 ? [...args.slice(1), '--help'] : args
  if (word === undefined || word === '--help' || word === '-h' || word === 'help') {
    process.stdout.write(fold(OVERVIEW, process.stdout.columns))
    return word === undefined ? 2 : 0
  }
  if (word === '--version') {
    process.stdout.write(`${manifest.version}\n`)
    return 0
  }
  const name = COMMANDS.find(known => known === word)
  if (name === undefined) {
    const guess = nearest(word, COMMANDS)
    throw new UsageError(
      `no command is called "${word}"${guess === null ? '' : `; did you mean "${guess}"?`}`,
    )
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    process.stdout.write(fold(HELP[name], process.stdout.columns))
    return 0
  }
  return await run(name, rest)
}

/** `demo` and `local` tell their story themselves; the others come to an outcome that is printed here. */
async function run(name: CommandName, args: string[]): Promise<number> {
  switch (name) {
    case 'demo':
      return (await import('../twin/demo/main.ts')).runDemo(args)
    case 'local':
      return (await import('../twin/demo/local.ts')).runLocal(args)
    case 'validate': {
      const { positionals, json } = read(name, args, 1)
      const { validate } = await import('./validate.ts')
      return print(validate(positionals[0]), json)
    }
    case 'map': {
      const { repo, json } = read(name, args, 0)
      return print(await (await import('./map.ts')).showMap(repo), json)
    }
    case 'status': {
      const { repository, json } = readRepository(name, args)
      return print(await (await import('./status.ts')).showStatus(repository), json)
    }
    case 'dry-run': {
      const { repository, json } = readRepository(name, args)
      return print(await (await import('./dryrun.ts')).dryRun(repository), json)
    }
    case 'import': {
      const { positionals, ...options } = read(name, args, 1)
      return print(await (await import('./import.ts')).importFile(positionals[0], options), options.json)
    }
    case 'export': {
      const { json, ...options } = read(name, args, 0)
      return print(await (await import('./export.ts')).exportFile(options), json)
    }
    case 'usage': {
      const { repository, json, by, since, log } = readRepository(name, args)
      const { showUsage } = await import('./usage.ts')
      return print(await showUsage(repository, { by, since, log: log ?? false }), json)
    }
    case 'metrics': {
      const { repository, json, by, since } = readRepository(name, args)
      return print(await (await import('./metrics.ts')).showMetrics(repository, { by, since }), json)
    }
    case 'simulate': {
      const [what, ...rest] = args
      if (what !== 'merge') throw new UsageError(`simulate what? Known: merge; found "${what ?? ''}"`, name)
      const { simulateMerge } = await import('./simulatemerge.ts')
      return print(simulateMerge(rest), rest.includes('--json'))
    }
    case 'doctor': {
      const { repository, json } = readRepository(name, args)
      return print(await (await import('./examine.ts')).examine(repository), json)
    }
  }
}

function print(outcome: Outcome, json: boolean): number {
  const text = json ? JSON.stringify(outcome.json, null, 2) : outcome.text
  process.stdout.write(`${text}\n`)
  return outcome.code
}

const OPTIONS = {
  json: { type: 'boolean', default: false },
  repo: { type: 'string' },
  'dry-run': { type: 'boolean' },
  base: { type: 'string' },
  out: { type: 'string' },
  tag: { type: 'string' },
  by: { type: 'string' },
  since: { type: 'string' },
  log: { type: 'boolean' },
} as const

/** Which commands an option is for; not named here: for all. */
const OF_SOME: Readonly<Record<string, readonly CommandName[]>> = {
  repo: COMMANDS.filter(name => name !== 'validate'),
  'dry-run': ['import'],
  tag: ['import', 'export'],
  base: ['export'],
  out: ['export'],
  by: ['usage', 'metrics'],
  since: ['usage', 'metrics'],
  log: ['usage'],
}

function read(name: CommandName, args: string[], most: number) {
  const known = Object.keys(OPTIONS).filter(option => OF_SOME[option]?.includes(name) !== false)
  const config = { args, options: OPTIONS, allowPositionals: true } as const
  const { values, positionals } = readOptions(name, config, known)
  const strange = Object.keys(values).find(option => !known.includes(option))
  if (strange !== undefined) throw new UsageError(explainUnknown(`--${strange}`, known), name)
  if (positionals.length > most) throw new UsageError(`unexpected argument "${positionals[most]}"`, name)
  return { ...values, positionals }
}

function readRepository(name: CommandName, args: string[]) {
  const { repo, ...more } = read(name, args, 0)
  if (repo === undefined) throw new UsageError('--repo OWNER/NAME is missing', name)
  return { repository: repo, ...more }
}

function complain(error: unknown): number {
  if (error instanceof UsageError) {
    const command = error.command ?? COMMANDS.find(known => known === process.argv[2])
    process.stderr.write(
      `${error.message}\nSee: chorus ${command === undefined ? '' : `${command} `}--help\n`,
    )
    return 2
  }
  const fault = toFault(error)
  process.stderr.write(`${fault.why}\n`)
  if (fault.is === 'denied' && fault.permission !== null) {
    process.stderr.write(`${GRANT}: ${fault.permission}\n`)
  }
  if (fault.is === 'broken' && fault.cause instanceof Error) process.stderr.write(`${fault.cause.stack}\n`)
  return 1
}

const GRANT =
  'Grant it on the app’s page under Permissions & events, then accept the request on the installation'

process.exitCode = await main(process.argv.slice(2)).catch(complain)
