import type { ReactNode } from 'react';
import { Form } from 'react-aria-components';

import { Banner } from './banner.tsx';
import { Button } from './button.tsx';
import { CopyButton } from './copy-button.tsx';
import './field.css';
import './form-page.css';
import { Spinner } from './progress.tsx';
import { SplitPane } from './split-pane.tsx';

interface FormPageProps {
  readonly onSubmit: () => void;
  /** Sections, one beneath the other. */
  readonly children: ReactNode;
  /** What stands to their right and fills the height, with a bar between. */
  readonly beside?: ReactNode;
  /** A `FormFoot`. */
  readonly foot: ReactNode;
  readonly formRef?: { current: HTMLFormElement | null };
}

/** A form that fills a page: its sections scroll, its foot is always in view. */
export function FormPage({ onSubmit, children, beside, foot, formRef }: FormPageProps): ReactNode {
  const sections = (
    <div className="page-scroll">
      <div className="form-sections">{children}</div>
    </div>
  );
  return (
    <Form
      {...(formRef === undefined ? {} : { ref: formRef })}
      className="form-page"
      validationBehavior="aria"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      {beside === undefined ? (
        sections
      ) : (
        <SplitPane
          sized="start"
          initial={400}
          least={300}
          most={720}
          storageKey="form-sections"
          start={sections}
          end={beside}
        />
      )}
      {foot}
    </Form>
  );
}

interface FormFootProps {
  /** The command that does the same. */
  readonly line: string;
  readonly lineLabel: string;
  /** What the copy button copies, in its sentence. */
  readonly lineWhat: string;
  readonly failure: { readonly title: string; readonly text: string } | undefined;
  readonly isPending: boolean;
  readonly action: string;
  readonly icon: ReactNode;
}

/** The command that does what the form would, and the button that does it. */
export function FormFoot(props: FormFootProps): ReactNode {
  const { line, lineLabel, lineWhat, failure, isPending, action, icon } = props;
  return (
    <footer className="form-foot">
      {failure !== undefined && (
        <Banner tone="danger" title={failure.title}>
          {failure.text}
        </Banner>
      )}
      <div className="form-foot-row">
        <figure className="form-line">
          <figcaption className="field-label">{lineLabel}</figcaption>
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reached by keyboard */}
          <code className="form-line-text" tabIndex={0}>
            {line}
          </code>
          <span className="form-line-copy">
            <CopyButton text={line} what={lineWhat} />
          </span>
        </figure>
        <Button type="submit" variant="primary" isPending={isPending} icon={isPending ? <Spinner /> : icon}>
          {action}
        </Button>
      </div>
    </footer>
  );
}
