import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fits, roles, trustedSubjects, vcpus } from '../lib/doctor-account.ts';
import { subjectsOf, unguarded } from '../lib/doctor-github.ts';
import { isAtLeast } from '../lib/doctor-laptop.ts';
import { budgetFinding } from '../lib/doctor-service.ts';
import { variablesIn } from '../lib/doctor-vercel.ts';
import { startAws } from './aws.ts';

describe('doctor', () => {
  it('compares versions by their numbers', () => {
    assert.ok(isAtLeast('24.1.0', '20.18'));
    assert.ok(isAtLeast('20.18.0', '20.18'));
    assert.ok(!isAtLeast('20.9.1', '20.18'));
    assert.ok(!isAtLeast('19.99.0', '20.18'));
  });

  it('knows both subjects that GitHub may send', () => {
    assert.deepEqual(subjectsOf('acme/shop', { owner: 12, repository: 34 }, 'dev'), {
      plain: 'repo:acme/shop:environment:dev',
      withIds: 'repo:acme@12/shop@34:environment:dev',
    });
  });

  it('warns of a GitHub environment that lets every branch in, and of prod without a reviewer', () => {
    const policy = { protected_branches: false, custom_branch_policies: true };
    const dev = { name: 'dev', deployment_branch_policy: policy, protection_rules: [] };
    const reviewed = [{ type: 'branch_policy' }, { type: 'required_reviewers' }];
    const prod = { name: 'prod', deployment_branch_policy: policy, protection_rules: reviewed };
    assert.deepEqual(unguarded('acme/shop', [dev, prod]), { level: 'ok', text: 'dev, prod' });
    const open = unguarded('acme/shop', [dev, { ...prod, deployment_branch_policy: null }]);
    assert.match(open.text, /Every branch may deploy to prod/);
    assert.equal(open.level, 'warning');
    assert.match(
      unguarded('acme/shop', [{ ...prod, protection_rules: [] }]).text,
      /Nobody is asked before prod/,
    );
  });

  it('reads whom a role lets in, and compares as IAM does', () => {
    const policy = JSON.stringify({
      Statement: [
        {
          Condition: {
            StringEquals: { 'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com' },
            StringLike: {
              'token.actions.githubusercontent.com:sub': [
                'repo:acme/shop:environment:dev',
                'repo:acme@*/shop@*:environment:dev',
              ],
            },
          },
        },
      ],
    });
    const patterns = trustedSubjects(policy);
    assert.equal(patterns.length, 2);
    const trusted = (subject: string) => patterns.some((pattern) => fits(subject, pattern));
    assert.ok(trusted('repo:acme/shop:environment:dev'));
    assert.ok(trusted('repo:acme@12/shop@34:environment:dev'));
    assert.ok(!trusted('repo:acme/shop:environment:prod'));
    assert.ok(!trusted('repo:acme/shopXenvironment:dev'));
    assert.ok(!fits('repoXacme', 'repo.acme'), 'a point is a point');
  });

  it("knows the quota of an account to which nothing was applied: AWS's default", async () => {
    const target = await startAws({
      GetServiceQuota: () => ({ __type: 'NoSuchResourceException', Message: 'none' }),
      GetAWSDefaultServiceQuota: () => ({ Quota: { Value: 6 } }),
    });
    assert.deepEqual(await vcpus(target), { level: 'ok', text: '6 vCPU may run, at most 1 are needed' });
  });

  it('knows that bootstrap makes no roles anew which somebody has deleted', async () => {
    const none = '<ErrorResponse><Error><Code>NoSuchEntity</Code></Error></ErrorResponse>';
    const lost = await roles(
      await startAws({
        GetRole: () => ({ __type: 'xml', text: none }),
        GetParameter: () => ({ Parameter: { Value: '30' } }),
      }),
    );
    assert.match(lost.level === 'failed' ? lost.fix : '', /delete the stack CDKToolkit, then: .* bootstrap/);
  });

  it('finds the names in what Vercel prints', () => {
    const table = [
      'Vercel CLI 41.0.0',
      '> Environment Variables found for acme/shop [211ms]',
      '',
      ' name                     value               environments        created',
      ' NEXT_PUBLIC_API_URL      Encrypted           Production          2d ago',
      ' OTHER                    Encrypted           Production          2d ago',
    ].join('\n');
    assert.deepEqual(variablesIn(table), ['NEXT_PUBLIC_API_URL', 'OTHER']);
  });

  it('warns of a budget that is spent, or will be', () => {
    const amount = (Amount: string) => ({ Amount });
    const spend = (actual: string, forecast: string) => ({
      BudgetLimit: amount('150'),
      CalculatedSpend: { ActualSpend: amount(actual), ForecastedSpend: amount(forecast) },
    });
    assert.deepEqual(budgetFinding(spend('40.5', '90'), 'dev'), {
      level: 'ok',
      text: '40.50 of 150 USD this month, about 90 by its end',
    });
    assert.equal(budgetFinding(spend('40', '151'), 'dev').level, 'warning');
    assert.equal(budgetFinding(spend('150.01', '0'), 'dev').level, 'warning');
  });
});
