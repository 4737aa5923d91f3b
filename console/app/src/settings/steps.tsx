/** The steps of a provider's test. */
import type { Schemas } from '../api/client';
import { CheckIcon, CrossIcon, SkipIcon, WarningIcon } from '../ui/icons';
import { Problem } from '../ui/notice';
import { Spinner } from '../ui/spinner';
import { duration } from '../ui/time';
import type { TestState } from './provider-test';
import css from './settings.module.css';

type Step = Schemas['ProviderTestStep'];

const ICONS = { passed: CheckIcon, warning: WarningIcon, failed: CrossIcon, skipped: SkipIcon };

/** Of those that the server has at present; another is shown as it is called. */
const NAMES: Readonly<Record<string, string>> = {
  settings: 'Settings',
  reachable: 'Reachable',
  model_listed: 'Model listed',
  streams: 'Streams',
  usage: 'Usage',
  speed: 'Speed',
  context: 'Context',
  format: 'Format',
  tools: 'Tools',
};

const nameOf = (step: string): string => NAMES[step] ?? step;

export function Steps({ state }: { state: TestState }) {
  return (
    <>
      <ol className={css.steps} aria-label="Steps of the test" aria-busy={state.running}>
        {state.steps.map((step) => (
          <Done key={step.name} step={step} />
        ))}
        {state.running && (
          <li className={css.step}>
            <Spinner />
            <span>{state.current === undefined ? 'Beginning' : nameOf(state.current)}</span>
            <span className={css.said}>…</span>
          </li>
        )}
      </ol>
      <div role="status">
        {state.result !== undefined && <Verdict result={state.result} />}
        {state.cancelled === true && <p>You have ended the test.</p>}
      </div>
      {state.error !== undefined && <Problem error={state.error} />}
    </>
  );
}

function Done({ step }: { step: Step }) {
  const Icon = ICONS[step.status];
  return (
    <li className={css.step} data-status={step.status}>
      <Icon />
      <span>
        {nameOf(step.name)}
        <span className="visually-hidden">: {step.status}</span>
      </span>
      <div className={css.said}>
        <p>{step.message}</p>
        {step.hint != null && <p className={css.soft}>{step.hint}</p>}
        {step.details != null && Object.keys(step.details).length > 0 && (
          <details className={css.soft}>
            <summary>Details</summary>
            <pre tabIndex={0}>{JSON.stringify(step.details, null, 2)}</pre>
          </details>
        )}
      </div>
      <span className={css.soft}>{step.durationMs > 0 && duration(step.durationMs)}</span>
    </li>
  );
}

function Verdict({ result }: { result: Schemas['ProviderTest'] }) {
  const warned = result.steps.some(({ status }) => status === 'warning');
  const facts = [
    result.firstTokenMs != null && `first token after ${duration(result.firstTokenMs)}`,
    result.tokensPerSecond != null && `${result.tokensPerSecond.toFixed(1)} tokens a second`,
    result.contextLength != null && `room for ${result.contextLength.toLocaleString('en')} tokens`,
  ].filter((fact) => fact !== false);
  return (
    <>
      <p className={result.ok ? css.good : css.wrong}>
        {result.ok
          ? warned
            ? 'Jobs can use it, though not as well as they could: see the warnings.'
            : 'Jobs can use it.'
          : 'Jobs cannot use it as it is: see what has failed.'}
      </p>
      {facts.length > 0 && (
        <p className={css.soft}>
          {result.model != null && <code>{result.model}</code>} {facts.join(', ')}
        </p>
      )}
    </>
  );
}
