/** The choice between dark, light, and what the system says. */
import { Check } from '../ui/field';
import { MoonIcon, SunIcon, SystemIcon } from '../ui/icons';
import { Button } from '../ui/button';
import css from './choice.module.css';
import { choose, useTheme, type Choice } from './theme';

const CHOICES: readonly [Choice, string][] = [
  ['system', 'As the system'],
  ['dark', 'Dark'],
  ['light', 'Light'],
];

/** All three, to choose from. */
export function ThemeChoice() {
  const { choice } = useTheme();
  return (
    <fieldset className={css.choice}>
      <legend>Theme</legend>
      {CHOICES.map(([value, label]) => (
        <Check
          key={value}
          type="radio"
          name="theme"
          label={label}
          checked={choice === value}
          onChange={() => choose(value)}
        />
      ))}
    </fieldset>
  );
}

const ICONS = { system: SystemIcon, dark: MoonIcon, light: SunIcon };

/** A button that goes to the next of them. */
export function ThemeButton() {
  const { choice } = useTheme();
  const at = CHOICES.findIndex(([value]) => value === choice);
  const [next, label] = CHOICES[(at + 1) % CHOICES.length] ?? ['system', 'As the system'];
  const Icon = ICONS[choice];
  const says = `Theme: ${CHOICES[at]?.[1].toLowerCase()}. Next: ${label.toLowerCase()}`;
  return (
    <Button kind="quiet" aria-label={says} title={says} onClick={() => choose(next)}>
      <Icon />
    </Button>
  );
}
