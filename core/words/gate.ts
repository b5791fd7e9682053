import { MOST_ANNOTATIONS } from '../check.ts'
import type { GateName, Verdict, Verdicts } from '../gates/gate.ts'
import { listAnnotations, printPath } from '../gates/verdict.ts'
import type { Landing } from '../landing/landing.ts'
import { quoteCell, quoteWords } from '../text/quote.ts'
import { askFor, writeAsk } from './ask.ts'
import { writeLanding } from './landing.ts'

/** What stands in the check `chorus/gate`: the one reason in the title, all gates below. */
export type GateText = { title: string; summary: string }

const ICONS = { pass: '✅', wait: '⏳', refuse: '⛔' } as const
const TITLE = 120

/** @param note what a person said of its landing; empty for nothing. */
export function writeGate(verdicts: Verdicts, landing: Landing, note = ''): GateText {
  const { all, blocking } = verdicts
  const lead =
    blocking === null
      ? writeGreen(landing)
      : `**${blocking.is === 'refuse' ? 'Refused' : 'Waiting'} (${blocking.gate}):** ${quoteWords(blocking.reason)}`
  const ask = blocking === null ? null : askFor(blocking)
  const parts = [
    lead,
    ask === null ? '' : writeAsk(quoteWords(ask)),
    note,
    writeAnnotated(all),
    writeOthers(verdicts),
    writeAll(all, landing),
  ]
  return {
    title: blocking === null ? 'Every gate passes' : writeTitle(`${blocking.gate}: ${blocking.reason}`),
    summary: `${parts.filter(part => part !== '').join('\n\n')}\n`,
  }
}

/** GitHub shows titles as they are written, backticks and all. */
export function writeTitle(text: string): string {
  return quoteWords(text.replaceAll('`', ''), TITLE)
}

/** What will be in the way next. */
function writeOthers({ all, blocking }: Verdicts): string {
  const others = all.filter(({ gate, verdict }) => verdict.is !== 'pass' && gate !== blocking?.gate)
  if (others.length === 0) return ''
  const lines = others.map(({ gate, verdict }) => `- ${writeClosed(gate, verdict)}`)
  return ['Besides:', '', ...lines].join('\n')
}

export function writeClosed(gate: GateName, verdict: Verdict): string {
  return verdict.is === 'pass' ? '' : `${ICONS[verdict.is]} ${gate}: ${quoteWords(verdict.reason)}`
}

/** Every gate, for whoever wants to know; what matters stands above. */
function writeAll(all: Verdicts['all'], landing: Landing): string {
  const passed = all.filter(({ verdict }) => verdict.is === 'pass').length
  const rows = all.map(({ gate, verdict }) => writeRow(gate, verdict))
  const table = ['| | gate | |', '|---|---|---|', ...rows].join('\n')
  const summary = `${passed} of ${all.length} gates pass`
  return `<details><summary>${summary}</summary>\n\n${table}\n\n${writeLanding(landing)}\n\n</details>`
}

function writeRow(gate: GateName, verdict: Verdict): string {
  const why = verdict.is === 'pass' ? verdict.note : verdict.reason
  return `| ${ICONS[verdict.is]} | ${gate} | ${quoteCell(quoteWords(why))} |`
}

/** Where to look for what is wrong line by line. */
function writeAnnotated(all: Verdicts['all']): string {
  const found = listAnnotations(all)
  if (found[0] === undefined) return ''
  const file = printPath(found[0].path)
  if (found.length <= MOST_ANNOTATIONS)
    return `What is wrong in ${file} is shown at its lines, below and in the changed files.`
  return `The first ${MOST_ANNOTATIONS} of ${found.length} problems in ${file} are shown at their lines, below and in the changed files; \`chorus validate\` prints all.`
}

function writeGreen({ path }: Landing): string {
  switch (path) {
    case 'person':
      return 'Every gate passes: a person lands it.'
    case 'queue':
      return 'Every gate passes: Chorus adds this commit to GitHub’s merge queue.'
    case 'dry':
      return 'Every gate passes: Chorus would merge this commit now. This is a dry run, so nothing lands; `/chorus merge` lands this one.'
    default:
      return 'Every gate passes: Chorus merges this commit.'
  }
}

/** An open pull request whose task does not move on. */
export function writeHeldGate(why: string): GateText {
  const reason = quoteWords(why)
  return {
    title: writeTitle(`On hold: ${why}`),
    summary: `**On hold:** ${reason}\n\nThe gates are judged again as soon as the task goes on. The status comment on the issue says what helps.\n`,
  }
}

/** Follows "GitHub does not merge it as it is: ". */
export const UPDATE_REFUSED =
  'its branch has to be brought up to date, and GitHub refuses that to this app, as it does where the base changed files under .github/workflows; press "Update branch", or give the app the permission workflows: write'

export const PROPOSAL_GATE: GateText = {
  title: 'A proposal: people decide',
  summary: 'Chorus offers this change and does not land it. Merge it, edit it first, or close it.\n',
}

export const STRANGER_GATE: GateText = {
  title: 'Not a Chorus pull request',
  summary: 'Chorus did not make this change and has no say in it.\n',
}
