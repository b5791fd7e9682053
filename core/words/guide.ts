import type { Config } from '../config/config.ts'
import type { GuideFact } from '../lessons/guide.ts'
import { CONFIG_PATH } from '../names.ts'
import type { Command } from '../paths/manifest.ts'
import { visibleText } from '../text/visible.ts'

/** Every agent reads it at every start: each list has an end. */
const MOST = { setup: 10, checks: 10, commands: 8, patterns: 30 }
const LONGEST = 160

/** What a repository can say of itself to agents: only what its configuration and manifests say, and nothing invented. */
export function writeGuide({ manifests }: GuideFact, { setup, checks, gates }: Config): string {
  const known = manifests.filter(({ commands }) => commands.length > 0)
  const parts = [
    '# How to work here',
    'For coding agents, and for people who work like them. Keep it short and true.',
    section('Set up', setup.slice(0, MOST.setup).map(printCommand)),
    section(
      'What has to pass',
      checks.slice(0, MOST.checks).map(({ name, run }) => `${printName(name)}: ${printCommand(run)}`),
    ),
    section('Build and test', [
      ...known.map(({ path, commands }) => `${code(path)}: ${printCommands(commands)}`),
      ...(setup.length + checks.length + known.length > 0 ? [] : [UNKNOWN]),
    ]),
    section('What agents leave alone', gates.protected.slice(0, MOST.patterns).map(code)),
    section('What a person has to approve', gates.core.slice(0, MOST.patterns).map(code)),
  ]
  return `${parts.filter(part => part !== '').join('\n\n')}\n`
}

const UNKNOWN = `Neither ${code(CONFIG_PATH)} nor a manifest says how: write it here.`

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : `## ${title}\n\n${lines.map(line => `- ${line}`).join('\n')}`
}

/** What is built, tested and checked with comes first: scripts have many other ends. */
const TELLING = /\b(?:build|check|compile|fmt|format|lint|test|tests|typecheck|verify)\b/

function printCommands(commands: readonly Command[]): string {
  const order = (one: Command) => (TELLING.test(one.run) ? 0 : 1)
  const shown = commands.toSorted((a, b) => order(a) - order(b)).slice(0, MOST.commands)
  const more = commands.length > shown.length ? `, and ${commands.length - shown.length} more` : ''
  return `${shown.map(({ run }) => code(run)).join(', ')}${more}`
}

/** A command of several lines is shown by its first. */
function printCommand(text: string): string {
  const lines = text.trim().split('\n')
  const more = lines.length > 1 ? ` (and ${lines.length - 1} more lines in ${code(CONFIG_PATH)})` : ''
  return `${code(lines[0]!)}${more}`
}

function printName(text: string): string {
  return visibleText(text).replace(/\s+/g, ' ').trim()
}

/** As many backticks around it as it takes to hold those within. */
function code(text: string): string {
  const line = visibleText(text).replace(/\s+/g, ' ').trim().slice(0, LONGEST)
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length))
  if (longest === 0) return `\`${line}\``
  const fence = '`'.repeat(longest + 1)
  return `${fence} ${line} ${fence}`
}

export function writeGuidePull(): { title: string; body: string } {
  const body = [
    'Agents work in this repository now, and nothing in it tells them how it is built, what has to pass and what they leave alone: there is no `AGENTS.md`, no `CLAUDE.md` and nothing of the kind.',
    `This file says what \`${CONFIG_PATH}\` and the manifests say, and no more. No agent wrote it, no model was asked.`,
    '- **Merge it** if it is right; edit it on its branch first if something is missing or wrong.',
    `- **Close it** if you do not want it: it is proposed once and never again. \`agents_md: false\` in \`${CONFIG_PATH}\` keeps Chorus from asking where it has not asked yet.`,
    'Chorus does not land it: that is for a person.',
  ]
  return { title: 'docs: say in AGENTS.md how to work here', body: `${body.join('\n\n')}\n` }
}
