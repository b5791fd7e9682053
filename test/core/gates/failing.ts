import type { GateName, Proposal } from '../../../core/gates/gate.ts'
import {
  makeChange,
  makeCheck,
  makeConfig,
  makeIssue,
  makePlanClaim,
  makeProposal,
  makeProposedTask,
  makePull,
  makeRules,
  makeSpec,
  tim,
} from '../../make.ts'

/** One failing proposal for each gate: everything else about it passes. */
export const FAILING: Record<GateName, () => Proposal> = {
  linked: () => makeProposal({ claim: null }),
  spec: () => makeProposal({ task: makeProposedTask({ issue: makeIssue({ body: 'edited' }) }) }),
  plan: () => makeProposal({ claim: makePlanClaim(), task: makeProposedTask({ plan: null }) }),
  scope: () => makeProposal({ spec: makeSpec({ scope: ['docs/**'] }) }),
  protected: () =>
    makeProposal({ pull: makePull({ changes: [makeChange({ path: '.github/workflows/x.yml' })] }) }),
  size: () => makeProposal({ pull: makePull({ changes: [makeChange({ added: 4000 })] }) }),
  secrets: () => makeProposal({ pull: makePull({ changes: [makeChange({ path: 'deploy.pem' })] }) }),
  checks: () => makeProposal({ pull: makePull({ checks: [makeCheck({ conclusion: 'failure' })] }) }),
  review: () => makeProposal({ rules: makeRules({ approvals: 1 }) }),
  reviewer: () => makeProposal({ reviewed: { is: 'given', number: 1, by: 'claude', verdict: 'changes' } }),
  voices: () =>
    makeProposal({
      config: makeConfig({ gates: { voices: [{ name: 'all', needed: 1, of: ['@bob'] }] } }),
    }),
  requester: () => makeProposal({ requester: tim }),
  labels: () => makeProposal({ pull: makePull({ labels: ['hold'] }) }),
  freeze: () => makeProposal({ frozen: { by: { login: 'bob' } } }),
  needs: () =>
    makeProposal({
      task: makeProposedTask({
        blockers: [{ issue: 3, repo: null, title: 'x', state: 'open', stateReason: null }],
      }),
    }),
  conflict: () => makeProposal({ pull: makePull({ mergeable: false }) }),
  fresh: () => makeProposal({ rules: makeRules({ strict: true }), pull: makePull({ current: false }) }),
}
