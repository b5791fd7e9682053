import type { Effect, EffectName } from '../../core/effect.ts'

/** One of the effects, by name. */
export type Do<Name extends EffectName> = Extract<Effect, { do: Name }>
