import type { Effect } from '../../core/effect.ts'
import { plan } from '../../core/plan.ts'
import type { TaskFacts, World } from '../../core/world.ts'
import { at, makeWorld } from '../make.ts'

/** A text as somebody reads it, and where. */
export type Sample = {
  /** `status/waits-for-approval` */
  name: string
  on: 'issue' | 'comment' | 'pull request' | 'check' | 'review' | 'job' | 'commit'
  /** Of the issue, pull request, check or commit. */
  title?: string
  text: string
}

/** What Chorus writes about such a world, for people. @param found tells apart where several are written. */
export function sampleOf(
  name: string,
  tasks: readonly TaskFacts[],
  over: Partial<World> = {},
  found: (sample: Sample) => boolean = () => true,
): Sample {
  const { effects } = plan(makeWorld({ tasks, ...over }), { now: at(60), digest: () => 'd'.repeat(64) })
  const said = effects.flatMap(effect => read(name, effect)).find(found)
  if (said !== undefined) return said
  throw new Error(`${name}: nothing is said; ${effects.map(effect => effect.do).join(', ') || 'no effects'}`)
}

function read(name: string, effect: Effect): Sample[] {
  switch (effect.do) {
    case 'say':
      return [{ name, on: 'comment', text: effect.body }]
    case 'open':
    case 'describe':
    case 'promote':
    case 'assemble':
    case 'revert':
    case 'propose':
      return [{ name, on: 'pull request', title: effect.title, text: effect.body }]
    case 'gate':
    case 'enqueue':
    case 'warn':
      return [{ name, on: 'check', title: effect.title, text: effect.summary + annotationsOf(effect) }]
    case 'land':
      return [{ name, on: 'commit', title: effect.title, text: effect.message }]
    case 'review':
      return [{ name, on: 'review', text: [effect.body, ...effect.comments.map(onLine)].join('\n\n---\n\n') }]
    case 'step':
      return effect.step.do === 'create'
        ? [{ name, on: 'issue', title: effect.step.issue.title, text: effect.step.issue.body }]
        : []
    default:
      return []
  }
}

function annotationsOf(effect: Effect): string {
  const notes = effect.do === 'gate' ? (effect.annotations ?? []) : []
  return notes.map(({ path, line, message }) => `\n---\n\n${path}, line ${line}:\n\n${message}\n`).join('')
}

function onLine({ path, line, body }: { path: string; line: number; body: string }): string {
  return `${path}, line ${line}:\n\n${body}`
}
