import { CALLER_VERSION, printCallerHeader } from './names.ts'

/** Repository and tag from which a target repository calls us. */
export type Source = { source: string; ref: string }

export const RELEASE: Source = { source: 'chorus-app/chorus', ref: 'v1' }

/** How the caller file of a repository stands. */
export type CallerFact = { is: 'current' } | { is: 'missing' } | { is: 'outdated'; version: number | null }

/** Names under which a repository may give keys to agents: each is mapped by itself, so nothing else ever travels. */
export const SECRET_SLOTS = [
  'OPENAI_API_KEY',
  'ANTHROPIC_API_KEY',
  'GEMINI_API_KEY',
  'QWEN_API_KEY',
  'OPENCODE_API_KEY',
  'CHORUS_KEY_1',
  'CHORUS_KEY_2',
  'CHORUS_KEY_3',
] as const

/** The workflow that a target repository keeps as `.github/workflows/chorus.yml`. */
export function printCaller({ source, ref }: Source): string {
  const secrets = SECRET_SLOTS.map(name => `      ${name}: \${{ secrets.${name} }}`)
  return `${printCallerHeader(CALLER_VERSION)}
# Chorus starts this workflow for every attempt of an agent. It has to be on the default branch.
# To choose another runner, add \`runs-on: …\` below \`with\`; to run your .github/actions/chorus-setup first, \`setup: true\`.
# Secrets that you do not have may stay: they are empty.
name: Chorus
run-name: \${{ inputs.title }}
on:
  workflow_dispatch:
    inputs:
      claim:
        description: Commit with the ticket
        required: true
        type: string
      title:
        description: Title of the run
        required: true
        type: string
permissions: {}
jobs:
  chorus:
    uses: ${source}/.github/workflows/work.yml@${ref}
    permissions:
      contents: write
      actions: read
    with:
      claim: \${{ inputs.claim }}
    secrets:
${secrets.join('\n')}
`
}

/** Our own workflows for a release under another name or tag, as forks and the twin have it. */
export function renameSource(workflow: string, to: Source): string {
  return workflow.replace(/(uses: )([\w.-]+\/[\w.-]+)(\/\S*)@(\S+)/g, (line, uses, name, path) =>
    name === RELEASE.source ? `${uses}${to.source}${path}@${to.ref}` : line,
  )
}
