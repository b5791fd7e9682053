import type { Folding } from '../../core/fold.ts'
import { NOT_ASKED } from '../../core/people/above.ts'
import { alice, at, makeProposedTask, makeRecord, makeSpec, makeWorld } from '../make.ts'

/** The proposed task of the builders, with all that is known of it when it is told about. */
export function makeFolding(over: Partial<Folding> = {}): Folding {
  return {
    world: makeWorld(),
    now: at(60),
    config: makeWorld().config,
    task: makeProposedTask(),
    record: makeRecord(),
    frozen: null,
    approved: true,
    above: null,
    blocked: null,
    spec: () => ({ ok: true, value: makeSpec() }),
    intent: {
      is: 'asked',
      kind: 'work',
      by: alice,
      agent: 'codex',
      from: null,
      via: 'label',
      at: at(1),
      others: [],
    },
    asked: NOT_ASKED,
    nearly: [],
    untold: [],
    assignedAbove: () => null,
    unwell: () => new Map(),
    ...over,
  }
}
